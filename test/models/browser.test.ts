import {readdirSync} from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import {build} from 'esbuild'
import {MatrixFactorization} from 'movie-recs'
import {expect, it} from 'vitest'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

/** What is asked for at the first call that needs it, and said to be missing where it is. */
const OPTIONAL = ['danfojs-node']

const source = path.join(ROOT, 'lib/src')
const modulesOf = (room: string): string[] =>
  readdirSync(path.join(source, room))
    .filter(file => file.endsWith('.ts') && file !== 'writePage.ts')
    .map(file => path.parse(file).name)

/** Every module of a room in one script for browsers, each under its own name. */
async function bundled(
  room: string,
  contents = modulesOf(room).map(name => `export * as ${name} from './${name}'`)
): Promise<{code: string; inputs: string[]; externals: string[]}> {
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

for (const room of ['math', 'text', 'models', 'page'])
  it(`${room}/ bundles for a browser and loads without Node`, async () => {
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

it('a model answers in a browser as it does in Node', async () => {
  const engine = await new MatrixFactorization({factors: 4, epochs: 10}).fit(smallWorld())
  const {state} = engine.save()
  const {frame, movies, scale, byMovie} = engine.train
  const ratings = Array.from(byMovie.start.subarray(1), (to, i) => to - byMovie.start[i])
  const data = {
    state,
    ids: frame.movieIds.ids,
    ratings,
    scale,
    movies: [...movies].map(({movieId, originalTitle, genres}) => ({movieId, title: originalTitle, genres}))
  }
  const {code} = await bundled('models', [
    "import {IdIndex} from '../data/ids'",
    "import {Movies} from '../data/movies'",
    "import {FactorModel} from './factorModel'",
    "import {Support} from './model'",
    "import {Recommender} from './recommender'",
    `export function answer({state, ids, ratings, scale, movies}: any, profile: any): string {
       const model = FactorModel.restore(state, new Support(new Int32Array(0), Int32Array.from(ratings)))
       const recommender = new Recommender(model, {
         items: new IdIndex(ids), movies: Movies.from(movies), scale, itemsAre: 'are in this page',
         userIds: new IdIndex([]), ratingsOf: () => ({i: new Int32Array(0), r: new Float32Array(0)})
       })
       const list = recommender.recommend(profile, {n: 5})
       return JSON.stringify({list, why: recommender.explain(profile, list[0].movieId)})
     }`
  ])
  const profile = [
    {movieId: 100, rating: 5},
    {movieId: 102, rating: 1}
  ]
  const page = vm.createContext({...ofBrowsers, data, profile})
  vm.runInContext(code, page)
  const list = engine.recommend(profile, {n: 5})
  expect(JSON.parse(vm.runInContext('room.answer(data, profile)', page))).toEqual(
    JSON.parse(JSON.stringify({list, why: engine.explain(profile, list[0].movieId)}))
  )
})
