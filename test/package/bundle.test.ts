import {execFileSync} from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {build} from 'esbuild'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

/** What a program that has the library bundled into it says when it fits. */
const PROGRAM = `
  const {AlternatingLeastSquares, MovieRecsError, Ratings} = require('movie-recs')
  const rows = [1, 2, 3].flatMap(userId => [1, 2, 3].map(movieId => ({userId, movieId, rating: (userId + movieId) % 5 + 1})))
  new AlternatingLeastSquares({factors: 2}).fit(Ratings.from(rows)).then(
    () => console.log('fitted'),
    error => console.log(error instanceof MovieRecsError, error.message)
  )`

describe('a bundle that swallowed the library', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-bundle-'))
  const program = path.join(folder, 'out/program.js')
  const says = (): string =>
    execFileSync(process.execPath, [program], {
      encoding: 'utf8',
      env: {...process.env, NODE_PATH: path.join(ROOT, 'node_modules')}
    })

  beforeAll(async () => {
    await build({
      stdin: {contents: PROGRAM, resolveDir: ROOT},
      outfile: program,
      bundle: true,
      platform: 'node',
      packages: 'external',
      alias: {'movie-recs': path.join(ROOT, 'lib/dist/index.js')},
      logLevel: 'error'
    })
  })
  afterAll(() => fs.rmSync(folder, {recursive: true, force: true}))

  it('says that the kernels stayed behind, and what to do', () => {
    expect(says()).toMatch(
      /^true movie-recs was bundled without kernels\.wasm: mark movie-recs as external \(esbuild: --external:movie-recs\)/
    )
  })

  it('says that the threads stayed behind', () => {
    fs.copyFileSync(path.join(ROOT, 'lib/dist/kernels.wasm'), path.join(folder, 'kernels.wasm'))
    expect(says()).toMatch(
      /^true movie-recs was bundled without kernels\/worker\.js: .*--external:movie-recs/
    )
  })
})

it('a bundle that swallowed the library and what reads Parquet reads it', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-bundle-parquet-'))
  try {
    const file = path.join(ROOT, 'test/fixtures/parquet/zstd.parquet')
    const program = `require('movie-recs').readRatings(${JSON.stringify(file)}).then(ratings => console.log(String(ratings)))`
    const outfile = path.join(folder, 'program.js')
    await build({
      stdin: {contents: program, resolveDir: ROOT},
      outfile,
      bundle: true,
      platform: 'node',
      external: ['@napi-rs/canvas', '@tensorflow/*', 'danfojs-node', 'tfjs-node-native', 'tslab'],
      alias: {'movie-recs': path.join(ROOT, 'lib/dist/index.js')},
      logLevel: 'error'
    })
    expect(execFileSync(process.execPath, [outfile], {encoding: 'utf8'})).toContain('60 ratings, 12 users')
  } finally {
    fs.rmSync(folder, {recursive: true, force: true})
  }
})
