import {spawn} from 'node:child_process'
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {BayesianFactorization, saveEngine, syntheticRatings} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-interrupt-'))
const [model, test, predictions] = ['long.mrec', 'test.csv', 'predictions.csv'].map(name =>
  path.join(folder, name)
)
afterAll(() => rmSync(folder, {recursive: true, force: true}))

beforeAll(async () => {
  const train = syntheticRatings({users: 100, movies: 100, ratings: 3000})
  const engine = new BayesianFactorization({
    ...{factors: 2, sweeps: 100, burnIn: 2, samples: 100, likelihood: 'probit'}
  } as const)
  await saveEngine(await engine.fit(train), model)
  const rows = Array.from({length: 400 * 1000}, (_, n) => `${Math.floor(n / 1000)},${n % 1000},3`)
  writeFileSync(test, `userId,movieId,rating\n${rows.join('\n')}\n`)
}, 60_000)

/** Runs Node, interrupts it after a while, and tells how it ended and after how long. */
async function interrupted(
  argv: readonly string[],
  milliseconds: number
): Promise<{status: unknown; told: string; seconds: number}> {
  const child = spawn(process.execPath, argv, {stdio: ['ignore', 'pipe', 'pipe']})
  let told = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      told += chunk
    })
  const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))
  await new Promise(resolve => setTimeout(resolve, milliseconds))
  const begun = performance.now()
  child.kill('SIGINT')
  const deaf = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const status = await ended
  clearTimeout(deaf)
  return {status, told, seconds: (performance.now() - begun) / 1000}
}

describe('Ctrl-C', () => {
  it('is heard within two seconds while a model predicts for long, and nothing is written', async () => {
    const argv = ['evaluate', '--model', model, '--test', test, '--predictions', predictions]
    const {status, told, seconds} = await interrupted(
      [path.join(ROOT, 'lib/bin/movie-recs.js'), ...argv],
      4000
    )
    expect(status, told).toBe(130)
    expect(told).toMatch(/predicting by bayesian: stopped after/)
    expect(seconds).toBeLessThan(2)
    expect(existsSync(predictions)).toBe(false)
  }, 60_000)

  it('ends work that never breathes', async () => {
    const script = `
      const {interruptibly} = require(${JSON.stringify(path.join(ROOT, 'lib/dist/cli/interruptibly.js'))})
      process.once('SIGINT', () => {})
      try { interruptibly(() => { for (;;); }) } catch (error) { console.log(error.name); process.exitCode = 130 }`
    const {status, told, seconds} = await interrupted(['-e', script], 1500)
    expect({status, told: told.trim()}).toEqual({status: 130, told: 'AbortError'})
    expect(seconds).toBeLessThan(2)
  }, 30_000)
})
