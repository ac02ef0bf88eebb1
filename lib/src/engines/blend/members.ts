import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'
import type {BlendMember} from '../../models/blend'
import {MOST_STARS} from '../bayesian/chain'
import type {Engine, EngineClass} from '../engine'
import {memberByName, memberNames} from '../members'
import {type Member, type OptionSpec, parseOption, resolveOptions} from '../options'
import {predictsStars} from '../ratingEngine'
import type {Run} from '../run'

/** What a blend of several engines is of. */
export type Purpose = 'stars' | 'lists'

/** The members of the record for stars; the ordered probit where the ratings are few enough different numbers to be classes. */
export function defaultMembers(purpose: Purpose, train: Ratings): readonly Member[] {
  if (purpose === 'lists') return [{engine: 'ease'}, {engine: 'graph-filter'}]
  const classes = new Set(train.rows.r).size <= MOST_STARS
  return [
    {engine: 'bayesian'},
    ...(classes ? [{engine: 'bayesian', options: {likelihood: 'probit'}}] : []),
    {engine: 'auto-rec'},
    {engine: 'item-neighbours'},
    {engine: 'user-neighbours'},
    {engine: 'baseline'}
  ]
}

/** A member as plain values, whatever way it was named: by its name, or as an engine that is not fitted. */
export function plain(given: Member | string | {readonly name: string; readonly options: object}): Member {
  if (typeof given === 'string') return {engine: given}
  return 'name' in given ? {engine: given.name, options: {...given.options}} : given
}

/** The classes and options of members. @throws OptionError for what is none, before any work */
export function membersOf(
  members: ReadonlyArray<Parameters<typeof plain>[0]>,
  purpose: Purpose
): Array<[EngineClass, object]> {
  const refuse = (what: string): never => {
    throw new OptionError('members', members, `Option members of blend: ${what}`)
  }
  return members.map(member => {
    const {engine, options = {}} = plain(member)
    const Class =
      memberByName(engine) ??
      refuse(`there is no engine "${engine}" that can be a member: expected some of ${memberNames()}.`)
    const specs = Class.spec.options as Record<string, OptionSpec>
    const typed = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [
        name,
        typeof value === 'string' && Object.hasOwn(specs, name) ? parseOption(specs[name], value) : value
      ])
    )
    resolveOptions(Class.spec, typed)
    if (purpose === 'stars' && !predictsStars(Class, typed))
      refuse(
        `"${engine}" with these options predicts no stars. Leave it out, or blend for lists: for: 'lists' (--set for=lists).`
      )
    return [Class, typed]
  })
}

/** Sweeps of a Bayesian member, where its options leave them open. */
const ROUGH = {sweeps: 160, burnIn: 60}

/**
 * The same members for learning weights by, in less time: a chain of a third of its length errs so little more than the whole one that weights
 * hardly feel it, and the members that will answer are fitted anew.
 */
export function roughly(made: ReadonlyArray<[EngineClass, object]>): Array<[EngineClass, object]> {
  return made.map(([Class, options]) => [
    Class,
    Class.spec.name === 'bayesian' ? {...ROUGH, ...options} : options
  ])
}

/** Fits members one after the other; `stage` of `stages` is the first. */
export async function fitAll(
  made: ReadonlyArray<[EngineClass, object]>,
  ratings: Ratings,
  run: Run,
  stage: number,
  stages: number
): Promise<Array<Engine<any, any>>> {
  const fitted: Array<Engine<any, any>> = []
  for (const [k, [Class, options]] of made.entries()) {
    fitted.push(await new Class(options).fit(ratings, run.part(stage + k, stages)))
  }
  return fitted
}

/** A member's model, and where its indices are not those of the blend, which is which. */
export function viewOf(engine: Engine<any, any>, train: Ratings): Pick<BlendMember, 'model' | 'own'> {
  const {items} = engine.recommender.directory
  const {movieIds} = train.frame
  const {model} = engine
  return items === movieIds ? {model} : {model, own: Int32Array.from(movieIds.ids, id => items.indexOf(id))}
}
