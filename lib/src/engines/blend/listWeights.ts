import {filledRows} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import {figuresBy, resolveConventions} from '../../math/rankingFigures'
import {topN} from '../../math/topN'
import {addScores, type BlendMember, BlendModel} from '../../models/blend'
import {type ListsWanted, listable} from '../../models/lists'
import {type Person, Support} from '../../models/model'
import {rowOf} from '../../models/recommender'
import type {Engine} from '../engine'
import type {Run} from '../run'
import {viewOf} from './members'

/** Users that standardising, and choosing weights, look at. */
const STANDARD_USERS = 500
const CHOICE_USERS = 3000
/** Movies that each member puts forward for one of them, and the length of the lists. */
const FORWARD = 100
const LENGTH = 20
const CONVENTIONS = resolveConventions({})
/** What a weight is tried to be multiplied by, and what one that is 0 comes back from. */
const STEPS = [0, 0.5, 0.75, 4 / 3, 2]
const BACK = 0.25
const ROUNDS = 8

/** Fitted engines as members: each is standardised over what some users, evenly spread, have not rated. */
export async function standardised(
  engines: ReadonlyArray<Engine<any, any>>,
  weights: readonly number[],
  train: Ratings,
  run: Run
): Promise<BlendMember[]> {
  const people = somePeople(train, STANDARD_USERS)
  const members: BlendMember[] = []
  for (const [k, engine] of engines.entries()) {
    const raw: BlendMember = {...viewOf(engine, train), weight: 1, mean: 0, deviation: 1}
    const alone = new BlendModel([raw], Support.of(train))
    const unrated = unratedIn(alone)
    let count = 0
    let sum = 0
    let square = 0
    for (const person of people) {
      if (run.outOfBreath) await run.breathe()
      for (const score of alone.scores(person, listable(unrated, person))) {
        count++
        sum += score
        square += score * score
      }
    }
    const mean = count === 0 ? 0 : sum / count
    const variance = count === 0 ? 0 : square / count - mean * mean
    const deviation = variance > 1e-18 * (1 + mean * mean) ? Math.sqrt(variance) : 1
    members.push({...raw, weight: weights[k], mean, deviation})
  }
  return members
}

/** Users with ratings, evenly spread, at most so many. */
function somePeople({byUser}: Ratings, most: number): Person[] {
  const known = filledRows(byUser.start)
  const step = Math.max(1, known.length / most)
  const people: Person[] = []
  for (let at = 0; at < known.length; at += step) {
    const u = known[Math.floor(at)]
    people.push({u, ...rowOf(byUser, u)})
  }
  return people
}

/** What can be listed of a person who has not rated it. */
function unratedIn(model: BlendModel): Pick<ListsWanted, 'allowed' | 'without'> {
  const allowed = Uint8Array.from({length: model.movieCount}, (_, i) => Number(model.knows(i)))
  return {allowed, without: person => person.i}
}

/** What each member says of the movies that some of them put forward for a user. */
interface Forward {
  /** [members] standardised scores, each [movies] */
  scores: Float64Array[]
  /** [movies] whether she rated it in the part */
  hits: Uint8Array
  relevant: number
}

/**
 * Weights of fitted members by the lists of the people of `part`: one weight after the other is multiplied by 0, 1/2, 3/4, 4/3 or 2 where that raises
 * the mean nDCG at 20, until none does.
 */
export async function listWeights(
  members: readonly BlendMember[],
  rest: Ratings,
  part: Ratings,
  run: Run
): Promise<number[]> {
  const forward: Forward[] = []
  const {start, index} = part.byUser
  const model = new BlendModel(members, Support.of(rest))
  const unrated = unratedIn(model)
  for (const person of somePeople(rest, CHOICE_USERS)) {
    if (run.outOfBreath) await run.breathe()
    const [from, to] = [start[person.u], start[person.u + 1]]
    if (from === to) continue
    const candidates = listable(unrated, person)
    forward.push(putForward(model, person, candidates, index.subarray(from, to)))
  }
  let weights = members.map(() => 1)
  let best = meanGain(forward, weights)
  for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
    moved = false
    for (const k of weights.keys()) {
      for (const tried of STEPS.map(step =>
        weights.map((weight, n) => (n === k ? (weight || BACK) * step : weight))
      )) {
        if (tried.every(weight => weight === 0)) continue
        if (run.outOfBreath) await run.breathe()
        const gain = meanGain(forward, tried)
        if (!(gain > best)) continue
        best = gain
        weights = tried
        moved = true
      }
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

function putForward(model: BlendModel, person: Person, candidates: Int32Array, liked: Int32Array): Forward {
  const all = model.members.map(member => {
    const scores = new Float64Array(candidates.length)
    addScores(member, model.seenBy(member, person), candidates, scores)
    return scores
  })
  const places = Int32Array.from(candidates.keys())
  const chosen = [...new Set(all.flatMap(scores => [...topN(scores, FORWARD, places)]))].sort((a, b) => a - b)
  const wanted = new Set(liked)
  return {
    scores: all.map(scores => Float64Array.from(chosen, place => scores[place])),
    hits: Uint8Array.from(chosen, place => (wanted.has(candidates[place]) ? 1 : 0)),
    relevant: liked.length
  }
}

/** The mean nDCG of the lists by these weights. */
function meanGain(forward: readonly Forward[], weights: readonly number[]): number {
  let total = 0
  for (const {scores, hits, relevant} of forward) {
    const sum = new Float64Array(hits.length)
    for (const [k, weight] of weights.entries())
      for (let n = 0; n < sum.length; n++) sum[n] += weight * scores[k][n]
    const list = topN(sum, LENGTH, Int32Array.from(sum.keys()))
    total += figuresBy(
      CONVENTIONS,
      list.map(n => hits[n]),
      relevant,
      LENGTH
    ).ndcg
  }
  return total / forward.length
}
