import {execFile} from 'node:child_process'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {promisify} from 'node:util'
import {transform} from 'esbuild'
import {afterAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {withResults} from '../bench/report'

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8')
const script = path.join(ROOT, `.readme-example-${process.pid}.cjs`)
afterAll(() => rmSync(script, {force: true}))

describe('README', () => {
  it('shows the real output of its example', async () => {
    const [, example, output] = /```ts\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/.exec(readme) ?? []
    const body = example.replace(/^import (.*) from '(.*)'$/m, "const $1 = require('$2')")
    const {code} = await transform(`(async () => {\n${body}\n})()`, {loader: 'ts', target: 'node20'})
    writeFileSync(script, code)
    const {stdout} = await promisify(execFile)(process.execPath, [script], {cwd: ROOT})
    expect(stdout.trim()).toBe(output.trim())
  })

  it('shows the tables of the last bench', () => {
    const results = JSON.parse(readFileSync(path.join(ROOT, 'bench/results.json'), 'utf8'))
    expect(readme).toBe(withResults(readme, results))
  })

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(match => match[1])
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) expect(() => readFileSync(path.join(ROOT, link)), link).not.toThrow(/ENOENT/)
  })
})
