import {execFile} from 'node:child_process'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {promisify} from 'node:util'
import {transform} from 'esbuild'
import {afterAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {markdown, type Results, withGrowth, withResults, withUpdates} from '../bench/report'

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8')
const results: Results = JSON.parse(readFileSync(path.join(ROOT, 'bench/results.json'), 'utf8'))
/** Figures that are no measurements of ours, and whose they are. */
const CITED: Readonly<Record<string, string>> = {'0.8616': 'the article'}
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
    expect(readme).toBe(withResults(readme, results))
    expect(readFileSync(path.join(ROOT, 'bench/results.md'), 'utf8')).toBe(markdown(results))
    const updating = readFileSync(path.join(ROOT, 'docs/updating.md'), 'utf8')
    expect(updating).toBe(withUpdates(updating, results))
    const growing = readFileSync(path.join(ROOT, 'docs/growing.md'), 'utf8')
    expect(growing).toBe(withGrowth(growing, results))
  })

  it('names the commit that each figure was measured at', () => {
    for (const {commit, work} of results.rows) expect(commit, work).toMatch(/^[0-9a-f]{7}\+?$/)
    for (const {title, rows, commits} of results.tables) {
      expect(commits.length, title).toBe(rows.length)
      for (const commit of commits) expect(commit, title).toMatch(/^[0-9a-f]{7}\+?$/)
    }
  })

  it.each(['README.md', ...readdirSync(path.join(ROOT, 'docs')).map(file => `docs/${file}`)])(
    'has no measured figure in %s that no bench wrote',
    file => {
      if (!file.endsWith('.md')) return
      const text = readFileSync(path.join(ROOT, file), 'utf8')
        .replace(/<!-- ([\w-]+) -->[\s\S]*?<!-- \/\1 -->/g, '')
        .replace(/```[\s\S]*?```/g, '')
        .replace(/`[^`]*`/g, '')
      const found = [...text.matchAll(/\b\d+\.\d{3,}\b|\b\d+(?:\.\d+)? (?:s|ms|seconds|times as)\b/g)].map(
        match => match[0]
      )
      expect(found.filter(figure => !(figure in CITED))).toEqual([])
    }
  )

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(match => match[1])
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) expect(() => readFileSync(path.join(ROOT, link)), link).not.toThrow(/ENOENT/)
  })
})
