import {log1p} from '../math/logarithms'
import {
  isHeard,
  type Model,
  type ModelState,
  type PairScores,
  type Pairs,
  type Part,
  type Person,
  type PredictionDetails,
  type RatingModel,
  STRANGER,
  type Support,
  type When
} from './model'
import {scoringOf} from './scoring'

/** By how much a number moves with what is known of the user, and of the movie: see `BlendModel`. */
export type Slopes = readonly [user: number, movie: number]

/** @internal One member of a blend. */
export interface BlendMember {
  readonly model: Model
  readonly weight: number
  /** Of the weight, in blends for stars. */
  readonly slopes?: Slopes
  /** What its scores are standardised by: mean and deviation over what people of the training data have not rated; in blends for stars the mean rating, and 1. */
  readonly mean: number
  readonly deviation: number
  /** [movies] the member's own index of each movie of the blend, -1 for none; left out where they are the same */
  readonly own?: Int32Array
}

/** How log(1 + ratings) is measured: from its centre, in deviations, and no further out than it was seen. */
export interface Span {
  /** Mean of the logarithms. */
  readonly centre: number
  /** Their standard deviation. */
  readonly deviation: number
  /** The smallest that was seen. */
  readonly least: number
  /** The largest that was seen. */
  readonly most: number
}

/** What a blend for stars adds to its members: a level, and how much is known of whom. */
export interface StarTerms {
  /** What is added to every score, in stars. */
  readonly level: number
  /** How the level moves with what is known. */
  readonly slopes: Slopes
  /** How ratings of users are counted. */
  readonly users: Span
  /** How ratings of movies are counted. */
  readonly movies: Span
}

/**
 * A weighted sum of what other models say, each measured by numbers that were fixed at the fit:
 *
 *   score(u, i) = level(u, i) + sum over members k of w_k(u, i) (score_k(u, i) - mean_k) / deviation_k
 *
 *   for lists   level is 0, w_k a number, mean and deviation those of the member's scores of what people have not rated.
 *               A member that does not know a movie, or for which nothing that she rated counts, adds nothing: the movie is average to it.
 *   for stars   mean is that of the ratings, deviation 1, and level and each w_k are c + c' a_u + c'' b_i: a_u and b_i say how much is
 *               known of the user and of the movie, log(1 + ratings), standardised (`Span`).
 *
 * A movie is like another by the weighted sum of the members' similarities, each divided by the length of its row.
 *
 * Source: Jahrer, Töscher, Legenstein 2010 (blends); Sill, Takács, Mackey, Lin 2009 (weights that depend on how much is known, eq. 2).
 */
export class BlendModel implements RatingModel {
  readonly kind = 'blend'
  readonly unit: 'stars' | 'score'
  readonly predicts: boolean

  /** @internal */
  constructor(
    /** @internal */
    readonly members: readonly BlendMember[],
    private readonly support: Support,
    /** What makes it a blend for stars. */
    readonly stars?: StarTerms
  ) {
    this.predicts = stars !== undefined
    this.unit = stars === undefined ? 'score' : 'stars'
  }

  /** What each member's score is multiplied by; for stars where as much is known of user and movie as at the centre of the spans. [members] */
  get weights(): readonly number[] {
    return this.members.map(({weight}) => weight)
  }

  /** @internal */
  get movieCount(): number {
    return this.support.movies.length
  }

  /** @internal */
  state(): ModelState {
    return this.stateBy(model => model.state())
  }

  /** @internal Where every member has one. */
  anonymous(): ModelState | undefined {
    const states = new Map(this.members.map(({model}) => [model, model.anonymous?.()]))
    if ([...states.values()].includes(undefined)) return undefined
    return this.stateBy(model => states.get(model) as ModelState)
  }

  /** The members' numbers stand beside each other, each under its place. */
  private stateBy(stateOf: (model: Model) => ModelState): ModelState {
    const members: unknown[] = []
    const all: ModelState['arrays'] = {}
    for (const [k, {model, weight, slopes, mean, deviation}] of this.members.entries()) {
      const {values, arrays} = stateOf(model)
      members.push({kind: model.kind, values, weight, slopes, mean, deviation})
      for (const [name, array] of Object.entries(arrays)) all[`${k}.${name}`] = array
    }
    return {values: {members, stars: this.stars}, arrays: all}
  }

