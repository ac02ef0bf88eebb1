/**
 * What a model file holds of each kind of model: the one declaration of its values and arrays, by which a file is looked at before any of
 * it is used. Sizes are those of the ratings (`users`, `movies`), of the catalogue (`items`) and of what values say (`factors`).
 */
import {UnsoundError} from '../errors'
import {type ArrayShape, indices, maybe, numbers, starts} from '../sound/arrays'
import {checkState, type NamedState, type StateShape} from '../sound/state'
import {
  dictionary,
  flag,
  LARGEST,
  list,
  number,
  oneOf,
  optional,
  pair,
  positive,
  type Read,
  record,
  text,
  whole
} from '../sound/values'
import type {Span, StarTerms} from './blend'
import type {Placing} from './factorModel'
import type {ModelKind, TermKind} from './model'
import {POSTERIOR} from './stateOfDraws'
import type {Profiling} from './termModel'
import type {Input} from './weights'

/** Sums of squares, and what is divided by them, may be this large. */
const LARGE = {min: -(LARGEST ** 2), max: LARGEST ** 2}

const POPULARITY: StateShape<{mu?: number}> = {
  values: record({mu: optional(number())}),
  arrays: () => ({popularity: numbers('double', ['movies'])})
}

const BIASES: StateShape<{mu: number; userDamping: number}> = {
  values: record({mu: number(), userDamping: number(0)}),
  arrays: () => ({bu: numbers('double', ['users']), bi: numbers('double', ['movies'])})
}

/** What neighbours chosen before stand in: `k` of each of the `entities` compared. */
const NEIGHBOURS: StateShape<{mu: number; userDamping: number}> = {
  ...BIASES,
  arrays: (values, has) => ({
    ...BIASES.arrays(values, has),
    ...(has('neighbours') || has('similarity')
      ? {
          neighbours: indices(['entities', 'k'], 'entities', {from: -1}),
          similarity: numbers('single', ['entities', 'k'])
        }
      : {})
  })
}

interface FactorValues {
  mu: number
  factors: number
  placing: Placing
  hidden?: number[]
}

const FACTORS: StateShape<FactorValues> = {
  values: record<FactorValues>({
    mu: number(),
    factors: whole(1),
    placing: record<Placing>({
      once: optional(number(0)),
      each: optional(number(0)),
      exponent: optional(number(0, 1)),
      bias: oneOf('solved', 'mean', 'row', 'none'),
      damping: optional(number(0)),
      movies: optional(whole(1)),
      orthonormal: optional(flag),
      confidence: optional(number(0)),
      constant: optional(number()),
      across: optional(number(0))
    }),
    hidden: optional(list(whole(1)))
  }),
  sizes: ({factors}) => ({factors}),
  arrays: ({hidden = []}, has) => ({
    bu: numbers('either', ['users']),
    bi: numbers('either', ['movies']),
    pu: numbers('either', ['users', 'factors']),
    qi: numbers('either', ['movies', 'factors']),
    gram: maybe(numbers('double', ['factors', 'factors'], LARGE)),
    yj: maybe(numbers('single', ['movies', 'factors'])),
    middle: maybe(numbers('double', ['factors'])),
    singularValues: maybe(numbers('double', ['factors'])),
    ...(has('fit.bu') || has('fit.pu')
      ? {'fit.bu': numbers('either', ['users']), 'fit.pu': numbers('either', ['users', 'factors'])}
      : {}),
    ...Object.fromEntries(hidden.flatMap(layerOf))
  }),
  whole: ({placing, factors, hidden}) => {
    if (placing.bias === 'row' && placing.movies === undefined)
      throw new UnsoundError('values.placing.movies', 'a value', 'nothing')
    if (hidden !== undefined && hidden[0] !== 2 * factors)
      throw new UnsoundError('values.hidden[0]', `${2 * factors} (2 × factors)`, String(hidden[0]))
  }
}

/** Weights of hidden layer k, and its offsets: the last layer gives one number, without offset. */
function layerOf(ins: number, k: number, widths: readonly number[]): Array<[string, ArrayShape]> {
  const outs = widths[k + 1]
  const weights: [string, ArrayShape] = [`w${k}`, numbers('single', [ins, outs ?? 1])]
  return outs === undefined ? [weights] : [weights, [`c${k}`, numbers('single', [outs])]]
}

