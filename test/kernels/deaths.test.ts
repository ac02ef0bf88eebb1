import {execFile} from 'node:child_process'
import path from 'node:path'
import {promisify} from 'node:util'
import {expect, it} from 'vitest'
import {ROOT} from '#paths'

const script = path.join(ROOT, 'test/fixtures/dyingThreads.cjs')
const library = path.join(ROOT, 'lib/dist/index.js')

/** What becomes of a fit whose threads, one or all, are ended after so many milliseconds. Half a minute without an end is a hang. */
async function ended(engine: string, wait: number, which: 'one' | 'all'): Promise<string> {
  const argv = [script, library, engine, String(wait), which]
  const {stdout} = await promisify(execFile)(process.execPath, argv, {timeout: 30_000})
  return stdout.trim()
}

it.each(['als', 'mf', 'bayesian', 'auto-rec', 'ease'])(
  'a fit of %s whose threads die ends, and says so',
  async engine => {
    const ends: string[] = []
    for (const which of ['one', 'all'] as const)
      for (const wait of [1, 40, 120, 300]) ends.push(await ended(engine, wait, which))
    for (const end of ends)
      expect(end).toMatch(/^fitted$|^refused: A worker thread died at work: .*use fewer workers\.$/)
    // A fit may be over before its thread is ended; not each of these is.
    expect(ends.filter(end => end !== 'fitted').length).toBeGreaterThan(0)
  },
  300_000
)
