import {count} from '../show/numbers'
import {listText} from '../show/wording'
import {tokens} from '../text/tfidf'
import type {Model, TermKind} from './model'

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
  /** The movie's genres and year, as the catalogue spells them. */
  genres: readonly string[]
  year?: number
  unit: Model['unit']
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
  const {title, unit, score} = spoken
  if (unit === 'people') return `${title} was rated by ${people(score)}; the list is the same for everyone.`
  const head = `${title} ${unit === 'stars' ? `gets ${fixed(score)} stars` : `scores ${fixed(score)}`}`
  const because = reasons(spoken)
  const beside = [...general(spoken), ...closing(spoken)]
  return `${head}${because === '' ? '' : `, ${because}`}${beside.length === 0 ? '' : `${because === '' ? ': ' : '; '}${listText(beside)}`}.`
}

/** "mostly because you gave Fargo 5": her ratings, her neighbours' and what she shares with the movie, those that are loud enough to be heard. */
export function reasons(spoken: Spoken): string {
  const personal = personalOf(spoken)
  const strongest = personal.reduce((most, {value}) => Math.max(most, Math.abs(value)), 0)
  const loud = personal
    .filter(({value}) => Math.abs(value) >= Math.max(SEEN, LOUD * strongest))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const up = loud.filter(({value}) => value > 0).slice(0, MOST)
  const down = loud.filter(({value}) => value < 0).slice(0, MOST)
  if (up.length === 0)
    return down.length === 0 ? '' : `held back ${because(spoken, down)} ${listText(said(down))}`
  return `${because(spoken, up)} ${listText(said(up))}${down.length === 0 ? '' : `, although ${listText(said(down))}`}`
}

/** "because" where nothing else moves the score this way, by how much these reasons do of it where something else does. */
function because({terms}: Spoken, named: readonly SpokenTerm[]): string {
  const start = (['mean', 'movie', 'user'] as const).find(wanted => terms.some(({kind}) => kind === wanted))
  const sign = Math.sign(named[0].value)
  const all = sum(terms.filter(({kind, value}) => kind !== start && sign * value > 0))
  const share = sum(named) / all
  return share > 0.995 ? 'because' : share > 0.5 ? 'mostly because' : 'in part because'
}

const PERSONAL: ReadonlySet<TermKind> = new Set(['rated', 'neighbour', 'genre', 'word', 'text', 'year'])

/**
 * The terms that speak of her. A movie's genres are terms by their words and pairs of words ("sci", "drama thriller"), its year by the
 * decades around it: people are told the genre, with its words' share of each, and the year.
 */
export function personalOf<T extends SpokenTerm>({
  terms,
  genres,
  year
}: {
  terms: readonly T[]
  genres: readonly string[]
  year?: number
}): ReadonlyArray<T | SpokenTerm> {
  const merged = new Map<string, SpokenTerm>()
  const add = (kind: TermKind, name: string, value: number): void => {
    const before = merged.get(name)?.value ?? 0
    merged.set(name, {kind, name, value: before + value})
  }
  for (const {kind, name, value} of terms) {
    if (kind === 'year') add(kind, String(year ?? name), value)
    if (kind !== 'genre') continue
    const words = tokens(name)
    for (const word of words)
      add(kind, genres.find(genre => tokens(genre).includes(word)) ?? word, value / words.length)
  }
  return [
    ...terms.filter(({kind}) => PERSONAL.has(kind) && kind !== 'year' && kind !== 'genre'),
    ...merged.values()
  ]
}

/** "you gave Fargo 4.5", "user 7 gave it 4", "its genres include Drama and Crime": terms of one kind share their verb. */
function said(terms: readonly SpokenTerm[]): string[] {
  const of = (...kinds: TermKind[]): readonly SpokenTerm[] => terms.filter(({kind}) => kinds.includes(kind))
  const given = of('rated').map(({name, rating}) =>
    rating === undefined ? name : `${name} ${stars(rating)}`
  )
  const verb = of('rated').some(({rating}) => rating !== undefined) ? 'you gave' : 'you rated'
  const genres = of('genre').map(({name}) => name)
  const quoted = (kind: TermKind): string => listText(of(kind).map(({name}) => `"${name}"`))
  const [words, texts] = [quoted('word'), quoted('text')]
  return [
    ...(given.length > 0 ? [`${verb} ${listText(given)}`] : []),
    ...of('neighbour').map(({name, rating}) => `${name} gave it ${stars(rating ?? Number.NaN)}`),
    ...(genres.length > 0 ? [`its genres include ${listText(genres)}`] : []),
    ...(words === '' ? [] : [`its title has ${words}`]),
    ...(texts === '' ? [] : [`its description has ${texts}`]),
    ...of('year').map(({name}) => `it is from ${name}`)
  ]
}

/** What people in general give the movie, and how she rates in general. To a stranger all of the score is what people in general give. */
function general({terms, score, stranger, unrated}: Spoken): string[] {
  const sizeOf = (wanted: TermKind): number | undefined => terms.find(({kind}) => kind === wanted)?.value
  const [mean, user, movie] = [sizeOf('mean'), sizeOf('user'), sizeOf('movie')]
  const start = mean ?? movie ?? user
  const said: string[] = []
  if (unrated) said.push('nobody rated it')
  if (mean !== undefined && movie !== undefined && !unrated)
    said.push(`people in general give it ${fixed(stranger ? score : mean + movie)}`)
  else if (mean === undefined && movie !== undefined && !unrated)
    said.push(`people give it ${fixed(movie)} on average`)
  else if (start !== undefined && start === user && !stranger) said.push(`you give ${fixed(user)} on average`)
  else if (start !== undefined) said.push(`people in general give a movie ${fixed(stranger ? score : start)}`)
  if (stranger) said.push('nothing is known of you')
  else if (mean !== undefined && user !== undefined && Math.abs(user) >= SEEN)
    said.push(`you rate ${fixed(Math.abs(user))} ${user < 0 ? 'below' : 'above'} others`)
  return said
}

/** How often it was rated and what closes the sum, where they are no small part beside all reasons together; else why there is none. */
function closing({terms, stranger, unrated}: Spoken): string[] {
  const all = sum(terms.filter(({kind}) => PERSONAL.has(kind)))
  return terms
    .filter(({kind}) => kind === 'popularity' || (kind === 'rest' && !stranger))
    .filter(({value}) => (value === 0 ? !unrated : Math.abs(value) >= Math.max(SEEN, LOUD * all)))
    .map(({name, value}) => {
      if (value === 0) return name
      return `${name} ${value < 0 ? `takes ${fixed(-value)} off` : `adds ${fixed(value)}`}`
    })
}

/** How much these terms move a score, each for itself. */
function sum(terms: readonly SpokenTerm[]): number {
  return terms.reduce((total, {value}) => total + Math.abs(value), 0)
}

/** "0.97", "−0.03", and never "−0.00". */
function fixed(value: number): string {
  const digits = Math.abs(value).toFixed(2)
  return value < 0 && Number(digits) > 0 ? `−${digits}` : digits
}

function people(many: number): string {
  return many === 0 ? 'nobody' : `${count(many)} ${many === 1 ? 'person' : 'people'}`
}

function stars(rating: number): string {
  return String(Math.round(100 * rating) / 100)
}
