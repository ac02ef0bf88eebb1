import {spawnSync} from 'node:child_process'
import {appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {floors} from '../../../scripts/house/floors.mjs'
import {brokenRules} from '../../../scripts/house/rules.mjs'

const library = path.join(ROOT, 'lib/src')
const before = brokenRules(library)

it('the library keeps the rules of the house', () => {
  expect(before).toEqual([])
})

describe('a copy of the library', () => {
  let copy = ''
  afterEach(() => rmSync(copy, {recursive: true, force: true}))

  /** What is told once these lines were added to these files, beyond what is told of the library itself. */
  function afterAdding(lines: Record<string, string>): string[] {
    copy = mkdtempSync(path.join(tmpdir(), 'movie-recs-rules-'))
    cpSync(library, copy, {recursive: true})
    for (const [file, line] of Object.entries(lines)) {
      mkdirSync(path.dirname(path.join(copy, file)), {recursive: true})
      appendFileSync(path.join(copy, file), `\n${line}\n`)
    }
    return brokenRules(copy).filter(line => !before.includes(line))
  }

  /** Each of these lines in a file of its own. */
  const eachInModels = (lines: string[]): Record<string, string> =>
    Object.fromEntries(lines.map((line, i) => [`models/added${i}.ts`, line]))

  it('is found as clean as the library', () => {
    expect(afterAdding({})).toEqual([])
  })

  it('may not hold what another machine answers differently', () => {
    const lines = [
      'export const a = (x: number): number => Math.exp(x)',
      'export const a = [0.5].map(Math.log10)',
      'export const a = (x: number): number => x ** 3',
      'let a = 3\na **= 0.5\nexport {a}',
      'export const a = (x: string): number => x.localeCompare("b")',
      'export const a = (x: number): string => x.toLocaleString()',
      'export const a = new Intl.Collator()',
      'export const a = new Date(0).getHours()',
      'export const a = Math.random()'
    ]
    const told = afterAdding(eachInModels(lines))
    expect(told).toHaveLength(lines.length)
    for (const line of told)
      expect(line).toMatch(/models\/added\d\.ts:\d+ has .*: the same on every machine; /)
    rmSync(copy, {recursive: true, force: true})
    const alike = [
      'export const a = (x: number): number => Math.sqrt(x) + x ** 2 + 2 ** x',
      "export const a = (x: number): string => x.toLocaleString('en-US') + x.toFixed(2)",
      'export const a = new Date(0).getUTCHours()'
    ]
    expect(afterAdding(eachInModels(alike))).toEqual([])
  })

  it('may not hold a circle of two files, were it of types alone', () => {
    const told = afterAdding({
      'math/even.ts': "import type {Odd} from './odd'\nexport type Even = Odd | 0",
      'math/odd.ts': "import {type Even} from './even'\nexport type Odd = Even | 1"
    })
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(
      /^lib\/src\/math\/even\.ts:2 imports math\/odd → math\/even: no circle, .*; move /
    )
  })

  it('tells a circle of three files once, and not the way into it', () => {
    const told = afterAdding({
      'math/a.ts': "export * from './b'",
      'math/b.ts': "export * from './c'",
      'math/c.ts': "import {a} from './a'\nexport const b = a",
      'math/door.ts': "export {b} from './a'"
    })
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^lib\/src\/math\/a\.ts:2 imports math\/b → math\/c → math\/a: no circle/)
  })

  it('may not look from models/ up to engines/, in whatever form one file names another', () => {
    const forms = [
      "import {Engine} from '../engines/engine'",
      "import type {Engine} from '../engines/engine'",
      "import {\n  type Engine\n} from '../engines/engine'",
      "export type {Engine} from '../engines/engine'",
      "export * from '../engines/engine.js'",
      "export type E = import('../engines/engine').Engine",
      "import Engines = require('../engines/engine')",
      "export const later = () => import('../engines/engine')",
      "export const now = require('../engines/engine')"
    ]
    expect(afterAdding(eachInModels(forms))).toEqual(
      forms.map(
        (_, i) =>
          `lib/src/models/added${i}.ts:2 imports engines/engine: arrow upward, models stands below engines/engine; move what it needs down, or let its caller hand it in.`
      )
    )
  })

  it('may not reach everything by the name of the package', () => {
    const [told, ...more] = afterAdding({'models/added.ts': "import type {Engine} from 'movie-recs'"})
    expect(told).toMatch(/^lib\/src\/models\/added\.ts:2 imports index: arrow upward/)
    expect(more).toEqual([])
  })

  it.each([
    ['engines/factors', 'engines/deep'],
    ['math', 'show'],
    ['kernels', 'text']
  ])('keeps siblings apart: %s from %s', (here, there) => {
    const told = afterAdding({
      [`${here}/added.ts`]: `import type {Added} from '${path.posix.relative(here, there)}/added'`,
      [`${there}/added.ts`]: 'export type Added = 1'
    })
    expect(told).toEqual([
      `lib/src/${here}/added.ts:2 imports ${there}/added: siblings apart, ${here} and ${there} share a floor; move what both need to a floor below.`
    ])
  })

  it('keeps siblings of one file each apart', () => {
    const told = afterAdding({'engines/baseline.ts': "import type {Popularity} from './popularity'"})
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(
      /^lib\/src\/engines\/baseline\.ts:\d+ imports engines\/popularity: siblings apart, engines\/baseline and /
    )
  })

  it('has nothing of Node in models/, imported, required or simply there', () => {
    const forms = {
      "import fs from 'node:fs'": 'imports node:fs',
      "import {readFileSync} from 'fs'": 'imports fs',
      "import path from 'path'": 'imports path',
      "export const fs = require('node:fs/promises')": 'imports node:fs/promises',
      'export const by = (name: string) => require(name)': 'uses require',
      'export const text = Buffer.from([97])': 'uses Buffer',
      'export const env = globalThis.process.env': 'uses process',
      "import {createCanvas} from '@napi-rs/canvas'": 'imports @napi-rs/canvas'
    }
    expect(afterAdding(eachInModels(Object.keys(forms)))).toEqual(
      Object.values(forms).map(
        (what, i) =>
          `lib/src/models/added${i}.ts:2 ${what}: nothing of Node, models runs in a browser too; do it without, or let an engine hand it in.`
      )
    )
  })

  it('may not reach Node from models/ through what stands below, and shows the way', () => {
    const told = afterAdding({
      'files/added.ts': "import {readFile} from 'node:fs/promises'",
      'kernels/added.ts': "export * from '../files/added'",
      'models/added.ts': "import {readFile} from '../kernels/added'"
    })
    expect(told).toEqual([
      'lib/src/models/added.ts:2 imports kernels/added → files/added → node:fs/promises: nothing of Node, models runs in a browser too; do it without, or let an engine hand it in.'
    ])
  })

  it('has its rules for .tsx, too', () => {
    const told = afterAdding({
      'page/app/added.tsx': "import {Added} from './more'\nexport const one = <Added path={process.cwd()} />",
      'page/app/more.tsx': "import {writePage} from '../writePage'\nexport const Added = writePage"
    })
    expect(told).toEqual([
      'lib/src/page/app/more.tsx:2 imports page/writePage: arrow upward, page/app stands below page/writePage; move what it needs down, or let its caller hand it in.',
      'lib/src/page/app/added.tsx:3 uses process: nothing of Node, page/app runs in a browser too; do it without, or let an engine hand it in.'
    ])
  })

  it('may name the types of Node and of what uses it, and whatever is no global of Node', () => {
    const types = [
      "import type {Worker} from 'node:worker_threads'",
      "import type {writeWhole} from '../files/writeWhole'",
      'export type All = [Worker, typeof writeWhole, Buffer]',
      'export const own = (process: {exit: number}) => process.exit',
      'export const member = (page: {global: number}) => page.global'
    ]
    expect(afterAdding({'models/added.ts': types.join('\n')})).toEqual([])
  })

  it('has a floor for every module', () => {
    expect(afterAdding({'attic/added.ts': 'export const added = 1'})).toEqual([
      'lib/src/attic/added.ts stands on no floor: give it one in scripts/house/floors.mjs.'
    ])
  })

  it('hides nothing: what does not parse or leads nowhere is told', () => {
    const told = afterAdding({
      'math/broken.ts': 'export const = 1',
      'math/lost.ts': "export * from './nowhere'"
    })
    expect(told).toHaveLength(2)
    expect(told[0]).toMatch(/^lib\/src\/math\/broken\.ts:2 does not parse/)
    expect(told[1]).toMatch(/^lib\/src\/math\/lost\.ts:2 imports \.\/nowhere: no module of lib\/src/)
  })

  it('is refused where it is too small to be the library', () => {
    copy = mkdtempSync(path.join(tmpdir(), 'movie-recs-rules-'))
    for (const name of ['errors', 'work', 'index'])
      writeFileSync(path.join(copy, `${name}.ts`), 'export {}\n')
    const {status, stdout} = spawnSync(process.execPath, [path.join(ROOT, 'scripts/house/rules.mjs'), copy], {
      encoding: 'utf8'
    })
    expect(stdout).toBe('lib/src: saw 3 modules, fewer than 100: the check reads the wrong folder.\n')
    expect(status).toBe(1)
  })
})

it('no place stands on two floors', () => {
  const places = floors.flat(2)
  expect(places).toEqual([...new Set(places)])
})
