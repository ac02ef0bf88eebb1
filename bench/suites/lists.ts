import path from 'node:path'
import {
  AlternatingLeastSquares,
  BayesianFactorization,
  Ease,
  type Engine,
  ItemNeighbours,
  type Ratings,
  readRatings,
  syntheticRatings,
  UserNeighbours
} from 'movie-recs'
import {FactorModel, listingOf, listsOfMany, type Person, Random, Support, Work} from '#internals'
import type {Bench, Peer, Row} from '../harness'

const FACTORS = 64
const N = 10

/** Lists of many people: by factors against implicit, by weights and by neighbours, and of one person at a time. */
export async function lists(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) console.log('lists: MovieLens 1M is not here (movie-recs data 1m).')
  else await million(bench, path.join(folder, 'ratings.csv'))
  await byCatalogue(bench)
  await neighboursOfMany(bench)
}

function implicit(...args: Array<string | number>): Peer {
  const script = {script: 'lists_implicit.py', args: [...args, '--factors', FACTORS].map(String)}
  return {name: 'implicit', venv: 'factorization', ...script}
}

async function million(bench: Bench, file: string): Promise<void> {
  const ratings = await readRatings(file)
  const factors = await new AlternatingLeastSquares({
    feedback: 'implicit',
    factors: FACTORS,
    epochs: 3
  }).fit(ratings)
  await bench.row({
    work: `lists of ${N} for all 6,040 users (1M), ${FACTORS} factors`,
    ours: () => everyone(factors),
    peer: implicit('--ratings', file),
    goal: 1,
    note: 'with titles, genres and years'
  })
  const ease = await new Ease().fit(ratings)
  await bench.row({work: `lists of ${N} for all 6,040 users (1M), ease`, ours: () => everyone(ease)})
  if (bench.only.length === 0) await oneByOne(bench, ratings, {als: factors, ease})
}

async function everyone(engine: Engine<any>): Promise<undefined> {
  let movies = 0
  for await (const list of engine.recommendAll({n: N})) movies += list.movies.length
  if (movies === 0) throw new Error('The lists are empty.')
  return undefined
}

/** Every 15th user, one call each: the middle and the slowest of a hundred. */
async function oneByOne(bench: Bench, ratings: Ratings, fitted: Record<string, Engine<any>>): Promise<void> {
  const engines: Record<string, Engine<any>> = {
    ...fitted,
    'item-neighbours': await new ItemNeighbours().fit(ratings),
    'user-neighbours': await new UserNeighbours().fit(ratings),
    bayesian: await new BayesianFactorization({sweeps: 250, burnIn: 10}).fit(ratings)
  }
  const ids = ratings.frame.userIds.ids.filter((_, u) => u % 15 === 0)
  const rows = Object.entries(engines).map(([engine, one]) => {
    for (const userId of ids.slice(0, 20)) one.recommend(userId, {n: N})
    const ms = ids.map(userId => {
      const begun = performance.now()
      one.recommend(userId, {n: N})
      return performance.now() - begun
    })
    ms.sort((a, b) => a - b)
    const at = (share: number): string => ms[Math.floor(share * ms.length)].toFixed(2)
    return {engine, 'median, ms': at(0.5), 'p99, ms': at(0.99)}
  })
  bench.table('One list for one user of MovieLens 1M, after twenty others', rows)
}

/** Sizes, with as many users as are measured of them. */
const SIZES = [
  {movies: 1000, users: 4000, of: 4000},
  {movies: 2500, users: 4000, of: 4000},
  {movies: 10_000, users: 4000, of: 4000},
  {movies: 25_000, users: 2000, of: 2000},
  {movies: 80_000, users: 2000, of: 200_000}
]

async function byCatalogue(bench: Bench): Promise<void> {
  const table: Array<Record<string, string | number>> = []
  for (const size of SIZES) {
    const {movies, users, of} = size
    const [model, people] = await world(size)
    const wanted = {n: N, allowed: new Uint8Array(movies).fill(1), without: (person: Person) => person.i}
    const row = await bench.row({
      work: `lists of ${N} for ${inWords(users)} of ${inWords(of)} users, ${inWords(movies)} movies, ${FACTORS} factors`,
      ours: async () => {
        const work = new Work('lists')
        for await (const block of listsOfMany(model, people, wanted, work, listingOf(model, wanted, work)))
          if (block.movies[0] < 0) throw new Error('The lists are empty.')
      },
      peer: implicit('--users', users, '--movies', movies, '--rated', 100),
      goal: 1
    })
    if (row !== undefined) table.push({movies, ...eachOf(row, users)})
  }
  bench.table(
    `Milliseconds a user by the size of the catalogue, ${FACTORS} factors of made-up ratings`,
    table,
    {
      file: 'list-by-movies.png',
      x: 'movies',
      y: ['movie-recs, ms', ...(bench.peers ? ['implicit, ms'] : [])],
      measure: 'milliseconds a user'
    }
  )
}

function eachOf({ours, other}: Row, users: number): Record<string, string> {
  const ms = (seconds: number): string => ((1000 * seconds) / users).toFixed(3)
  return {
    'movie-recs, ms': ms(ours.median),
    ...(other === undefined ? {} : {'implicit, ms': ms(other.median)})
  }
}

/** Factors of made-up ratings: a list costs less where some movies are liked more than others. Who is not asked has none. */
async function world({movies, users, of}: (typeof SIZES)[number]): Promise<[FactorModel, Person[]]> {
  const ratings = syntheticRatings({users, movies, ratings: 100 * users})
  const learned = await new AlternatingLeastSquares({feedback: 'implicit', factors: FACTORS, epochs: 3}).fit(
    ratings
  )
  const {qi, bi, mu, pu: theirs} = learned.model
  const pu = new Float32Array(of * FACTORS)
  for (let k = 0; k < users; k++)
    pu.set(theirs.subarray(k * FACTORS, (k + 1) * FACTORS), k * (of / users) * FACTORS)
  const support = new Support(new Int32Array(of).fill(1), new Int32Array(movies).fill(1))
  const numbers = {mu, factors: FACTORS, bu: new Float32Array(of), bi, pu, qi}
  const model = new FactorModel(numbers, {bias: 'none'}, support)
  const random = new Random(1)
  const people = Array.from({length: users}, (_, k): Person => {
    const i = Int32Array.from(new Set(Array.from({length: 100}, () => random.below(movies)))).sort()
    return {u: k * (of / users), i, r: new Float32Array(i.length).fill(5)}
  })
  return [model, people]
}

async function neighboursOfMany(bench: Bench): Promise<void> {
  const ratings = syntheticRatings({users: 6000, movies: 25_000, ratings: 1_000_000})
  const engine = await new ItemNeighbours().fit(ratings)
  await bench.row({
    work: `lists of ${N} for 6,000 users, 25,000 movies, item-neighbours`,
    ours: () => everyone(engine),
    runs: 1,
    warmUp: false,
    note: '1,000,000 made-up ratings'
  })
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}
