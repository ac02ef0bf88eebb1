import type {MovieId} from '../data/ids'
import {deviationOf, meanOf} from '../math/statistics'
import {topN} from '../math/topN'
import type {Filters} from '../models/filters'
import {listable} from '../models/lists'
import type {Profile, Recommender} from '../models/recommender'

/** A movie for two, with what each of them would say of it. */
export interface ForBoth {
  movieId: MovieId
  title: string
  /** What the list is sorted by: the mean of both scores, each in deviations from its own mean. */
  score: number
  /** Either's own score, in the model's unit. */
  scores: [number, number]
}

/**
 * Something for both: what neither has rated, by the average without misery (Masthoff 2015, "Group recommender systems", section 22.4):
 * movies that are below the middle of either's own scores come last, the others by the mean of both scores. Scores are standardised over
 * all that a person has not rated, so that who rates generously, or has the more pronounced taste, has no louder voice. Least misery alone
 * (O'Connor et al. 2001, "PolyLens", for groups of two or three) spares both, too, but takes no delight in what one of them would love.
 * @throws ArgumentError where either has rated no movie that the model knows
 */
export function together(
  recommender: Recommender,
  a: Profile,
  b: Profile,
  {n, ...filters}: {n: number} & Filters
): ForBoth[] {
  const profiles = [a, b]
  const people = profiles.map(profile => recommender.person(profile))
  for (const [k, person] of people.entries())
    if (person.i.length === 0) throw recommender.unknownUser(profiles[k])
  const {allowed} = recommender.wanted(n, filters)
  const rated = [...people[0].i, ...people[1].i]
  const items = listable({allowed: recommender.wanted(n).allowed, without: () => rated}, people[0])
  const scores = people.map(person => recommender.model.scores(person, items))
  const measured = scores.map(standardised)
  const mean = measured[0].map((one, k) => (one + measured[1][k]) / 2)
  const listed = [...items.keys()].filter(k => allowed[items[k]] === 1)
  const spared = listed.filter(k => measured.every(one => one[k] >= 0))
  const others = listed.filter(k => measured.some(one => one[k] < 0))
  const best = [...topN(mean, n, spared), ...topN(mean, n, others)].slice(0, n)
  const {items: index, movies} = recommender.directory
  return best.map(k => {
    const movieId = index.ids[items[k]]
    return {movieId, title: movies.title(movieId), score: mean[k], scores: [scores[0][k], scores[1][k]]}
  })
}

function standardised(scores: ReturnType<Recommender['model']['scores']>): Float64Array {
  const mean = meanOf(scores, 0)
  const deviation = deviationOf(scores, 1)
  return Float64Array.from(scores, score => (score - mean) / deviation)
}
