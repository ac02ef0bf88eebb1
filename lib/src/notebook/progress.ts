import {randomBytes} from 'node:crypto'
import timers from 'node:timers'
import {escapeHtml} from '../show/html'
import {ProgressLine, TerminalLine} from '../show/progressLine'
import type {Progress, WorkOptions} from '../work'
import {afterThisTurn, inKernel, send} from './kernel'

/** As they are when the library is loaded: what a test framework puts in their place would never come back. */
const {clearTimeout, setTimeout} = timers

/** Work that reports nothing for this long after its last step is over: its interrupt listener goes. */
const OVER_AFTER = 500

let current: Watch | undefined

/**
 * Long work with one line that updates in place, and with an interrupt: `await engine.fit(train, progress())`.
 * In a notebook the line is a bar in the cell, and the kernel's interrupt stops the work within two seconds with an
 * `InterruptedError`; on a terminal it is a line on standard error (in a log one every ten seconds), and Ctrl-C does the same. One
 * work at a time has the interrupt.
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
    if (this.last !== undefined) this.line.stop(this.last)
    this.line.end()
  }
  private listening = false
  private over: NodeJS.Timeout | undefined
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
    this.line.update(step)
    // Cross-validation begins again at 0: the work is over once nothing has come for a while after a last step.
    if (step.done >= step.total) {
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

  private listen(): void {
    if (this.abort.signal.aborted) return
    this.listening = true
    afterThisTurn(() => {
      if (this.listening) process.once('SIGINT', this.interrupt)
    })
  }
}

/** One output of a cell, replaced in place. The executed notebook keeps its last state. */
class CellLine extends ProgressLine {
  private readonly id = randomBytes(8).toString('hex')
  private sent = false

  end(): void {}

  /** Work under way has a bar. */
  protected write(text: string, step?: Progress): void {
    const bar = step === undefined ? '' : `<progress value="${step.done}" max="${step.total}"></progress> `
    const html = `<div role="status">${bar}${escapeHtml(text)}</div>`
    send({'text/html': html, 'text/plain': text}, {}, {id: this.id, update: this.sent})
    this.sent = true
  }
}
