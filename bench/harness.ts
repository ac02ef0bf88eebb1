import {execFile, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {availableParallelism, cpus} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)

/** What one timed run may tell beside its time: the quality that the comparison holds at. */
export interface Outcome {
  /** Seconds, where the work times itself (a part of what it does); else the whole call is timed. */
  seconds?: number
  rmse?: number
  /** What the work minimises, where that is no error of predictions. */
  loss?: number
}

/** The other side of a row: a script in bench/peers that prints one JSON line {"seconds": [...], "rmse": ..., "loss": ...}. */
export interface Peer {
  name: string
  /** Name of the virtual environment: bench/peers/<venv>.txt holds its requirements. */
  venv: string
  script: string
  args?: readonly string[]
}

export interface RowSpec {
  work: string
  ours: () => Promise<Outcome | undefined> | Outcome | undefined
  peer?: Peer
  /** The plain twin of the kernel, timed in the same run. */
  twin?: () => Promise<Outcome | undefined> | Outcome | undefined
  /** The ratio to reach, where there is one. */
  goal?: number
  /** Timed runs, after one that is not counted. @default that of the command, 3 */
  runs?: number
  /** False for work so long that it is run once, without warm-up. @default true */
  warmUp?: boolean
  note?: string
}

/** How a table is drawn: a curve for each column of `y` against the column `x`, on a logarithmic axis. */
export interface Chart {
  /** Name of the PNG in bench/charts. */
  file: string
  x: string
  y: readonly string[]
  /** Where the columns of `y` stand on `x`: then there is a curve for each row instead, on two logarithmic axes. */
  at?: readonly number[]
  /** The rows that have a curve, by what their first column says. @default all */
  of?: readonly string[]
  /** What the curves measure. */
  measure: string
}

export interface Timing {
  name: string
  median: number
  min: number
  max: number
  runs: number
  rmse?: number
  loss?: number
}

export interface Row {
  suite: string
  work: string
  ours: Timing
  other?: Timing
  /** Seconds of the other side over ours. */
  ratio?: number
  goal?: number
  note?: string
}

/** Measures rows one at a time: ours and the other side in the same run, warm-up first, median of several. */
export class Bench {
  readonly rows: Row[] = []
  /** Numbers that are no timings: accuracy tables, sizes. Kept under their title beside the rows. */
  readonly tables: Array<{
    suite: string
    title: string
    rows: Array<Record<string, string | number>>
    chart?: Chart
  }> = []

  constructor(
    readonly suite: string,
    readonly root: string,
    /** Whether the peers are timed, too. */
    readonly peers: boolean,
    readonly runs: number,
    /** Parts of the suite to run; all where it is empty. */
    readonly only: readonly string[] = []
  ) {}

  /** A folder of MovieLens data (ml-1m, ml-100k), undefined where it is not on this machine. */
  data(edition: string): string | undefined {
    const folders = [
      process.env.MOVIE_RECS_DATA,
      path.join(this.root, 'data'),
      path.join(this.root, '../shared/data')
    ]
    return folders
      .filter(folder => folder !== undefined)
      .map(folder => path.join(folder, edition))
      .find(existsSync)
  }

  /** Measures one row; left out where `only` names other work. */
  async row(spec: RowSpec): Promise<Row | undefined> {
    if (this.only.length > 0 && !this.only.some(part => spec.work.includes(part))) return undefined
    const {runs = this.runs, warmUp = true} = spec
    const ours = await this.time('movie-recs', spec.ours, runs, warmUp)
    const other =
      this.peers && spec.peer !== undefined
        ? await this.peer(spec.peer, runs)
        : spec.twin === undefined
          ? undefined
          : await this.time('plain TypeScript twin', spec.twin, Math.min(runs, 3), false)
    const row: Row = {
      suite: this.suite,
      work: spec.work,
      ours,
      ...(other === undefined ? {} : {other, ratio: other.median / ours.median}),
      ...(spec.goal === undefined ? {} : {goal: spec.goal}),
      ...(spec.note === undefined ? {} : {note: spec.note})
    }
    this.rows.push(row)
    console.log(describe(row))
    return row
  }

