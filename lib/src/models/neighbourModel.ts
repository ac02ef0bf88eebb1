import type {Ratings} from '../data/ratings'
import {deviationOf} from '../math/statistics'
import type {Biases} from './biases'
import type {Centre} from './centre'
import type {
  ModelState,
  PairScores,
  Pairs,
  Part,
  Person,
  PredictionDetails,
  RatingModel,
  Support
} from './model'

/** @internal Neighbours chosen before it is known who rated what: [entities × k], -1 where there are fewer. */
export interface NeighbourStore {
  readonly index: Int32Array
  readonly similarity: Float32Array
}

/** @internal The mean of the neighbours of one pair: sum of similarity · deviation / (damping + sum of similarity), 0 where there are none. */
export interface WeightedMean {
  mean: number
  /** How many neighbours were taken. */
  count: number
}

/** @internal The same of many pairs. [pairs] */
export interface WeightedMeans {
  readonly mean: Float64Array
  readonly count: Int32Array
}

/**
 * @internal Entities (movies, or users) compared by those who rated both, and weighted means over the nearest: what the model asks of the kernels.
 * A rater is somebody of the other side; `deviations` are those of the ratings on a rater's list. Weights are a row of similarities;
 * `self` (-1 for nobody) is never taken: no rating is its own neighbour.
 */
export interface Similarities {
  /** Similarity of an entity to every other; 0 without common raters, 1 to itself. [entities] */
  of(entity: number): Float32Array
  /** The similarities that count in a prediction: all, or only those of the neighbours chosen before. [entities] */
  weights(entity: number): Float32Array
  /** The same for somebody who is not among the entities, by raters (ascending) and compared values. [entities] */
  weightsOf(raters: Int32Array, values: Float32Array): Float32Array
  /** The deviation of each rating on a rater's list. */
  deviationsOf(rater: number): Float32Array
  /** One row of weights over the lists of these raters. */
  meansOver(weights: Float32Array, self: number, raters: ArrayLike<number>): WeightedMeans
  /** One list, of somebody who need not be among the raters, for each of these entities. */
  meansOfList(index: Int32Array, deviations: Float32Array, entities: ArrayLike<number>): WeightedMeans
  /** Many pairs at once. [pairs] */
  meansOfPairs(entity: Int32Array, rater: Int32Array): WeightedMeans
  /** One row of weights over one list, with the places on the list of those who were taken. */
  nearest(
    weights: Float32Array,
    self: number,
    index: Int32Array,
    deviations: Float32Array
  ): WeightedMean & {places: Int32Array}
  /** The neighbours chosen before, where they were. */
  readonly store?: NeighbourStore
}

/** @internal How a neighbour model predicts. */
export interface NeighbourSettings {
  /** The side that is compared. */
  side: 'user' | 'movie'
  /** Fewer neighbours than this, and the prediction is what it is measured from. */
  minK: number
  /** Similarity of an imaginary neighbour whose deviation is 0. */
  damping: number
  /** Whether distances are in the deviation of whom they are of. */
  zScore: boolean
}

/**
 * @internal How movies compared with movies make a score, for kernels that score many people at once: her part of the centre and the movie's, and
 * its scale times the mean of the nearest; where fewer than minK speak, both parts of the substitute.
 */
export interface NeighbourParts {
  readonly near: Similarities
  readonly minK: number
  /** [movies] */
  readonly centre: Float64Array
  readonly substitute: Float64Array
  readonly scale: Float64Array
  /** Of the centre and of the substitute. */
  partsOf(person: Person): [centre: number, substitute: number]
  /** The deviation of each of her ratings. */
  deviationsOf(person: Person): Float32Array
}

/** @internal What a neighbour model is made of beside its settings. */
export interface NeighbourMatter {
  biases: Biases
  /** What the neighbours' ratings, and the score, are measured from. */
  centre: Centre
  /** The score where there are no neighbours. */
  substitute: Centre
  /** What a profile's ratings are measured from when it is compared with users; undefined where only the fact of rating counts. */
  compared: Centre | undefined
  /** [entities] standard deviation of each entity's ratings for z-scores, else 1 */
  scale: Float64Array
  /** Standard deviation of all ratings, for a profile whose own do not vary */
  constant: number
  near: Similarities
  /** Movies compared with movies, for `similar`: made when it is asked for. */
  nearMovies: () => Similarities
}

