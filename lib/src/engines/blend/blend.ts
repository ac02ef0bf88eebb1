import type {Ratings} from '../../data/ratings'
import {OptionError, UnsoundError} from '../../errors'
import {Random} from '../../math/random'
import {type BlendMember, BlendModel, type StarTerms} from '../../models/blend'
import {type Change, type ModelKind, type ModelState, type Since, Support} from '../../models/model'
import type {MemberState} from '../../models/states'
import {shown} from '../../printable'
import {behind} from '../../sound/arrays'
import {inside} from '../../sound/values'
import type {Engine, Saved} from '../engine'
import {holdOut} from '../heldOut'
import type {EngineSpec, Member, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import {Run} from '../run'
import {listWeights, standardised} from './listWeights'
import {defaultMembers, fitAll, membersOf, plain, roughly, viewOf} from './members'
import {fixedWeights, starMembers, starWeights} from './starWeights'

const OPTIONS = {
  for: {
    kind: 'choice',
    default: 'stars',
    choices: ['stars', 'lists'],
    about: 'What it is made for: the squared error of stars, or the nDCG of lists of 20.'
  },
  members: {
    kind: 'members',
    default: [],
    about:
      'Engines with their options, as in ease(dropout=0.3)+als(feedback=implicit). None for those of the record: for stars two bayesian, normal and probit, auto-rec, item-neighbours, user-neighbours and baseline, for lists ease and graph-filter.'
  },
  weights: {
    kind: 'numbers',
    default: [],
    min: -1000,
    about: 'One for each member; none to learn them on a part of the training ratings.'
  },
  validationShare: {
    kind: 'number',
    default: 0.1,
    min: 0.01,
    max: 0.9,
    about: 'Share of the ratings that the weights are learned on; members are then fitted on all again.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of that share.'}
} as const

export type BlendOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * A weighted sum of what other engines say (`BlendModel` has the equation). Weights that are not given are learned on a part of the
 * training ratings: members are fitted on the rest, the weights are learned by ridge regression for stars (`starWeights`), by the nDCG of lists for
 * lists (`listWeights`), and members are fitted again on all. Test ratings are never seen. Cost: the members' fits, twice where weights
 * are learned (`bayesian` with a third of its sweeps for the weights).
 */
export class Blend extends RatingEngine<BlendOptions, BlendModel> {
  static readonly spec: EngineSpec<BlendOptions> = {
    name: 'blend',
    about:
      'A weighted sum of what other engines say, the weights learned on a part of the ratings: the record for stars, or for lists.',
    source:
      'Jahrer, Töscher, Legenstein 2010, "Combining predictions for accurate recommender systems"; Sill et al. 2009, "Feature-weighted linear stacking"',
    model: 'blend',
    clicks: {for: 'lists'},
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  constructor(options: BlendOptions = {}) {
    const {members} = options
    super(Array.isArray(members) ? {...options, members: members.map(plain)} : options)
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<BlendOptions>, run: Run): Promise<BlendModel> {
    const made = membersOf(namedIn(o, train), o.for)
    if (o.weights.length > 0 && o.weights.length !== made.length)
      throw new OptionError(
        'weights',
        o.weights,
        `Option weights of blend: expected ${made.length}, one for each member, got ${o.weights.length}.`
      )
    const given = o.weights.length > 0 ? o.weights : made.length === 1 ? [1] : undefined
    const stages = made.length * (given === undefined ? 2 : 1)
    const fitted = (ratings: Ratings): Promise<Array<Engine<any, any>>> =>
      ratings === train
        ? fitAll(made, ratings, run, stages - made.length, stages)
        : fitAll(roughly(made), ratings, run, 0, stages)
    const apart = given === undefined ? holdOut(train, o.validationShare, new Random(o.seed)) : undefined
    const blended = o.for === 'stars' ? blendForStars : blendForLists
    const model = await blended(fitted, train, given ?? (apart as Apart), run)
    run.report(stages, stages)
    return model
  }

  /** @internal Which engines its members are is said in the file, whatever the defaults will be. */
  override save(): Saved<BlendOptions> {
    const saved = super.save()
    return {...saved, options: {...saved.options, members: namedIn(saved.options, saved.train)}}
  }

  /** @internal Each member takes them in as it does by itself; weights, and what scores are measured by, stay. */
  protected override async takeIn(
    change: Change,
    train: Ratings,
    o: Resolved<BlendOptions>,
    run: Run
  ): Promise<BlendModel> {
    const {members, stars} = this.model
    const made = membersOf(namedIn(o, this.train), o.for)
    const taken: BlendMember[] = []
    for (const [k, [Class, options]] of made.entries()) {
      const {model, own: _, ...numbers} = members[k]
      const engine: Engine<any, any> = new Class(options).hold(model, this.train)
      const part = new Run('updating a member', run.part(k, made.length))
      taken.push({...viewOf(await engine.heldWith(change, train, part), train), ...numbers})
    }
    return new BlendModel(taken, Support.of(train), stars)
  }

  /** @internal Members that need kernels are made by their own engines. */
  protected override revive(
    _kind: ModelKind,
    {values, arrays}: ModelState,
    train: Ratings,
    o: Resolved<BlendOptions>,
    since?: Since
  ): BlendModel {
    const states = values.members as MemberState[]
    const made = membersOf(o.members, o.for)
    checkMembers(states.length, made.length, arrays)
    if ((values.stars !== undefined) !== (o.for === 'stars'))
      throw new UnsoundError('values.stars', `those of a blend for ${o.for}`, shown(values.stars))
    const members = made.map(([Class, options], k) => {
      const {kind, values, ...numbers} = states[k]
      const engine: Engine<any, any> = new Class(options)
      const state = {values, arrays: behind(`${k}.`, arrays)}
      const taken = since === undefined || Class.spec.updates === 'anew' ? {} : {since}
      inside(`members[${k}]`, () => engine.load({options, kind, state, train, history: [], ...taken}))
      return {...viewOf(engine, train), ...numbers}
    })
    return new BlendModel(members, Support.of(train), values.stars as StarTerms | undefined)
  }
}

/** Refuses a file that has other members than its options name, or arrays of none. */
function checkMembers(found: number, named: number, arrays: ModelState['arrays']): void {
  if (found !== named)
    throw new UnsoundError('values.members', `${named}, as the options name`, String(found))
  for (const name of Object.keys(arrays)) {
    const [, k] = /^(\d+)\./.exec(name) ?? []
    if (k === undefined || Number(k) >= named || String(Number(k)) !== k)
      throw new UnsoundError(name, 'an array of a member', 'one of none')
  }
}

/** The members that options name, or those of the record. */
function namedIn(o: Resolved<BlendOptions>, train: Ratings): readonly Member[] {
  return o.members.length > 0 ? (o.members as readonly Member[]) : defaultMembers(o.for, train)
}

/** A part to learn weights on, and the rest. */
type Apart = ReturnType<typeof holdOut>
type FitMembers = (ratings: Ratings) => Promise<Array<Engine<any, any>>>

async function blendForStars(
  fitted: FitMembers,
  train: Ratings,
  given: readonly number[] | Apart,
  run: Run
): Promise<BlendModel> {
  const weights =
    'part' in given
      ? await starWeights(await fitted(given.rest), given.rest, given.part, run)
      : fixedWeights(given, train)
  return new BlendModel(starMembers(await fitted(train), weights, train), Support.of(train), weights.terms)
}

async function blendForLists(
  fitted: FitMembers,
  train: Ratings,
  given: readonly number[] | Apart,
  run: Run
): Promise<BlendModel> {
  let weights = given as readonly number[]
  if ('part' in given) {
    await run.breathe()
    const engines = await fitted(given.rest)
    const even = engines.map(() => 1)
    weights = await listWeights(
      await standardised(engines, even, given.rest, run),
      given.rest,
      given.part,
      run
    )
  }
  return new BlendModel(await standardised(await fitted(train), weights, train, run), Support.of(train))
}
