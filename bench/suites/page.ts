import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {type Engine, engineByName, figuresOf, loadMovieLens, type Ratings, split} from 'movie-recs'
import {listsByScores, type Model, openPage, type Person, pageFileOf} from '#internals'
import type {Bench} from '../harness'

const run = promisify(execFile)
const N = 10
/** People that losses are measured on; fewer where a list takes the engine itself long. */
const PEOPLE = 1000
const FEW = 300

/** One in so many of a person's ratings is hidden. */
const FIFTH = 5

/** The engines that a page can be made of, with options under which a fit takes minutes at most. */
const ENGINES: ReadonlyArray<readonly [engine: string, options: object]> = [
  ['popularity', {}],
  ['baseline', {}],
  ['content', {}],
  ['als', {}],
  ['mf', {}],
  ['truncated-svd', {}],
  ['auto-rec', {}],
  ['embedding-net', {epochs: 5, patience: 0, refit: false}],
  ['click-neighbours', {}],
  ['random-walk', {}],
  ['graph-filter', {}],
  ['slim', {}],
  ['ease', {}],
  ['bayesian', {factors: 32, sweeps: 100, burnIn: 20}],
  ['blend', {members: ['baseline', 'als', 'mf']}]
]

/** Pages of each engine: how large, how soon they answer, and what they lose, on people whom no fit has seen. */
export async function page(bench: Bench): Promise<void> {
  for (const edition of ['latest-small', '1m'] as const) {
    const folder = bench.data(`ml-${edition}`)
    if (folder === undefined) {
      console.log(`page: MovieLens ${edition} is not here (movie-recs data ${edition}).`)
      continue
    }
    const ratings = await loadMovieLens(edition, {dir: path.dirname(folder)})
    const rows: Array<Record<string, string | number>> = []
    for (const [name, options] of ENGINES) {
      if (bench.only.length > 0 && !bench.only.includes(name)) continue
      rows.push(await measured(name, options, ratings))
      console.log(rows[rows.length - 1])
    }
    bench.table(
      `Pages of MovieLens ${edition}: what they carry (without the app), in a fresh Node; losses on people whom no fit has seen`,
      rows
    )
  }
}

async function measured(
  name: string,
  options: object,
  ratings: Ratings
): Promise<Record<string, string | number>> {
  const {train, test} = split(ratings, {by: 'cold-users', test: 0.2, seed: 1})
  const Class = engineByName(name)
  if (Class === undefined) throw new Error(`There is no engine ${name}.`)
  const engine = await new Class(options).fit(train)
  const begun = performance.now()
  const text = JSON.stringify(await pageFileOf(engine))
  const seconds = (performance.now() - begun) / 1000
  const times = await timesOf(text, [...train].slice(0, 5))
  const people = peopleOf(engine, test, name === 'bayesian' ? FEW : PEOPLE)
  const small = openPage(JSON.parse(text)).recommender.model
  const movies = engine.recommender.directory.items.length
  const own = qualityOf(engine.model, people, movies)
  const page = qualityOf(small, people, movies)
  const stars = engine.model.unit === 'stars'
  return {
    engine: name,
    MB: (text.length / 1e6).toFixed(2),
    'made in, s': seconds.toFixed(1),
    'opens in, ms': times.open.toFixed(0),
    'first list, ms': times.list.toFixed(0),
    'next list, ms': times.next.toFixed(1),
    'what to rate next, ms': times.ask.toFixed(0),
    'nDCG@10': own.ndcg.toFixed(4),
    'nDCG@10 lost': (own.ndcg - page.ndcg).toFixed(4),
    RMSE: stars ? own.rmse.toFixed(4) : '',
    'RMSE lost': stars ? (page.rmse - own.rmse).toFixed(5) : ''
  }
}

interface Asked {
  person: Person
  hidden: {i: Int32Array; r: Float32Array}
}

/** People of the test part, whom the fit has not seen, with four fifths of their ratings as if they were typed in. */
function peopleOf({recommender, model}: Engine<any, any>, test: Ratings, most: number): Asked[] {
  const {movieIds} = test.frame
  const {start, index, value} = test.byUser
  const users = [...start.keys()].filter(u => start[u + 1] > start[u])
  const step = Math.max(1, Math.floor(users.length / most))
  return users
    .filter((_, k) => k % step === 0)
    .flatMap(u => {
      const rated = [...index.subarray(start[u], start[u + 1]).keys()]
        .map(n => ({i: recommender.indexOf(movieIds.ids[index[start[u] + n]]), r: value[start[u] + n]}))
        .filter(one => model.knows(one.i))
        .sort((a, b) => a.i - b.i)
      const columns = (some: typeof rated): {i: Int32Array; r: Float32Array} => ({
        i: Int32Array.from(some, one => one.i),
        r: Float32Array.from(some, one => one.r)
      })
      const [typed, hidden] = [false, true].map(isHidden =>
        columns(rated.filter((_, n) => (n % FIFTH === u % FIFTH) === isHidden))
      )
      return typed.i.length === 0 || hidden.i.length === 0 ? [] : [{person: {u: -1, ...typed}, hidden}]
    })
}

function qualityOf(model: Model, people: readonly Asked[], movies: number): {ndcg: number; rmse: number} {
  const allowed = Uint8Array.from({length: movies}, (_, i) => Number(model.knows(i)))
  let [ndcg, squares, count] = [0, 0, 0]
  for (const {person, hidden} of people) {
    const predicted = model.scores(person, hidden.i)
    for (const [n, r] of hidden.r.entries()) squares += (r - predicted[n]) ** 2
    count += hidden.r.length
    const list = listsByScores(model, [person], {n: N, allowed, without: one => one.i}).movies
    const relevant = new Set(hidden.i)
    ndcg += figuresOf(
      Array.from(list, i => relevant.has(i)),
      relevant.size,
      N
    ).ndcg
  }
  return {ndcg: ndcg / people.length, rmse: Math.sqrt(squares / count)}
}

/** In a Node that has just started, as a phone opens a page: milliseconds until it is open, for lists, and for ten questions. */
async function timesOf(
  text: string,
  rated: ReadonlyArray<{movieId: number | string; rating: number}>
): Promise<Record<'open' | 'list' | 'next' | 'ask', number>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-page-'))
  try {
    const file = path.join(folder, 'page.json')
    writeFileSync(file, text)
    const library = path.join(path.dirname(require.resolve('movie-recs')), 'page/openPage.js')
    const code = `
      const {openPage} = require(${JSON.stringify(library)})
      const text = require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8')
      const me = ${JSON.stringify(rated.map(({movieId, rating}) => ({movieId, rating})))}
      const times = [performance.now()]
      const page = openPage(JSON.parse(text)); times.push(performance.now())
      page.recommender.recommend(me, {n: ${N}}); times.push(performance.now())
      page.recommender.recommend(me.slice(1), {n: ${N}}); times.push(performance.now())
      page.rateNext(me, ${N}); times.push(performance.now())
      console.log(JSON.stringify(times.slice(1).map((time, k) => time - times[k])))`
    const {stdout} = await run(process.execPath, ['-e', code])
    const [open, list, next, ask] = JSON.parse(stdout) as number[]
    return {open, list, next, ask}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
