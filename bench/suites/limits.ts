import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {engineByName, type Ratings, readRatings, split} from 'movie-recs'
import {Crew} from '#dist/kernels/crew.js'
import {kernelConstants} from '#internals'
import type {Bench} from '../harness'

/** What one kernel does in one engine's work: how often it multiplies and adds, and the bytes that it must at least read and write. */
interface Count {
  /** Several where they work in one turn. */
  kernel: string
  /** Of its tasks, those whose calls have this argument at this place. */
  only?: readonly [place: number, value: number]
  precision: 'single' | 'double'
  multiplyAdds: number
  bytes: number
  /** Whether these are of one turn, of which there are as many as it takes. */
  eachTurn?: boolean
}

interface Part {
  engine: string
  options: Record<string, unknown>
  /** Whether lists are measured, for everybody, and not the fit. */
  lists?: boolean
  counts: (ratings: Ratings) => Count[]
}

/** Sum over people of the square of how much each rated: pairs of movies that share one. */
const pairs = ({byUser: {start}}: Ratings): number =>
  start.reduce((sum, from, u) => sum + (u + 1 < start.length ? (start[u + 1] - from) ** 2 : 0), 0)

const F = 64
const PARTS: readonly Part[] = [
  {
    engine: 'als',
    options: {factors: F - 2, epochs: 4, steps: 2},
    counts: ({length}) => {
      // A pass over the ratings reads their rows: for the residual, and for each step; all but the last step also add them up.
      const stride = kernelConstants().conjugateGradientStride(F)
      const halves = 2 * 4
      return [
        {
          kernel: 'conjugateGradient',
          only: [17, 2],
          precision: 'single',
          multiplyAdds: halves * 5 * length * stride,
          bytes: halves * 3 * length * (8 + 4 * stride)
        }
      ]
    }
  },
  {
    engine: 'mf',
    options: {factors: F, epochs: 3, patience: 0, implicitFeedback: false},
    counts: ({length}) => [
      {
        kernel: 'sgd',
        precision: 'single',
        multiplyAdds: 3 * 5 * length * F,
        bytes: 3 * length * (8 + 2 * 4 * F)
      }
    ]
  },
  {
    engine: 'mf',
    options: {factors: F, epochs: 3, patience: 0, implicitFeedback: true},
    counts: ({length}) => [
      {
        kernel: 'svdpp',
        precision: 'single',
        multiplyAdds: 3 * 8 * length * F,
        bytes: 3 * length * (8 + 5 * 4 * F)
      }
    ]
  },
  {
    engine: 'bayesian',
    options: {factors: F, sweeps: 3, burnIn: 1},
    counts: ({length, userCount, movieCount}) => [
      {
        // The upper triangle of x'x with the bias and the right side, the product a·b, and a Cholesky factor a row.
        kernel: 'gibbsRows',
        precision: 'single',
        multiplyAdds:
          3 * (2 * length * (((F + 2) * (F + 3)) / 2 + F) + ((userCount + movieCount) * F ** 3) / 6),
        bytes: 3 * 2 * length * (8 + 4 * (F + 4))
      }
    ]
  },
  {
    engine: 'ease',
    options: {},
    counts: ratings => [
      {
        kernel: 'weighTogether',
        precision: 'double',
        multiplyAdds: pairs(ratings) / 2,
        bytes: 8 * pairs(ratings)
      },
      {
        kernel: 'invertUpdate',
        precision: 'double',
        multiplyAdds: ratings.movieCount ** 3 / 2,
        bytes: (8 * ratings.movieCount ** 3) / 64
      }
    ]
  },
  {
    engine: 'truncated-svd',
    options: {},
    counts: ({length}) => [
      {
        // Two vectors at once, by the ratings and back.
        kernel: 'gramProduct',
        precision: 'double',
        multiplyAdds: 2 * 2 * length,
        bytes: 2 * length * (8 + 16) + length * 16,
        eachTurn: true
      }
    ]
  },
  {
    engine: 'auto-rec',
    options: {hidden: 512, networks: 1, epochs: 3, patience: 0},
    counts: ({length}) => [
      {
        // A rating reads its user's row and a code once in each pass, in the second twice; steps of Adam come on top.
        kernel: 'autoEncode, autoDecode, autoLearn',
        precision: 'single',
        multiplyAdds: 3 * 5 * length * 512,
        bytes: 3 * 5 * length * 4 * 512
      }
    ]
  },
  {
    engine: 'click-neighbours',
    options: {},
    counts: ratings => [
      {
        kernel: 'relatedRows',
        precision: 'double',
        multiplyAdds: pairs(ratings),
        bytes: (8 + 16) * pairs(ratings)
      }
    ]
  },
  {
    engine: 'als',
    options: {factors: F, epochs: 1},
    lists: true,
    counts: ({userCount, movieCount}) => [
      {
        // As many as if no movie were passed over.
        kernel: 'factorLists, exactLists',
        precision: 'single',
        multiplyAdds: userCount * movieCount * F,
        bytes: 4 * userCount * movieCount
      }
    ]
  },
  {
    engine: 'ease',
    options: {stars: 0},
    lists: true,
    counts: ({length, movieCount}) => [
      {
        kernel: 'weightLists',
        precision: 'double',
        multiplyAdds: length * movieCount,
        bytes: 4 * length * movieCount
      }
    ]
  }
]

