import type {Movie} from '../../data/movies'
import {type Choice, ratingText} from '../scale'

/** A title as it is set: "Amélie", "Le Fabuleux destin d’Amélie Poulain", 2001. */
export interface SetTitle {
  readonly main: string
  readonly other: string
  readonly year: string
}

/** A title in its parts: the year, and the other title in parentheses, are set apart. */
export function setTitle({title, year}: Pick<Movie, 'title' | 'year'>): SetTitle {
  const bare = title.replace(/\s*\(\d{4}(?:[-–]\d{0,4})?\)\s*$/, '')
  const others = [...bare.matchAll(/\(([^()]+)\)/g)].map(([, other]) =>
    other.replace(/^a\.?k\.?a\.?\s+/i, '')
  )
  const main = bare.replace(/\s*\([^()]*\)/g, '').trim()
  return {
    main: main === '' ? bare : main,
    other: main === '' ? '' : others.join(' · '),
    year: year === undefined ? '' : String(year)
  }
}

/** Hues of the genres that film catalogues have, in degrees; others take one by their name. */
const HUES: Readonly<Record<string, number>> = {
  action: 30,
  adventure: 75,
  animation: 95,
  children: 120,
  comedy: 60,
  crime: 10,
  documentary: 170,
  drama: 255,
  fantasy: 305,
  'film-noir': 275,
  horror: 25,
  musical: 330,
  mystery: 290,
  romance: 355,
  'sci-fi': 205,
  thriller: 225,
  war: 140,
  western: 50
}

/** The hue of a genre, in degrees. */
export function hueOf(genre: string): number {
  const known = HUES[genre.toLowerCase()]
  if (known !== undefined) return known
  let sum = 0
  for (const letter of genre) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return sum
}

/** "Fargo: 4 stars." */
export function ratedText(movie: Movie, rating: number | undefined, choice: Choice): string {
  const {main} = setTitle(movie)
  return rating === undefined ? `${main}: rating removed.` : `${main}: ${ratingText(rating, choice)}.`
}
