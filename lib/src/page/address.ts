import type {MovieId} from '../data/ids'
import {fnv1a} from '../math/hash'
import {count} from '../show/numbers'
import {NOTHING_YET, type View, type Visit, type Visitor} from './visit'

/** What an address may speak of. */
export interface KnownToAddress {
  /** The id as the page has it; undefined for a movie it does not have. */
  movieId(id: MovieId): MovieId | undefined
  readonly scale: readonly [min: number, max: number]
  readonly genres: readonly string[]
}

/** What was read from an address, and what could not be. */
export interface ReadAddress {
  visit: Visit
  /** A sentence for each kind of trouble; none where all was read. */
  trouble: string[]
}

/** The first thing in an address: how the rest is written. */
const VERSION = '1'

/**
 * A visit as the fragment of an address, without its #; '' of nothing. Ratings are grouped by stars, ids of numbers have base 36:
 *
 *   1&r=5:gl.1,4.5:6e&x=8c&g=Drama&y=1990-1999&n=Ann&s=…&m=Ben&v=both&c=1k3z
 *
 * r and s are the first and the second one's ratings, n and m their names, x what is not to be shown again, g and y the filters, v whose list
 * is looked at, and c is by what a cut address is known. All characters stand for themselves in an address.
 */
export function addressOf(visit: Visit): string {
  const [first, second] = visit.visitors
  const parts: Array<[key: string, value: string | undefined]> = [
    ['r', ratingsText(first)],
    ['n', escaped(first.name)],
    ['s', second && (ratingsText(second) || '-')],
    ['m', second && escaped(second.name)],
    ['v', visit.view === 'first' ? '' : visit.view],
    ['x', visit.notAgain.map(idText).join('.')],
    ['g', visit.genres.map(escaped).join('.')],
    ['y', visit.years?.join('-')]
  ]
  const said = parts.flatMap(([key, value]) => (value ? [`${key}=${value}`] : []))
  if (said.length === 0) return ''
  const body = [VERSION, ...said].join('&')
  return `${body}&c=${sumOf(body)}`
}

/** Reads what `addressOf` wrote. Nothing that somebody may have done to an address makes it fail: what can be read is read, the rest told. */
export function readAddress(fragment: string, known: KnownToAddress): ReadAddress {
  const text = decoded(fragment.replace(/^#/, ''))
  if (text === '') return {visit: NOTHING_YET, trouble: []}
  const [version, ...said] = text.split('&')
  if (version !== VERSION)
    return {
      visit: NOTHING_YET,
      trouble: [
        /^\d+$/.test(version)
          ? 'This address was written by another version of the page: its ratings cannot be read here.'
          : 'What follows the # in this address was not written by this page, and is left alone.'
      ]
    }
  const values = new Map(said.map(one => [one.slice(0, 1), one.slice(2)]))
  const body = text.slice(0, Math.max(0, text.lastIndexOf('&c=')))
  const reader = new Reader(known)
  const first = reader.visitor(values.get('n'), values.get('r'))
  const second = values.has('s') ? reader.visitor(values.get('m'), values.get('s')) : undefined
  const views: readonly View[] = second === undefined ? ['first'] : ['first', 'second', 'both']
  const years = reader.years(values.get('y'))
  const visit: Visit = {
    visitors: second === undefined ? [first] : [first, second],
    view: views.find(view => view === values.get('v')) ?? 'first',
    notAgain: reader.movies(values.get('x')),
    genres: reader.genres(values.get('g')),
    ...(years === undefined ? {} : {years})
  }
  const whole = values.get('c') === sumOf(body)
  return {visit, trouble: reader.trouble(whole)}
}

/** Reads parts of an address and counts what makes no sense. */
class Reader {
  private senseless = 0
  private elsewhere = 0

  constructor(private readonly known: KnownToAddress) {}

  visitor(name = '', text = ''): Visitor {
    const [min, max] = this.known.scale
    const ratings = new Map<MovieId, number>()
    for (const group of text.split(',').filter(one => one !== '' && one !== '-')) {
      const [stars, ids = ''] = group.split(':')
      const rating = Number(stars)
      const sound = stars !== '' && rating >= min && rating <= max
      for (const movieId of this.movies(ids)) {
        if (!sound || ratings.has(movieId)) this.senseless++
        else ratings.set(movieId, rating)
      }
    }
    return {name: unescaped(name), ratings: Array.from(ratings, ([movieId, rating]) => ({movieId, rating}))}
  }

  movies(text = ''): MovieId[] {
    const found = new Set<MovieId>()
    for (const one of text.split('.').filter(id => id !== '')) {
      const id = readId(one)
      if (id === undefined) {
        this.senseless++
        continue
      }
      const movieId = this.known.movieId(id)
      if (movieId === undefined) this.elsewhere++
      found.add(movieId ?? id)
    }
    return [...found]
  }

  genres(text = ''): string[] {
    const wanted = text
      .split('.')
      .filter(one => one !== '')
      .map(unescaped)
    const found = wanted.filter(genre => this.known.genres.includes(genre))
    this.senseless += wanted.length - found.length
    return [...new Set(found)]
  }

  years(text = ''): [number, number] | undefined {
    if (text === '') return undefined
    const [, from, to] = /^(\d{4})-(\d{4})$/.exec(text) ?? []
    if (from !== undefined && from <= to) return [Number(from), Number(to)]
    this.senseless++
    return undefined
  }

  trouble(whole: boolean): string[] {
    const said: string[] = []
    if (!whole || this.senseless > 0)
      said.push(
        `This address was cut or changed on its way${this.senseless === 0 ? '' : `, and ${count(this.senseless)} of its entries make no sense`}: what could be read is shown. Ask for it once more if something is missing.`
      )
    if (this.elsewhere > 0)
      said.push(
        `${count(this.elsewhere)} of its films ${this.elsewhere === 1 ? 'is' : 'are'} not in this page; the address keeps ${this.elsewhere === 1 ? 'it' : 'them'}.`
      )
    return said
  }
}

function ratingsText({ratings}: Visitor): string {
  const groups = new Map<string, string[]>()
  for (const {movieId, rating} of ratings) {
    const stars = String(Math.round(1000 * rating) / 1000)
    const group = groups.get(stars)
    if (group === undefined) groups.set(stars, [idText(movieId)])
    else group.push(idText(movieId))
  }
  const best = [...groups].sort(([a], [b]) => Number(b) - Number(a))
  return best.map(([stars, ids]) => `${stars}:${ids.join('.')}`).join(',')
}

function idText(movieId: MovieId): string {
  return Number.isSafeInteger(movieId) && Number(movieId) >= 0
    ? (movieId as number).toString(36)
    : `_${escaped(String(movieId))}`
}

function readId(text: string): MovieId | undefined {
  if (text.startsWith('_')) return unescaped(text.slice(1))
  const id = Number.parseInt(text, 36)
  return /^[0-9a-z]+$/.test(text) && Number.isSafeInteger(id) ? id : undefined
}

/** Any text in letters, digits and marks that neither an address nor its parts use. */
function escaped(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')).replace(
    /[.~!'()*%]/g,
    mark => `~${mark === '%' ? '' : mark.charCodeAt(0).toString(16)}`
  )
}

function unescaped(text: string): string {
  return decoded(text.replaceAll('~', '%'))
}

/** What programs that pass an address on may have written as %2C is a comma. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Four characters that another text hardly has. */
function sumOf(text: string): string {
  return fnv1a(text).toString(36).slice(-4)
}
