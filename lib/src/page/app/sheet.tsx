import type {JSX} from 'preact'
import {useEffect, useRef} from 'preact/hooks'
import type {MovieId} from '../../data/ids'
import {count} from '../../show/numbers'
import {dismissed, lookedAt, rated, ratingOf} from '../visit'
import {useShared} from './context'
import {FilmHead, Tile} from './filmHead'
import {Stars} from './stars'
import {ratedText, setTitle} from './titles'

/** A film by itself: its stars, from one or both, and what is like it. */
export function Sheet({movieId, onClose}: {movieId: MovieId; onClose(): void}): JSX.Element | null {
  const {page, visit, choice, change, nameOf, open} = useShared()
  const dialog = useRef<HTMLDialogElement>(null)
  const {movies, ratersOf} = page.recommender.directory
  const movie = movies.get(movieId)
  useEffect(() => {
    dialog.current?.showModal()
    const stars = dialog.current?.querySelector<HTMLElement>('.sheet-rate :checked, .sheet-rate input')
    stars?.focus()
    return () => requestAnimationFrame(keepFocus)
  }, [])
  if (movie === undefined) return null
  const {main} = setTitle(movie)
  const who = lookedAt(visit)
  const known = page.recommender.knowsMovie(movieId)
  const raters = known ? ratersOf(page.recommender.indexOf(movieId)) : 0
  const again = visit.notAgain.includes(movieId)
  const close = (): void => dialog.current?.close()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the sheet closes it, as Escape does
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={movie.title}
      onClose={onClose}
      onClick={event => event.target === dialog.current && close()}
    >
      <div class="sheet-body">
        <div class="film">
          <Tile movie={movie} mark={main.charAt(0)} />
          <div class="body">
            <FilmHead movie={movie} />
          </div>
        </div>
        {who.map(one => {
          const rating = ratingOf(visit, one, movieId)
          return (
            <div key={one} class="sheet-rate" data-who={one}>
              {who.length > 1 && <b>{nameOf(one)}</b>}
              <Stars
                label={`${visit.visitors[1] === undefined ? 'Your' : `${nameOf(one)}’s`} rating of ${movie.title}`}
                rating={rating}
                onRate={(value, pointed) => {
                  const notice = {text: ratedText(movie, value, choice), before: visit}
                  change(rated(visit, one, movieId, value), {what: `rate ${one} ${movieId}`, notice})
                  if (pointed && who.length === 1) close()
                }}
              />
              {rating !== undefined && (
                <button
                  type="button"
                  class="quiet"
                  onClick={() =>
                    change(rated(visit, one, movieId, undefined), {
                      notice: {text: ratedText(movie, undefined, choice), before: visit}
                    })
                  }
                >
                  Clear
                </button>
              )}
            </div>
          )
        })}
        <p class="note">
          {raters === 0
            ? 'Nobody rated it in the data of this page: stars tell it nothing.'
            : `${count(raters)} people rated it in the data of this page.`}
        </p>
        <div class="actions">
          <button type="button" class="main" onClick={close}>
            Done
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              const text = `${main} ${again ? 'may be shown again' : 'is not shown again'}.`
              change(dismissed(visit, movieId, !again), {notice: {text, before: visit}})
              close()
            }}
          >
            {again ? 'Show again' : 'Not for me'}
          </button>
        </div>
        {known && <Alike movieId={movieId} onOpen={open} />}
      </div>
    </dialog>
  )
}

/** What the sheet was opened from may have left the list meanwhile: the focus then goes to the list's head. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.getElementById('list-title')?.focus()
}

function Alike({movieId, onOpen}: {movieId: MovieId; onOpen(movieId: MovieId): void}): JSX.Element | null {
  const {page} = useShared()
  const alike = page.recommender.similar(movieId, {n: 4})
  if (alike.length === 0) return null
  return (
    <div class="alike">
      <p class="note">Nearest to it in this data</p>
      <ul>
        {alike.map(one => (
          <li key={one.movieId}>
            <button type="button" class="chip" onClick={() => onOpen(one.movieId)}>
              {one.title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
