import {createRequire} from 'node:module'
import {compareEvaluations, type Evaluation, type Said, say, setDisplay, shippedRun, Table} from 'movie-recs'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {wordsOf} from '#internals'

const require = createRequire(__filename)
const KERNEL = '/elsewhere/node_modules/tslab/dist/jupyter.js'
const genres = new Table([
  {genre: 'Drama', movies: 4328, mean: 3.68},
  {genre: 'Film_Noir', movies: 121, mean: 3.96},
  {genre: 'Horror', movies: 872, mean: 3.32}
])
const text = (said: Said): string => String(said)

describe('the words of say', () => {
  it('give numbers separators and the digits that count', () => {
    expect(
      text(say.text`${100004} ${12324.34} ${847.08} ${84.75} ${3.5436} ${0.8526} ${0.00423} ${-1.18} ${0}`)
    ).toBe('100,004 12,324 847 84.8 3.54 0.853 0.0042 −1.18 0')
    expect(text(say.number(0.8526, 4))).toBe('0.8526')
    expect(text(say.number(-0.001, 2))).toBe('0.00')
  })

  it('give shares as percentages', () => {
    expect([0.287, 0.0164, 0.00831, 0.6, 1, 0.00001].map(share => text(say.share(share)))).toEqual([
      '28.7 %',
      '1.6 %',
      '0.83 %',
      '60 %',
      '100 %',
      '0.0010 %'
    ])
    expect(text(say.share(0.0164, 2))).toBe('1.64 %')
    expect(text(say.part(178, 1000))).toBe('17.8 %')
  })

  it('make lists, ranges, counts, times and changes', () => {
    expect(text(say.text`${['a', 'b', 'c']} ${['a', 'b']} ${['a']}`)).toBe('a, b and c a and b a')
    expect(text(say.names(genres, 2))).toBe('Drama and Film\\_Noir')
    expect([0, 1, 3, 1155].map(n => text(say.count(n, 'movie')))).toEqual([
      'no movie',
      'one movie',
      'three movies',
      '1,155 movies'
    ])
    expect(text(say.range(2.41, 4.24, 1))).toBe('2.4 to 4.2')
    expect(text(say.seconds(125))).toBe('2 min 5 s')
    expect(text(say.ratio(4328, 121))).toBe('36 times')
    expect(text(say.difference(3.32, 3.96, 2))).toBe('0.64')
    expect(text(say.change(0.8859, 0.8699, 4))).toBe('falls from 0.8859 to 0.8699')
    expect(text(say.change(0.8699, 0.8859, 4))).toBe('rises from 0.8699 to 0.8859')
    expect(text(say.change(0.86991, 0.86992, 4))).toBe('stays at 0.8699')
  })

  it('choose superlatives from the rows, and name those that share the place', () => {
    expect(text(say.highest(genres, 'mean'))).toBe('Film\\_Noir (3.96)')
    expect(text(say.lowest(genres, 'mean'))).toBe('Horror (3.32)')
    const tied = ['a', 'b', 'c', 'd', 'e'].map(title => ({title, score: 1}))
    expect(text(say.highest(tied.slice(0, 2), 'score'))).toBe('a and b (1)')
    expect(text(say.highest(tied, 'score'))).toBe('a and 4 others (1)')
    expect(text(say.highest([{title: 'Jaws (1975)', mean: 3.706}], 'mean'))).toBe('Jaws (1975) with 3.71')
    expect(text(say.highest([{rating: Math.fround(3.3), share: 0.4}], 'share', '%'))).toBe('3.3 (40 %)')
    const listed = [
      {title: 'x', genres: ['Drama', 'War']},
      {title: 'y', genres: ['War']}
    ]
    expect(text(say.tally(listed, 'genres', 'Drama', 'movie'))).toBe('one movie')
  })

  it('choose one of two wordings, which may speak themselves', () => {
    expect(text(say.choose(1, '<', 2, 'less', 'more'))).toBe('less')
    expect(text(say.choose(say.part(1, 4), '>', 0.5, 'more', say.text`only ${say.part(1, 4)}`))).toBe(
      'only 25 %'
    )
    expect(text(say.choose(2, '<', 1, 'less'))).toBe('')
  })

  it('say who beats whom, and that a difference within the uncertainty is none', () => {
    // Errors of thirty users, one rating each: b is worse for all, c for every second by as much as it is better for the others.
    const evaluation = (errorOf: (user: number) => number): Evaluation => {
      const errors = Float32Array.from({length: 30}, (_, user) => errorOf(user))
      const byUser = new Map(Array.from(errors, (e, u) => [u, {n: 1, rmse: Math.abs(e), mae: Math.abs(e)}]))
      const rmse = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 30)
      return {
        rmse,
        mae: rmse,
        n: 30,
        errors,
        byUser,
        fallbacks: {'unknown user': 0, 'unknown movie': 0, 'too few neighbours': 0}
      }
    }
    const compared = compareEvaluations({
      a: evaluation(u => 0.8 + 0.01 * (u % 3)),
      b: evaluation(u => 0.95 + 0.01 * (u % 3)),
      c: evaluation(u => 0.8 + 0.01 * (u % 3) + (u % 2 === 0 ? 0.1 : -0.1))
    })
    expect(text(say.beats(compared, 'a', 'b'))).toMatch(/^a beats b, 0\.81\d to 0\.96\d$/)
    expect(text(say.beats(compared, 'b', 'a'))).toMatch(/^b loses to a, 0\.96\d to 0\.81\d$/)
    expect(text(say.beats(compared, 'a', 'c'))).toMatch(
      /^a ties with c within the uncertainty of these test ratings, /
    )
    expect(text(say.order(compared))).toMatch(
      /^a \(.*\), c \(.*\) and b \(.*\), best first; a and c cannot be told apart$/
    )
    expect(() => say.beats(compared, 'a', 'd')).toThrow('say: d is not compared there. There are a, c, b.')
  })

  it('escape titles, so that none becomes a heading, a link or a formula', () => {
    expect(
      text(
        say.text`${'*batteries not included'} ${'$9.99'} ${'[Rec]'} ${'Bat*21 <b> & #1'} ${{title: 'a_b'}}`
      )
    ).toBe('\\*batteries not included &#36;9.99 \\[Rec\\] Bat\\*21 &lt;b&gt; &amp; \\#1 a\\_b')
  })

  it('leave what is no number an error only where it is spoken', () => {
    const absent = say.text`${say.highest([], 'mean')} ${say.cell(undefined, 'mean')} ${say.change(undefined, 1)}`
    expect(() => say.when(false)`${absent}`).not.toThrow()
    expect(() => say`${say.highest([], 'mean')}`).toThrow(
      'say: expected rows with a number in column mean, got none.'
    )
    expect(() => say`${Number.NaN}`).toThrow('say: expected a number, got NaN. Was it computed by this run?')
  })
})

