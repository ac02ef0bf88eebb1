import type {Progress} from '../work'

/** One line on standard error that updates in place on a terminal; elsewhere a line every ten seconds. */
export function progressLine(): {update: (progress: Progress) => void; clear: () => void} {
  const terminal = process.stderr.isTTY === true
  let shown = 0
  let last = 0
  const update = (progress: Progress): void => {
    const now = performance.now()
    const wait = terminal ? 80 : 10_000
    if (last === 0 && !terminal) last = now
    if (now - last < wait && !(terminal && progress.done === progress.total)) return
    last = now
    const line = describeProgress(progress)
    process.stderr.write(terminal ? `\r${line.padEnd(shown)}` : `${line}\n`)
    shown = line.length
  }
  const clear = (): void => {
    if (terminal && shown > 0) process.stderr.write(`\r${' '.repeat(shown)}\r`)
  }
  return {update, clear}
}

/** "fitting mf: 7 of 20, RMSE 0.812 on train, 0.871 on validation, 3 s left" */
export function describeProgress({task, done, total, seconds, train, validation}: Progress): string {
  const errors = [
    ...(train === undefined ? [] : [`${train.toFixed(4)} on train`]),
    ...(validation === undefined ? [] : [`${validation.toFixed(4)} on validation`])
  ]
  const left = done === 0 ? undefined : (seconds / done) * (total - done)
  const parts = [
    `${task}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`,
    ...(errors.length === 0 ? [] : [`RMSE ${errors.join(', ')}`]),
    ...(left === undefined || left < 1 ? [] : [`${duration(left)} left`])
  ]
  return parts.join(', ')
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
