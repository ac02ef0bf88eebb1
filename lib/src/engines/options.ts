import {OptionError} from '../errors'
import type {ModelKind} from '../models/model'
import {written} from '../printable'
import type {UpdateKind} from './update'

/** One option of an engine, declared once: validated by `fit`, listed by `movie-recs engines`, read from `--set` by the command. */
export type OptionSpec =
  | {kind: 'integer' | 'number'; default: number; min?: number; max?: number; about: string}
  | {kind: 'boolean'; default: boolean; about: string}
  | {kind: 'choice'; default: string; choices: readonly string[]; about: string}
  | {kind: 'integers'; default: readonly number[]; min?: number; about: string}
  | {kind: 'numbers'; default: readonly number[]; min?: number; about: string}
  | {kind: 'text'; default: string; about: string}
  | {kind: 'members'; default: readonly Member[]; about: string}

/** An engine with its options, which is not fitted: what a blend is made of. */
export interface Member {
  readonly engine: string
  /** Its own options, where they are not the defaults. */
  readonly options?: Readonly<Record<string, unknown>>
}

/** The type of an engine's options, each optional, from their declaration: `OptionsOf<typeof OPTIONS>`. */
export type OptionsOf<S extends Readonly<Record<string, DeclaredOption>>> = {[K in keyof S]?: ValueOf<S[K]>}

/** Options with their defaults filled in. */
export type Resolved<O> = Readonly<Required<O>>

/** `OptionSpec` as `as const` leaves it: what the type of the value depends on. */
type DeclaredOption =
  | {readonly kind: 'integer' | 'number' | 'boolean' | 'integers' | 'numbers' | 'members' | 'text'}
  | {readonly kind: 'choice'; readonly choices: readonly string[]}

type ValueOf<D extends DeclaredOption> = D extends {kind: 'choice'; choices: ReadonlyArray<infer Choice>}
  ? Choice
  : D extends {kind: 'boolean'}
    ? boolean
    : D extends {kind: 'integers' | 'numbers'}
      ? readonly number[]
      : D extends {kind: 'members'}
        ? ReadonlyArray<Member | string | {readonly name: string; readonly options: object}>
        : D extends {kind: 'text'}
          ? string
          : number

/** What an engine can do, for the table of engines. */
export interface EngineSpec<O extends object = object> {
  /** The one name of the engine, in the class, the file and the command. */
  name: string
  /** One sentence. */
  about: string
  /** Paper or source. */
  source: string
  /** The kind of model it learns, which its model files hold; an engine of one's own that has none needs none. */
  model?: ModelKind
  /** True for an engine whose fit can write a checkpoint and go on from it. @default false */
  resumes?: boolean
  /** Whether it learns from clicks, too: signs of interest without stars; where an option must ask for it, which value. @default false */
  clicks?: boolean | {readonly [K in keyof O]?: O[K]}
  /** How `update` takes in new ratings. @default not at all */
  updates?: UpdateKind
  /** How many threads a fit with these options can keep busy, for one that leaves others idle. @default all there are */
  threads?(options: Resolved<O>): number
  /** Every option, with type, default, range and sentence. */
  options: {[K in keyof O]-?: OptionSpec}
}

/** @internal What must be set for an engine to learn from clicks, where an option must ask for it, and whether these options do. */
export function asksForClicks<O extends object>(
  {clicks = false}: EngineSpec<O>,
  options: O
): {wanted: ReadonlyArray<readonly [name: string, value: unknown]>; asked: boolean} {
  const wanted = Object.entries(typeof clicks === 'object' ? clicks : {})
  return {
    wanted,
    asked: wanted.length > 0 && wanted.every(([name, value]) => options[name as keyof O] === value)
  }
}