it('a shipped run is one with the parameters of the notebook', () => {
  expect(shippedRun(['1m', 2, [1]], ['1m', 2, [1]])).toBe(true)
  expect(shippedRun(['1m', 2, [1]], ['1m', 2, [2]])).toBe(false)
})

describe('what say writes', () => {
  const shown: Array<{bundle: Record<string, unknown>; metadata?: Record<string, any>}> = []
  beforeEach(() => {
    shown.length = 0
    setDisplay((bundle, metadata) => void shown.push({bundle, ...(metadata === undefined ? {} : {metadata})}))
  })
  afterEach(() => {
    delete require.cache[KERNEL]
    setDisplay(undefined)
  })

  it('is Markdown and plain text in a cell, with a record from which the words follow', () => {
    require.cache[KERNEL] = {exports: {lastWriteDisplayData: () => {}}} as unknown as NodeJS.Module
    say`
**Best:** ${say.highest(genres, 'mean')} of ${genres.length}.`
    say.when(false)`nothing`
    expect(shown.map(({bundle}) => bundle)).toEqual([
      {'text/markdown': '**Best:** Film\\_Noir (3.96) of 3.', 'text/plain': 'Best: Film_Noir (3.96) of 3.'}
    ])
    const said = shown[0].metadata?.['movie-recs'].said
    expect(wordsOf(JSON.parse(JSON.stringify(said))).trim()).toBe('**Best:** Film\\_Noir (3.96) of 3.')
  })

  it('is plain text on the console of a script', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    say`The *mean* is ${3.5436}.`
    expect(log.mock.calls).toEqual([['The mean is 3.54.']])
    expect(shown).toEqual([])
    log.mockRestore()
  })
})
