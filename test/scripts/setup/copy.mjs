// A copy of the project's set-up whose Python is a shell script: what becomes of it when it is killed shows without a network.
import {spawn} from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** A Python that makes an environment at once and installs for two seconds into the folder that it finds, whatever becomes of it. */
const PYTHON = `#!/bin/sh
case "$*" in
  *sys.version*) echo '311 3.11.0' ;;
  '-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *'pip install'*)
    n=0
    while [ $n -lt 200 ]; do n=$((n+1)); mkdir -p .venv/lib/$n && touch .venv/lib/$n/a .venv/lib/$n/b; sleep 0.01; done ;;
esac
`

/**
 * Copies the scripts of the project into a folder, with no package to install.
 * @param {string} root the project @param {string} folder
 */
export function copySetUp(root, folder) {
  fs.cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), {
    recursive: true,
    filter: file => !path.relative(root, file).includes('node_modules')
  })
  fs.mkdirSync(path.join(folder, 'node_modules'))
  for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
    fs.writeFileSync(path.join(folder, file), '{"packages": {}}')
  fs.writeFileSync(path.join(folder, 'python'), PYTHON, {mode: 0o755})
}

/**
 * Starts the set-up of a copy. It gets as far as the kernel, which it has no package for.
 * @param {string} folder
 */
export function startSetUp(folder) {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: folder,
    env: {...process.env, PYTHON: path.join(folder, 'python'), npm_execpath: undefined}
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      text += chunk
    })
  return {
    said: () => text,
    ended: new Promise(resolve => child.on('exit', resolve)),
    kill: () => child.kill('SIGKILL')
  }
}
