import {predictsStars} from '../ask/rateNext'
import type {Engine} from '../engines/engine'
import {ArgumentError} from '../errors'
import {quantile} from '../math/statistics'
import type {Profile} from '../models/recommender'
import {Table} from '../show/table'
import {ErrorTally, type Evaluation} from './errors'

/** What engines made of ratings that they were not told. */
export interface LeftOut {
  /** A row for each rating, with what each engine that predicts stars said it would be. */
  predictions: Table<{title: string; rating: number} & Record<string, number | string>>
  /** By engine that predicts stars: each rating counts as a user of its own, so `compareEvaluations` draws ratings for its intervals. */
  evaluations: Record<string, Evaluation>
  /** By engine: where the movies she likes would have stood on its list. */
  places: Table<PlacesRow>
}

/** Where an engine lists what somebody likes. */
export interface PlacesRow {
  engine: string
  /** Median place, of all movies that can be listed. */
  median: number
  /** How many of them would have stood among the first ten, and among the first hundred. */
  top10: number
  /** As `top10`, for the first hundred. */
  top100: number
}

/**
 * Leave-one-out cross-validation of a profile: each of somebody's ratings is predicted from all the others, so every engine is asked what she
 * really said, without having been told. A few ratings say little: compare the evaluations and look at the intervals. A movie counts as liked where
 * its rating is at least her mean.
 * @param profile ratings typed in, at least three of movies that the engines know; those of a user in training are already learned
 */
export function leaveOneOut(engines: Readonly<Record<string, Engine<any, any>>>, profile: Profile): LeftOut {
  const all = Object.entries(engines)
  const rated = profile.filter(({movieId}) => all.every(([, engine]) => engine.knowsMovie(movieId)))
  if (rated.length < 3)
    throw new ArgumentError(
      `leaveOneOut: expected three ratings or more of movies that all engines know, got ${rated.length}.`
    )
  const others = rated.map((_, k) => rated.filter((_, other) => other !== k))
  const stars = new Map<string, number[]>()
  const rows: PlacesRow[] = []
  for (const [name, engine] of all) {
    if (predictsStars(engine))
      stars.set(
        name,
        rated.map(({movieId}, k) => engine.predict(others[k], movieId))
      )
    rows.push({engine: name, ...placesOf(engine, rated, others)})
  }
  const [, first] = all[0]
  const predictions = rated.map(({movieId, rating}, k) => ({
    title: first.movies.title(movieId),
    rating,
    ...Object.fromEntries([...stars].map(([name, said]) => [name, said[k]]))
  }))
  const evaluations = Object.fromEntries(
    [...stars].map(([name, said]): [string, Evaluation] => {
      const tally = new ErrorTally()
      for (const [k, {movieId, rating}] of rated.entries()) tally.add(movieId, rating - said[k])
      return [name, tally.evaluation]
    })
  )
  const decimals = Object.fromEntries([...stars.keys()].map(name => [name, 1]))
  return {
    predictions: new Table(predictions, {decimals: {rating: 1, ...decimals}}),
    evaluations,
    places: new Table(rows, {
      headings: {median: 'median place', top10: 'in the first 10', top100: 'in the first 100'},
      decimals: {median: 1}
    })
  }
}

/** The places of the liked movies on lists of all that can be listed. */
function placesOf(
  engine: Engine<any, any>,
  rated: Profile,
  others: readonly Profile[]
): Omit<PlacesRow, 'engine'> {
  const mean = rated.reduce((sum, {rating}) => sum + rating, 0) / rated.length
  const {model, directory} = engine.recommender
  const items = Int32Array.from({length: directory.items.length}, (_, i) => i).filter(i => model.knows(i))
  const places: number[] = []
  for (const [k, {movieId, rating}] of rated.entries()) {
    if (rating < mean) continue
    const person = engine.recommender.person(others[k])
    const out = new Set(person.i)
    const scores = model.scores(person, items)
    const own = scores[items.indexOf(directory.items.indexOf(movieId))]
    let place = 1
    for (let n = 0; n < items.length; n++) if (scores[n] > own && !out.has(items[n])) place++
    places.push(place)
  }
  const sorted = Float64Array.from(places).sort()
  const within = (n: number): number => places.filter(place => place <= n).length
  return {median: quantile(sorted, 0.5), top10: within(10), top100: within(100)}
}
