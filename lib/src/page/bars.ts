import type {Model, TermKind} from '../models/model'
import type {Explanation, Term} from '../models/recommender'

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

/**
 * A score as bars whose values sum to it: what people in general give, how she rates, her strongest reasons, all smaller ones as one, and what
 * is left.
 */
export function barsOf({terms}: Explanation, unit: Model['unit']): Bar[] {
  const reasons = merged(terms.filter(({kind}) => !BESIDE.has(kind)))
  const strongest = Math.abs(reasons[0]?.value ?? 0)
  const named = reasons.filter(({value}, k) => k < MOST && Math.abs(value) >= SMALL * strongest)
  const small = reasons.slice(named.length)
  return [
    ...startOf(terms, unit),
    ...named.map(term => barOf(term)),
    ...smallOnes(small),
    ...terms.filter(({kind}) => kind === 'popularity' || kind === 'rest').map(term => barOf(term))
  ]
}

/** Kinds that are no reasons of hers. */
const BESIDE: ReadonlySet<TermKind> = new Set(['mean', 'movie', 'user', 'popularity', 'rest'])

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
function merged(terms: readonly Term[]): Term[] {
  const found = new Map<string, Term>()
  for (const term of terms) {
    const key = `${term.kind} ${term.movieId ?? term.userId ?? term.name}`
    const before = found.get(key)
    found.set(key, before === undefined ? term : {...before, value: before.value + term.value})
  }
  return [...found.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
}

function smallOnes(small: readonly Term[]): Bar[] {
  if (small.length === 0) return []
  if (small.length === 1) return [barOf(small[0])]
  const ratings = small.every(({kind}) => kind === 'rated')
  const label = ratings ? `${small.length} more of your ratings` : `${small.length} smaller reasons`
  return [{label, value: total(small), start: false, reasons: small.length}]
}

function barOf(term: Term): Bar {
  return {label: labelOf(term), value: term.value, start: false, reasons: 1}
}

function labelOf({kind, name, rating}: Term): string {
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

function total(terms: ReadonlyArray<{value: number}>): number {
  return terms.reduce((sum, {value}) => sum + value, 0)
}

/** Values in whole hundredths that sum to the rounded sum, each less than a hundredth from its own: the largest remainders are rounded up. */
export function roundedToSum(values: readonly number[]): number[] {
  const hundredths = values.map(value => 100 * value)
  const floors = hundredths.map(Math.floor)
  let missing =
    Math.round(hundredths.reduce((sum, value) => sum + value, 0)) - floors.reduce((a, b) => a + b, 0)
  const byRemainder = [...values.keys()].sort(
    (a, b) => hundredths[b] - floors[b] - (hundredths[a] - floors[a])
  )
  for (const k of byRemainder) if (missing-- > 0) floors[k]++
  return floors.map(value => value / 100)
}
