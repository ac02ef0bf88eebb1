import {filledRows} from '../data/compressed'
import type {Ratings} from '../data/ratings'
import {OptionError} from '../errors'
import {Random} from '../math/random'
import {figuresBy, resolveConventions} from '../math/rankingFigures'
import {topN} from '../math/topN'
import {addScores, type BlendMember, BlendModel} from '../models/blend'
import {type ListsWanted, listable} from '../models/lists'
import type {ModelKind, ModelState, Person} from '../models/model'
import {rowOf} from '../models/recommender'
import {Engine, type EngineClass} from './engine'
import {holdOut} from './heldOut'
import {memberByName, memberNames} from './members'
import {
  type EngineSpec,
  type Member,
  type OptionSpec,
  type OptionsOf,
  parseOption,
  type Resolved,
  resolveOptions
} from './options'
import type {Run} from './run'

const OPTIONS = {
  members: {
    kind: 'members',
    default: [{engine: 'ease'}, {engine: 'graph-filter'}],
    about: 'Engines with their options, as in ease(dropout=0.3)+als(feedback=implicit).'
  },
  weights: {
    kind: 'numbers',
    default: [],
    about: 'One for each member; none to choose them on a part of the training ratings.'
  },
  for: {
    kind: 'choice',
    default: 'lists',
    choices: ['lists'],
    about: 'What the weights are chosen for: the nDCG of lists of 20.'
  },
  validationShare: {
    kind: 'number',
    default: 0.1,
    min: 0.01,
    max: 0.9,
    about: 'Share of the ratings that the weights are chosen on; members are then fitted on all again.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of that share.'}
} as const

export type BlendOptions = OptionsOf<typeof OPTIONS>

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

/**
 * A weighted sum of other engines' scores, each with mean 0 and deviation 1 over what people have not rated (`BlendModel` has the equation).
 * Weights that are not given are chosen on a part of the training ratings: members are fitted on the rest, one weight after the other is
 * multiplied by 0, 1/2, 3/4, 4/3 or 2 where that raises the mean nDCG at 20, until none does, and members are fitted again on all. Test ratings are
 * never seen. Cost: the members' fits, twice where weights are chosen.
 */
export class Blend extends Engine<BlendOptions, BlendModel> {
  static readonly spec: EngineSpec<BlendOptions> = {
    name: 'blend',
    about:
      'A weighted sum of what other engines say, the weights chosen on a part of the ratings; ranks, and predicts no stars.',
    source:
      'Jahrer, Töscher, Legenstein 2010, "Combining predictions for accurate recommender systems" (linear blending)',
    clicks: true,
    options: OPTIONS
  }

  constructor(options: BlendOptions = {}) {
    const {members} = options
    super(Array.isArray(members) ? {...options, members: members.map(plain)} : options)
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<BlendOptions>, run: Run): Promise<BlendModel> {
    const made = membersOf(o)
    const chooses = o.weights.length === 0 && made.length > 1
    const stages = made.length * (chooses ? 2 : 1)
    const fitAll = async (ratings: Ratings, from: number): Promise<Array<Engine<any, any>>> => {
      const fitted: Array<Engine<any, any>> = []
      for (const [k, [Class, options]] of made.entries()) {
        fitted.push(await new Class(options).fit(ratings, run.part(from + k, stages)))
      }
      return fitted
    }
    let weights: readonly number[] = o.weights.length > 0 ? o.weights : [1]
    if (chooses) {
      const {rest, part} = holdOut(train, o.validationShare, new Random(o.seed))
      await run.breathe()
      const members = await blendOf(
        await fitAll(rest, 0),
        made.map(() => 1),
        rest,
        run
      )
      weights = await chosenWeights(members, rest, part, run)
    }
    const members = await blendOf(await fitAll(train, chooses ? made.length : 0), weights, train, run)
    run.report(stages, stages)
    return new BlendModel(members, train.byMovie.start.length - 1)
  }

  /** @internal Members that need kernels are made by their own engines. */
  protected override revive(
    _kind: ModelKind,
    {values, arrays}: ModelState,
    train: Ratings,
    o: Resolved<BlendOptions>
  ): BlendModel {
    const states = values.members as Array<
      {kind: ModelKind; values: Record<string, unknown>} & Pick<BlendMember, 'weight' | 'mean' | 'deviation'>
    >
    const members = membersOf(o).map(([Class, options], k) => {
      const {kind, values, weight, mean, deviation} = states[k]
      const prefix = `${k}.`
      const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix))
      const engine: Engine<any, any> = new Class(options)
      const state = {
        values,
        arrays: Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]))
      }
      engine.load({options, kind, state, train, history: []})
      return {...viewOf(engine, train), weight, mean, deviation}
    })
    return new BlendModel(members, train.byMovie.start.length - 1)
  }
}

/** A member as plain values, whatever way it was named: by its name, or as an engine that is not fitted. */
function plain(given: Member | string | {readonly name: string; readonly options: object}): Member {
  if (typeof given === 'string') return {engine: given}
  return 'name' in given ? {engine: given.name, options: {...given.options}} : given
}

/** The classes and options of the members. @throws OptionError for what is none, before any work */
function membersOf({members, weights}: Resolved<BlendOptions>): Array<[EngineClass, object]> {
  if (members.length === 0)
    throw new OptionError(
      'members',
      members,
      'Option members of blend: expected at least one engine, got none.'
    )
  if (weights.length > 0 && weights.length !== members.length)
    throw new OptionError(
      'weights',
      weights,
      `Option weights of blend: expected ${members.length}, one for each member, got ${weights.length}.`
    )
  return members.map(member => {
    const {engine, options = {}} = plain(member)
    const Class = memberByName(engine)
    if (Class === undefined)
      throw new OptionError(
        'members',
        members,
        `Option members of blend: there is no engine "${engine}" that can be a member: expected some of ${memberNames()}.`
      )
    const specs = Class.spec.options as Record<string, OptionSpec>
    const typed = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [
        name,
        typeof value === 'string' && Object.hasOwn(specs, name) ? parseOption(specs[name], value) : value
      ])
    )
    resolveOptions(Class.spec, typed)
    return [Class, typed]
  })
}

/** A member's model, and where its indices are not those of the blend, which is which. */
function viewOf(engine: Engine<any, any>, train: Ratings): Pick<BlendMember, 'model' | 'own'> {
  const {items} = engine.recommender.directory
  const {movieIds} = train.frame
  const {model} = engine
  return items === movieIds ? {model} : {model, own: Int32Array.from(movieIds.ids, id => items.indexOf(id))}
}

/** Fitted engines as members: each is standardised over what some users, evenly spread, have not rated. */
async function blendOf(
  engines: ReadonlyArray<Engine<any, any>>,
  weights: readonly number[],
  train: Ratings,
  run: Run
): Promise<BlendMember[]> {
  const people = somePeople(train, STANDARD_USERS)
  const members: BlendMember[] = []
  for (const [k, engine] of engines.entries()) {
    const raw: BlendMember = {...viewOf(engine, train), weight: 1, mean: 0, deviation: 1}
    const alone = new BlendModel([raw], train.byMovie.start.length - 1)
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

async function chosenWeights(
  members: readonly BlendMember[],
  rest: Ratings,
  part: Ratings,
  run: Run
): Promise<number[]> {
  const forward: Forward[] = []
  const {start, index} = part.byUser
  const model = new BlendModel(members, rest.byMovie.start.length - 1)
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
