import {type Model, type ModelState, type Part, type Person, STRANGER} from './model'

/** @internal One member of a blend. */
export interface BlendMember {
  readonly model: Model
  readonly weight: number
  /** What its scores are standardised by: mean and deviation over what people of the training data have not rated. */
  readonly mean: number
  readonly deviation: number
  /** [movies] the member's own index of each movie of the blend, -1 for none; left out where they are the same */
  readonly own?: Int32Array
}

/**
 * A weighted sum of what other models say, each measured by numbers that were fixed at the fit:
 *
 *   score(u, i) = sum over members k of weight_k (score_k(u, i) - mean_k) / deviation_k
 *
 * A member that does not know a movie, or nothing that she rated, adds nothing: the movie is average to it. A movie is like another by
 * the weighted sum of the members' similarities, each divided by the length of its row.
 */
export class BlendModel implements Model {
  readonly kind = 'blend'
  readonly unit = 'score'

  /** @internal */
  constructor(
    /** @internal */
    readonly members: readonly BlendMember[],
    /** @internal */
    readonly movieCount: number
  ) {}

  /** What each member's standardised score is multiplied by. [members] */
  get weights(): readonly number[] {
    return this.members.map(({weight}) => weight)
  }

  /** @internal The members' numbers stand beside each other, each under its place. */
  state(): ModelState {
    const members: unknown[] = []
    const all: ModelState['arrays'] = {}
    for (const [k, {model, weight, mean, deviation}] of this.members.entries()) {
      const {values, arrays} = model.state()
      members.push({kind: model.kind, values, weight, mean, deviation})
      for (const [name, array] of Object.entries(arrays)) all[`${k}.${name}`] = array
    }
    return {values: {members}, arrays: all}
  }

  /** @internal */
  knows(i: number): boolean {
    return i >= 0 && this.members.some(member => member.model.knows(ownOf(member, i)))
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const scores = new Float64Array(items.length)
    for (const member of this.members) addScores(member, this.seenBy(member, person), items, scores)
    return scores
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

  /** @internal What several members say of one rating is one part; the means that scores are measured from close the sum. */
  parts(person: Person, i: number): Part[] {
    const parts = new Map<string, Part>()
    let rest = 0
    for (const member of this.members) {
      const {model, weight, mean, deviation, own} = member
      const at = ownOf(member, i)
      const seen = this.seenBy(member, person)
      if (seen.i.length === 0 || !model.knows(at)) continue
      rest -= (weight * mean) / deviation
      for (const part of model.parts(seen, at)) {
        const value = (weight * part.value) / deviation
        const j = part.i === undefined || own === undefined ? part.i : own.indexOf(part.i)
        const key = [part.kind, j, part.u, part.name].join(' ')
        const before = parts.get(key)
        parts.set(key, {...part, ...(j === undefined ? {} : {i: j}), value: value + (before?.value ?? 0)})
      }
    }
    return [
      ...parts.values(),
      {kind: 'rest', value: rest, name: 'the average movie, which scores are measured from,'}
    ]
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
}

/** @internal Adds what a member says of these movies of the blend, for a person in its own indices. */
export function addScores(member: BlendMember, seen: Person, items: Int32Array, scores: Float64Array): void {
  const {model, weight, mean, deviation} = member
  if (seen.i.length === 0) return
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
