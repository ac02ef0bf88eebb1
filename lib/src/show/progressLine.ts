import type {Progress} from '../work'
import {count} from './numbers'

/** A person cannot read a line that changes faster than this, in milliseconds. */
const READABLE = 150
/** What is no terminal is a log: a new line each time, so only so often. */
const BETWEEN_LOG_LINES = 10_000

/** One line that says how far long work is; each state takes the place of the one before. */
export abstract class ProgressLine {
  private written = false

  /** States are shown at least `pause` milliseconds apart; `shown` is when the last was, in the time of `performance.now()`. */
  constructor(
    private readonly pause: number = READABLE,
    private shown: number = Number.NEGATIVE_INFINITY
  ) {}

  /** Shows a step, where the line has stood long enough; the last one always, if there was one before it. */
  update(step: Progress): void {
    const done = step.done >= step.total
    const now = performance.now()
    if (now - this.shown < this.pause && !(done && this.written)) return
    this.shown = now
    this.written = true
    this.write(describeProgress(step), done ? undefined : step)
  }

  /** Says where the work was stopped. */
  stop(last: Progress): void {
    this.write(describeProgress(last, true))
  }

  /** Leaves the last state where it stands. */
  abstract end(): void

  /** `step` is work under way; a last state has none. */
  protected abstract write(text: string, step?: Progress): void
}

/** A line on standard error, in place where that is a terminal; elsewhere a line every ten seconds. */
export class TerminalLine extends ProgressLine {
  private open = false

  constructor(private readonly terminal: boolean = process.stderr.isTTY === true) {
    super(...(terminal ? [] : [BETWEEN_LOG_LINES, performance.now()]))
  }

  end(): void {
    if (this.open) process.stderr.write('\n')
    this.open = false
  }

  /** Takes the line away: what was asked for follows. */
  clear(): void {
    if (this.open) process.stderr.write(EMPTY)
    this.open = false
  }

  protected write(text: string): void {
    if (this.terminal) {
      const width = Math.max(20, (process.stderr.columns ?? 80) - 1)
      process.stderr.write(EMPTY + text.slice(0, width))
      this.open = true
    } else process.stderr.write(`${text}\n`)
  }
}

/** To the start of the line, and nothing on it. */
const EMPTY = '\r\u001b[2K'

/** A line on standard error that is gone when the work is. */
export function progressLine(): {update: (step: Progress) => void; clear: () => void} {
  const line = new TerminalLine()
  return {update: step => line.update(step), clear: () => line.clear()}
}

/**
 * "fitting mf: 12 of 50, 3.0 s left, train 0.8123, validation 0.8765"; when done "fitting mf: 50 of 50 in 4.1 s, …", or where learning
 * had enough before "fitting mf: stopped early at epoch 22 of 50 in 1.8 s, …".
 */
export function describeProgress(
  {task, done, total, seconds, train, validation, early}: Progress,
  stopped = false
): string {
  const errors = [
    ...(train === undefined ? [] : [`train ${train.toFixed(4)}`]),
    ...(validation === undefined ? [] : [`validation ${validation.toFixed(4)}`])
  ]
  const steps = `${count(done)} of ${count(total)}`
  if (stopped) return [`${task}: stopped at ${steps}`, ...errors].join(', ')
  if (early !== undefined) {
    const epochs = `epoch ${count(early.epoch)} of ${count(early.epochs)}`
    return [`${task}: stopped early at ${epochs} in ${duration(seconds)}`, ...errors].join(', ')
  }
  const left = done > 0 ? `, ${duration((seconds * (total - done)) / done)} left` : ''
  const time = done >= total ? ` in ${duration(seconds)}` : left
  return [`${task}: ${steps}${time}`, ...errors].join(', ')
}

/** "4.1 s", "75 s", "2 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
