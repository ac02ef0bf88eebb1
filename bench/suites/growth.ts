import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {engines} from 'movie-recs'
import type {Bench} from '../harness'

/** Users and movies of MovieLens 1M, 10M and 32M, whose shapes the made-up ratings have. */
const WORLDS = [
  {millions: 1, users: 6040, movies: 3706},
  {millions: 10, users: 69_878, movies: 10_677},
  {millions: 32, users: 200_948, movies: 84_432}
] as const

/** Engines that are measured at 32 million, too. */
const LARGE = ['als', 'mf', 'truncated-svd', 'item-neighbours']
/** More curves than these cannot be told apart. */
const DRAWN = [...LARGE, 'bayesian', 'click-neighbours', 'ease']
/** So few rounds that every engine comes to an end; time is told by round where there are several. */
const ROUNDS: Readonly<Record<string, Record<string, unknown>>> = {
  mf: {epochs: 3},
  als: {epochs: 3},
  baseline: {epochs: 10},
  bayesian: {sweeps: 3, burnIn: 1, factors: 32},
  'auto-rec': {epochs: 2},
  'embedding-net': {epochs: 1, patience: 0, refit: false},
  blend: {members: ['baseline', 'als']}
}
/** Milliseconds that a fit may take: what is longer is said to be. */
const PATIENCE = 10 * 60_000

/** Fits in a process of its own, so that its memory is that of one engine: of the ratings first, then at the peak. */
const CHILD = `
const {engineByName, syntheticRatings} = require('movie-recs')
const [name, options, world] = process.argv.slice(1).map((text, k) => (k === 0 ? text : JSON.parse(text)))
async function main() {
  const ratings = syntheticRatings(world)
  void [ratings.byUser, ratings.byMovie]
  const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024)
  const before = megabytes()
  const engine = new (engineByName(name))(options)
  const begun = performance.now()
  try {
    await engine.fit(ratings)
  } catch (error) {
    if (error.name !== 'MemoryError') throw error
    return {refused: error.message, seconds: (performance.now() - begun) / 1000}
  }
  const seconds = (performance.now() - begun) / 1000
  const asked = performance.now()
  let n = 0
  for await (const _ of engine.recommendAll({n: 10, users: Array.from({length: 1000}, (_, k) => 1 + k)})) n++
  return {seconds, lists: performance.now() - asked, before, peak: megabytes()}
}
main().then(answer => console.log(JSON.stringify(answer)))
`

interface Answer {
  seconds: number
  /** What it said where it cannot. */
  refused?: string
  /** Milliseconds of 1,000 lists, that is microseconds a list. */
  lists: number
  before: number
  peak: number
}

/** Time a rating and peak memory of every engine at 1 and 10 million made-up ratings, of four at 32 million. */
export async function growth(bench: Bench): Promise<void> {
  const rows: Array<Record<string, string | number>> = []
  for (const {spec} of engines()) {
    if (bench.only.length > 0 && !bench.only.includes(spec.name)) continue
    const row: Record<string, string | number> = {engine: spec.name}
    const options = ROUNDS[spec.name] ?? {}
    const rounds = Number(options.epochs ?? options.sweeps ?? 1)
    const times: number[] = []
    for (const {millions, users, movies} of WORLDS) {
      const at = `${millions}M`
      const wanted = millions < 32 || LARGE.includes(spec.name) || spec.name === 'ease'
      const answer = wanted ? await fitted(spec.name, options, {users, movies, ratings: millions * 1e6}) : '–'
      if (typeof answer === 'string' || answer.refused !== undefined) {
        row[`ns a rating, ${at}`] =
          typeof answer === 'string' ? answer : `refused after ${answer.seconds.toFixed(1)} s`
        row[`MB, ${at}`] = row[`µs a list, ${at}`] = '–'
        continue
      }
      const nanoseconds = (answer.seconds * 1e9) / (millions * 1e6) / rounds
      times.push(nanoseconds)
      row[`ns a rating, ${at}`] = Math.round(nanoseconds)
      row[`MB, ${at}`] = answer.peak
      row[`µs a list, ${at}`] = Math.round(answer.lists)
    }
    row['10M over 1M'] = times.length > 1 ? (times[1] / times[0]).toFixed(2) : '–'
    rows.push(row)
    console.log(row)
  }
  bench.table(
    'Growth: nanoseconds a rating and round, peak memory and lists, by made-up ratings of the shapes of MovieLens 1M, 10M, 32M',
    rows,
    {
      file: 'growth.png',
      x: 'millions of ratings',
      y: WORLDS.map(({millions}) => `ns a rating, ${millions}M`),
      at: WORLDS.map(({millions}) => millions),
      of: DRAWN,
      measure: 'nanoseconds a rating and round'
    }
  )
}

async function fitted(name: string, options: object, world: object): Promise<Answer | string> {
  const argv = ['-e', CHILD, name, JSON.stringify(options), JSON.stringify(world)]
  try {
    const {stdout} = await promisify(execFile)(process.execPath, argv, {
      timeout: PATIENCE,
      maxBuffer: 1 << 26
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer
  } catch (error) {
    const {killed, stderr = ''} = error as {killed?: boolean; stderr?: string}
    return killed === true
      ? `over ${PATIENCE / 60_000} min`
      : `failed: ${stderr.trim().split('\n').at(-1) ?? ''}`
  }
}
