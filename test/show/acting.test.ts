import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  Figure,
  Movies,
  Popularity,
  plotMovieMap,
  Ratings,
  readRatings,
  saveEngine,
  Table
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {main} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-acting-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const ESCAPE = '\u001b'
/** Clears the screen, names a window, turns letters round, ends a line where none is seen, is a formula, is markup. */
const TITLES = [
  `${ESCAPE}[2J${ESCAPE}]0;owned\u0007Gone`,
  'Abc\u202Egpj.exe',
  'One\u2028Two',
  '=HYPERLINK("http://x";"y")',
  '<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>'
]
const movies = Movies.from(TITLES.map((title, k) => ({movieId: k + 1, title})))
const rows = TITLES.flatMap((_, k) =>
  Array.from({length: 5 - k}, (_, u) => ({userId: u + 1, movieId: k + 1, rating: 4}))
)
const ratings = Ratings.from(rows, movies)

const acting = (text: string): string[] =>
  [ESCAPE, '\u0007', '\u202E', '\u2028'].filter(character => text.includes(character))

describe('text that would act', () => {
  it('is shown by its number in tables', () => {
    const table = new Table(TITLES.map(title => ({title})))
    for (const text of [table.toString(), table.toHTML()]) {
      expect(acting(text)).toEqual([])
      expect(text).toContain('\\u001b[2J')
    }
    expect(table.toHTML()).not.toContain('<img')
    const long = new Table([{title: 'x'.repeat(100_000)}]).toString()
    expect(long.length).toBeLessThan(1000)
  })

  it('is shown by its number in messages, which stay short', () => {
    const {message} = new ArgumentError(`Got ${TITLES[0]} ${'y'.repeat(5000)}. Do this.`)
    expect(message).not.toContain(ESCAPE)
    expect(message.length).toBeLessThan(1600)
    expect(message).toMatch(/Do this\.$/)
  })

  it('is no formula in lists and predictions written as CSV, and no sequence on a terminal', async () => {
    const model = path.join(folder, 'm.mrec')
    await saveEngine(await new Popularity().fit(ratings), model)
    const lists = path.join(folder, 'lists.csv')
    const out: string[] = []
    const io = {
      out: (text: string) => out.push(text),
      note: (text: string) => out.push(text),
      signal: new AbortController().signal
    }
    const argv = ['recommend', '--model', model, '--all-users', '--include-rated', '--out', lists]
    expect(await main(argv, io)).toBe(0)
    const written = readFileSync(lists, 'utf8')
    expect(written).toContain(`,"'=HYPERLINK(""http://x"";""y"")",`)
    expect(await main(['recommend', '--model', model, '--user', '1', '--include-rated'], io)).toBe(0)
    expect(acting(out.join('\n'))).toEqual([])
  })

  it('ends no element of a page', () => {
    const title = '</title><script>alert(1)</script><b>Bold</b> &amp; plain'
    const html = new Figure({
      data: [],
      layout: {title: {text: title}},
      alt: '"></div><script>alert(2)</script>'
    }).toHTML()
    expect(html).toContain('<title>alert(1)Bold &amp; plain</title>')
    expect(html).not.toContain('<script>alert')
  })

  it('is plain text in a label of a figure', () => {
    const points = TITLES.map((title, k) => ({title, x: k, y: -k, group: title}))
    const drawn = JSON.stringify(plotMovieMap(points as never).toJSON())
    expect(drawn).not.toMatch(/<img|<a /)
    expect(acting(drawn)).toEqual([])
  })

  it('of a bad file is told by its number', async () => {
    const file = path.join(folder, 'bad.csv')
    writeFileSync(file, `userId,movieId,rating\n1,2,${ESCAPE}[31mfive${'!'.repeat(9000)}\n`)
    const failure = await readRatings(file).catch(error => error)
    expect(failure.message).not.toContain(ESCAPE)
    expect(failure.message).toContain('bad.csv')
    expect(failure.message.length).toBeLessThan(1600)
  })
})
