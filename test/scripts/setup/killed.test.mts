import {spawn} from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, expect, it} from 'vitest'
import {root} from '../../../scripts/setup/setup.mjs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-setup-'))
afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 3}))

/** A Python that makes an environment at once and installs for two seconds, without end into the folder that it finds. */
const PYTHON = `#!/bin/sh
case "$*" in
  *sys.version*) echo '311 3.11.0' ;;
  '-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *'pip install'*)
    n=0
    while [ $n -lt 200 ]; do n=$((n+1)); mkdir -p .venv/lib/$n && touch .venv/lib/$n/a .venv/lib/$n/b; sleep 0.01; done ;;
esac
`

/** What the set-up of a copy prints, whose only package is none at all. */
function setUp(copy: string): {said: () => string; ended: Promise<number | null>; kill: () => void} {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: copy,
    env: {...process.env, PYTHON: path.join(copy, 'python'), npm_execpath: undefined}
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      text += chunk
    })
  return {
    said: () => text,
    ended: new Promise(resolve => child.on('close', resolve)),
    kill: () => child.kill('SIGKILL')
  }
}

it.skipIf(process.platform === 'win32')(
  'a set-up that is killed while pip works is begun again at once',
  async () => {
    cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), {
      recursive: true,
      filter: (file: string) => !file.includes('node_modules')
    })
    mkdirSync(path.join(folder, 'node_modules'))
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
      writeFileSync(path.join(folder, file), '{"packages": {}}')
    writeFileSync(path.join(folder, 'python'), PYTHON)
    chmodSync(path.join(folder, 'python'), 0o755)

    const killed = setUp(folder)
    while (!existsSync(path.join(folder, '.venv/lib/5'))) await new Promise(resolve => setTimeout(resolve, 5))
    killed.kill()
    const again = setUp(folder)
    await again.ended
    expect(again.said()).toMatch(/the end of what a set-up that was killed left at work \(process \d+\)/)
    expect(again.said()).toMatch(/Python 3\.11\.0 environment with JupyterLab \(\d/)
    expect(again.said()).not.toMatch(/ENOTEMPTY|^ +at /m)
    expect(readFileSync(path.join(folder, '.venv/.ready'), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
  },
  60_000
)
