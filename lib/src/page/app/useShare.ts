import {useCallback, useMemo, useRef, useState} from 'preact/hooks'
import type {MovieId} from '../../data/ids'
import type {Movies} from '../../data/movies'
import type {Explanation, Profile, Term} from '../../models/recommender'
import {Finder} from '../finder'
import type {OpenPage} from '../openPage'
import {choiceOf} from '../scale'
import type {Visit} from '../visit'
import type {Notice, Shared} from './context'
import {setTitle} from './titles'
import {useListed} from './useListed'

/** Films that are listed at first, and more at a time. */
const LISTED = 10

interface Effects {
  keep(next: Visit, what?: string): void
  setNotice(notice: Notice | undefined): void
  setOpened(movieId: MovieId): void
}

/** What every part of the page needs, for this visit. */
export function useShare(page: OpenPage, visit: Visit, {keep, setNotice, setOpened}: Effects): Shared {
  const {recommender} = page
  const {movies, scale} = recommender.directory
  const choice = useMemo(() => choiceOf(scale, page.step), [scale, page])
  const made = useRef<Finder | undefined>(undefined)
  const finder = useCallback(() => {
    made.current ??= new Finder(movies, ({movieId}) => {
      const i = recommender.indexOf(movieId)
      return i < 0 ? 0 : recommender.directory.ratersOf(i)
    })
    return made.current
  }, [movies, recommender])
  const profile = useCallback(
    (who: number, of: Visit = visit): Profile =>
      (of.visitors[who]?.ratings ?? []).filter(({movieId}) => recommender.knowsMovie(movieId)),
    [visit, recommender]
  )
  const explain = useCallback(
    (who: number, movieId: MovieId): Explanation => {
      const {terms, ...rest} = recommender.explain(profile(who), movieId)
      return {...rest, terms: terms.map(term => shortened(term, movies))}
    },
    [profile, recommender, movies]
  )
  const [more, setMore] = useState(1)
  // One more than is shown says whether there is more.
  const found = useListed({page, visit, profile}, LISTED * more + 1)
  return useMemo(
    () => ({
      page,
      visit,
      choice,
      finder,
      profile,
      explain,
      listed: found.slice(0, LISTED * more),
      showMore: found.length > LISTED * more ? () => setMore(more + 1) : undefined,
      nameOf: who => visit.visitors[who]?.name.trim() || (who === 0 ? 'You' : 'Friend'),
      change: (next, {what, notice} = {}) => {
        keep(next, what)
        setNotice(notice)
      },
      notify: setNotice,
      open: setOpened
    }),
    [page, visit, choice, finder, profile, explain, found, more, keep, setNotice, setOpened]
  )
}

/** A reason that names a movie by the title alone. */
function shortened(term: Term, movies: Movies): Term {
  const movie = term.movieId === undefined ? undefined : movies.get(term.movieId)
  return movie === undefined ? term : {...term, name: setTitle(movie).main}
}
