import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Worker} from 'node:worker_threads'
import {Random} from '#internals'
import {ROOT} from '#paths'
import {forge} from './forge'

export interface Judgement {
  outcome: 'refused' | 'answers' | 'fault'
  what: string
}

/** Where forged files are tried: each in a thread that is ended when it takes too long, and one after the other. */
export class Court {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-forged-'))
  private worker: Worker | undefined
  private hear: (judgement: Judgement) => void = () => {}

  constructor(
    /** A module beside this one that takes a message for each file and posts its judgement. */
    private readonly judge: 'judgeModel' | 'judgeFit',
    /** Milliseconds that a file may take. */
    private readonly limit = 2000
  ) {}

  /** What becomes of a file. `more` is handed to the judge beside it. */
  async try(bytes: Buffer, more?: unknown): Promise<Judgement> {
    const file = path.join(this.folder, 'forged')
    writeFileSync(file, bytes)
    this.worker ??= await this.seated()
    const {worker} = this
    let timer: NodeJS.Timeout | undefined
    const judgement = await new Promise<Judgement>(resolve => {
      this.hear = resolve
      const hangs = (): void => resolve({outcome: 'fault', what: `hangs: no answer in ${this.limit} ms`})
      timer = setTimeout(hangs, this.limit)
      worker.postMessage(more === undefined ? file : {file, more})
    })
    clearTimeout(timer)
    // Whoever was at fault may be in a loop, or dead.
    if (judgement.outcome === 'fault') await this.dismiss()
    return judgement
  }

  async close(): Promise<void> {
    await this.dismiss()
    rmSync(this.folder, {recursive: true, force: true})
  }

  private async dismiss(): Promise<void> {
    const {worker} = this
    this.worker = undefined
    await worker?.terminate()
  }

  /** A judge who has loaded the library. */
  private seated(): Promise<Worker> {
    const worker = new Worker(path.join(ROOT, 'test/files', `${this.judge}.mjs`), {execArgv: []})
    return new Promise(resolve => {
      this.hear = () => resolve(worker)
      worker.on('message', judgement => this.hear(judgement))
      worker.on('error', error => this.hear({outcome: 'fault', what: `the thread died: ${error.stack}`}))
    })
  }
}

/** What became of many forgeries, for a message. */
export interface Verdicts {
  refused: number
  answers: number
  /** What was done to a file, and what came of it. */
  faults: string[]
}

/** Tries so many forgeries of a good file; `others` are good files that parts are taken from. */
export async function tryAll(
  court: Court,
  good: Buffer,
  others: readonly Buffer[],
  {count, seed, more}: {count: number; seed: number; more?: unknown}
): Promise<Verdicts> {
  const verdicts: Verdicts = {refused: 0, answers: 0, faults: []}
  for (let k = 0; k < count; k++) {
    const {what, bytes} = forge(good, others, new Random(seed, k))
    const judgement = await court.try(bytes, more)
    if (judgement.outcome === 'fault')
      verdicts.faults.push(`seed ${seed}, ${k}: ${what} → ${judgement.what.slice(0, 600)}`)
    else verdicts[judgement.outcome]++
  }
  return verdicts
}

/** Says the counts where more forgeries than usual were asked for. */
export function tell(name: string, {refused, answers, faults}: Verdicts): void {
  if (process.env.FORGERIES === undefined) return
  process.stdout.write(`${name}: ${refused} refused, ${answers} answer, ${faults.length} faults\n`)
}

/** "120 refused, 30 answer, 0 faults", and the faults. */
export function inWords({refused, answers, faults}: Verdicts): string {
  return [`${refused} refused, ${answers} answer, ${faults.length} faults`, ...faults].join('\n')
}
