import {filledRows} from '../data/compressed'
import type {Ratings} from '../data/ratings'
import type {Split} from '../data/split'
import type {EngineSpec, OptionSpec} from '../engines/options'
import {pow} from '../math/exponential'
import {Random} from '../math/random'
import type {Options} from './searchSpace'

/** Options that count the steps of a fit, in the order in which they are looked for. */
const STEPS = ['epochs', 'sweeps'] as const
/** Fewer users than this say nothing of an engine. */
const FEW_USERS = 30

/**
 * What is given to candidates in shares, a little to all and all to a few: the steps of the fit, where the engine has an option for them that
 * is not searched, else users of the part that is fitted, with all their ratings.
 */
export interface Resource {
  /** epochs, sweeps, users */
  readonly name: string
  /** Ascending; the last is all of it. */
  readonly levels: readonly number[]
  /** The options that give this much. */
  options(level: number): Options
  /** The ratings that give this much. */
  part(split: Split, level: number): Split
}

/** The resource of an engine in shares of `eta`, at most `rungs` of them. */
export function resourceOf(
  spec: EngineSpec<any>,
  resolved: Options,
  searched: ReadonlySet<string>,
  splits: readonly Split[],
  {eta, rungs, seed}: {eta: number; rungs: number; seed: number}
): Resource {
  const shares = (full: number, least: number): number[] => {
    const levels = Array.from({length: rungs}, (_, k) => Math.round(full / pow(eta, rungs - 1 - k)))
    return [...new Set(levels)].filter(level => level >= Math.min(least, full))
  }
  const options = spec.options as Record<string, OptionSpec>
  // A fit that ends at a tolerance takes no fewer steps where more are allowed.
  const steps = Object.hasOwn(options, 'tolerance')
    ? undefined
    : STEPS.find(name => options[name]?.kind === 'integer')
  if (steps !== undefined && !searched.has(steps)) {
    const full = resolved[steps] as number
    const settling = searched.has('burnIn') ? undefined : (resolved.burnIn as number | undefined)
    return {
      name: steps,
      levels: shares(full, 1),
      options: level => ({
        [steps]: level,
        ...(settling === undefined ? {} : {burnIn: Math.round((settling * level) / full)})
      }),
      part: split => split
    }
  }
  const drawn = new Map(splits.map(({train}) => [train, usersInOrder(train, seed)]))
  const full = Math.min(...[...drawn.values()].map(users => users.length))
  const made = new Map<string, Split>()
  return {
    name: 'users',
    levels: shares(full, FEW_USERS),
    options: () => ({}),
    part: (split, level) => {
      if (level >= full) return split
      // All candidates of a rung learn from the same ratings, indexed once.
      const name = `${splits.indexOf(split)}:${level}`
      const part = made.get(name) ?? partOf(split, (drawn.get(split.train) as Int32Array).subarray(0, level))
      made.set(name, part)
      return part
    }
  }
}

/** Users with a rating, in an order drawn by the seed: the first of them are a part of more. */
function usersInOrder(train: Ratings, seed: number): Int32Array {
  const users = filledRows(train.byUser.start)
  return new Random(seed, 2).permutation(users.length).map(k => users[k])
}

/** What these users rated, in both parts. */
function partOf({train, test}: Split, users: Int32Array): Split {
  const within = new Uint8Array(train.frame.userIds.length)
  for (const u of users) within[u] = 1
  const rows = (ratings: Ratings): Ratings =>
    ratings.select([...ratings.rows.u.keys()].filter(n => within[ratings.rows.u[n]] === 1))
  return {train: rows(train), test: rows(test)}
}

/** How many of so many candidates go on. */
export function kept(candidates: number, eta: number): number {
  return Math.ceil(candidates / eta)
}

/** The levels that so many candidates climb: no more than halving them down to one takes. */
export function climb(levels: readonly number[], candidates: number, eta: number): readonly number[] {
  let rungs = 1
  for (let n = candidates; n > 1 && rungs < levels.length; n = kept(n, eta)) rungs++
  return levels.slice(levels.length - rungs)
}

/** What a bracket of so many candidates costs, in the resource. */
export function costOf(levels: readonly number[], candidates: number, eta: number): number {
  let n = candidates
  return climb(levels, candidates, eta).reduce((cost, level) => {
    const here = n * level
    n = kept(n, eta)
    return cost + here
  }, 0)
}
