import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {existsSync, mkdirSync, readFileSync} from 'node:fs'
import {loadavg} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import autocannon, {type Request, type Result} from 'autocannon'
import {build} from 'esbuild'
import {type EngineClass, engines, loadEngine, type Ratings, readRatings, saveEngine} from 'movie-recs'
import type {Bench} from '../harness'

/** Seconds of each measurement, and how many there are of each, in turn: others at work on the machine are then in all of them. */
const SECONDS = 1.5
const ROUNDS = 3
const CONNECTIONS = 16
/**
 * Fits that are cut short where the time of an answer does not depend on how long they are; and, named in the table, models that are
 * smaller than the default.
 */
const BRIEF: Record<string, Record<string, unknown>> = {
  mf: {epochs: 5, patience: 0},
  bayesian: {sweeps: 70, burnIn: 10, samples: 60},
  'embedding-net': {epochs: 1, patience: 0, refit: false},
  'auto-rec': {epochs: 1},
  blend: {members: ['als', 'item-neighbours'], weights: [0.5, 0.5]}
}

const SMALLER: Record<string, string> = {
  bayesian: 'bayesian (60 draws)',
  blend: 'blend (als, item-neighbours)'
}

interface Dataset {
  /** In the titles of tables. */
  name: string
  ratings: () => Promise<Ratings>
}

/**
 * examples/http.ts under load: lists of ten for known users, by one connection and by sixteen, on one thread and on two, beside a look at
 * /health; and what it takes to load a model. `--only ease,als` measures some engines and keeps the other rows.
 */
