import {type Engine, syntheticRatings} from 'movie-recs'
import {busyPrograms} from '../../bench/busyPrograms'
import {pick, promised, type Subject} from './subject'
import {QUICK, quick} from './worlds'

const world = syntheticRatings({users: 400, movies: 200, ratings: 12_000, seed: 5})

/** What an engine says of some movies, for the same bytes in two fits. */
function said(engine: Engine<any>): string {
  return JSON.stringify([...engine.recommend([{movieId: world.frame.movieIds.ids[0], rating: 5}], {n: 10})])
}

/** Beside others that are busy a fit takes longer, and gives the same. */
export const busy: Subject = {
  name: 'busy-machine',
  about: 'fits beside four programs that are busy, with other numbers of threads',
  limit: 240,
  async prepare() {
    return async ({random}) => {
      const Class = pick(random, QUICK)
      const alone = said(await quick(Class).fit(world, {workers: 1}))
      const others = busyPrograms(4)
      try {
        const beside = said(await quick(Class).fit(world, {workers: 1 + random.below(4)}))
        promised(beside === alone, `${Class.spec.name} says something else beside busy programs.`)
        return 'held'
      } finally {
        for (const other of others) other.kill('SIGKILL')
      }
    }
  }
}
