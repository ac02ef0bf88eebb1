import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {
  engines,
  ItemNeighbours,
  MatrixFactorization,
  OptionError,
  type OptionSpec,
  Ratings,
  UserNeighbours
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

/** What a declaration file says of an option. */
interface Written {
  documentation: string
  type: string
}

const folder = path.join(ROOT, 'lib/dist/engines')
const declarations = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  .filter(file => file.endsWith('.d.ts'))
  .map(file => readFileSync(path.join(folder, file), 'utf8'))

/** The options of an engine as its readers find them, read without the code that wrote them. */
function shipped(Class: {name: string}): Record<string, Written> {
  const head = `export interface ${Class.name}Options {\n`
  const holders = declarations.filter(text => text.includes(head))
  expect(holders, head).toHaveLength(1)
  const body = holders[0].split(head)[1].split('\n}')[0]
  const options: Record<string, Written> = {}
  for (const [, documentation, name, type] of body.matchAll(/\/\*\* (.*) \*\/\n\s*(\w+)\?: (.*);/g))
    options[name] = {documentation, type}
  expect(body.split('\n')).toHaveLength(2 * Object.keys(options).length)
  return options
}

const TYPES: Record<OptionSpec['kind'], RegExp> = {
  integer: /^number$/,
  number: /^number$/,
  boolean: /^boolean$/,
  integers: /^readonly number\[\]$/,
  numbers: /^readonly number\[\]$/,
  members: /^ReadonlyArray<string \| \{ .* \}>$/,
  text: /^string$/,
  choice: /^'[\w-]+'( \| '[\w-]+')*$/
}

describe('the shipped types of options', () => {
  it.each(engines().map(Class => [Class.spec.name, Class] as const))('say what %s declares', (_, Class) => {
    const written = shipped(Class as unknown as {name: string})
    expect(Object.keys(written)).toEqual(Object.keys(Class.spec.options))
    for (const [name, spec] of Object.entries<OptionSpec>(Class.spec.options)) {
      const {documentation, type} = written[name]
      const [sentence, value] = documentation.split(' @default ')
      expect(sentence.startsWith(spec.about), name).toBe(true)
      expect(JSON.parse(value.replaceAll("'", '"')), name).toEqual(spec.default)
      expect(type).toMatch(TYPES[spec.kind])
      if (spec.kind === 'choice') expect(type.slice(1, -1).split("' | '")).toEqual(spec.choices)
      if (spec.kind === 'integer' || spec.kind === 'number')
        for (const bound of [spec.min, spec.max])
          if (bound !== undefined) expect(sentence.slice(spec.about.length), name).toContain(String(bound))
    }
  })

  it('tell the defaults of users and of movies apart', () => {
    expect(shipped(UserNeighbours).k.documentation).toBe(
      'Most neighbours that speak. A whole number from 1 up. @default 60'
    )
    expect(shipped(ItemNeighbours).k.documentation).toBe(
      'Most neighbours that speak. A whole number from 1 up. @default 40'
    )
  })

  it('leave nothing for a compiler to work out', () => {
    for (const text of declarations) {
      expect(text).not.toMatch(/Options = OptionsOf</)
      expect(text).not.toContain('declare const OPTIONS')
    }
  })
})

describe('an option that is called as what every object has', () => {
  const ratings = Ratings.from([{userId: 1, movieId: 1, rating: 3}])
  it.each(['constructor', 'toString', '__proto__'])('is unknown: %s', async name => {
    const options = Object.defineProperty({}, name, {value: 5, enumerable: true})
    await expect(new MatrixFactorization(options).fit(ratings)).rejects.toThrow(OptionError)
  })
})
