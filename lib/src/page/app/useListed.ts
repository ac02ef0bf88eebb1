import {useMemo} from 'preact/hooks'
import type {Movie} from '../../data/movies'
import {lookedAt} from '../visit'
import type {ListedFilm, Shared} from './context'
import {filtersOf} from './filters'

/** The best films for whose turn it is, by the filters; none where somebody has not rated. */
export function useListed(
  {page, visit, profile}: Pick<Shared, 'page' | 'visit' | 'profile'>,
  n: number
): ListedFilm[] {
  return useMemo(() => {
    const {recommender} = page
    const {movies} = recommender.directory
    const who = lookedAt(visit)
    const profiles = who.map(one => profile(one))
    if (profiles.some(one => one.length === 0)) return []
    const filters = {...filtersOf(visit), except: visit.notAgain}
    const listed: ListedFilm[] = []
    const add = (movie: Movie | undefined, score: number, scores: readonly number[]): void => {
      if (movie !== undefined) listed.push({movie, score, scores})
    }
    if (profiles.length === 2)
      for (const {movieId, score, scores} of page.together(profiles[0], profiles[1], {n, ...filters}))
        add(movies.get(movieId), score, scores)
    else
      for (const {movieId, score} of recommender.recommend(profiles[0], {n, ...filters}))
        add(movies.get(movieId), score, [score])
    return listed
  }, [n, page, visit, profile])
}
