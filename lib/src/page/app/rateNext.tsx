import type {JSX} from 'preact'
import {useState} from 'preact/hooks'
import type {MovieId} from '../../data/ids'
import type {Movie} from '../../data/movies'
import {rated, ratingOf, type Visit} from '../visit'
import {useShared} from './context'
import {FilmHead, Tile} from './filmHead'
import {Stars} from './stars'
import {ratedText, setTitle} from './titles'

/** Films that are asked for at a time. */
const ASKED = 5

/**
 * What to rate next. A film that was rated stays where it is until the next one is rated, so that stars can be corrected and nothing moves
 * under a finger; then another film takes its place.
 */
export function RateNext({who}: {who: number}): JSX.Element {
  const {page, visit, choice, profile, change} = useShared()
  const [skipped, setSkipped] = useState<readonly MovieId[]>([])
  const [asked, setAsked] = useState(() => askedNext([], visit))

  function askedNext(left: readonly MovieId[], of: Visit, without: readonly MovieId[] = skipped): MovieId[] {
    const out = new Set([...left, ...without, ...of.notAgain].map(String))
    const among = [...page.recommender.directory.items.ids].filter(
      movieId => !out.has(String(movieId)) && page.recommender.knowsMovie(movieId)
    )
    return page.rateNext(profile(who, of), ASKED, among)
  }
  /** The same films, but for those that are done with: others stand in their places, once the list has been drawn. */
  const refill = (done: (movieId: MovieId) => boolean, of: Visit, without?: readonly MovieId[]): void => {
    if (!asked.some(done)) return
    afterPaint(() =>
      setAsked(now => {
        const stay = now.filter(movieId => !done(movieId))
        const next = askedNext(stay, of, without)
        return now.flatMap(movieId => (done(movieId) ? next.splice(0, 1) : [movieId]))
      })
    )
  }
  const rate = (movie: Movie, rating: number | undefined): void => {
    const next = rated(visit, who, movie.movieId, rating)
    const text = ratedText(movie, rating, choice)
    change(next, {what: `rate ${who} ${movie.movieId}`, notice: {text, seen: true}})
    refill(one => one !== movie.movieId && ratingOf(next, who, one) !== undefined, next)
  }
  const skip = (movieId: MovieId): void => {
    const without = [...skipped, movieId]
    setSkipped(without)
    refill(one => one === movieId, visit, without)
  }
  const movies = asked.flatMap(movieId => page.recommender.directory.movies.get(movieId) ?? [])
  return (
    <ul class="asked">
      {movies.map((movie, k) => {
        const rating = ratingOf(visit, who, movie.movieId)
        const {main} = setTitle(movie)
        return (
          <li key={k} class="film to-rate" data-movie={movie.movieId}>
            <Tile movie={movie} mark={main.charAt(0)} />
            <div class="name">
              <FilmHead movie={movie} />
            </div>
            <Stars
              key={movie.movieId}
              label={`Your rating of ${movie.title}`}
              rating={rating}
              onRate={value => rate(movie, value)}
            />

            {rating === undefined ? (
              <button type="button" class="plain" onClick={() => skip(movie.movieId)}>
                Not seen<span class="sr">: {main}</span>
              </button>
            ) : (
              <button type="button" class="plain" onClick={() => rate(movie, undefined)}>
                Clear<span class="sr"> the rating of {main}</span>
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function afterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act))
}
