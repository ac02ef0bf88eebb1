import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {Baseline, engines, ItemNeighbours, UserNeighbours} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

describe('docs/notation.md', () => {
  it('has every symbol of the code', () => {
    const head = read('lib/src/models/model.ts').split('*/')[0]
    const symbols = [...head.matchAll(/(?<=^ \* {3}|\S {2,})([a-zA-Z_]+(?:\[.*?\])?(?:, [a-z_]+)?) {2,}\S/gm)]
    const names = symbols.flatMap(([, name]) => name.split(', '))
    expect(names).toContain('pu[u * F + f]')
    expect(names.length).toBeGreaterThan(8)
    const notation = read('docs/notation.md')
    for (const name of names) expect(notation).toContain(`\`${name}\``)
  })
})

describe('docs/definitions.md', () => {
  it('has the defaults of the engines', () => {
    const text = read('docs/definitions.md')
    const [item, user] = [ItemNeighbours, UserNeighbours].map(({spec}) => spec.options)
    for (const row of [
      `(n - 1) / (n - 1 + ${item.shrinkage.default}) for every similarity, ${user.shrinkage.default} for users`,
      `| power | ${item.amplification.default} |`,
      `the ${item.k.default} nearest movies, or ${user.k.default} nearest users`,
      `movies' damping | ${Baseline.spec.options.movieDamping.default} |`,
      `users' damping | ${Baseline.spec.options.userDamping.default} |`,
      `in ${Baseline.spec.options.epochs.default} turns`
    ])
      expect(text).toContain(row)
    for (const name of (item.similarity as {choices: readonly string[]}).choices)
      expect(text).toContain(`\`${name}\``)
  })
})

describe('docs/promises.md', () => {
  const text = read('docs/promises.md')
  const rows = text.split('\n').filter(line => /^\| (?!what|promise|---)/.test(line))

  it('names a test for every promise, each of which is there', () => {
    expect(rows.length).toBeGreaterThan(20)
    for (const row of rows) expect(row, row).toMatch(/\[\w+(\.test|\.spark)?\.m?ts\]\(\.\.\/test\//)
    const named = [...text.matchAll(/\[([\w.]+)\]\(\.\.\/(test\/[\w/.]+)\)/g)]
    for (const [, name, file] of named) {
      expect(path.basename(file)).toBe(name)
      expect(existsSync(path.join(ROOT, file)), file).toBe(true)
    }
  })

  it('names what is tortured as it is called, and all of it', () => {
    const called = readdirSync(path.join(ROOT, 'test/torture')).flatMap(file =>
      [...read(`test/torture/${file}`).matchAll(/(?:^ {2}name: |limited\(\n? *)'([\w-]+)'/gm)].map(
        ([, name]) => name
      )
    )
    const named = [...text.matchAll(/`([a-z-]+)`(?= *`| *\|)/g)].map(([, name]) => name)
    expect(new Set(named)).toEqual(new Set(called))
  })
})

describe('docs/README.md', () => {
  it('has a row for every page', () => {
    const pages = readdirSync(path.join(ROOT, 'docs')).filter(
      name => name.endsWith('.md') && name !== 'README.md'
    )
    expect(pages.length).toBeGreaterThan(8)
    for (const name of pages) expect(read('docs/README.md')).toContain(`[${name}](${name})`)
  })
})

describe('lib/README.md', () => {
  it('counts the engines', () => {
    const words = ['fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty']
    expect(read('lib/README.md')).toContain(`${words[engines().length - 15]} engines`)
  })
})