export async function serving(bench: Bench): Promise<void> {
  const program = path.join(bench.root, '.cache/bench/http.mjs')
  await build({
    entryPoints: [path.join(bench.root, 'examples/http.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external'
  })
  for (const dataset of datasets(bench)) {
    const answers: Array<Record<string, string | number>> = []
    const loads: Array<Record<string, string | number>> = []
    let ratings: Ratings | undefined
    for (const Class of engines()) {
      const {name} = Class.spec
      if (bench.only.length > 0 && !bench.only.includes(name)) continue
      const engine = SMALLER[name] ?? name
      const {file, make} = modelOf(bench, dataset, Class)
      if (!existsSync(file)) await make((ratings ??= await dataset.ratings()))
      const users = await someUsers(file)
      answers.push({engine, ...(await underLoad(program, file, users))})
      console.log(dataset.name, answers.at(-1))
      loads.push({engine, ...(await loading(bench, file))})
      console.log(dataset.name, loads.at(-1))
    }
    bench.table(
      `Served over HTTP: lists of 10 on ${dataset.name}, examples/http.ts under autocannon`,
      answers
    )
    bench.table(`A model file of ${dataset.name}, served: what loading takes`, loads)
  }
}

function datasets(bench: Bench): Dataset[] {
  const small = bench.data('ml-latest-small')
  const million = bench.data('ml-1m')
  if (million === undefined) console.log('serving: MovieLens 1M is not here (movie-recs data 1m).')
  const read = (folder: string, movies: string) => (): Promise<Ratings> =>
    readRatings(path.join(folder, 'ratings.csv'), {movies: path.join(folder, movies)})
  return [
    ...(small === undefined ? [] : [{name: 'MovieLens latest-small', ratings: read(small, 'movies.csv')}]),
    ...(million === undefined ? [] : [{name: 'MovieLens 1M', ratings: read(million, 'movies.dat')}])
  ]
}

/** The file of a fitted engine; the same build and options have the same. */
function modelOf(
  bench: Bench,
  {name}: Dataset,
  Class: EngineClass
): {file: string; make: (ratings: Ratings) => Promise<void>} {
  const options = BRIEF[Class.spec.name] ?? {}
  const built = readFileSync(path.join(bench.root, 'lib/dist/.types-built'))
  const key = createHash('sha256').update(built).update(JSON.stringify(options)).digest('hex').slice(0, 8)
  const folder = path.join(bench.root, '.cache/bench/serving')
  mkdirSync(folder, {recursive: true})
  const file = path.join(folder, `${name.split(' ')[1]}-${Class.spec.name}-${key}.mrec`)
  const make = async (ratings: Ratings): Promise<void> => {
    const begun = performance.now()
    await saveEngine(await new Class(options).fit(ratings), file)
    console.log(`${name}: ${Class.spec.name} fitted in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  return {file, make}
}

/** Up to five hundred users, from all over. */
async function someUsers(file: string): Promise<Array<number | string>> {
  const {ids} = (await loadEngine(file)).train.frame.userIds
  const step = Math.max(1, Math.floor(ids.length / 500))
  return ids.filter((_, u) => u % step === 0)
}

/** The example in a process of its own, with so many threads. */
class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string
  ) {}

  static async start(program: string, file: string, workers: number): Promise<Server> {
    const child = spawn(process.execPath, [program, file, '0', String(workers)], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const [said] = await once(child.stdout as NodeJS.ReadableStream, 'data')
    return new Server(child, `http://localhost:${/"port":(\d+)/.exec(String(said))?.[1]}`)
  }

  async stop(): Promise<void> {
    this.child.kill()
    await once(this.child, 'exit')
  }

  /** Milliseconds that /health took, asked every 10 ms while the work goes on. */
  async health(work: Promise<unknown>): Promise<number[]> {
    let going = true
    const end = (): void => void (going = false)
    work.then(end, end)
    const ms: number[] = []
    while (going) {
      const begun = performance.now()
      await (await fetch(`${this.url}/health`)).text()
      ms.push(performance.now() - begun)
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    await work
    return ms.sort((a, b) => a - b)
  }
}

interface Load {
  /** Calls answered a second. */
  throughput: number
  /** Milliseconds, ascending. */
  ms: number[]
}

/** Lists for these users in turn, over so many connections. */
async function ask(url: string, users: ReadonlyArray<number | string>, connections: number): Promise<Load> {
  let next = 0
  const begunAlone = performance.now()
  await (await fetch(`${url}/recommend?user=${users[0]}`)).text()
  // Each connection should have some answers, of slow engines, too.
  const needed = (4 * connections * (performance.now() - begunAlone)) / 1000
  const duration = Math.min(20, Math.max(SECONDS, needed))
  const path = (): string => `/recommend?user=${users[next++ % users.length]}&n=10`
  const ms: number[] = []
  const begun = performance.now()
  const {non2xx, errors} = await new Promise<Result>((resolve, reject) => {
    const requests = [{setupRequest: (request: Request): Request => ({...request, path: path()})}]
    const running = autocannon({url, connections, duration, requests}, (error, result) =>
      error ? reject(error) : resolve(result)
    )
    // Its own percentiles are whole milliseconds.
    running.on('response', (_client, status, _bytes, took) => {
      if (status === 200) ms.push(took)
    })
  })
  if (non2xx + errors > 0 || ms.length === 0)
    throw new Error(`${url}: ${non2xx + errors} calls failed, ${ms.length} were answered.`)
  const seconds = (performance.now() - begun) / 1000
  return {throughput: ms.length / seconds, ms: ms.sort((a, b) => a - b)}
}

const at = (ms: readonly number[], share: number): number => ms[Math.floor(share * (ms.length - 1))]
/** Three digits, as many as are worth reading. */
const short = (value: number): string =>
  value < 100 ? String(Number(value.toPrecision(3))) : value.toFixed(0)

async function underLoad(
  program: string,
  file: string,
  users: ReadonlyArray<number | string>
): Promise<Record<string, string>> {
  const servers: Server[] = []
  try {
    for (const workers of [1, 2]) servers.push(await Server.start(program, file, workers))
    const [single, both] = servers
    return await measured(single, both, users)
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

/** Figures of the server with two threads, and how much more it answers than the one with one. */
async function measured(
  single: Server,
  both: Server,
  users: ReadonlyArray<number | string>
): Promise<Record<string, string>> {
  for (const {url} of [single, both]) await ask(url, users, CONNECTIONS)
  const [one, many, ratios, health]: number[][] = [[], [], [], []]
  const rates = {one: 0, many: 0}
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await ask(single.url, users, CONNECTIONS)
    const loading = ask(both.url, users, CONNECTIONS)
    health.push(...(await both.health(loading)))
    const under = await loading
    const quiet = await ask(both.url, users, 1)
    many.push(...under.ms)
    one.push(...quiet.ms)
    rates.many += under.throughput / ROUNDS
    rates.one += quiet.throughput / ROUNDS
    ratios.push(under.throughput / alone.throughput)
  }
  for (const ms of [one, many, ratios, health]) ms.sort((a, b) => a - b)
  const swap = await both.health(fetch(`${both.url}/model`, {method: 'POST'}))
  return {
    'one connection: p50, ms': short(at(one, 0.5)),
    'p99, ms': short(at(one, 0.99)),
    'calls/s': short(rates.one),
    [`${CONNECTIONS}: p50, ms`]: short(at(many, 0.5)),
    [`${CONNECTIONS}: p99, ms`]: short(at(many, 0.99)),
    [`${CONNECTIONS}: calls/s`]: short(rates.many),
    'p99 of 16 over p50 of one': short(at(many, 0.99) / at(one, 0.5)),
    'two threads over one': at(ratios, 0.5).toFixed(2),
    'health beside it, p99, ms': short(at(health, 0.99)),
    'health while swapping, slowest, ms': short(swap.at(-1) as number),
    // All of it, this bench included: on two cores, figures beside more than four are those of a machine that is busy with something else.
    'load average': short(loadavg()[0])
  }
}

/**
 * Serves a model, and tells how long its main thread was kept from its timers, and how much memory it takes then. Where the system tells
 * it, only the processor time of that thread counts: others at work on the machine keep it waiting, too.
 */
const LOADER = `
  const {serveEngine} = require('movie-recs')
  const {existsSync, readFileSync} = require('node:fs')
  const [, file, workers] = process.argv
  const own = '/proc/self/task/' + process.pid + '/schedstat'
  const now = existsSync(own) ? () => Number(readFileSync(own, 'utf8').split(' ')[0]) / 1e6 : () => performance.now()
  const before = process.memoryUsage().rss
  let last = now(), longest = 0
  const timer = setInterval(() => {
    longest = Math.max(longest, now() - last)
    last = now()
  }, 2)
  const begun = performance.now()
  serveEngine(file, {workers: Number(workers)}).then(service => {
    clearInterval(timer)
    const ms = performance.now() - begun
    console.log(JSON.stringify({seconds: ms / 1000, longest, mb: (process.memoryUsage().rss - before) / 2 ** 20}))
    return service.close()
  })`

async function loading(bench: Bench, file: string): Promise<Record<string, string>> {
  const load = async (workers: number): Promise<{seconds: number; longest: number; mb: number}> => {
    const {stdout} = await promisify(execFile)(process.execPath, ['-e', LOADER, file, String(workers)], {
      cwd: bench.root
    })
    return JSON.parse(stdout)
  }
  const [one, two] = [await load(1), await load(2)]
  const size = readFileSync(file).length / 2 ** 20
  return {
    'file, MB': short(size),
    'ready with 2 threads, s': short(two.seconds),
    'main thread busy: longest, ms': short(two.longest),
    'memory with 1 thread, MB': one.mb.toFixed(0),
    'with 2 threads, MB': two.mb.toFixed(0)
  }
}