/** Defaults filled in; throws before any work for an unknown option, a wrong type or a value out of range. */
export function resolveOptions<O extends object>(spec: EngineSpec<O>, given: O): Resolved<O> {
  const known = spec.options as Record<string, OptionSpec>
  const resolved: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(known)) resolved[name] = option.default
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined
    if (option === undefined) {
      const names = Object.keys(known).join(', ')
      throw new OptionError(
        name,
        value,
        `Unknown option ${name} of ${spec.name}: its options are ${names === '' ? 'none' : names}.`
      )
    }
    if (value === undefined) continue
    if (!meets(option, value))
      throw new OptionError(
        name,
        value,
        `Option ${name} of ${spec.name}: expected ${valuesOf(option)}, got ${written(value)}.`
      )
    resolved[name] = value
  }
  return resolved as unknown as Resolved<O>
}

/** A value typed on a command line, as `--set name=text`; what is none of the option's comes back as it is, for `fit` to refuse. */
export function parseOption(option: OptionSpec, text: string): unknown {
  if (option.kind === 'choice' || option.kind === 'text') return text
  if (option.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (option.kind === 'integers' || option.kind === 'numbers')
    return text === '' ? [] : text.split(',').map(Number)
  if (option.kind === 'members') return text.split('+').map(parseMember)
  return text.trim() === '' ? text : Number(text)
}

/** "ease(dropout=0.3,stars=0)": the values are those of the member's own options, and are read when these are known. */
function parseMember(text: string): unknown {
  const [, engine, options = ''] = /^\s*([\w-]+)\s*(?:\((.*)\))?\s*$/.exec(text) ?? []
  if (engine === undefined) return text
  const pairs = options.split(/,(?=\s*\w+=)/).filter(pair => pair.trim() !== '')
  return {
    engine,
    options: Object.fromEntries(
      pairs.map(pair => {
        const [name, ...value] = pair.split('=')
        return [name.trim(), value.join('=').trim()]
      })
    )
  }
}

function isMember(value: unknown): boolean {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null) return false
  const {engine, options = {}} = value as Member
  return typeof engine === 'string' && typeof options === 'object' && options !== null
}

/** @internal The value of an option in one line, for people. */
export function optionText(value: unknown): string {
  if (!Array.isArray(value)) return String(value)
  return value.every(one => typeof one === 'object' && one !== null && 'engine' in one)
    ? value.map(memberText).join(' + ')
    : value.join(',')
}

function memberText({engine, options = {}}: Member): string {
  const given = Object.entries(options).map(([name, value]) => `${name}=${optionText(value)}`)
  return given.length === 0 ? engine : `${engine}(${given.join(', ')})`
}

function meets(option: OptionSpec, value: unknown): boolean {
  if (option.kind === 'boolean') return typeof value === 'boolean'
  if (option.kind === 'choice') return option.choices.includes(value as string)
  if (option.kind === 'text') return typeof value === 'string'
  if (option.kind === 'members') return Array.isArray(value) && value.every(isMember)
  if (option.kind === 'integers' || option.kind === 'numbers') {
    const {kind, min = 0} = option
    const isOne = kind === 'integers' ? Number.isInteger : Number.isFinite
    return Array.isArray(value) && value.every(one => isOne(one) && one >= min)
  }
  const {min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = option
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  return (option.kind === 'number' || Number.isInteger(value)) && value >= min && value <= max
}

/** @internal The values an option takes, in words: "a whole number from 1 to 5"; for messages and for the shipped types. */
export function valuesOf(option: OptionSpec): string {
  if (option.kind === 'boolean') return 'true or false'
  if (option.kind === 'text') return 'a text'
  if (option.kind === 'choice') return `one of ${option.choices.join(', ')}`
  if (option.kind === 'integers') return `a list of whole numbers from ${option.min ?? 0} up`
  if (option.kind === 'numbers') return `a list of numbers from ${option.min ?? 0} up`
  if (option.kind === 'members') return 'a list of engines with their options'
  const {min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = option
  return (option.kind === 'integer' ? 'a whole number' : 'a number') + rangeText(min, max)
}

/** " from 1 to 5", " from 1 up", or nothing where every number will do; for messages. */
export function rangeText(min: number, max: number): string {
  if (max !== Number.POSITIVE_INFINITY) return ` from ${min} to ${max}`
  return min === Number.NEGATIVE_INFINITY ? '' : ` from ${min} up`
}
