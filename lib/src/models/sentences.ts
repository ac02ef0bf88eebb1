import {count} from '../show/numbers'
import type {TermKind} from './model'

/** One addend of a score, named for people. */
export interface SpokenTerm {
  kind: TermKind
  value: number
  name: string
  rating?: number
}

/** What a sentence is about. */
export interface Spoken {
  title: string
  unit: 'stars' | 'score'
  score: number
  terms: readonly SpokenTerm[]
  /** True where nothing is known of the person, of the movie. */
  stranger: boolean
  unrated: boolean
}

/** A reason is named only where it moves the score by at least this share of the strongest one. */
const LOUD = 0.2
/** Below this a term moves nothing that people would see. */
const SEEN = 0.005
/** Reasons that are named on each side, at most. */
const MOST = 3

/** One sentence for the person who asks: what she gets, why, and what people in general think of it. */
export function sentenceOf(spoken: Spoken): string {
  const {title, unit, score, terms} = spoken
  if (terms.length === 1 && terms[0].kind === 'popularity')
    return `${title} was rated by ${people(terms[0].value)}; the list is the same for everyone.`
  const head = `${title} ${unit === 'stars' ? `gets ${score.toFixed(2)} stars` : `scores ${score.toFixed(2)}`}`
  const because = reasons(terms)
  const beside = [...general(spoken), ...closing(terms)]
  return `${head}${because === '' ? '' : `, ${because}`}${beside.length === 0 ? '' : `${because === '' ? ': ' : '; '}${list(beside)}`}.`
}

/** Her ratings, her neighbours' and what she shares with the movie: those that are loud enough to be heard. */
function reasons(terms: readonly SpokenTerm[]): string {
  const personal = terms.filter(({kind}) => PERSONAL.has(kind))
  const strongest = personal.reduce((most, {value}) => Math.max(most, Math.abs(value)), 0)
  const loud = personal
    .filter(({value}) => Math.abs(value) >= Math.max(SEEN, LOUD * strongest))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const up = loud.filter(({value}) => value > 0).slice(0, MOST)
  const down = loud.filter(({value}) => value < 0).slice(0, MOST)
  const because = personal.length > up.length + down.length ? 'mostly because' : 'because'
  const against = up.length > 0 ? 'although' : `held back ${because}`
  return [
    ...(up.length > 0 ? [`${because} ${list(said(up))}`] : []),
    ...(down.length > 0 ? [`${against} ${list(said(down))}`] : [])
  ].join(', ')
}

const PERSONAL: ReadonlySet<TermKind> = new Set(['rated', 'neighbour', 'genre', 'word', 'year', 'popularity'])

/** "you gave Fargo 4.5", "user 7 gave it 4", "it is animation and comedy": terms of one kind share their verb. */
function said(terms: readonly SpokenTerm[]): string[] {
  const of = (...kinds: TermKind[]): readonly SpokenTerm[] => terms.filter(({kind}) => kinds.includes(kind))
  const given = of('rated').map(({name, rating}) =>
    rating === undefined ? name : `${name} ${stars(rating)}`
  )
  const verb = of('rated').some(({rating}) => rating !== undefined) ? 'you gave' : 'you rated'
  const genres = of('genre').map(({name}) => name)
  const words = of('word').map(({name}) => `"${name}"`)
  return [
    ...(given.length > 0 ? [`${verb} ${list(given)}`] : []),
    ...of('neighbour').map(({name, rating}) => `${name} gave it ${stars(rating ?? Number.NaN)}`),
    ...(genres.length > 0 ? [`it is ${list(genres)}`] : []),
    ...(words.length > 0 ? [`its title has ${list(words)}`] : []),
    ...of('year').map(({name}) => `it is from ${name}`),
    ...(of('popularity').length > 0 ? ['many people rated it'] : [])
  ]
}

/** What people in general give the movie, and how she rates in general. */
function general({terms, stranger, unrated}: Spoken): string[] {
  const sizeOf = (wanted: TermKind): number | undefined => terms.find(({kind}) => kind === wanted)?.value
  const [mean, user, movie] = [sizeOf('mean'), sizeOf('user'), sizeOf('movie')]
  const said: string[] = []
  if (unrated) said.push('nobody rated it')
  if (mean !== undefined && movie !== undefined && !unrated)
    said.push(`people in general give it ${(mean + movie).toFixed(2)}`)
  else if (mean !== undefined) said.push(`people in general give a movie ${mean.toFixed(2)}`)
  else if (movie !== undefined) said.push(`people give it ${movie.toFixed(2)} on average`)
  else if (user !== undefined) said.push(`you give ${user.toFixed(2)} on average`)
  if (stranger) said.push('nothing is known of you')
  else if (mean !== undefined && user !== undefined && Math.abs(user) >= SEEN)
    said.push(`you rate ${Math.abs(user).toFixed(2)} ${user < 0 ? 'below' : 'above'} others`)
  return said
}

/** What closes the sum is said where it is no small part beside all reasons together, or has only a name to say. */
function closing(terms: readonly SpokenTerm[]): string[] {
  const all = terms.filter(({kind}) => PERSONAL.has(kind)).reduce((sum, {value}) => sum + Math.abs(value), 0)
  return terms
    .filter(
      ({kind, value}) => kind === 'rest' && (value === 0 || Math.abs(value) >= Math.max(SEEN, LOUD * all))
    )
    .map(({name, value}) =>
      value === 0 ? name : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} is ${name}`
    )
}

function people(many: number): string {
  return `${count(many)} ${many === 1 ? 'person' : 'people'}`
}

function stars(rating: number): string {
  return String(Math.round(100 * rating) / 100)
}

/** "a, b and c" */
function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`
}
