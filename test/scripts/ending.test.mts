import {spawn} from 'node:child_process'
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import url from 'node:url'
import {afterAll, describe, expect, it} from 'vitest'
import {root} from '../../scripts/setup/setup.mjs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-ending-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const at = (file: string): string => JSON.stringify(url.pathToFileURL(path.join(root, 'scripts', file)).href)

/** A command that starts a program, makes a run folder and waits; it prints the program's number and the folder. */
const waits = path.join(folder, 'waits.mjs')
writeFileSync(
  waits,
  `import {spawn} from 'node:child_process'
import {endsWithThis} from ${at('ending.mjs')}
import {runFolder} from ${at('notebooks/runFolder.mjs')}
import {runCommand} from ${at('terminal.mjs')}
await runCommand('npm start', async () => {
  const stdio = ['ignore', 'ignore', 'inherit']
  const program = endsWithThis(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio}))
  console.log(JSON.stringify({pid: program.pid, runs: runFolder().folder}))
  await new Promise(resolve => setTimeout(resolve, 60_000))
})
`
)

interface Started {
  pid: number
  runs: string
  /** Sends it a signal. `closed` when its program is gone, too, which has its standard error. */
  end: (signal: NodeJS.Signals) => Promise<{code: number | null; said: string; closed: Promise<unknown>}>
}

function started(): Promise<Started> {
  const command = spawn(process.execPath, [waits])
  let said = ''
  command.stderr.on('data', chunk => {
    said += chunk
  })
  const ended = new Promise<number | null>(resolve => command.on('exit', resolve))
  const closed = new Promise(resolve => command.on('close', resolve))
  return new Promise(resolve =>
    command.stdout.once('data', line =>
      resolve({
        ...JSON.parse(line),
        end: async signal => {
          command.kill(signal)
          return {code: await ended, said, closed}
        }
      })
    )
  )
}

describe.skipIf(process.platform === 'win32')('a command that is stopped', {timeout: 20_000}, () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('by %s ends with %i, and its folder and programs with it', async (signal, status) => {
    const {runs, end} = await started()
    expect(existsSync(runs)).toBe(true)
    const {code, said, closed} = await end(signal)
    await closed
    expect(code).toBe(status)
    expect(said).toBe('\nInterrupted: `npm start` goes on from what is in place.\n')
    expect(existsSync(runs)).toBe(false)
  })

  it('by SIGKILL leaves a folder that the next one removes, and no other', async () => {
    const killed = await started()
    await killed.end('SIGKILL')
    process.kill(killed.pid)
    expect(existsSync(killed.runs)).toBe(true)
    const other = await started()
    const next = await started()
    expect([killed, other, next].map(({runs}) => existsSync(runs))).toEqual([false, true, true])
    for (const {end} of [other, next]) await end('SIGTERM')
  })
})
