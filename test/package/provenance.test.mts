import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {npm} from '../../scripts/setup/setup.mjs'

const page = readFileSync(path.join(ROOT, 'docs/provenance.md'), 'utf8')
const [, ofPackage, ofRepository, hashes] = page.split(/^## /m)

/** What the first cell of each row names in backticks. */
const named = (section: string): string[] =>
  section
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .flatMap(line => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, name]) => name))

/** Whether a file is of a row: ** is any path, * any name, {a,b} either. */
function isOf(file: string, pattern: string): boolean {
  const parts = pattern.split(/(\*\*\/|\*\*|\*|\{[^}]*\})/).map(part => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(literally).join('|')})`
    return literally(part)
  })
  return new RegExp(`^${parts.join('')}$`).test(file)
}

const literally = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')

/** Every file has a row, and every row a file. */
function hold(files: string[], patterns: string[]): void {
  expect(files.filter(file => !patterns.some(pattern => isOf(file, pattern)))).toEqual([])
  expect(patterns.filter(pattern => !files.some(file => isOf(file, pattern)))).toEqual([])
}

describe('docs/provenance.md', () => {
  it('has a row for every file of the package', () => {
    const [command, ...first] = npm()
    const args = [...first, 'pack', '--workspace', 'movie-recs', '--dry-run', '--json']
    const [packed] = JSON.parse(
      execFileSync(command, args, {cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
    )
    const files: string[] = packed.files.map((file: {path: string}) => file.path)
    expect(files.length).toBeGreaterThan(500)
    hold(files, named(ofPackage))
  })

  it('has a row for all data and every picture of the repository', () => {
    const tracked = execFileSync('git', ['ls-files'], {cwd: ROOT, encoding: 'utf8'}).trim().split('\n')
    const picture = /\.(png|jpe?g|gif|svg|webp|ico|woff2?|ttf|otf|wasm|mrec|zip|gz)$/
    const files = tracked.filter(file => file.startsWith('data/') || picture.test(file))
    hold(
      files.filter(file => !file.startsWith('lib/fonts/')),
      named(ofRepository)
    )
  })

  it('has the hashes of what comes from elsewhere', () => {
    const rows = [...hashes.matchAll(/^\| `([^`]+)` \| `([0-9a-f]{64})` \|$/gm)]
    expect(rows.length).toBe(named(hashes).length)
    for (const [, file, sha256] of rows)
      expect(
        createHash('sha256')
          .update(readFileSync(path.join(ROOT, file)))
          .digest('hex'),
        file
      ).toBe(sha256)
    for (const file of ['ratings.csv', 'movies.csv'])
      expect(page).toContain(`\`data/ml-latest-small/${file}\``)
  })

  it('says right that notices stand in the files', () => {
    const head = (file: string): string =>
      readFileSync(path.join(ROOT, 'lib/dist', file), 'utf8').slice(0, 1500)
    expect(head('plotly.min.js')).toMatch(
      /^\/\*!\s+\* plotly\.js v.*\s+\* Copyright .*Plotly, Inc\.[\s\S]*MIT license/
    )
    expect(head('page/app.js')).toMatch(/^\/\*! preact\s+The MIT License[\s\S]*Copyright/)
  })

  it('names the versions that are locked', () => {
    const {packages} = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))
    for (const [name, words] of [
      ['preact', 'preact'],
      ['assemblyscript', 'AssemblyScript'],
      ['plotly.js-dist', 'plotly.js-dist']
    ])
      expect(page).toContain(`${words} ${packages[`node_modules/${name}`].version}`)
  })
})