/** How much of what one core of this machine can do each kernel does, on MovieLens 1M, both measured in one run. */
export async function limits(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('limits: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const ratings = await readRatings(path.join(folder, 'ratings.csv'))
  void [ratings.byUser, ratings.byMovie]
  const peak = await peaks(bench.root)
  console.log(peak)
  const rows: Array<Record<string, string | number>> = []
  for (const part of PARTS) {
    if (bench.only.length > 0 && !bench.only.includes(part.engine)) continue
    const spent = await secondsOfKernels(part, ratings)
    for (const count of part.counts(ratings)) {
      const {seconds, turns} = spent(count)
      rows.push(rowOf(part, count, count.eachTurn === true ? seconds / turns : seconds, peak))
    }
    console.log(rows[rows.length - 1])
  }
  bench.table('Limits: kernels on one thread, MovieLens 1M', [...rowsOf(peak), ...rows])
}

interface Peaks {
  /** Billion multiply-adds a second. */
  single: number
  double: number
  /** GB a second. */
  stream: number
}

/** What the kernels are measured by. */
function rowsOf({single, double, stream}: Peaks): Array<Record<string, string | number>> {
  const row = (kernel: string, precision: string, rate: string, gigabytes: string) => ({
    kernel,
    work: '–',
    precision,
    s: '–',
    'billion multiply-adds a second': rate,
    'of registers': rate === '–' ? '–' : '100 %',
    'GB/s, at least': gigabytes,
    'of the stream': gigabytes === '–' ? '–' : '100 %'
  })
  return [
    row('on registers alone, single', 'single', single.toFixed(2), '–'),
    row('on registers alone, double', 'double', double.toFixed(2), '–'),
    row('a stream through memory', '–', '–', stream.toFixed(1))
  ]
}

function rowOf(part: Part, count: Count, seconds: number, peak: Peaks): Record<string, string | number> {
  const rate = count.multiplyAdds / seconds / 1e9
  const stream = count.bytes / seconds / 1e9
  const percent = (share: number): string => `${Math.round(100 * share)} %`
  return {
    kernel: count.kernel,
    work: `${part.lists === true ? 'lists for all of' : 'fit of'} ${part.engine}`,
    precision: count.precision,
    s: seconds.toFixed(seconds < 0.1 ? 4 : 2),
    'billion multiply-adds a second': rate.toFixed(2),
    'of registers': percent(rate / peak[count.precision]),
    'GB/s, at least': stream.toFixed(1),
    'of the stream': percent(stream / peak.stream)
  }
}

interface Task {
  kernel: string
  calls: ReadonlyArray<readonly number[]>
}

/** Runs the work on one thread; the turns of each kernel in it, and the seconds that they took. */
async function secondsOfKernels(
  part: Part,
  ratings: Ratings
): Promise<(count: Count) => {seconds: number; turns: number}> {
  const turns: Array<{kernels: Set<string>; call: readonly number[]; seconds: number}> = []
  const crew = Crew.prototype as unknown as {
    turns: (tasks: readonly Task[], terms: unknown, values: Float64Array) => Generator<unknown>
  }
  const whole = crew.turns
  crew.turns = function* (tasks, terms, values) {
    const begun = performance.now()
    yield* whole.call(this, tasks, terms, values)
    const seconds = (performance.now() - begun) / 1000
    turns.push({kernels: new Set(tasks.map(({kernel}) => kernel)), call: tasks[0]?.calls[0] ?? [], seconds})
  }
  try {
    const Class = engineByName(part.engine)
    if (Class === undefined) throw new Error(`There is no engine ${part.engine}.`)
    // With something to watch ALS comes back after each half of a round, so that its halves are told apart.
    const watched = part.engine === 'als' && part.lists !== true ? {validation: few(ratings)} : {}
    const engine = await new Class(part.options).fit(ratings, {workers: 1, ...watched})
    if (part.lists === true) {
      turns.length = 0
      for await (const _ of engine.recommendAll({n: 10, workers: 1})) void _
    }
  } finally {
    crew.turns = whole
  }
  return ({kernel, only: [place, value] = [-1, 0]}) => {
    const own = turns.filter(
      ({kernels, call}) => [...kernels].join(', ') === kernel && (place < 0 || call[place] === value)
    )
    return {seconds: own.reduce((sum, one) => sum + one.seconds, 0), turns: own.length}
  }
}

function few(ratings: Ratings): Ratings {
  return split(ratings, {test: 0.001, seed: 1}).test
}

/** The best of five of each. */
async function peaks(root: string): Promise<Peaks> {
  const file = path.join(root, '.cache/bench/peak.wasm')
  mkdirSync(path.dirname(file), {recursive: true})
  const compiler = path.join(root, 'node_modules/assemblyscript/bin/asc.js')
  const flags = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--initialMemory', '4000']
  execFileSync(process.execPath, [compiler, path.join(root, 'lib/assembly/peak.ts'), '-o', file, ...flags])
  const {WebAssembly: wasm} = globalThis as unknown as {
    WebAssembly: {
      instantiate(
        bytes: Uint8Array,
        imports: object
      ): Promise<{instance: {exports: Record<string, (...args: number[]) => number>}}>
    }
  }
  const {exports} = (await wasm.instantiate(readFileSync(file), {env: {abort: () => undefined}})).instance
  const best = (work: () => void): number => {
    let least = Number.POSITIVE_INFINITY
    for (let n = 0; n < 5; n++) {
      const begun = performance.now()
      work()
      least = Math.min(least, performance.now() - begun)
    }
    return least / 1000
  }
  const [rounds, bytes] = [20_000_000, 1 << 26]
  return {
    single: (32 * rounds) / best(() => exports.singles(rounds)) / 1e9,
    double: (16 * rounds) / best(() => exports.doubles(rounds)) / 1e9,
    stream: (3 * bytes) / best(() => exports.triad(1 << 20, bytes)) / 1e9
  }
}
