import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {build} from 'esbuild'
import {type Engine, ItemNeighbours, Popularity, saveEngine} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-http-'))
const model = path.join(folder, 'model.mrec')
let engine: Engine<any>
let server: ChildProcess
let url: string

const get = async (where: string, init?: RequestInit): Promise<{status: number; body: any}> => {
  const response = await fetch(`${url}${where}`, init)
  return {status: response.status, body: await response.json()}
}
const post = (where: string, body: unknown): ReturnType<typeof get> =>
  get(where, {method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body)})
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('examples/http.ts', () => {
  beforeAll(async () => {
    engine = await new ItemNeighbours({k: 5}).fit(smallWorld())
    await saveEngine(engine, model)
    const program = path.join(folder, 'http.mjs')
    await build({
      entryPoints: [path.join(ROOT, 'examples/http.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['movie-recs'],
      logLevel: 'error'
    })
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
    server = spawn(process.execPath, [program, model, '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const [said] = await once(server.stdout as NodeJS.ReadableStream, 'data')
    expect(String(said)).toMatch(/^ItemNeighbours\(.*\) on 36 users × 27 movies, served by 2 threads, at /)
    url = `http://localhost:${/"port":(\d+)/.exec(String(said))?.[1]}`
  })
  afterAll(() => {
    server?.kill('SIGKILL')
    rmSync(folder, {recursive: true, force: true})
  })

  it('recommends to a user, to ratings typed in, and to nobody', async () => {
    const {status, body} = await get('/recommend?user=10&n=3')
    expect(status).toBe(200)
    expect(body).toEqual({movies: plain(engine.recommend(10, {n: 3})), leftOut: []})
    const typed = [
      {movieId: 100, rating: 5},
      {movieId: 999999, rating: 5}
    ]
    expect((await post('/recommend', typed)).body).toEqual({
      movies: plain(engine.recommend(typed)),
      leftOut: [999999]
    })
    expect((await get('/recommend?n=4')).body.movies).toEqual(plain(engine.recommend([], {n: 4})))
  })

  it('finds similar movies and explains', async () => {
    expect((await get('/similar?movie=100&n=2')).body).toEqual(plain(engine.similar(100, {n: 2})))
    expect((await get('/explain?user=10&movie=104')).body).toEqual(plain(engine.explain(10, 104)))
    const typed = [{movieId: 100, rating: 5}]
    expect((await post('/recommend?n=1', typed)).status).toBe(200)
  })

  it.each([
    ['/recommend?user=4711', 404, /Unknown userId 4711/],
    ['/similar?movie=4711', 404, /movieId 4711/],
    ['/recommend?user=10&n=0', 400, /whole number from 1 up/],
    ['/nowhere', 404, /Ask one of GET \/health/]
  ])('answers %s with %d', async (where, status, error) => {
    const answer = await get(where)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatch(error)
  })

  it.each([
    ['{"movieId":', /JSON/],
    [{movieId: 100}, /a userId, or a profile/],
    ['null', /a userId, or a profile/],
    ['[null]', /expected ratings as in/],
    [[{movieId: 100, rating: 99}], /from 1 to 5/]
  ])('answers the body %j with 400', async (body, error) => {
    const answer = await post('/recommend', body)
    expect(answer).toMatchObject({status: 400, body: {error: expect.stringMatching(error)}})
  })

  it('lets a new model answer, and says who does', async () => {
    expect((await get('/health')).body).toEqual({model: expect.stringMatching(/^ItemNeighbours/), waiting: 0})
    const next = await new Popularity().fit(smallWorld({seed: 9}))
    await saveEngine(next, model)
    expect((await post('/model', '')).body.model).toMatch(/^Popularity/)
    expect((await get('/recommend?user=10')).body.movies).toEqual(plain(next.recommend(10)))
    await saveEngine(engine, model)
    if (process.platform === 'win32') return
    server.kill('SIGHUP')
    await expect
      .poll(async () => (await get('/health')).body.model, {timeout: 20_000})
      .toMatch(/^ItemNeighbours/)
  })

  it.skipIf(process.platform === 'win32')('ends by itself when it is asked to', async () => {
    server.kill('SIGTERM')
    expect((await once(server, 'exit'))[0]).toBe(0)
  })
})