  /** @internal */
  knows(i: number): boolean {
    return i >= 0 && this.members.some(member => member.model.knows(ownOf(member, i)))
  }

  /** @internal In blends for lists where a member does. */
  hears(person: Person): boolean {
    return (
      this.stars !== undefined ||
      this.members.some(member => isHeard(member.model, this.seenBy(member, person)))
    )
  }

  /** @internal */
  scores(person: Person, items: Int32Array, when?: When): Float64Array {
    const scores = new Float64Array(items.length)
    const {stars} = this
    if (stars === undefined) {
      for (const member of this.members) addScores(member, this.seenBy(member, person), items, scores)
      return scores
    }
    const theirs = this.members.map(({model}) => (model as RatingModel).scores(person, items, when))
    const a = along(stars.users, person.i.length)
    return scores.map((_, n) => this.sum(stars, a, items[n], k => theirs[k][n]))
  }

  /** @internal */
  scorePairs(pairs: Pairs): PairScores {
    return this.blended(
      pairs,
      this.members.map(({model}) => (model as RatingModel).scorePairs(pairs).score)
    )
  }

  /** @internal */
  *scoring(pairs: Pairs): Generator<number, PairScores> {
    const {members} = this
    const theirs: Array<PairScores['score']> = []
    for (const [k, {model}] of members.entries()) {
      const steps = scoringOf(model as RatingModel, pairs)
      let step = steps.next()
      for (; step.done !== true; step = steps.next()) yield (k + step.value) / members.length
      theirs.push(step.value.score)
    }
    return this.blended(pairs, theirs)
  }

  private blended(pairs: Pairs, theirs: ReadonlyArray<PairScores['score']>): PairScores {
    const {support} = this
    const stars = this.stars as StarTerms
    const score = new Float64Array(pairs.u.length)
    for (let n = 0; n < score.length; n++) {
      const u = pairs.u[n]
      const a = along(stars.users, u < 0 ? 0 : support.users[u])
      score[n] = this.sum(stars, a, pairs.i[n], k => theirs[k][n])
    }
    return {score, fallback: support.fallbacks(pairs)}
  }

  /** @internal */
  scoreUnknown(person: Person, i: number, when?: When): number {
    const stars = this.stars as StarTerms
    return this.sum(stars, along(stars.users, person.i.length), i, k =>
      (this.members[k].model as RatingModel).scoreUnknown(person, i, when)
    )
  }

  /** @internal The interval of the first member that has one, moved to the blend's own score. */
  details(person: Person, i: number, when: When): PredictionDetails {
    for (const {model} of this.members) {
      const interval = (model as RatingModel).details?.(person, i, when).interval
      if (interval === undefined) continue
      const half = (interval[1] - interval[0]) / 2
      const known = person.i.length > 0 && this.knows(i)
      const score = known
        ? this.scores(person, Int32Array.of(i), when)[0]
        : this.scoreUnknown(person, i, when)
      return {interval: [score - half, score + half]}
    }
    return {}
  }

  /** @internal */
  similar(i: number): Float64Array {
    const all = new Float64Array(this.movieCount).fill(Number.NEGATIVE_INFINITY)
    for (const member of this.members) {
      const {model, weight} = member
      const at = ownOf(member, i)
      if (!model.knows(at)) continue
      const row = model.similar(at)
      let square = 0
      for (let j = 0; j < row.length; j++) if (j !== at && Number.isFinite(row[j])) square += row[j] ** 2
      const scale = weight / (Math.sqrt(square) || 1)
      for (let j = 0; j < all.length; j++) {
        const value = row[ownOf(member, j)] ?? Number.NEGATIVE_INFINITY
        if (Number.isFinite(value)) all[j] = (Number.isFinite(all[j]) ? all[j] : 0) + scale * value
      }
    }
    return all
  }

