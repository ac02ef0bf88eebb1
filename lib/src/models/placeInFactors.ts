import {gramOf} from '../math/vectors'
import {FactorModel, type Placing} from './factorModel'
import {middleOf} from './middle'
import {type Change, type ModelState, type Person, type Place, type Since, Support} from './model'
import {changedUsers, marksOf, rowWithout, spread} from './spread'

type Numbers = Float32Array | Float64Array

/**
 * @internal New ratings beside what was learned: movies of the fit keep their factors, and in turn
 *
 *   1  people with new ratings of movies of the fit: those whom the fit knows move from where it had put them (`moved`), those whom it does
 *      not know are placed as a profile with all their ratings
 *   2  new movies are placed by their raters: the equation of a profile with the sides exchanged, (qi, bi) against (pu, 1) of the raters
 *   3  people who rated a new movie are placed once more, by all that they rated
 *
 * Everybody else keeps her factors. Folding-in: Sarwar, Karypis, Konstan, Riedl 2002, "Incremental singular value decomposition
 * algorithms for highly scalable recommender systems"; Rendle, Schmidt-Thieme 2008, "Online-updating regularized kernel matrix
 * factorization models". Cost: about 30 · ratings of the changed people known before × factors; ratings × factors² of the others.
 */
export function* placeInFactors(model: FactorModel, change: Change): Generator<number, ModelState> {
  const {rated, since} = change
  const {byUser, byMovie} = rated
  const state = widened(model, change)
  const {bu, pu, bi, qi, 'fit.bu': fitB, 'fit.pu': fitP} = state.arrays as Record<string, Numbers>
  const F = model.factors
  const users = changedUsers(since)
  const isNew = marksOf(since.movies, byMovie.start.length - 1)
  const steps = users.length * (since.movies.length > 0 ? 2 : 1) + since.movies.length
  let done = 0
  const put = (b: Numbers, rows: Numbers, k: number, {bias, p, from}: Place): number => {
    b[k] = bias
    rows.set(p.subarray(from, from + F), k * F)
    return ++done / steps
  }
  const fits = new RatingsOfFit(since)
  const placeOf = (by: FactorModel, u: number, person: Person): Place => {
    const was = fits.of(u, person)
    if (was.every(Number.isNaN)) return by.placeOf(person)
    return by.moved(person, {bias: fitB[u], p: fitP, from: u * F}, was)
  }
  const atFit = FactorModel.restore(state, Support.of(rated, since.movies))
  for (const u of users) yield put(bu, pu, u, placeOf(atFit, u, rowWithout(byUser, u, isNew)))
  if (since.movies.length === 0) return state
  const all = Support.of(rated)
  const turned = FactorModel.restore(exchanged(state, change), new Support(all.movies, all.users))
  for (const i of since.movies) yield put(bi, qi, i, turned.placeOf(rowWithout(byMovie, i)))
  const whole = FactorModel.restore(state, all)
  for (const u of users) {
    const person = rowWithout(byUser, u)
    yield person.i.some(i => isNew[i] === 1) ? put(bu, pu, u, placeOf(whole, u, person)) : ++done / steps
  }
  return state
}

/** What the changed users had rated at the fit. */
class RatingsOfFit {
  /** Where the pairs of each changed user begin. */
  private readonly first = new Map<number, number>()

  constructor(private readonly since: Since) {
    for (const [k, u] of since.u.entries()) if (u !== since.u[k - 1]) this.first.set(u, k)
  }

  /** For each of these ratings what it was at the fit; NaN where it was none. [rated] */
  of(u: number, {i, r}: Person): Float32Array {
    const {since, first} = this
    const was = r.slice()
    for (let n = 0, k = first.get(u) as number; n < i.length; n++) {
      while (since.u[k] === u && since.i[k] < i[n]) k++
      if (since.u[k] === u && since.i[k] === i[n]) was[n] = since.was[k]
    }
    return was
  }
}

/** The arrays with room for new users and movies, those of both sides copied: they are written. */
function widened(model: FactorModel, {rated, users: u, movies: i}: Change): ModelState {
  const {values, arrays} = model.state()
  const {bu, pu, bi, qi, yj, 'fit.bu': fitB = bu, 'fit.pu': fitP = pu} = arrays as Record<string, Numbers>
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
      ...(yj === undefined ? {} : {yj: spread(yj, i, movies, F)}),
      'fit.bu': spread(fitB, u, users),
      'fit.pu': spread(fitP, u, users, F)
    }
  }
}

/** The model with people for movies and movies for people. What it says of a person that she rated a movie at all is in her row. */
function exchanged({values, arrays}: ModelState, {rated}: Change): ModelState {
  const {
    bu,
    pu,
    bi,
    qi,
    gram,
    middle,
    yj: _,
    'fit.bu': _b,
    'fit.pu': _p,
    ...rest
  } = arrays as Record<string, Numbers>
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
