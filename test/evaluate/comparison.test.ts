import {readFileSync} from 'node:fs'
import path from 'node:path'
import {
  ArgumentError,
  Baseline,
  compareEvaluations,
  compareOverSplits,
  evaluate,
  evaluateRanking,
  loadMovieLens,
  MatrixFactorization,
  Popularity,
  type RankingEvaluation,
  split
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Random, studentTwoSided} from '#internals'

const golden = JSON.parse(readFileSync(path.join(__dirname, '../golden/comparison.json'), 'utf8'))

/** Lists of users 0, 1, 2, … with these nDCG at 10. */
function lists(ndcg: ArrayLike<number>): RankingEvaluation {
  const values = Float64Array.from(ndcg)
  const none = new Float64Array(values.length)
  const figures = {precision: none, recall: none, hitRate: none, mrr: none, map: none, ndcg: values}
  const row = {k: 10, ...Object.fromEntries(Object.keys(figures).map(name => [name, 0]))}
  return {
    ranking: [row] as unknown as RankingEvaluation['ranking'],
    users: [...values.keys()],
    withoutList: 0,
    byUser: [figures]
  }
}

describe('compareEvaluations', () => {
  it('has the p of scipy, and that of statsmodels after Holm’s correction', () => {
    const named = Object.entries<number[]>(golden.values).map(([name, values]) => [name, lists(values)])
    const {pairs, engines} = compareEvaluations(Object.fromEntries(named))
    expect(engines.map(row => row.engine)).toEqual(['a', 'b', 'c', 'd'])
    expect(pairs).toHaveLength(6)
    for (const {engine, other, p, adjusted, effect} of golden.pairs) {
      const ours = pairs.find(pair => pair.engine === engine && pair.other === other)
      expect(ours?.p).toBeCloseTo(p, 9)
      expect(ours?.adjusted).toBeCloseTo(adjusted, 9)
      expect(ours?.effect).toBeCloseTo(effect, 9)
    }
    for (const [t, df, p] of golden.student)
      expect(Math.abs(studentTwoSided(t, df) / p - 1)).toBeLessThan(1e-7)
  })

  it('gives engines a letter in common unless they differ', () => {
    const random = new Random(2)
    const base = Array.from({length: 400}, () => random.normal())
    const at = (shift: number): RankingEvaluation =>
      lists(base.map(value => value + shift + 0.3 * random.normal()))
    const {engines, pairs} = compareEvaluations({best: at(1), good: at(0.5), alike: at(0.495), worst: at(0)})
    expect(engines.map(row => row.group)).toEqual(['a', 'b', 'b', 'c'])
    for (const {engine, other, adjusted} of pairs) {
      const [one, two] = [engine, other].map(name => engines.find(row => row.engine === name)?.group ?? '')
      expect(
        [...one].some(letter => two.includes(letter)),
        `${engine}, ${other}`
      ).toBe(adjusted >= 0.05)
    }
    // The best and the worst differ, the one between from neither: steps of 0.8, paired differences of deviation 7.8 in 400 users.
    const even = (shift: number, phase: number): RankingEvaluation =>
      lists(base.map((_, n) => shift + 6.4 * Math.sin(2 * Math.PI * ((n * 7 + phase) / 400))))
    const chain = compareEvaluations({a: even(1.6, 0), b: even(0.8, 133), c: even(0, 266)})
    expect(chain.pairs.map(pair => pair.adjusted < 0.05)).toEqual([false, true, false])
    expect(chain.engines.map(row => row.group)).toEqual(['a', 'ab', 'b'])
  })

  it('has intervals that hold what they say, of 1,000 samples 93 to 97 %', () => {
    const random = new Random(7)
    const [samples, users] = [1000, 80]
    let [mean, difference] = [0, 0]
    for (let sample = 0; sample < samples; sample++) {
      const base = Array.from({length: users}, () => random.normal())
      const a = lists(base.map(value => value + 0.2 + random.normal()))
      const b = lists(base.map(value => value + random.normal()))
      const {engines, pairs} = compareEvaluations({a, b}, {draws: 400, seed: sample})
      const row = engines.find(one => one.engine === 'a')
      if (row !== undefined && row.low <= 0.2 && 0.2 <= row.high) mean++
      const sign = pairs[0].engine === 'a' ? 1 : -1
      if (pairs[0].low <= sign * 0.2 && sign * 0.2 <= pairs[0].high) difference++
    }
    for (const held of [mean, difference]) {
      expect(held / samples).toBeGreaterThan(0.93)
      expect(held / samples).toBeLessThan(0.97)
    }
  })

  it('calls models different whose users were swapped at random in 3 to 7 % of 1,000 tries', () => {
    const random = new Random(9)
    const users = 60
    const [one, two] = [0.3, 0].map(shift => Array.from({length: users}, () => shift + random.normal()))
    let different = 0
    for (let attempt = 0; attempt < 1000; attempt++) {
      const swaps = Array.from({length: users}, () => random.uniform() < 0.5)
      const a = lists(swaps.map((swap, n) => (swap ? two[n] : one[n])))
      const b = lists(swaps.map((swap, n) => (swap ? one[n] : two[n])))
      if (compareEvaluations({a, b}, {draws: 2}).pairs[0].adjusted < 0.05) different++
    }
    expect(different).toBeGreaterThan(30)
    expect(different).toBeLessThan(70)
  })

  it('compares errors and lists of real engines, and says which figure it is', async () => {
    const {train, test} = split(await loadMovieLens('latest-small'), {seed: 1})
    const baseline = await new Baseline().fit(train)
    const mf = await new MatrixFactorization({factors: 10, epochs: 15}).fit(train)
    const measured = {baseline: evaluate(baseline, test), mf: evaluate(mf, test)}
    const {figure, engines, pairs, users} = compareEvaluations(measured)
    expect(figure).toBe('rmse')
    expect(users).toBe(measured.mf.byUser.size)
    for (const {engine, value, low, high} of engines) {
      expect(value).toBeCloseTo(measured[engine as 'mf'].rmse, 9)
      expect(low).toBeLessThan(value)
      expect(high).toBeGreaterThan(value)
    }
    expect(engines[0].value).toBeLessThan(engines[1].value)
    expect(pairs[0].difference).toBeCloseTo(engines[0].value - engines[1].value, 12)
    const absolute = compareEvaluations(measured, {figure: 'mae'}).engines
    for (const {engine, value} of absolute) expect(value).toBeCloseTo(measured[engine as 'mf'].mae, 6)
    const popularity = await evaluateRanking(await new Popularity().fit(train), {train, test}, {k: [5, 10]})
    const listed = {popularity, baseline: await evaluateRanking(baseline, {train, test}, {k: [5, 10]})}
    expect(compareEvaluations(listed, {k: 10, figure: 'recall'})).toMatchObject({
      figure: 'recall@10',
      engines: [
        {engine: 'popularity', value: expect.closeTo(popularity.ranking[1].recall, 9)},
        {engine: 'baseline'}
      ]
    })
  })

  it('refuses what cannot be compared', async () => {
    const {train, test} = split(await loadMovieLens('latest-small'), {seed: 1})
    const baseline = await new Baseline().fit(train)
    const errors = evaluate(baseline, test)
    const other = evaluate(baseline, split(train, {seed: 1}).test)
    expect(() => compareEvaluations({errors})).toThrow(/two evaluations or more/)
    expect(() => compareEvaluations({errors, other})).toThrow(/Measure both on one test part/)
    expect(() => compareEvaluations({a: lists([1, 2]), errors})).toThrow(ArgumentError)
    expect(() => compareEvaluations({a: lists([1, 2]), b: lists([1, 2])}, {k: 5})).toThrow(
      /at k 10, not at 5/
    )
    expect(() => compareEvaluations({errors, again: errors}, {figure: 'ndcg'})).toThrow(/which have no ndcg/)
    const same = compareEvaluations({errors, again: errors})
    expect(same.pairs[0]).toMatchObject({difference: 0, p: 1, adjusted: 1, effect: 0})
    expect(same.engines.map(row => row.group)).toEqual(['a', 'a'])
  })
})