  /** @internal What several members say of one rating is one part; what scores are measured from closes the sum. */
  parts(person: Person, i: number): Part[] {
    const parts = new Map<string, Part>()
    const {stars} = this
    const a = stars === undefined ? 0 : along(stars.users, person.i.length)
    const b = stars === undefined ? 0 : this.knownOf(stars, i)
    let rest = stars === undefined ? 0 : valueAt(stars.level, stars.slopes, a, b)
    for (const member of this.members) {
      const {model, mean, deviation, own} = member
      const at = ownOf(member, i)
      const seen = this.seenBy(member, person)
      if (stars === undefined && !(isHeard(model, seen) && model.knows(at))) continue
      const weight = valueAt(member.weight, member.slopes, a, b) / deviation
      rest -= weight * mean
      for (const part of model.parts(seen, at)) {
        const value = weight * part.value
        const j = part.i === undefined || own === undefined ? part.i : own.indexOf(part.i)
        const key = keyOf({...part, ...(j === undefined ? {} : {i: j})})
        const before = parts.get(key)
        parts.set(key, {...part, ...(j === undefined ? {} : {i: j}), value: value + (before?.value ?? 0)})
      }
    }
    if (stars === undefined)
      return [
        ...parts.values(),
        {kind: 'rest', value: rest, name: 'the average movie, which scores are measured from,'}
      ]
    const value = rest + (parts.get(MEAN)?.value ?? 0)
    parts.delete(MEAN)
    return [{kind: 'mean', value}, ...parts.values()]
  }

  /** @internal A person as a member sees her: in its own indices, with what it has. */
  seenBy({own}: BlendMember, person: Person): Person {
    if (own === undefined) return person
    const places = [...person.i.keys()].filter(n => own[person.i[n]] >= 0)
    if (places.length === 0) return STRANGER
    places.sort((a, b) => own[person.i[a]] - own[person.i[b]])
    return {
      u: person.u,
      i: Int32Array.from(places, n => own[person.i[n]]),
      r: Float32Array.from(places, n => person.r[n])
    }
  }

  /** The equation for stars, for a user at `a` and what each member says. */
  private sum(stars: StarTerms, a: number, i: number, theirs: (k: number) => number): number {
    const b = this.knownOf(stars, i)
    let score = valueAt(stars.level, stars.slopes, a, b)
    for (const [k, {weight, slopes, mean}] of this.members.entries())
      score += valueAt(weight, slopes, a, b) * (theirs(k) - mean)
    return score
  }

  private knownOf({movies}: StarTerms, i: number): number {
    return along(movies, i < 0 ? 0 : this.support.movies[i])
  }
}

/** What is one part, whichever member says it. */
function keyOf({kind, i, u, name}: Omit<Part, 'value'>): string {
  return [kind, i, u, name].join(' ')
}

const MEAN = keyOf({kind: 'mean'})

/** @internal How much is known where there are so many ratings, on a span. */
export function along({centre, deviation, least, most}: Span, ratings: number): number {
  return (Math.min(most, Math.max(least, log1p(ratings))) - centre) / deviation
}

/** A number and what it moves by. */
function valueAt(own: number, slopes: Slopes | undefined, a: number, b: number): number {
  return slopes === undefined ? own : own + slopes[0] * a + slopes[1] * b
}

/** @internal Adds what a member says of these movies of the blend, for a person in its own indices. */
export function addScores(member: BlendMember, seen: Person, items: Int32Array, scores: Float64Array): void {
  const {model, weight, mean, deviation} = member
  if (!isHeard(model, seen)) return
  const places = new Int32Array(items.length)
  const own = new Int32Array(items.length)
  let length = 0
  for (let n = 0; n < items.length; n++) {
    const at = ownOf(member, items[n])
    if (!model.knows(at)) continue
    places[length] = n
    own[length++] = at
  }
  const theirs = model.scores(seen, own.subarray(0, length))
  for (let n = 0; n < length; n++) scores[places[n]] += (weight * (theirs[n] - mean)) / deviation
}

function ownOf({own}: BlendMember, i: number): number {
  return own === undefined ? i : (own[i] ?? -1)
}
