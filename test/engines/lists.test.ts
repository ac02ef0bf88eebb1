import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {
  AlternatingLeastSquares,
  Ease,
  type Engine,
  InterruptedError,
  ItemNeighbours,
  type ItemNeighboursOptions,
  MatrixFactorization,
  type Progress,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {
  FactorModel,
  type ListBlock,
  type ListsWanted,
  listingOf,
  listsByScores,
  listsOfMany,
  type Model,
  type Person,
  Random,
  Support,
  Work
} from '#internals'
import {ROOT} from '#paths'

const MOVIES = 150
/** More than a block of factors, and odd. */
const PEOPLE = 601

type Numbers = (count: number) => Float64Array

/** People who rated some movies each, and a model of these numbers. */
function world(numbers: Numbers, F = 5): {model: FactorModel; people: Person[]} {
  const random = new Random(F, PEOPLE)
  const people = Array.from({length: PEOPLE}, (_, u): Person => {
    const i = Int32Array.from(Array.from({length: MOVIES}, (_, i) => i).filter(() => random.uniform() < 0.2))
    return {u, i, r: Float32Array.from(i, () => 1 + random.below(5))}
  })
  const model = new FactorModel(
    {
      mu: 3.5,
      factors: F,
      bu: numbers(PEOPLE),
      bi: numbers(MOVIES),
      pu: numbers(PEOPLE * F),
      qi: numbers(MOVIES * F)
    },
    {once: 1, bias: 'solved'},
    new Support(new Int32Array(PEOPLE).fill(1), new Int32Array(MOVIES).fill(1))
  )
  return {model, people}
}

function wish(given: Partial<ListsWanted> = {}): ListsWanted {
  return {n: 7, allowed: new Uint8Array(MOVIES).fill(1), without: person => person.i, ...given}
}

const normals: Numbers = count => {
  const random = new Random(count)
  return Float64Array.from({length: count}, () => random.normal())
}

async function listed(
  model: Model,
  people: Iterable<Person>,
  wanted: ListsWanted,
  workers = 2
): Promise<ListBlock[]> {
  const work = new Work('listing', {workers})
  const blocks: ListBlock[] = []
  for await (const block of listsOfMany(model, people, wanted, work, listingOf(model, wanted, work)))
    blocks.push(block)
  return blocks
}

/** Lists of all are those of each alone, in the order of people. */
function expectPlain(
  blocks: ListBlock[],
  model: Model,
  people: readonly Person[],
  wanted: ListsWanted
): void {
  const {n} = wanted
  expect(blocks.flatMap(block => [...block.people])).toEqual(people)
  for (const block of blocks)
    for (const [k, person] of block.people.entries()) {
      const {movies, scores} = listsByScores(model, [person], wanted)
      expect(block.movies.subarray(k * n, (k + 1) * n)).toEqual(movies)
      expect(block.scores.subarray(k * n, (k + 1) * n)).toEqual(scores)
    }
}

describe('lists by factors are those of the plain way', () => {
  const kinds: Record<string, Numbers> = {
    'random numbers': normals,
    'whole numbers, with many ties': count => normals(count).map(Math.round),
    'scores that are all equal': count => new Float64Array(count),
    'scores a rounding of single precision apart': count => normals(count).map(x => 1 + x * 2 ** -26),
    'numbers as large as single precision has none': count => normals(count).map(x => x * 1e30),
    'numbers as small': count => normals(count).map(x => x * 1e-30),
    'infinite numbers': count => normals(count).map((x, k) => (k % 97 === 5 ? Number.NEGATIVE_INFINITY : x))
  }
  it.each(Object.keys(kinds))('%s', async kind => {
    const {model, people} = world(kinds[kind])
    for (const n of [1, 7, MOVIES + 5])
      expectPlain(await listed(model, people, wish({n})), model, people, wish({n}))
  })

  it('whatever may be listed and is left out, in any order and more than once', async () => {
    const {model, people} = world(normals)
    const some = Uint8Array.from({length: MOVIES}, (_, i) => Number(i % 11 === 3))
    for (const allowed of [some, new Uint8Array(MOVIES), new Uint8Array(MOVIES).fill(1)]) {
      for (const without of [
        () => [],
        ({i}: Person) => Int32Array.from([...i, ...i].reverse()),
        () => Int32Array.from({length: MOVIES}, (_, i) => i)
      ]) {
        const wanted = wish({allowed, without})
        expectPlain(await listed(model, people.slice(0, 99), wanted), model, people.slice(0, 99), wanted)
      }
    }
  })

  it('for people folded in, strangers among them, and for any number of workers', async () => {
    const {model, people} = world(normals)
    const profiles = people.slice(0, 65).map(({i, r}, k) => (k % 9 === 4 ? EMPTY : {u: -1, i, r}))
    const alone = await listed(model, profiles, wish(), 1)
    expectPlain(alone, model, profiles, wish())
    for (const workers of [2, 3]) expect(await listed(model, profiles, wish(), workers)).toEqual(alone)
  })
})

const EMPTY: Person = {u: -1, i: new Int32Array(0), r: new Float32Array(0)}

describe('lists of fitted engines are those of the plain way', () => {
  const ratings = syntheticRatings({users: 333, movies: 270, ratings: 9000, seed: 4})
  const neighbours: Record<string, ItemNeighboursOptions> = {
    'their defaults': {},
    'a choice among many': {k: 3, amplification: 1, shrinkage: 0, similarity: 'jaccard', over: 'common'},
    'neighbours chosen before': {choose: 'before', k: 9},
    'z-scores': {around: 'z-score', minK: 4, damping: 0},
    'a substitute': {around: 'nothing', fallback: 'mean', minK: 12, k: 15}
  }
  const engines: Record<string, () => Engine<any>> = {
    ease: () => new Ease(),
    'ease of high ratings': () => new Ease({atLeast: 4}),
    mf: () => new MatrixFactorization({factors: 9, epochs: 3}),
    'als with signs of interest': () =>
      new AlternatingLeastSquares({feedback: 'implicit', factors: 8, epochs: 2}),
    ...Object.fromEntries(
      Object.entries(neighbours).map(([name, o]) => [`item-neighbours, ${name}`, () => new ItemNeighbours(o)])
    )
  }
  it.each(Object.keys(engines))('%s', async name => {
    const engine = await engines[name]().fit(ratings)
    const users = ratings.frame.userIds.ids.filter((_, k) => k % 2 === 0)
    for (const o of [{}, {includeRated: true}, {among: ratings.frame.movieIds.ids.slice(3, 40)}]) {
      for (const workers of [1, 2]) {
        let k = 0
        for await (const {userId, movies} of engine.recommendAll({...o, users, workers})) {
          expect(userId).toBe(users[k++])
          expect(movies).toEqual([...engine.recommend(userId, o)])
        }
        expect(k).toBe(users.length)
      }
    }
  })
})

describe('lists under way', () => {
  it('stop soon when they are aborted', async () => {
    const {model, people} = world(normals)
    const endless = function* (): Generator<Person> {
      for (;;) yield* people
    }
    const stop = new AbortController()
    const work = new Work('listing', {signal: stop.signal, workers: 2})
    setTimeout(() => stop.abort(), 100)
    const lists = listsOfMany(model, endless(), wish(), work, listingOf(model, wish(), work))
    await expect(
      (async () => {
        for await (const block of lists) expect(block.people.length).toBeGreaterThan(0)
      })()
    ).rejects.toThrow(InterruptedError)
    expect(work.seconds).toBeLessThan(5)
  })

  it('tell how many people have theirs, whoever they are and however they are made', async () => {
    const engine = await new Ease().fit(syntheticRatings({users: 50, movies: 30, ratings: 600}))
    for (const o of [{}, {diversity: 0.5}]) {
      const heard: Progress[] = []
      let lists = 0
      const users = new Set(engine.train.frame.userIds.ids.slice(0, 20))
      for await (const _ of engine.recommendAll({...o, n: 3, users, onProgress: step => heard.push(step)}))
        lists++
      expect(lists).toBe(20)
      expect(heard.at(-1)).toMatchObject({task: 'recommending by ease', done: 20, total: 20})
    }
  })

  it('leave this thread free', async () => {
    const {model, people} = world(normals)
    let longest = 0
    let last = performance.now()
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const many = Array.from({length: 20}, () => people).flat()
    await listed(model, many, wish())
    clearInterval(clock)
    expect(longest).toBeGreaterThan(0)
    // Room for a machine with other work: lists of so many people take several times as long.
    expect(longest).toBeLessThan(500)
  })

  it('are left early, once and again, and the process ends', async () => {
    const script = `
      const {AlternatingLeastSquares, syntheticRatings} = require('movie-recs')
      ;(async () => {
        const ratings = syntheticRatings({users: 3000, movies: 500, ratings: 30000})
        const engine = await new AlternatingLeastSquares({epochs: 1}).fit(ratings)
        for (let k = 0; k < 3; k++) for await (const {userId} of engine.recommendAll()) { if (userId > 700 * k) break }
        for await (const {movies} of engine.recommendAll()) { console.log(movies.length); return }
      })()`
    const {stdout} = await promisify(execFile)(process.execPath, ['-e', script], {cwd: ROOT, timeout: 60_000})
    expect(stdout.trim()).toBe('10')
  })
})
