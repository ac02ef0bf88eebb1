import {pow} from '../math/exponential'
import type {Model} from '../models/model'
import type {Explanation, Term} from '../models/recommender'
import {personalOf, type SpokenTerm} from '../models/sentences'

type Reason = SpokenTerm & Pick<Term, 'movieId' | 'userId'>

/** One addend of a score as somebody is shown it. */
export interface Bar {
  /** What it is called: "You gave Fargo 5". */
  label: string
  value: number
  /** Whether it is where the sum begins, before anything is known of her. */
  start: boolean
  /** How many reasons it stands for; 1 where it is one. */
  reasons: number
}

/** Reasons that are shown by themselves, at most. */
const MOST = 6
/** A reason is small where it moves a score by less than this share of the strongest one. */
const SMALL = 0.08

/** What a score is of. */
export interface Explained extends Pick<Explanation, 'terms'> {
  unit: Model['unit']
  /** The movie's genres and year, by which genres and decades are named. */
  genres: readonly string[]
  year?: number
}

/**
 * A score as bars whose values sum to it: what people in general give, how she rates, her strongest reasons, all smaller ones as one, and what
 * is left.
 */
export function barsOf(explained: Explained): Bar[] {
  const {terms, unit} = explained
  const reasons = merged(personalOf(explained))
  const strongest = Math.abs(reasons[0]?.value ?? 0)
  const named = reasons.filter(({value}, k) => k < MOST && Math.abs(value) >= SMALL * strongest)
  const small = reasons.slice(named.length)
  return [
    ...startOf(terms, unit),
    ...named.map(barOf),
    ...smallOnes(small),
    ...terms.filter(({kind}) => kind === 'popularity' || kind === 'rest').map(barOf)
  ]
}

/** What is said of everybody and of this movie is one bar: what people in general give it. */
function startOf(terms: readonly Term[], unit: Model['unit']): Bar[] {
  const [mean, movie, user] = (['mean', 'movie', 'user'] as const).map(wanted =>
    terms.filter(({kind}) => kind === wanted)
  )
  const general = [...mean, ...movie]
  const bars: Bar[] = []
  if (general.length > 0)
    bars.push({
      label: movie.length > 0 ? 'People in general give it' : 'People in general give a film',
      value: total(general),
      start: true,
      reasons: 1
    })
  if (user.length > 0) {
    const value = total(user)
    const first = bars.length === 0
    const label =
      first && unit === 'stars'
        ? 'You give on average'
        : `You rate ${value < 0 ? 'lower' : 'higher'} than others`
    bars.push({label, value, start: first, reasons: 1})
  }
  return bars
}

/** Terms of one movie, person, word or genre are one reason. The strongest comes first. */
function merged(terms: readonly Reason[]): Reason[] {
  const found = new Map<string, Reason>()
  for (const term of terms) {
    const key = `${term.kind} ${term.movieId ?? term.userId ?? term.name}`
    const before = found.get(key)
    found.set(key, before === undefined ? term : {...before, value: before.value + term.value})
  }
  return [...found.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
}

function smallOnes(small: readonly Reason[]): Bar[] {
  if (small.length === 0) return []
  if (small.length === 1) return [barOf(small[0])]
  const ratings = small.every(({kind}) => kind === 'rated')
  const label = ratings ? `${small.length} more of your ratings` : `${small.length} smaller reasons`
  return [{label, value: total(small), start: false, reasons: small.length}]
}

function barOf(term: Reason): Bar {
  return {label: labelOf(term), value: term.value, start: false, reasons: 1}
}

function labelOf({kind, name, rating}: Reason): string {
  const stars = rating === undefined ? '' : `\u00a0${Math.round(100 * rating) / 100}`
  switch (kind) {
    case 'rated':
      return rating === undefined ? `You rated ${name}` : `You gave ${name}${stars}`
    case 'neighbour':
      return `${name} gave it${stars}`
    case 'genre':
      return `Its genre: ${name}`
    case 'word':
      return `“${name}” in its title`
    case 'text':
      return `“${name}” in its description`
    case 'year':
      return 'When it was made'
    case 'popularity':
      return 'How many people rated it'
    default:
      return name.charAt(0).toUpperCase() + name.slice(1)
  }
}

function total(terms: ReadonlyArray<{readonly value: number}>): number {
  return terms.reduce((sum, {value}) => sum + value, 0)
}

/** Values in so many decimals that sum to the rounded sum, each less than one of the last from its own: the largest remainders are rounded up. */
export function roundedToSum(values: readonly number[], decimals = 2): number[] {
  const unit = pow(10, decimals)
  const scaled = values.map(value => unit * value)
  const floors = scaled.map(Math.floor)
  let missing = Math.round(total(scaled.map(value => ({value})))) - total(floors.map(value => ({value})))
  const byRemainder = [...values.keys()].sort((a, b) => scaled[b] - floors[b] - (scaled[a] - floors[a]))
  for (const k of byRemainder) if (missing-- > 0) floors[k]++
  return floors.map(value => value / unit)
}
