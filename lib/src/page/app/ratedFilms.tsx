import type {JSX} from 'preact'
import {useState} from 'preact/hooks'
import type {Movie} from '../../data/movies'
import {count} from '../../show/numbers'
import {dismissed, rated} from '../visit'
import {useShared} from './context'
import {Exchange} from './exchange'
import {FilmHead, Tile} from './filmHead'
import {Stars} from './stars'
import {ratedText, setTitle} from './titles'

/** Ratings that are shown at first. */
const SHOWN = 12

/** What somebody rated, to be changed and taken back, and in and out as a file. */
export function RatedFilms({who}: {who: number}): JSX.Element {
  const {page, visit, choice, profile, change, nameOf} = useShared()
  const {movies} = page.recommender.directory
  const ratings = profile(who)
  const [all, setAll] = useState(false)
  const alone = visit.visitors[1] === undefined
  const rate = (movie: Movie, rating: number | undefined): void =>
    change(rated(visit, who, movie.movieId, rating), {
      what: `rate ${who} ${movie.movieId}`,
      notice: {text: ratedText(movie, rating, choice), seen: rating !== undefined, before: visit}
    })
  const remove = (movie: Movie, event: MouseEvent): void => {
    const row = (event.currentTarget as Element).closest('li')
    const next = row?.nextElementSibling ?? row?.previousElementSibling
    rate(movie, undefined)
    const heir = next?.querySelector<HTMLElement>('button.remove') ?? document.getElementById(`rated-${who}`)
    heir?.focus()
  }
  return (
    <section class="rated" aria-labelledby={`rated-${who}`}>
      <h2 id={`rated-${who}`} tabIndex={-1}>
        {alone ? 'Your ratings' : `Ratings: ${nameOf(who)}`} <span class="many">{count(ratings.length)}</span>
      </h2>
      {ratings.length > 0 && (
        <ul class="rated-films">
          {ratings.slice(0, all ? ratings.length : SHOWN).map(({movieId, rating}) => {
            const movie = movies.get(movieId)
            if (movie === undefined) return null
            const {main} = setTitle(movie)
            return (
              <li key={movieId} class="film to-rate" data-movie={movieId} data-rating={rating}>
                <Tile movie={movie} mark={String(Math.round(10 * rating) / 10)} />
                <div class="name">
                  <FilmHead movie={movie} bare />
                </div>
                <Stars
                  label={`${alone ? 'Your' : `${nameOf(who)}’s`} rating of ${movie.title}`}
                  rating={rating}
                  onRate={value => rate(movie, value)}
                />

                <button type="button" class="plain remove" onClick={event => remove(movie, event)}>
                  Remove<span class="sr"> {main}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      {!all && ratings.length > SHOWN && (
        <button type="button" class="more" onClick={() => setAll(true)}>
          Show all {count(ratings.length)}
        </button>
      )}
      <Exchange who={who} />
    </section>
  )
}

/** What is not to be shown again, and may be after all. */
export function NotAgain(): JSX.Element | null {
  const {page, visit, change} = useShared()
  const known = visit.notAgain.flatMap(movieId => page.recommender.directory.movies.get(movieId) ?? [])
  if (known.length === 0) return null
  return (
    <section class="not-again" aria-labelledby="not-again">
      <h2 id="not-again" tabIndex={-1}>
        Not shown again <span class="many">{count(known.length)}</span>
      </h2>
      <ul>
        {known.map(movie => (
          <li key={movie.movieId} data-movie={movie.movieId}>
            <span>{movie.title}</span>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                change(dismissed(visit, movie.movieId, false), {
                  notice: {text: `${setTitle(movie).main} may be shown again.`, before: visit}
                })
                document.getElementById(known.length > 1 ? 'not-again' : 'list-title')?.focus()
              }}
            >
              Show again<span class="sr">: {movie.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
