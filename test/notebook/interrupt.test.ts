import {execFile} from 'node:child_process'
import path from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const endless = 'new MatrixFactorization({factors: 64, epochs: 100000, patience: 0})'

describe("an interrupt in the notebooks' kernel ends the work of its cell", () => {
  it.each([
    `${endless}.fit(ratings, {onProgress: step})`,
    `${endless}.fit(ratings, {...progress(), onProgress: step})`,
    'new BayesianFactorization({sweeps: 100000}).fit(ratings, {onProgress: step})',
    `crossValidate(() => ${endless}, ratings, {onProgress: step})`
  ])(
    '%s',
    async work => {
      const argv = [path.join(ROOT, 'test/fixtures/interruptedCell.cjs'), work]
      const {stdout} = await promisify(execFile)(process.execPath, argv, {cwd: ROOT, timeout: 280_000})
      const {interrupted, steps, alive, said} = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      expect(said).toContain('Interrupted: this cell was stopped.')
      expect(said).toContain('alive 20000')
      expect(alive.status).toBe('ok')
      expect(interrupted).toBeLessThan(2000)
      expect(steps[0]).toBeGreaterThan(0)
      expect(steps[2]).toBe(steps[1])
    },
    300_000
  )
})