/**
 * What she gave to similar movies, or what similar users gave to the movie: the head doc of the engine has the equations. Needs kernels
 * to answer.
 */
export class NeighbourModel implements RatingModel {
  readonly kind = 'neighbours'
  readonly unit = 'stars'
  readonly predicts = true
  /** @internal A row of similarities serves all pairs of whom it is of. */
  readonly pairsBy: 'u' | 'i'

  /** @internal */
  constructor(
    private readonly o: NeighbourSettings,
    private readonly matter: NeighbourMatter,
    private readonly train: Ratings,
    private readonly support: Support
  ) {
    this.pairsBy = o.side === 'movie' ? 'i' : 'u'
  }

  /** The baseline, by which ratings are compared and predicted where the options say so. */
  get biases(): Biases {
    return this.matter.biases
  }

  /** @internal */
  state(): ModelState {
    const {biases, near} = this.matter
    const {values, arrays} = biases.state()
    const {store} = near
    if (store === undefined) return {values, arrays}
    return {values, arrays: {...arrays, neighbours: store.index, similarity: store.similarity}}
  }

  /** @internal Similarity of an entity to every other. [entities] */
  similarities(entity: number): Float32Array {
    return this.matter.near.of(entity)
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  scorePairs(pairs: Pairs): PairScores {
    const {support} = this
    const {u, i} = pairs
    const {centre, substitute, scale, near} = this.matter
    const score = new Float64Array(u.length)
    const fallback = support.fallbacks(pairs)
    const asked: number[] = []
    for (let n = 0; n < score.length; n++) {
      if (fallback[n] === 0) asked.push(n)
      else score[n] = substitute.at(support.knowsUser(u[n]) ? u[n] : -1, this.knows(i[n]) ? i[n] : -1)
    }
    const [own, other] = this.o.side === 'movie' ? [i, u] : [u, i]
    const entity = Int32Array.from(asked, n => own[n])
    const rater = Int32Array.from(asked, n => other[n])
    const {mean, count} = near.meansOfPairs(entity, rater)
    for (let a = 0; a < asked.length; a++) {
      const n = asked[a]
      const enough = count[a] >= this.o.minK
      if (!enough) fallback[n] = 3
      score[n] = enough ? centre.at(u[n], i[n]) + scale[entity[a]] * mean[a] : substitute.at(u[n], i[n])
    }
    return {score, fallback}
  }

  /** @internal */
  scoreUnknown(person: Person, i: number): number {
    return this.matter.substitute.of(person, this.knows(i) ? i : -1)
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const {minK} = this.o
    const {substitute, centre, near} = this.matter
    const {mean, count} =
      this.o.side === 'user'
        ? near.meansOver(this.weightsOf(person), person.u, items)
        : near.meansOfList(person.i, this.deviationsOf(person), items)
    const [hers, instead] = [centre.partOf(person), substitute.partOf(person)]
    const byMovie = this.o.zScore && this.o.side === 'movie'
    const scale = byMovie ? 1 : this.scaleOf(person, 0)
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) {
      const i = items[n]
      scores[n] =
        count[n] < minK
          ? instead + substitute.movie[i]
          : hers + centre.movie[i] + (byMovie ? this.scaleOf(person, i) : scale) * mean[n]
    }
    return scores
  }

  /** @internal What kernels read that make lists of many people at once; undefined where users are compared. */
  get listParts(): NeighbourParts | undefined {
    if (this.o.side === 'user') return undefined
    const {near, centre, substitute, scale} = this.matter
    const partsOf = (person: Person): [number, number] => [centre.partOf(person), substitute.partOf(person)]
    const deviationsOf = (person: Person): Float32Array => this.deviationsOf(person)
    return {
      near,
      minK: this.o.minK,
      centre: centre.movie,
      substitute: substitute.movie,
      scale,
      partsOf,
      deviationsOf
    }
  }

