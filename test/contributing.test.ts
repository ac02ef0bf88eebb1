import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {type EngineClass, engineByName, engines} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {contractOf} from './contract/contract'
import {SETTINGS} from './contract/settings'
import {smallWorld} from './contract/world'
import {TrimmedMeans} from './fixtures/exampleEngine'

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const guide = read('CONTRIBUTING.md')
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1] ?? ''

/** The rooms in a line of the drawing, as floors.mjs has them: " │  engines/ registry   every engine by its name". */
function roomsOf(line: string): string[][] {
  const [, folder = '', rooms] = /^ [│▼] {2}(?:(\w+\/) )?(.*?)(?: {2,}|$)/.exec(line) ?? []
  return rooms.split(' | ').map(room => room.split(' + ').map(name => folder + name))
}

/** A file of the tests as it would stand in lib/src/engines: without its head, and with the imports of that place. */
function inEngines(file: string): string {
  const [, imports, rest] = /^(import[\s\S]*?)\n\n([\s\S]*)$/m.exec(file) ?? []
  const moved = imports
    .replace(/'#dist\/engines\/(.*)\.js'/g, "'./$1'")
    .replace(/'#dist\/(.*)\.js'/g, "'../$1'")
  const from = (line: string): string => line.slice(line.indexOf("'"))
  const sorted = moved.split('\n').sort((a, b) => (from(a) < from(b) ? -1 : 1))
  return `${sorted.join('\n')}\n\n${rest}`
}

/** The names of its class and of those it extends. */
function kindsOf(model: object): string[] {
  const above = Object.getPrototypeOf(model)
  return above === null ? [] : [above.constructor.name, ...kindsOf(above)]
}

describe('CONTRIBUTING', () => {
  it('draws the floors that the check holds', async () => {
    const {floors} = await import('../scripts/house/floors.mjs')
    const drawn = block('text').trimEnd().split('\n').map(roomsOf)
    expect(drawn.reverse()).toEqual(floors.map(rooms => rooms.map(room => [room].flat())))
  })

  it('quotes an engine that the library does not have', () => {
    expect(engineByName(TrimmedMeans.spec.name)).toBeUndefined()
    expect(block('ts')).toBe(inEngines(read('test/fixtures/exampleEngine.ts')))
  })

  it('lists the models that engines learn', async () => {
    const rows = [...guide.matchAll(/^\| `(\w+)` \|.*\| (.*) \|$/gm)]
    const listed = new Map(rows.map(([, model, names]) => [model, names.replace(/`/g, '').split(', ')]))
    expect([...listed.values()].flat().filter(name => engineByName(name) === undefined)).toEqual([])
    for (const Class of engines()) {
      const {name} = Class.spec
      const {model} = await new Class(SETTINGS[name]?.small).fit(smallWorld())
      const kinds = kindsOf(model).filter(kind => listed.has(kind))
      expect(kinds, name).toHaveLength(1)
      for (const [kind, names] of listed) if (names.includes(name)) expect(kinds, name).toEqual([kind])
    }
  })

  it('shows an error as it is thrown', async () => {
    const wrong = new TrimmedMeans({trim: 0.6}).fit(smallWorld())
    const {message} = await wrong.then(
      () => new Error('It was fitted.'),
      (error: Error) => error
    )
    expect(guide).toContain(`"${message}"`)
  })

  it('names files that are there, its own example aside', () => {
    const links = [...guide.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(match => match[1])
    const named = [...guide.matchAll(/`([\w.-]+(?:\/[\w.-]+)+)`/g)].map(match => match[1])
    expect(named.length).toBeGreaterThan(10)
    const missing = [...links, ...named].filter(file => !existsSync(path.join(ROOT, file)))
    expect(missing).toEqual(['lib/src/engines/trimmedMeans.ts'])
  })
})

describe('the engine of CONTRIBUTING, once it has its line in the registry', () => {
  const registry = engines() as EngineClass[]
  beforeAll(() => void registry.push(TrimmedMeans))
  afterAll(() => void registry.pop())
  contractOf(TrimmedMeans, {impersonal: true})
})
