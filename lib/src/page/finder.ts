import type {Movie} from '../data/movies'
import {slips} from '../text/slips'
import {fold, namesOfTitle} from '../text/titles'

/** One slip is forgiven for so many characters of a word. */
const CHARACTERS_A_SLIP = 4
/** Slips that are forgiven in a word at most. */
const MOST_SLIPS = 3

/** What a movie can be found by. */
interface Entry {
  readonly movie: Movie
  /** Its titles without article and year, folded. */
  readonly names: readonly string[]
  /** The same without blanks: "spiderman". */
  readonly joined: readonly string[]
  /** All words of its titles, articles and year included. */
  readonly words: readonly string[]
  /** How many people know it. */
  readonly known: number
}

/** Finds movies while their title is typed: words in any order, the beginning of each, with slips. */
export class Finder {
  private readonly entries: readonly Entry[]
  private readonly words: readonly string[]

  /** @param known how many people know a movie: of equal matches the best known comes first */
  constructor(movies: Iterable<Movie>, known: (movie: Movie) => number) {
    this.entries = Array.from(movies, movie => {
      const titles = [movie.title, movie.originalTitle]
      const names = [...new Set(titles.flatMap(namesOfTitle))]
      const joined = names.map(name => name.replaceAll(' ', ''))
      const words = [...new Set(titles.flatMap(title => fold(title).split(' ')))]
      return {movie, names, joined, words, known: known(movie)}
    })
    this.words = [...new Set(this.entries.flatMap(({words}) => words))]
  }

  /**
   * The movies that are meant, the likeliest first: fewest slips (one is forgiven for four characters, and only where nothing is met without),
   * then whole titles, then beginnings of titles, then the best known.
   */
  find(text: string, n = 8): Movie[] {
    const typed = fold(text)
    if (typed === '') return []
    const exact = this.found(typed, 0)
    const found = exact.length > 0 ? exact : this.found(typed, MOST_SLIPS)
    const names = [typed, namesOfTitle(text)[0] ?? typed]
    const fewest = found.reduce((least, {slips}) => Math.min(least, slips), Number.POSITIVE_INFINITY)
    return found
      .filter(({slips}) => slips === fewest)
      .map(({entry}) => ({entry, place: placeOf(entry, names)}))
      .sort((a, b) => a.place - b.place || b.entry.known - a.entry.known)
      .slice(0, n)
      .map(({entry}) => entry.movie)
  }

  /** The movies whose titles have all typed words, with the slips that it takes. */
  private found(typed: string, most: number): Array<{entry: Entry; slips: number}> {
    const near = typed.split(' ').map(word => this.slipsOf(word, most))
    const joined = typed.replaceAll(' ', '')
    return this.entries
      .map(entry => ({entry, slips: slipsIn(entry, joined, near)}))
      .filter(({slips}) => slips < Number.POSITIVE_INFINITY)
  }

  /** The words of the catalogue that a typed word may be the beginning of, with its slips. */
  private slipsOf(typed: string, most: number): ReadonlyMap<string, number> {
    const forgiven = /^\d+$/.test(typed)
      ? 0
      : Math.min(most, Math.floor((typed.length + 1) / CHARACTERS_A_SLIP))
    const near = new Map<string, number>()
    for (const word of this.words) {
      const made = slipsToBeginning(typed, word, forgiven)
      if (made <= forgiven) near.set(word, made)
    }
    return near
  }
}

/** The fewest slips that make of a typed word a beginning of another. */
function slipsToBeginning(typed: string, word: string, most: number): number {
  if (word.startsWith(typed)) return 0
  let fewest = Number.POSITIVE_INFINITY
  for (let length = typed.length - most; most > 0 && length <= typed.length + most; length++) {
    if (length > word.length) break
    fewest = Math.min(fewest, slips(typed, word.slice(0, length), Math.min(most, fewest)))
  }
  return fewest
}

/** The slips with which all typed words are met in a movie's titles; infinity where one is not. */
function slipsIn(
  {words, joined}: Entry,
  typed: string,
  all: ReadonlyArray<ReadonlyMap<string, number>>
): number {
  if (joined.some(name => name.startsWith(typed))) return 0
  let sum = 0
  for (const near of all) {
    let fewest = Number.POSITIVE_INFINITY
    for (const word of words) fewest = Math.min(fewest, near.get(word) ?? fewest)
    sum += fewest
  }
  return sum
}

/** 0 for a whole title, 1 for its beginning, 2 elsewhere. */
function placeOf({names}: Entry, typed: readonly string[]): number {
  if (names.some(name => typed.includes(name))) return 0
  return names.some(name => typed.some(one => name.startsWith(one))) ? 1 : 2
}
