import {type EngineSpec, type OptionSpec, optionText, resolveOptions} from '../engines/options'
import {OptionError} from '../errors'
import {pow} from '../math/exponential'
import {Random} from '../math/random'
import {count} from '../show/numbers'
import {nearestName} from '../text/slips'

/** Values from one end to the other, for an option that is a number. */
export interface OptionRange {
  /** The smallest value. */
  from: number
  /** The largest value. */
  to: number
  /** Whether equal steps or equal ratios are alike likely. @default 'log' where both ends are above 0 and `to` is ten times `from` or more, else 'linear' */
  scale?: 'linear' | 'log'
}

/** What is tried of an engine's options: a list of values, or a range. Options that are not named stay as they are. */
export type SearchSpace<O> = {
  [K in keyof O]?: ReadonlyArray<NonNullable<O[K]>> | (NonNullable<O[K]> extends number ? OptionRange : never)
}

/** One option that is searched, and how its values are drawn. */
export interface SearchedOption {
  readonly name: string
  /** Values of a list, or of the grid that a range was made. */
  readonly values?: readonly unknown[]
  /** What was tried of it. */
  readonly range?: Readonly<Required<OptionRange>> & {readonly whole: boolean}
  /** "20 to 200, whole numbers, log-uniform", "one of cosine, pearson" */
  readonly drawn: string
}

/** Options of an engine, some of them. */
export type Options = Readonly<Record<string, unknown>>

/** Digits of a number that is drawn: what is shown is what was tried. */
const DIGITS = 4
/** A grid of more would never be tried. */
const MOST_COMBINATIONS = 100_000
/** So many draws that all were there before: nothing else is left but by rare luck. */
const MOST_AGAIN = 10_000

/**
 * Checks a space against the options of an engine, before any work.
 * @throws OptionError for an option that it has not, a value that is none of its own, a range of what is no number, and an empty space
 */
export function resolveSpace(spec: EngineSpec<any>, space: object, fixed: Options): SearchedOption[] {
  const known = spec.options as Record<string, OptionSpec>
  const searched = Object.entries(space).filter(([, values]) => values !== undefined)
  if (searched.length === 0)
    throw new OptionError('space', space, `Option space: expected options of ${spec.name}, got none.`)
  return searched.map(([name, values]) => {
    if (!Object.hasOwn(known, name)) throw unknownOption(spec, name, values)
    if (Object.hasOwn(fixed, name))
      throw new OptionError(name, values, `Option ${name} of ${spec.name} is searched and set: choose one.`)
    return Array.isArray(values)
      ? listOf(spec, name, values)
      : rangeOf(spec, name, known[name], values as OptionRange)
  })
}

/** The error for an option that the engine has not, with the one that may have been meant. */
export function unknownOption(spec: EngineSpec<any>, name: string, value: unknown): OptionError {
  const known = Object.keys(spec.options)
  const near = nearestName(name, known, 3)
  const meant =
    near === undefined ? `It has ${known.length === 0 ? 'none' : known.join(', ')}.` : `Did you mean ${near}?`
  return new OptionError(name, value, `${spec.name} has no option ${name}. ${meant}`)
}

