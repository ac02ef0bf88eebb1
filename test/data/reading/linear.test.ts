import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {readMovies, readRatings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {type Lines, LONGEST_RECORD, linesIn, Records} from '#internals'
import {ROOT} from '#paths'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-linear-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** The readers take at most 22 steps a byte, of blank lines; what goes back over lines takes thousands. */
const STEPS = 40

describe('a file of any shape is read in time that grows with its size alone', () => {
  it.each([
    'ratings',
    'packed ratings',
    'ratings with texts',
    'ratings.dat',
    'catalogue',
    'movies.dat',
    'profile'
  ])(
    '%s',
    reader => {
      const script = path.join(ROOT, 'test/fixtures/readingSteps.cjs')
      const argv = [script, path.join(ROOT, 'lib'), folder, reader]
      // What a clock is for here: regular expressions that go back over a text are no steps, and would take hours.
      const out = execFileSync(process.execPath, argv, {encoding: 'utf8', timeout: 240_000})
      const counted: Record<string, [small: number, large: number]> = JSON.parse(out)
      expect(Object.keys(counted).length).toBeGreaterThan(15)
      for (const [shape, [small, large]] of Object.entries(counted)) {
        expect(large, shape).toBeLessThan(STEPS)
        // A step or two of a file that is refused at once are none a byte.
        expect(large, shape).toBeLessThanOrEqual(1.1 * small + 0.01)
      }
    },
    300_000
  )
})

it('a bad line that is left out makes no error, whose stack takes longer than the line', async () => {
  const require = createRequire(__filename)
  const errors: {DataFormatError: new (...given: never[]) => Error} = require(
    path.join(ROOT, 'lib/dist/errors.js')
  )
  const {DataFormatError} = errors
  let made = 0
  errors.DataFormatError = class extends DataFormatError {
    constructor(...given: never[]) {
      super(...given)
      made++
    }
  }
  try {
    const file = path.join(folder, 'bad.csv')
    const bad = '1,"\n""\n"",\n1,2,x\n1,,3\n'.repeat(200)
    writeFileSync(file, `userId,movieId,rating\n1,1,4\n${bad}`)
    const none = {movies: 'none', users: 'none', onBadLine: 'skip'} as const
    expect((await readRatings(file, none)).skipped.length).toBeGreaterThan(600)
    writeFileSync(file, `movieId,title,genres\n1,Abc,Drama\n${bad}`)
    expect((await readMovies(file, {onBadLine: 'skip'})).skipped.length).toBeGreaterThan(300)
    expect(made).toBe(0)
    await expect(readMovies(file)).rejects.toThrow(DataFormatError)
    expect(made).toBe(1)
  } finally {
    errors.DataFormatError = DataFormatError
  }
})

describe('records', () => {
  /** The characters that are looked at, all lines together, and the records. */
  const read = (text: string): {records: Array<string[] | undefined>; looked: number} => {
    let looked = 0
    const lines = linesIn(text)
    const counting: Lines = place => {
      const line = lines(place)
      looked += line === undefined ? 0 : line.below - place
      if (looked > 20 * text.length) throw new Error('gone over again and again')
      return line
    }
    const reader = new Records(counting, ',')
    const records: Array<string[] | undefined> = []
    for (let place = 0; place <= text.length; ) {
      const {fields, below} = reader.at(place)
      records.push(fields)
      place = below
    }
    return {records, looked}
  }

  it.each(['x","y\n', '1,"abc\n1,abc\n', '"""\n', '",\n'])('looks at each line a few times: %j', piece => {
    for (const size of [1 << 20, 1 << 22]) {
      const text = piece.repeat(size / piece.length)
      expect(read(text).looked).toBeLessThan(4 * text.length)
    }
  })

  it('finds a record below lines whose quote stays open for too long', () => {
    // Each of the first lines opens a quote that is open for longer than a record may be; the last ones are closed within it.
    const opening = Array.from({length: 30}, (_, k) => `x","y${k}`)
    const long = Array.from(
      {length: LONGEST_RECORD / 8},
      (_, k) => `line ${String(k % 100).padStart(2, '0')}`
    )
    const text = [...opening, ...long, 'end",1', '2,3'].join('\n')
    const {records} = read(text)
    const whole = records.findIndex((fields, n) => n < 30 && fields !== undefined)
    // A record of 65,536 characters or more is none: that is what is left from a line on to its closing quote.
    const left = text
      .split('\n')
      .slice(0, 30)
      .map((_, n, lines) => text.length - lines.slice(0, n).join('\n').length)
    expect(whole).toBe(left.findIndex(characters => characters - 'end",1\n2,3'.length <= LONGEST_RECORD))
    expect(records.at(-1)).toEqual(['2', '3'])
  })
})
