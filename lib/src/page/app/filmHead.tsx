import type {JSX} from 'preact'
import type {Movie} from '../../data/movies'
import {hueOf, setTitle} from './titles'

/** A small poster made of type: the colours of the genres, and what is written on it. */
export function Tile({movie, mark}: {movie: Movie; mark: string}): JSX.Element {
  const [first = 260, second = first] = movie.genres.map(hueOf)
  return (
    <span class="tile" aria-hidden="true" style={{'--one': String(first), '--two': String(second)}}>
      <span class="mark">{mark}</span>
    </span>
  )
}

interface FilmHeadProps {
  movie: Movie
  /** What a click on the title does. */
  onOpen?: () => void
  /** Whether title and year are enough. */
  bare?: boolean
}

/** Genres that are named. */
const NAMED = 3

/** Title, the other title, year and genres. */
export function FilmHead({movie, onOpen, bare}: FilmHeadProps): JSX.Element {
  const {main, other, year} = setTitle(movie)
  return (
    <>
      <h3 class="film-title">
        {onOpen === undefined ? (
          main
        ) : (
          <button type="button" class="title-button" onClick={onOpen}>
            {main}
          </button>
        )}
        {other !== '' && bare !== true && <span class="other-title">{other}</span>}
      </h3>
      <p class="facts">
        {year !== '' && <span class="year">{year}</span>}
        {(bare === true ? [] : movie.genres.slice(0, NAMED)).map(genre => (
          <span key={genre} class="genre" style={{'--one': String(hueOf(genre))}}>
            {genre}
          </span>
        ))}
      </p>
    </>
  )
}
