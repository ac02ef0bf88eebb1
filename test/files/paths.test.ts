import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  Baseline,
  downloadMovieLens,
  gridSearch,
  loadEngine,
  loadRatings,
  MovieRecsError,
  readMovies,
  readRatings,
  saveEngine,
  syntheticRatings,
  writePage
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-paths-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const at = (...names: string[]): string => path.join(folder, ...names)
const world = syntheticRatings({users: 30, movies: 20, ratings: 300})
const engine = new Baseline()

beforeAll(async () => {
  await engine.fit(world)
  mkdirSync(at('a folder'))
  writeFileSync(at('file'), 'userId,movieId,rating\n1,1,5\n1,2,3\n')
  if (process.platform !== 'win32') symlinkSync('round', at('round'))
})

const BAD: ReadonlyArray<readonly [what: string, place: () => string]> = [
  ['a link that leads to itself', () => at('round')],
  ['something below a link that leads to itself', () => at('round', 'x')],
  ['a name of 300 letters', () => at('x'.repeat(300))],
  ['a folder of 300 letters', () => at('x'.repeat(300), 'x')],
  ['a path of 5,000 letters', () => at(...Array.from({length: 50}, () => 'x'.repeat(99)))],
  ['a NUL byte', () => at('a\0b')],
  ['a NUL byte in a folder', () => at('a\0b', 'x')],
  ['something below a file', () => at('file', 'x')],
  ['a folder', () => at('a folder')]
]

const READ: ReadonlyArray<readonly [call: string, (place: string) => Promise<unknown>]> = [
  ['readRatings', place => readRatings(place)],
  ['readRatings, movies', place => readRatings(at('file'), {movies: place})],
  ['readRatings, users', place => readRatings(at('file'), {users: place})],
  ['readMovies', place => readMovies(place)],
  ['loadRatings', place => loadRatings(place)],
  ['loadEngine', place => loadEngine(place)],
  ['downloadMovieLens, from', place => downloadMovieLens('100k', {dir: at('data'), from: place})]
]
const WRITTEN: ReadonlyArray<readonly [call: string, (place: string) => Promise<unknown>]> = [
  ['saveEngine', place => saveEngine(engine, place)],
  ['writePage', place => writePage(engine, place)],
  ['fit, checkpoint', place => new AlternatingLeastSquares({epochs: 1}).fit(world, {checkpoint: place})],
  [
    'fit, checkpoint, resume',
    place => new AlternatingLeastSquares({epochs: 1}).fit(world, {checkpoint: place, resume: true})
  ],
  ['gridSearch, log', place => gridSearch(Baseline, {userDamping: [1]}, world, {log: place})]
]

/** What a call threw: a typed error of one line and of some length. */
async function refusal(call: Promise<unknown>): Promise<MovieRecsError> {
  const error = await call.then(
    () => new Error('It was accepted.'),
    failure => failure
  )
  expect(error).toBeInstanceOf(MovieRecsError)
  expect(error.message).not.toMatch(/^[A-Z]+: |\n|\0/)
  expect(error.message.length).toBeLessThanOrEqual(1500)
  return error
}

describe.skipIf(process.platform === 'win32').each([...READ, ...WRITTEN])('%s', (_, call) => {
  it.each(BAD)('refuses %s by a typed error', async (_, place) => {
    await refusal(call(place()))
  })
})

describe.skipIf(process.platform === 'win32')('downloadMovieLens, dir', () => {
  it.each(BAD.slice(0, -1))('refuses %s by a typed error', async (_, place) => {
    // Nobody listens there: a folder that nothing can be put into is to be refused all the same.
    await refusal(downloadMovieLens('100k', {dir: place(), mirror: 'http://127.0.0.1:1/'}))
  })
})
