import {spawnSync} from 'node:child_process'
import {expect, it} from 'vitest'
import {root} from '../../scripts/setup/setup.mjs'
import {faultLines, line} from '../../scripts/torture.mjs'

const torture = (...args: string[]): {status: number | null; stdout: string; stderr: string} =>
  spawnSync(process.execPath, ['scripts/torture.mjs', ...args], {cwd: root, encoding: 'utf8'})

it('tells counts in a line, and with each fault what makes it again', () => {
  const faults = [{seed: 17, said: 'An untyped error: TypeError'}]
  const counts = {tries: 1200, held: 1000, refused: 190, recovered: 9, seconds: 12.3, faults}
  expect(line('readers', counts)).toMatch(
    /^readers +1,200 tries +1,000 held +190 refused +9 recovered +1 faults +12 s$/
  )
  expect(faultLines('readers', counts)).toEqual([
    '✗ readers: An untyped error: TypeError\n  again: npm run torture -- --only readers --seed 17 --tries 1'
  ])
})

it('makes the same tries of the same seed, and lists its subjects where one is misspelt', () => {
  const once = (): string[] | undefined =>
    /(\d+) held +(\d+) refused/
      .exec(torture('--only', 'readers', '--tries', '6', '--seed', '5').stdout)
      ?.slice(1)
  const first = once()
  expect(first?.map(Number).reduce((sum, n) => sum + n, 0)).toBe(6)
  expect(once()).toEqual(first)
  const {status, stderr} = torture('--only', 'reader')
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /Nothing that is tortured is called reader: there are readers, catalogues, .*refits\.\n$/
  )
})
