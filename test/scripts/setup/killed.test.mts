import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, expect, it} from 'vitest'
import {root} from '../../../scripts/setup/setup.mjs'
import {copySetUp, startSetUp} from './copy.mjs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-setup-'))
afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 3}))

it.skipIf(process.platform === 'win32')(
  'a set-up that is killed while pip works is begun again at once',
  async () => {
    copySetUp(root, folder)
    const killed = startSetUp(folder)
    while (!existsSync(path.join(folder, '.venv/lib/5'))) await new Promise(resolve => setTimeout(resolve, 5))
    killed.kill()
    const again = startSetUp(folder)
    await again.ended
    expect(again.said()).toMatch(/the end of what a set-up that was killed left at work \(process \d+\)/)
    expect(again.said()).toMatch(/Python 3\.11\.0 environment with JupyterLab \(\d/)
    expect(again.said()).not.toMatch(/ENOTEMPTY|^ +at /m)
    expect(readFileSync(path.join(folder, '.venv/.ready'), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
  },
  60_000
)