  /** @internal */
  details(person: Person, i: number): PredictionDetails {
    if (person.i.length === 0 || !this.knows(i)) return {neighbours: 0}
    const {count} = this.nearest(person, i)
    return {neighbours: count, ...(count < this.o.minK ? {fallback: 'too few neighbours'} : {})}
  }

  /** @internal */
  similar(i: number): Float32Array {
    const row = this.matter.nearMovies().of(i)
    return row.map(similarity => (similarity === 0 ? Number.NEGATIVE_INFINITY : similarity))
  }

  /** @internal */
  parts(person: Person, i: number): Part[] {
    const {substitute, centre} = this.matter
    const asked = person.i.length > 0 && this.knows(i)
    const {count, places, weights, list, deviations} = asked ? this.nearest(person, i) : NOBODY
    if (count < this.o.minK)
      return [
        ...substitute.parts(person, this.knows(i) ? i : -1),
        ...(asked ? [{kind: 'rest', value: 0, name: 'no neighbour'} as const] : [])
      ]
    const similarities = [...places].map(place => weights[list[place]])
    const sum = similarities.reduce((total, weight) => total + weight, this.o.damping)
    const scale = this.scaleOf(person, i) / sum
    const pushes = [...places].map(
      (place, h): Part => ({
        ...this.neighbourAt(person, i, place),
        value: scale * similarities[h] * deviations[place]
      })
    )
    pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    return [...centre.parts(person, i), ...pushes]
  }

  /** Who is taken in one prediction: a row of weights, the list of those who can be, and the places on it of those who are. */
  private nearest(person: Person, i: number): Heard {
    const {near} = this.matter
    const {start, index} = this.train.byMovie
    const [weights, self, list, deviations] =
      this.o.side === 'user'
        ? [this.weightsOf(person), person.u, index.subarray(start[i], start[i + 1]), near.deviationsOf(i)]
        : [near.weights(i), i, person.i, this.deviationsOf(person)]
    return {...near.nearest(weights, self, list, deviations), weights, list, deviations}
  }

  /** The weights of all users for this one; for a profile they are computed from its ratings. */
  private weightsOf(person: Person): Float32Array {
    const {near, compared} = this.matter
    if (person.u >= 0) return near.weights(person.u)
    const values = person.r.map((r, n) => (compared === undefined ? 1 : r - compared.of(person, person.i[n])))
    return near.weightsOf(person.i, values)
  }

  /** The deviation of each rating of a person. */
  private deviationsOf(person: Person): Float32Array {
    const {near, centre, scale} = this.matter
    if (person.u >= 0) return near.deviationsOf(person.u)
    return person.r.map((r, n) => (r - centre.of(person, person.i[n])) / scale[person.i[n]])
  }

  private scaleOf(person: Person, i: number): number {
    const {scale, constant} = this.matter
    if (!this.o.zScore) return 1
    if (this.o.side === 'movie') return scale[i]
    return person.u >= 0 ? scale[person.u] : deviationOf(person.r, constant)
  }

  /** The place-th of those who can speak: a movie that the person rated, or a user who rated the movie. */
  private neighbourAt(person: Person, i: number, place: number): Omit<Part, 'value'> {
    if (this.o.side === 'movie') return {kind: 'rated', i: person.i[place], rating: person.r[place]}
    const {start, index, value} = this.train.byMovie
    return {kind: 'neighbour', u: index[start[i] + place], rating: value[start[i] + place]}
  }
}

interface Heard extends WeightedMean {
  places: Int32Array
  weights: Float32Array
  list: Int32Array
  deviations: Float32Array
}

const NOBODY: Heard = {
  mean: 0,
  count: 0,
  places: new Int32Array(0),
  weights: new Float32Array(0),
  list: new Int32Array(0),
  deviations: new Float32Array(0)
}