  /** Keeps a table of numbers (accuracy by split, size by factors), and says how it is drawn. */
  table(title: string, rows: Array<Record<string, string | number>>, chart?: Chart): void {
    this.tables.push({suite: this.suite, title, rows, ...(chart === undefined ? {} : {chart})})
    console.log(title)
    console.table(rows)
  }

  private async time(name: string, work: RowSpec['ours'], runs: number, warmUp: boolean): Promise<Timing> {
    if (warmUp) await work()
    const seconds: number[] = []
    let quality: Quality = {}
    for (let n = 0; n < runs; n++) {
      const begun = performance.now()
      const outcome = await work()
      const whole = (performance.now() - begun) / 1000
      seconds.push(outcome?.seconds ?? whole)
      quality = {...quality, ...qualityOf(outcome ?? {})}
    }
    return timing(name, seconds, quality)
  }

  private async peer(peer: Peer, runs: number): Promise<Timing> {
    const python = await this.environment(peer.venv)
    const script = path.join(this.root, 'bench/peers', peer.script)
    const {stdout} = await run(python, [script, ...(peer.args ?? []), '--runs', String(runs)], {
      maxBuffer: 1 << 26,
      env: {...process.env, OMP_NUM_THREADS: String(availableParallelism()), TF_CPP_MIN_LOG_LEVEL: '3'}
    })
    const line = stdout.trim().split('\n').pop() ?? ''
    const answer = JSON.parse(line) as {seconds: number[]} & Quality
    return timing(peer.name, answer.seconds, qualityOf(answer))
  }

  /** The Python of a peer's virtual environment, made on first use. */
  async environment(venv: string): Promise<string> {
    const folder = path.join(this.root, '.venvs', venv)
    const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
    const requirements = path.join(this.root, 'bench/peers', `${venv}.txt`)
    if (!existsSync(path.join(folder, '.complete'))) {
      console.log(`installing the peers of ${venv} …`)
      await inherit(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '--clear', folder])
      await inherit(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements])
      await inherit(python, ['-c', `open(${JSON.stringify(path.join(folder, '.complete'))}, "w").close()`])
    }
    return python
  }
}

type Quality = Pick<Timing, 'rmse' | 'loss'>

function qualityOf({rmse, loss}: Quality): Quality {
  return {...(rmse === undefined ? {} : {rmse}), ...(loss === undefined ? {} : {loss})}
}

/** The quality in words: RMSE in stars, or the loss. */
export function say({rmse, loss}: Quality): string {
  if (rmse !== undefined) return rmse.toFixed(4)
  return loss === undefined ? '' : `loss ${Math.round(loss).toLocaleString('en-US')}`
}

function timing(name: string, seconds: number[], quality: Quality): Timing {
  const sorted = [...seconds].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return {
    name,
    median,
    min: sorted[0],
    max: sorted[sorted.length - 1],
    runs: sorted.length,
    ...quality
  }
}

function inherit(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {stdio: 'inherit'})
    child.on('error', reject)
    child.on('exit', code =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))
    )
  })
}

export function describe(row: Row): string {
  const side = (timing: Timing): string =>
    `${timing.name} ${timing.median.toFixed(3)} s${say(timing) === '' ? '' : ` (${say(timing)})`}`
  const against =
    row.other === undefined || row.ratio === undefined
      ? ''
      : `, ${side(row.other)}: ${row.ratio.toFixed(1)} times as fast`
  const goal = row.goal === undefined ? '' : ` (goal ${row.goal})`
  return `${row.suite}: ${row.work}: ${side(row.ours)}${against}${row.other === undefined ? '' : goal}`
}

/** The machine a result was measured on. */
export function machine(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`
}
