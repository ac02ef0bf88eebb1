import {randomBytes} from 'node:crypto'
import {escapeHtml} from '../show/html'
import type {Progress, WorkOptions} from '../work'
import {inKernel, send} from './kernel'

/** Updates of the line are at least this far apart: a display costs a message, and the last state is always shown. */
const BETWEEN_UPDATES = 150
/** Work that reports nothing for this long after its last step is over: its interrupt listener goes. */
const OVER_AFTER = 500

let current: Watch | undefined

/**
 * Long work with one line that updates in place, and with an interrupt: `await engine.fit(train, progress())`.
 * In a notebook the line is a bar in the cell, and the kernel's interrupt stops the work within two seconds with an
 * `InterruptedError`; on a terminal it is a line on standard error, and Ctrl-C does the same. One work at a time has the interrupt.
 */
export function progress(): Required<Pick<WorkOptions, 'onProgress' | 'signal'>> {
  current?.leave()
  const watch = new Watch()
  current = watch
  return {onProgress: step => watch.show(step), signal: watch.signal}
}

/** Shows the steps of one work and hears the interrupt for it. */
class Watch {
  private readonly abort = new AbortController()
  private readonly line = inKernel() ? new CellLine() : new TerminalLine()
  private readonly interrupt = (): void => {
    this.abort.abort()
    this.leave()
    if (this.last !== undefined) this.line.write(describeProgress(this.last, true))
    this.line.end()
  }
  private listening = false
  private over: NodeJS.Timeout | undefined
  private shown = Number.NEGATIVE_INFINITY
  private last: Progress | undefined

  constructor() {
    this.listen()
  }

  get signal(): AbortSignal {
    return this.abort.signal
  }

  show(step: Progress): void {
    if (this.abort.signal.aborted) return
    clearTimeout(this.over)
    this.last = step
    const done = step.done >= step.total
    const now = performance.now()
    if (done || now - this.shown >= BETWEEN_UPDATES) {
      this.shown = now
      this.line.write(describeProgress(step), done ? undefined : step)
    }
    // Cross-validation begins again at 0: the work is over once nothing has come for a while after a last step.
    if (done) {
      this.over = setTimeout(() => this.leave(), OVER_AFTER)
      this.over.unref()
      this.line.end()
    } else if (!this.listening) this.listen()
  }

  leave(): void {
    this.listening = false
    process.removeListener('SIGINT', this.interrupt)
    if (current === this) current = undefined
  }

  /**
   * The kernel runs the synchronous part of a cell with signal handlers of its own; a listener that is added in it makes the next
   * interrupt kill the kernel. One that is added after a turn of the event loop is heard.
   */
  private listen(): void {
    if (this.abort.signal.aborted) return
    this.listening = true
    setImmediate(() => {
      if (this.listening) process.once('SIGINT', this.interrupt)
    })
  }
}

/** "fitting mf: 12 of 50, 3 s left, train 0.8123, validation 0.8765"; when done "fitting mf: 50 of 50 in 4.1 s, …". */
export function describeProgress(
  {task, done, total, seconds, train, validation}: Progress,
  stopped = false
): string {
  const errors = [
    ...(train === undefined ? [] : [`train ${train.toFixed(4)}`]),
    ...(validation === undefined ? [] : [`validation ${validation.toFixed(4)}`])
  ]
  if (stopped) return [`${task}: stopped at ${done} of ${total}`, ...errors].join(', ')
  const left = done > 0 ? `, ${duration((seconds * (total - done)) / done)} left` : ''
  const time = done >= total ? ` in ${duration(seconds)}` : left
  return [`${task}: ${done} of ${total}${time}`, ...errors].join(', ')
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** One output of a cell, replaced in place. The executed notebook keeps its last state. */
class CellLine {
  private readonly id = randomBytes(8).toString('hex')
  private written = false

  /** `step` has a bar; a last state has none. */
  write(text: string, step?: Progress): void {
    const bar = step === undefined ? '' : `<progress value="${step.done}" max="${step.total}"></progress> `
    const html = `<div role="status">${bar}${escapeHtml(text)}</div>`
    send({'text/html': html, 'text/plain': text}, {}, {id: this.id, update: this.written})
    this.written = true
  }

  end(): void {}
}

/** One line on standard error, where that is a terminal. */
class TerminalLine {
  private open = false

  write(text: string): void {
    if (!process.stderr.isTTY) return
    const width = Math.max(20, (process.stderr.columns ?? 80) - 1)
    process.stderr.write(`\r\u001b[2K${text.slice(0, width)}`)
    this.open = true
  }

  end(): void {
    if (this.open) process.stderr.write('\n')
    this.open = false
  }
}
