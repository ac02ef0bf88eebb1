import {execFile} from 'node:child_process'
import path from 'node:path'
import {promisify} from 'node:util'
import {expect, it} from 'vitest'
import {ROOT} from '#paths'

const dist = path.join(ROOT, 'lib/dist')

/** Megabytes of a process after it ran a script that has the arena at hand. */
async function megabytesAfter(script: string): Promise<number> {
  return Number(await saidBy(script))
}

/** What such a script prints at its end, under a limit of the shell. */
async function saidBy(script: string, limit = ':'): Promise<string> {
  const whole = `const {Arena} = require(${JSON.stringify(path.join(dist, 'kernels/arena.js'))})
    const turn = () => new Promise(resolve => setImmediate(resolve))
    async function main() { ${script} }
    main().then(() => console.log(process.memoryUsage.rss() / 2 ** 20), error => console.log(error.name + ': ' + error.message))`
  const argv = ['-c', `${limit}; exec "$@"`, 'sh', process.execPath, '-e', whole]
  const {stdout} = await promisify(execFile)('sh', argv)
  return stdout.trim()
}

it('lets go of the memories of past fits: 200 of 8 MB take no more than a few', async () => {
  const many = 'for (let k = 0; k < 200; k++) { new Arena().f32(1 << 21).fill(1); await turn() }'
  expect(await megabytesAfter(many)).toBeLessThan(300)
})

it('keeps those that are in use', async () => {
  const kept = `const all = []
    for (let k = 0; k < 40; k++) { all.push(new Arena().f32(1 << 18).fill(k)); await turn() }
    if (!all.every((array, k) => array[0] === k && array.at(-1) === k)) throw new Error('lost')`
  expect(await megabytesAfter(kept)).toBeGreaterThan(40)
})

it.runIf(process.platform === 'linux')('says what to do where the system gives no addresses', async () => {
  expect(await saidBy('new Arena()', 'ulimit -v 4000000')).toMatch(
    /^MemoryError: The kernels need a range of 10 GB of addresses.*ulimit -v unlimited/
  )
})
