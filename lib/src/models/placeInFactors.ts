import {FactorModel, type Placing} from './factorModel'
import {middleOf} from './middle'
import {type Change, type ModelState, type Place, Support} from './model'
import {marksOf, rowWithout, spread} from './spread'

type Numbers = Float32Array | Float64Array

/**
 * @internal New ratings beside what was learned: movies of the fit keep their factors, and in turn
 *
 *   1  users with new ratings are placed as a profile with all their ratings of movies of the fit (`Placing`)
 *   2  new movies are placed by their raters: the same equation with the sides exchanged, (qi, bi) against (pu, 1) of the raters
 *   3  users who rated a new movie are placed once more, by all that they rated
 *
 * Everybody else keeps her factors. A person's row is then what her ratings would be given as a profile. Folding-in of users and of
 * movies: Sarwar, Karypis, Konstan, Riedl 2002, "Incremental singular value decomposition algorithms"; Rendle, Schmidt-Thieme 2008.
 * Cost: ratings of the changed users × factors², and factors³ for each.
 */
export function* placeInFactors(model: FactorModel, change: Change): Generator<number, ModelState> {
  const {rated, since} = change
  const {byUser, byMovie} = rated
  const state = widened(model, change)
  const {bu, pu, bi, qi} = state.arrays as Record<string, Numbers>
  const F = model.factors
  const isNew = marksOf(since.movies, byMovie.start.length - 1)
  const steps = since.users.length * (since.movies.length > 0 ? 2 : 1) + since.movies.length
  let done = 0
  const put = (b: Numbers, rows: Numbers, k: number, {bias, p, from}: Place): number => {
    b[k] = bias
    rows.set(p.subarray(from, from + F), k * F)
    return ++done / steps
  }
  const atFit = FactorModel.restore(state, Support.of(rated, since.movies))
  for (const u of since.users) yield put(bu, pu, u, atFit.placeOf(rowWithout(byUser, u, isNew)))
  if (since.movies.length === 0) return state
  const all = Support.of(rated)
  const turned = FactorModel.restore(exchanged(state, change), new Support(all.movies, all.users))
  for (const i of since.movies) yield put(bi, qi, i, turned.placeOf(rowWithout(byMovie, i)))
  const whole = FactorModel.restore(state, all)
  for (const u of since.users) {
    const person = rowWithout(byUser, u)
    yield person.i.some(i => isNew[i] === 1) ? put(bu, pu, u, whole.placeOf(person)) : ++done / steps
  }
  return state
}

/** The arrays with room for new users and movies, those of both sides copied: they are written. */
function widened(model: FactorModel, {rated, users: u, movies: i}: Change): ModelState {
  const {values, arrays} = model.state()
  const {bu, pu, bi, qi, yj} = arrays as Record<string, Numbers>
  const F = model.factors
  const [users, movies] = [rated.byUser.start.length - 1, rated.byMovie.start.length - 1]
  return {
    values,
    arrays: {
      ...arrays,
      bu: spread(bu, u, users).slice(),
      pu: spread(pu, u, users, F).slice(),
      bi: spread(bi, i, movies).slice(),
      qi: spread(qi, i, movies, F).slice(),
      ...(yj === undefined ? {} : {yj: spread(yj, i, movies, F)})
    }
  }
}

/** The model with people for movies and movies for people. What it says of a person that she rated a movie at all is in her row. */
function exchanged({values, arrays}: ModelState, {rated}: Change): ModelState {
  const {bu, pu, bi, qi, gram, middle, yj: _, ...rest} = arrays as Record<string, Numbers>
  const {across = 1, ...placing} = values.placing as Placing
  const {once = 0, each = 0} = placing
  const F = values.factors as number
  const widths = values.hidden as number[] | undefined
  return {
    values: {...values, placing: {...placing, once: once * across, each: each * across}},
    arrays: {
      ...rest,
      ...(widths === undefined ? {} : {w0: halvesSwapped(rest.w0 as Float32Array)}),
      bu: bi,
      pu: qi,
      bi: bu,
      qi: pu,
      ...(gram === undefined ? {} : {gram: gramOf(pu, F)}),
      ...(middle === undefined ? {} : {middle: middleOf(pu, F, rated.byUser)})
    }
  }
}

/** The weights of [pu, qi] as those of [qi, pu]. */
function halvesSwapped(w: Float32Array): Float32Array {
  const half = w.length / 2
  const swapped = new Float32Array(w.length)
  swapped.set(w.subarray(half))
  swapped.set(w.subarray(0, half), half)
  return swapped
}

/** [F × F] P'P */
function gramOf(rows: Numbers, F: number): Float64Array {
  const gram = new Float64Array(F * F)
  for (let at = 0; at < rows.length; at += F)
    for (let f = 0; f < F; f++)
      for (let g = 0, own = rows[at + f]; g < F; g++) gram[f * F + g] += own * rows[at + g]
  return gram
}
