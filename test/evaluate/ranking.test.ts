import {readFileSync} from 'node:fs'
import path from 'node:path'
import {
  ArgumentError,
  Ease,
  evaluateLists,
  evaluateRanking,
  figuresOf,
  InterruptedError,
  loadMovieLens,
  measureLists,
  Popularity,
  type RankingConventions,
  Ratings,
  split
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

describe('figuresOf', () => {
  // Hits at places 1 and 4 of five, for somebody with three relevant movies.
  const hits = [1, 0, 0, 1, 0]
  const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4)

  it('is what the equations say', () => {
    const {precision, recall, hitRate, mrr, map, ndcg} = figuresOf(hits, 3, 5)
    expect(precision).toBeCloseTo(2 / 5, 12)
    expect(recall).toBeCloseTo(2 / 3, 12)
    expect(hitRate).toBe(1)
    expect(mrr).toBe(1)
    expect(map).toBeCloseTo((1 / 1 + 2 / 4) / 3, 12)
    expect(ndcg).toBeCloseTo((1 + 1 / Math.log2(5)) / ideal, 12)
  })

  it('ends at k, and takes a short list for filled with misses', () => {
    expect(figuresOf(hits, 3, 3)).toEqual(figuresOf([1], 3, 3))
    expect(figuresOf(hits, 3, 3).precision).toBeCloseTo(1 / 3, 12)
    expect(figuresOf([0, 0, 1], 9, 10).mrr).toBeCloseTo(1 / 3, 12)
    expect(Object.values(figuresOf([], 2, 10))).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('follows the conventions that it is given', () => {
    const of = (o: RankingConventions): ReturnType<typeof figuresOf> => figuresOf(hits, 9, 5, o)
    expect(of({}).recall).toBeCloseTo(2 / 9, 12)
    expect(of({recallOver: 'reachable'}).recall).toBeCloseTo(2 / 5, 12)
    expect(of({averageOver: 'relevant'}).map).toBeCloseTo(1.5 / 9, 12)
    const gain = 1 + 1 / Math.log2(5)
    const idealOf = (n: number): number =>
      Array.from({length: n}, (_, p) => 1 / Math.log2(p + 2)).reduce((a, b) => a + b)
    expect(of({}).ndcg).toBeCloseTo(gain / idealOf(5), 12)
    expect(of({idealOver: 'relevant'}).ndcg).toBeCloseTo(gain / idealOf(9), 12)
    expect(figuresOf(hits, 3, 5, {idealOver: 'k'}).ndcg).toBeCloseTo(gain / idealOf(5), 12)
    expect(figuresOf(hits, 3, 5, {discount: 'log2(p)'}).ndcg).toBeCloseTo(
      (1 + 1 / Math.log2(4)) / (1 + 1 + 1 / Math.log2(3)),
      12
    )
    expect(figuresOf([1, 0], 3, 5, {precisionOver: 'list'}).precision).toBe(1 / 2)
  })

  it('refuses what is no convention', () => {
    expect(() => figuresOf(hits, 3, 5, {recallOver: 'k' as 'relevant'})).toThrow(
      /recallOver: expected relevant or/
    )
    expect(() => figuresOf(hits, 3, 5, {recalOver: 'k'} as object)).toThrow(/no convention recalOver/)
  })
})

describe('evaluateLists', () => {
  const golden = JSON.parse(readFileSync(path.join(__dirname, '../golden/ranking.json'), 'utf8'))
  const users = Object.entries<{relevant: number[]; list: number[]}>(golden.users)
  const test = Ratings.from(
    users.flatMap(([userId, {relevant}]) => relevant.map(movieId => ({userId, movieId, rating: 1})))
  )
  const train = Ratings.from(
    Array.from({length: 30}, (_, i) => ({userId: String(1 + (i % 12)), movieId: i + 1, rating: 1}))
  )
  const lists = users.map(([userId, {list}]) => ({userId, movies: list}))
  const at = (k: number, o: RankingConventions = {}): Record<string, number> => ({
    ...evaluateLists(lists, {train, test}, {k, ...o}).ranking[0]
  })

  it.each([5, 10])('is what ranx says at %d, whose MAP divides by all that is relevant', k => {
    const ours = at(k, {averageOver: 'relevant'})
    for (const [name, value] of Object.entries<number>(golden.ranx[k]))
      expect(ours[name], name).toBeCloseTo(value, 9)
  })

  it.each([5, 10])(
    'is what LensKit says at %d, which takes the original discount and what is reachable',
    k => {
      const ours = at(k, {recallOver: 'reachable', precisionOver: 'list', discount: 'log2(p)'})
      for (const [name, value] of Object.entries<number>(golden.lenskit[k]))
        expect(ours[name], name).toBeCloseTo(value, 6)
    }
  )

  it.each([5, 10])('has the nDCG of scikit-learn at %d, for lists that are whole', k => {
    const {users: whole, ndcg} = golden['scikit-learn'][k]
    const of = evaluateLists(lists, {train, test}, {k})
    const values = of.users.map((userId, n) =>
      whole.includes(Number(userId)) ? of.byUser[0].ndcg[n] : Number.NaN
    )
    const kept = values.filter(value => !Number.isNaN(value))
    expect(kept.length).toBe(whole.length)
    expect(kept.reduce((a, b) => a + b) / kept.length).toBeCloseTo(ndcg, 9)
  })

  it('says what lists are like as a whole', () => {
    // Movie 1 was rated by users 1 and 2, movie 2 by 1, movie 3 by 3 and 4, movie 4 by nobody in train.
    const small = Ratings.from(
      [
        [1, 1],
        [2, 1],
        [1, 2],
        [3, 3],
        [4, 3]
      ].map(([userId, movieId]) => ({userId, movieId, rating: 3}))
    )
    const wanted = Ratings.from([
      {userId: 1, movieId: 3, rating: 5},
      {userId: 3, movieId: 1, rating: 5}
    ])
    const {ranking} = evaluateLists(
      [
        {userId: 1, movies: [3]},
        {userId: 3, movies: [1, 2]}
      ],
      {train: small, test: wanted},
      {k: 2}
    )
    const [{coverage, novelty, diversity, popularityLift, gini}] = ranking
    expect(coverage).toBe(1)
    // Of four users two know movie 3, two movie 1, one movie 2: 1, 1 and 2 bits.
    expect(novelty).toBeCloseTo(4 / 3, 12)
    // Movies 1 and 2 share one rater of two and of one; the other list has no pair.
    expect(diversity).toBeCloseTo(1 - 1 / Math.sqrt(2), 12)
    // Lists: (2 + 1.5) / 2; profiles: user 1 rated movies of 2 and 1 raters, user 3 one of 2.
    expect(popularityLift).toBeCloseTo((1.75 - 1.75) / 1.75, 12)
    expect(gini).toBeCloseTo(0, 12)
  })

  it('counts whom it is told to', () => {
    const {
      ranking,
      users: counted,
      withoutList
    } = evaluateLists(
      [{userId: '1', movies: golden.users['1'].relevant}],
      {train, test: Ratings.from([...test].filter(row => Number(row.userId) < 3))},
      {users: 'all', k: 2}
    )
    expect(counted.length).toBe(12)
    expect(withoutList).toBe(11)
    expect(ranking[0].recall).toBeCloseTo(1 / 12, 12)
  })

  it('refuses a list that comes twice, and a movie that does', () => {
    const one = {userId: 1, movies: [1]}
    expect(() => evaluateLists([one, {userId: '1', movies: [2]}], {train, test})).toThrow(/two lists/)
    expect(() => evaluateLists([{userId: 1, movies: [1, '1']}], {train, test})).toThrow(/a movie twice/)
  })
})

describe('evaluateRanking', () => {
  const small = async (): Promise<ReturnType<typeof split>> =>
    split(await loadMovieLens('latest-small'), {seed: 3})

  it('measures the very lists that recommend gives', async () => {
    const parts = await small()
    const engine = await new Popularity().fit(parts.train)
    const ours = await evaluateRanking(engine, parts, {k: [5, 10]})
    const lists = ours.users
      .filter(userId => engine.knowsUser(userId))
      .map(userId => ({userId, movies: engine.recommend(userId, {n: 10}).map(row => row.movieId)}))
    const same = evaluateLists(lists, parts, {k: [5, 10]})
    expect(ours.ranking).toEqual(same.ranking)
    expect(ours.byUser).toEqual(same.byUser)
    expect(ours.ranking.map(row => row.k)).toEqual([5, 10])
    // A test movie that was rated in train cannot be listed, one that was not can.
    expect(ours.ranking[1].recall).toBeGreaterThan(ours.ranking[0].recall)
    expect(ours.ranking[0].ndcg).toBeGreaterThan(0)
  })

  it('takes only good ratings for relevant where that is asked, and masks more or nothing', async () => {
    const {train, test} = await small()
    const engine = await new Ease().fit(train)
    const all = await evaluateRanking(engine, {train, test})
    const good = await evaluateRanking(engine, {train, test}, {relevant: 4})
    expect(good.users.length).toBeLessThan(all.users.length)
    const open = await evaluateRanking(engine, {train, test}, {masked: 'none'})
    expect(open.ranking[0].recall).toBeLessThan(all.ranking[0].recall)
    const both = await evaluateRanking(engine, {train, test}, {alsoMasked: test})
    expect(both.ranking[0].recall).toBe(0)
    await expect(evaluateRanking(engine, {train, test}, {relevant: 9})).rejects.toThrow(/none has 9 stars/)
    await expect(evaluateRanking(engine, {train, test}, {k: []})).rejects.toThrow(ArgumentError)
  })

  it('counts users whom the engine does not know as having no list, however ids are written', async () => {
    const {train, test} = await small()
    const engine = await new Popularity().fit(train)
    const written = Ratings.from(
      [...test].map(row => ({...row, userId: String(row.userId), movieId: String(row.movieId)}))
    )
    const {ranking} = await evaluateRanking(engine, {train, test: written})
    const [numbers] = (await evaluateRanking(engine, {train, test})).ranking
    for (const [name, value] of Object.entries(ranking[0]))
      expect(value, name).toBeCloseTo(numbers[name as 'ndcg'], 9)
    const strangers = Ratings.from([...test, {userId: 999_999, movieId: 1, rating: 5}])
    const {withoutList} = await evaluateRanking(engine, {train, test: strangers})
    expect(withoutList).toBe(1)
  })

  it('stops when asked to, and reports its progress', async () => {
    const parts = await small()
    const engine = await new Popularity().fit(parts.train)
    const stop = new AbortController()
    stop.abort()
    await expect(evaluateRanking(engine, parts, {signal: stop.signal})).rejects.toThrow(InterruptedError)
    const heard: number[] = []
    await evaluateRanking(engine, parts, {onProgress: ({done}) => heard.push(done)})
    expect(heard[heard.length - 1]).toBe(new Set(parts.test.rows.u).size)
  })
})

describe('lists of several engines side by side', () => {
  const rows = Array.from({length: 60}, (_, k) => ({
    userId: k % 10,
    movieId: (7 * k) % 13,
    rating: 1 + (k % 5)
  }))
  const parts = split(Ratings.from(rows, undefined, {duplicates: 'last'}), {by: 'user', test: 0.3})

  it('are what each of them is measured by alone', async () => {
    const [popularity, ease] = [await new Popularity().fit(parts.train), await new Ease().fit(parts.train)]
    const {traits, evaluations} = await measureLists({famous: popularity, ease}, parts, {k: 3})
    const alone = await evaluateRanking(ease, parts, {k: 3})
    expect(evaluations.ease).toEqual(alone)
    expect(traits.column('name')).toEqual(['famous', 'ease'])
    const {ndcg, coverage, popularityLift} = alone.ranking[0]
    expect(traits[1]).toMatchObject({ndcg, coverage, popularityLift})
    expect(String(traits)).toContain('popularity lift')
  })
})