describe('compareOverSplits', () => {
  const values = {
    a: [0.85, 0.86, 0.84, 0.855],
    b: [0.86, 0.868, 0.853, 0.866],
    c: [0.95, 0.955, 0.948, 0.952]
  }

  it('is the corrected resampled t of Nadeau and Bengio', () => {
    const {engines, pairs, splits} = compareOverSplits(values, {test: 0.1, best: 'low'})
    expect(splits).toBe(4)
    expect(engines.map(row => row.engine)).toEqual(['a', 'b', 'c'])
    const differences = values.a.map((value, n) => value - values.b[n])
    const mean = differences.reduce((sum, value) => sum + value) / 4
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3
    const error = Math.sqrt(variance * (1 / 4 + 0.1 / 0.9))
    const [pair] = pairs
    expect(pair.difference).toBeCloseTo(mean, 12)
    expect(pair.p).toBeCloseTo(studentTwoSided(mean / error, 3), 12)
    // The t of 3 degrees of freedom that 5 % exceed to both sides is 3.182446.
    expect(pair.high - pair.low).toBeCloseTo(2 * 3.182446 * error, 6)
    expect(pair.adjusted).toBeGreaterThanOrEqual(pair.p)
  })

  it('puts the best first, whichever is best, and refuses what are no splits', () => {
    expect(compareOverSplits(values, {test: 0.1, best: 'high', figure: 'ndcg'}).engines[0].engine).toBe('c')
    expect(() => compareOverSplits({a: [1, 2]}, {test: 0.1, best: 'low'})).toThrow(
      /two engines and two splits/
    )
    expect(() => compareOverSplits({a: [1, 2], b: [1]}, {test: 0.1, best: 'low'})).toThrow(/for every split/)
    expect(() => compareOverSplits({a: [1, 2], b: [1, 3]}, {test: 10, best: 'low'})).toThrow(
      /between 0 and 1/
    )
  })
})
