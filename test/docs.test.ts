import {readFileSync} from 'node:fs'
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

describe('lib/README.md', () => {
  it('counts the engines', () => {
    const words = ['fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty']
    expect(read('lib/README.md')).toContain(`${words[engines().length - 15]} engines`)
  })
})
