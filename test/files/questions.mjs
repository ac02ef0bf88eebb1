// Asks an engine what it can be asked and looks at every number of its answers.
import {isRatingEngine, MovieRecsError} from 'movie-recs'

/** @typedef {{outcome: 'refused' | 'answers' | 'fault', what: string}} Judgement */

/** @param {import('movie-recs').Engine<any>} engine @returns {Promise<Judgement>} */
export async function questioned(engine) {
  for (const [question, ask] of Object.entries(questions(engine))) {
    let answer
    try {
      answer = await ask()
    } catch (error) {
      if (error instanceof MovieRecsError) continue
      return {outcome: 'fault', what: `${question}: ${stackOf(error)}`}
    }
    const wrong = noNumber(answer, question)
    if (wrong !== undefined) return {outcome: 'fault', what: `${wrong} is no number`}
  }
  return {outcome: 'answers', what: String(engine)}
}

/** @param {import('movie-recs').Engine<any>} engine @returns {Record<string, () => unknown>} */
function questions(engine) {
  const {train} = engine
  const users = train.frame.userIds.ids.slice(0, 3)
  const movies = train.frame.movieIds.ids.slice(0, 4)
  const [least, most] = train.scale
  const profile = movies.slice(0, 3).map((movieId, k) => ({movieId, rating: k === 1 ? least : most}))
  const people = [...users, profile]
  /** @type {Record<string, () => unknown>} */
  const asked = {
    similar: () => movies.slice(0, 2).map(movieId => [...engine.similar(movieId)]),
    describe: () => String(engine)
  }
  for (const [k, who] of people.entries()) {
    asked[`recommend ${k}`] = () => [...engine.recommend(who, {n: 20, includeRated: k === 0})]
    asked[`explain ${k}`] = () => movies.map(movieId => engine.explain(who, movieId))
    if (isRatingEngine(engine)) {
      asked[`predict ${k}`] = () =>
        movies.map(movieId => engine.predictDetailed(who, movieId, {timestamp: 1e9}))
    }
  }
  asked['recommend many'] = async () => {
    const lists = []
    for await (const list of engine.recommendAll({n: 5, users: users.slice(0, 2)})) lists.push(list)
    return lists
  }
  return asked
}

/** @param {unknown} value @param {string} at @returns {string | undefined} where a number stands that is none */
function noNumber(value, at) {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : at
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, one] of Object.entries(value)) {
    const wrong = noNumber(one, `${at}.${name}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** @param {unknown} error */
export const stackOf = error => (error instanceof Error ? String(error.stack) : String(error))
