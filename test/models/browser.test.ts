import {readdirSync} from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import {build} from 'esbuild'
import {expect, it} from 'vitest'
import {ROOT} from '#paths'

/** What is asked for at the first call that needs it, and said to be missing where it is. */
const OPTIONAL = ['danfojs-node']
// Rooms that do not yet bundle: a room that does goes from here, and its test fails until it does.
const open = ['models']

const source = path.join(ROOT, 'lib/src')
const modulesOf = (room: string): string[] =>
  readdirSync(path.join(source, room)).map(file => path.parse(file).name)

/** Every module of a room in one script for browsers, each under its own name. */
async function bundled(room: string): Promise<{code: string; inputs: string[]; externals: string[]}> {
  const contents = modulesOf(room).map(name => `export * as ${name} from './${name}'`)
  const {outputFiles, metafile} = await build({
    stdin: {contents: contents.join('\n'), resolveDir: path.join(source, room), loader: 'ts'},
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'room',
    external: OPTIONAL,
    metafile: true,
    write: false,
    logLevel: 'silent',
    absWorkingDir: source
  })
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports)
  return {
    code: outputFiles[0].text,
    inputs: Object.keys(metafile.inputs),
    externals: imports.map(({path}) => path)
  }
}

/** What a browser gives a script and the language itself does not. */
const ofBrowsers = {TextDecoder, TextEncoder, performance, setTimeout, clearTimeout, structuredClone, URL}

for (const room of ['math', 'text', 'models'])
  (open.includes(room) ? it.fails : it)(`${room}/ bundles for a browser and loads without Node`, async () => {
    const {code, inputs, externals} = await bundled(room)
    for (const name of modulesOf(room)) expect(inputs).toContain(`${room}/${name}.ts`)
    expect(externals.filter(name => !OPTIONAL.includes(name))).toEqual([])
    expect(code).not.toMatch(/["']node:/)
    const page = vm.createContext({...ofBrowsers})
    vm.runInContext(code, page)
    expect(vm.runInContext('Object.keys(room)', page)).toEqual(expect.arrayContaining(modulesOf(room)))
    // Where Node's globals are out of reach, what uses them as it loads would have thrown above.
    expect(vm.runInContext('typeof process + typeof require + typeof Buffer', page)).toBe(
      'undefined'.repeat(3)
    )
  })