function listOf(spec: EngineSpec<any>, name: string, values: readonly unknown[]): SearchedOption {
  if (values.length === 0)
    throw new OptionError(name, values, `Option ${name} of ${spec.name}: expected values to try, got none.`)
  for (const value of values) resolveOptions(spec, {[name]: value})
  const distinct = [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
  return {name, values: distinct, drawn: `one of ${distinct.map(textOf).join(', ')}`}
}

function rangeOf(
  spec: EngineSpec<any>,
  name: string,
  option: OptionSpec,
  {from, to, scale: given}: OptionRange
): SearchedOption {
  const refuse = (expected: string): OptionError =>
    new OptionError(
      name,
      {from, to, scale: given},
      `Option ${name} of ${spec.name}: expected ${expected}, got ${String(from)} to ${String(to)}${given === undefined ? '' : `, ${String(given)}`}.`
    )
  if (option.kind !== 'integer' && option.kind !== 'number')
    throw refuse('a list of values, since it is no number')
  for (const end of [from, to]) resolveOptions(spec, {[name]: end})
  if (!(from < to)) throw refuse('a range from a number to a larger one')
  const scale = given ?? (from > 0 && to >= 10 * from ? 'log' : 'linear')
  if (scale !== 'log' && scale !== 'linear') throw refuse('scale linear or log')
  if (scale === 'log' && from <= 0) throw refuse('both ends of a logarithmic range above 0')
  const whole = option.kind === 'integer'
  return {
    name,
    range: {from, to, scale, whole},
    drawn: `${from} to ${to}${whole ? ', whole numbers' : ''}, ${scale === 'log' ? 'log-uniform' : 'uniform'}`
  }
}

/** The value of an option for people; an empty list has a word. */
export function textOf(value: unknown): string {
  const text = optionText(value)
  return text === '' ? 'none' : text
}

/**
 * All combinations of the values, in an order drawn by the seed, so that the first of them say something of the whole; of a range `steps`
 * values, evenly spaced on its scale, both ends included.
 */
export function gridOf(searched: readonly SearchedOption[], steps: number, seed: number): Options[] {
  const size = searched.reduce((product, one) => product * (one.values ?? stepsOf(one, steps)).length, 1)
  if (size > MOST_COMBINATIONS)
    throw new OptionError(
      'space',
      size,
      `Option space: expected at most ${count(MOST_COMBINATIONS)} combinations, got ${count(size)}. Draw some of them: randomSearch, or search without --grid.`
    )
  const combinations = searched.reduce<Options[]>(
    (grid, option) => {
      const values = option.values ?? stepsOf(option, steps)
      return grid.flatMap(one => values.map(value => ({...one, [option.name]: value})))
    },
    [{}]
  )
  return Array.from(new Random(seed, 0).permutation(combinations.length), k => combinations[k])
}

/** The values of a range in a grid. */
export function stepsOf({range}: SearchedOption, steps: number): number[] {
  const {from, to, scale, whole} = range as NonNullable<SearchedOption['range']>
  const at = (share: number): number =>
    scale === 'log' ? from * pow(to / from, share) : from + share * (to - from)
  const values = Array.from({length: steps}, (_, k) =>
    k === 0 ? from : k === steps - 1 ? to : rounded(at(k / (steps - 1)), whole)
  )
  return [...new Set(values)]
}

/**
 * Candidates without end, or to the end of a space of lists and whole numbers, none twice: the k-th depends on the seed and those before it
 * alone, so that a longer search begins with a shorter one.
 */
export function* drawsOf(searched: readonly SearchedOption[], seed: number): Generator<Options> {
  const size = sizeOf(searched)
  const seen = new Set<string>()
  for (let draw = 0, again = 0; seen.size < size && again < MOST_AGAIN; draw++) {
    const random = new Random(seed, 1, draw)
    const one = Object.fromEntries(searched.map(option => [option.name, drawnValue(option, random)]))
    const name = JSON.stringify(one)
    again = seen.has(name) ? again + 1 : 0
    if (again > 0) continue
    seen.add(name)
    yield one
  }
}

/** How many candidates there are; without end where a number is drawn that need not be whole. */
export function sizeOf(searched: readonly SearchedOption[]): number {
  return searched.reduce((size, {values, range}) => {
    if (range === undefined) return size * (values?.length ?? 1)
    return range.whole ? size * (range.to - range.from + 1) : Number.POSITIVE_INFINITY
  }, 1)
}

function drawnValue({values, range}: SearchedOption, random: Random): unknown {
  if (range === undefined) return values?.[random.below(values.length)]
  const {from, to, scale, whole} = range
  const share = random.uniform()
  // Whole numbers have the room up to the next one, so that both ends are as likely as those between.
  const end = whole ? to + 1 : to
  const value = scale === 'log' ? from * pow(end / from, share) : from + share * (end - from)
  return Math.min(to, Math.max(from, whole ? Math.floor(value) : rounded(value, false)))
}

function rounded(value: number, whole: boolean): number {
  return whole ? Math.round(value) : Number(value.toPrecision(DIGITS))
}