const WEIGHTS: StateShape<Input> = {
  values: record<Input>({atLeast: number(), stars: number(), counts: optional(flag)}),
  arrays: (_, has) => ({
    above: numbers('double', ['movies']),
    from: numbers('double', ['movies'], LARGE),
    to: numbers('double', ['movies'], LARGE),
    ...weightArrays(has)
  }),
  whole: (_, arrays, sizes) => {
    const through = Object.hasOwn(arrays, 'inverse') || Object.hasOwn(arrays, 'v')
    if (through && !Object.hasOwn(arrays, 'likes.start') && sizes.get('users') === 0)
      throw new UnsoundError('weights', 'users whom they go through', 'none')
  }
}

/** Weights by the form that they are kept in, which their arrays tell. */
function weightArrays(has: (name: string) => boolean): Record<string, ArrayShape> {
  // The users of the fit, whom weights go through; where none were added since, they are those of the ratings.
  const users = has('likes.start') ? 'likers' : 'users'
  const likes: Record<string, ArrayShape> = has('likes.start')
    ? {
        'likes.start': starts('movies', 'likes'),
        'likes.index': indices(['likes'], 'likers', {rows: 'likes.start'}),
        'likes.value': numbers('single', ['likes'])
      }
    : {}
  if (has('inverse'))
    return {
      inverse: numbers('single', [users, users]),
      penalties: numbers('double', ['movies'], {min: 1 / LARGEST, max: LARGEST ** 2}),
      scale: numbers('double', ['movies'], LARGE),
      own: numbers('double', ['movies'], LARGE),
      ...likes
    }
  if (has('v'))
    return {
      users: numbers('double', [users]),
      v: numbers('single', ['movies', 'rank']),
      linearFrom: numbers('double', ['movies']),
      linearTo: numbers('double', ['movies']),
      lowFrom: numbers('double', ['movies']),
      lowTo: numbers('double', ['movies']),
      ...likes
    }
  if (!has('start')) return {weights: numbers('single', ['movies', 'movies'])}
  return {
    start: starts('movies', 'entries'),
    index: indices(['entries'], 'movies', {rows: 'start'}),
    weights: numbers('single', ['entries'])
  }
}

type TermValues = Profiling & {terms: string[]; kinds: TermKind[]}

const TERMS: StateShape<TermValues> = {
  values: record<TermValues>({
    terms: list(text),
    kinds: list(oneOf<TermKind>('genre', 'word', 'text', 'year')),
    profile: oneOf('liked', 'centred', 'stars'),
    damping: number(0),
    mu: number()
  }),
  sizes: ({terms}) => ({terms: terms.length}),
  arrays: () => ({
    start: starts('items', 'entries'),
    term: indices(['entries'], 'terms', {rows: 'start'}),
    weight: numbers('double', ['entries']),
    fame: numbers('double', ['items'])
  }),
  whole: ({terms, kinds}) => {
    if (kinds.length !== terms.length)
      throw new UnsoundError('values.kinds', `a list of ${terms.length} (terms)`, `a list of ${kinds.length}`)
  }
}

const KINDS: readonly ModelKind[] = [
  'popularity',
  'biases',
  'factors',
  'weights',
  'terms',
  'posterior',
  'neighbours',
  'blend'
]

/** @internal A member of a blend as a file has it; its own numbers are looked at by its kind. */
export interface MemberState {
  kind: ModelKind
  values: Record<string, unknown>
  weight: number
  slopes?: readonly [number, number]
  mean: number
  deviation: number
}

const MEMBER: Read<MemberState> = record<MemberState>({
  kind: oneOf(...KINDS),
  values: dictionary(value => value),
  weight: number(),
  slopes: optional(pair(number())),
  mean: number(),
  deviation: positive()
})

const SPAN: Read<Span> = record<Span>({
  centre: number(),
  deviation: positive(),
  least: number(),
  most: number()
})

interface BlendValues {
  members: MemberState[]
  stars?: StarTerms
}

const BLEND: StateShape<BlendValues> = {
  values: record<BlendValues>({
    members: list(MEMBER),
    stars: optional(record<StarTerms>({level: number(), slopes: pair(number()), users: SPAN, movies: SPAN}))
  }),
  arrays: () => ({})
}

const SHAPES: Readonly<Record<ModelKind, StateShape<any>>> = {
  popularity: POPULARITY,
  biases: BIASES,
  factors: FACTORS,
  weights: WEIGHTS,
  terms: TERMS,
  posterior: POSTERIOR,
  neighbours: NEIGHBOURS,
  blend: BLEND
}

/** @internal Looks at the numbers of a model before they are used. @throws UnsoundError */
export function checkModelState(
  kind: ModelKind,
  state: NamedState,
  sizes: Readonly<Record<string, number>>
): void {
  // The arrays of a blend are its members', each looked at with its member.
  checkState(SHAPES[kind], kind === 'blend' ? {...state, arrays: {}} : state, sizes)
}
