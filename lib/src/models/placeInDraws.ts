import type {Draw, Draws} from './draws'
import type {Change, ModelState, Rated} from './model'
import type {Posterior} from './posterior'
import {type Prior, placeOf} from './profile'
import {changedUsers, marksOf, rowWithout} from './spread'

/**
 * @internal New ratings beside what was drawn: in every draw the movies of the fit keep their rows, and in turn
 *
 *   1  users with new ratings get the conditional posterior mean of their row given all their ratings of movies of the fit (`placeOf`)
 *   2  new movies get that of theirs given the rows of their raters; their prior is the average movie's row, with the precision of the
 *      learned movies around it, and they have no vector of implicit feedback
 *   3  users who rated a new movie are placed once more, by all that they rated
 *
 * Rows are kept in the bytes of their draw, inside the range of those drawn. Cost: draws × ratings of the changed users × factors².
 */
export function* placeInDraws(model: Posterior, change: Change): Generator<number, ModelState> {
  const {rated, since} = change
  const draws = widened(model.draws, change)
  const users = changedUsers(since)
  const isNew = marksOf(since.movies, rated.byMovie.start.length - 1)
  for (const [s, draw] of [...draws.each()].entries()) {
    const steps = placeInDraw(draw, rated, users, since.movies, isNew, (table, row, values) =>
      draws.put(s, table, row, values)
    )
    for (const share of steps) yield (s + share) / draws.length
  }
  const {values, arrays} = draws.state()
  return {values: {...values, mu: model.mu}, arrays: {...arrays, dates: model.dates}}
}

type Put = (table: 'users' | 'movies' | 'links', row: number, values: ArrayLike<number>) => void

function* placeInDraw(
  draw: Draw,
  {byUser, byMovie}: Rated,
  users: Int32Array,
  movies: Int32Array,
  isNew: Uint8Array,
  put: Put
): Generator<number> {
  const {counts} = draw.shape
  const average = draw.rows('users', [counts.users - 1])
  const place = (u: number, without?: Uint8Array): void => {
    const {i, r} = rowWithout(byUser, u, without)
    const links = counts.links === 0 ? undefined : draw.rows('links', i)
    put(
      'users',
      u,
      i.length === 0 ? average : placeOf(draw, {movies: draw.rows('movies', i), links, average, r}).row
    )
  }
  if (counts.links > 0) for (const i of movies) put('links', i, new Float32Array(draw.width))
  const steps = users.length * (movies.length > 0 ? 2 : 1)
  let done = 0
  for (const u of users) {
    place(u, isNew)
    yield ++done / steps
  }
  if (movies.length === 0) return
  const prior = priorOfMovies(draw, byMovie.start, isNew)
  const middle = draw.rows('movies', [counts.movies - 1])
  for (const i of movies) {
    const {i: raters, r} = rowWithout(byMovie, i)
    const theirs = draw.rows('users', raters)
    put('movies', i, placeOf(prior, {movies: theirs, links: undefined, average: middle, r}).row)
  }
  for (const u of users) {
    const [from, to] = [byUser.start[u], byUser.start[u + 1]]
    if (byUser.index.subarray(from, to).some(i => isNew[i] === 1)) place(u)
    yield ++done / steps
  }
}

/** A draw whose precisions are those of its learned movies around the average movie, in every column. */
function priorOfMovies(draw: Draw, start: Int32Array, isNew: Uint8Array): Prior {
  const {width, shape, borders} = draw
  const learned = Int32Array.from(isNew.keys()).filter(i => isNew[i] === 0 && start[i + 1] > start[i])
  const rows = draw.rows('movies', learned)
  const middle = draw.rows('movies', [shape.counts.movies - 1])
  const precisions = new Float32Array(width - 1)
  for (let c = 0; c < width - 1; c++) {
    let squares = 0
    for (let at = c; at < rows.length; at += width) squares += (rows[at] - middle[c]) ** 2
    precisions[c] = learned.length / Math.max(squares, 1e-9)
  }
  return {width, shape, borders, precisions}
}

/** Rows at their new places; the average rows of both sides stay last. */
function widened(draws: Draws, {rated, users, movies}: Change): Draws {
  const {counts} = draws.shape
  const now = {users: rated.byUser.start.length - 1, movies: rated.byMovie.start.length - 1}
  return draws.widened(
    {
      users: Int32Array.from([...users, now.users]),
      movies: Int32Array.from([...movies, now.movies]),
      ...(counts.links === 0 ? {} : {links: movies})
    },
    {...counts, users: now.users + 1, movies: now.movies + 1, links: counts.links === 0 ? 0 : now.movies}
  )
}
