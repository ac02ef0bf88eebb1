import {type ChildProcess, spawn} from 'node:child_process'

/** Works for ever, but for a look every now and then at whether the one who started it is still there. */
const WORK = `const parent = process.ppid
for (let k = 1; ; k++) if (k % 1e7 === 0 && process.ppid !== parent) process.exit()`

/** Programs that take all the time of a processor that they get, until they are killed or their parent is gone. */
export function busyPrograms(count: number): ChildProcess[] {
  return Array.from({length: count}, () => spawn(process.execPath, ['-e', WORK], {stdio: 'ignore'}))
}
