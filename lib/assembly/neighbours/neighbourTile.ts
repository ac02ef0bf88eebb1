import {Neighbourhood} from './neighbourhood'
import {weightsOf} from './neighbourScores'
import {similarityRowScratch} from './similarityRow'
import {weighList} from './weighNearest'

/** Numbers of a person, and of a movie, that `neighbourTile` reads. */
export const TILE_PERSON: i32 = 2
export const TILE_MOVIE: i32 = 3

/**
 * Scores of `people` for the movies at places `from` to `to` - 1 of `listed` (i32), whose similarities are computed once for all of
 * them: c(u, i) + scale of i times the mean of the nearest, or, where fewer than `minK` speak, the substitute.
 *
 * Person k rated the movies i32 at `index` from `start`[k] on, with the f32 at `said` as deviations. `user` is [people × TILE_PERSON]
 * f64, her part of c and of the substitute; `movie` [listed × TILE_MOVIE] f64, the movie's part of c, of the substitute, and its scale.
 * Scores go to `scores`, [people × `width`] f64, the movie at place `first` in column 0. `scratch` has `neighbourScratch` bytes.
 */
export function neighbourTile(
  scratch: usize,
  from: i32,
  to: i32,
  table: usize,
  listed: usize,
  people: i32,
  start: usize,
  index: usize,
  said: usize,
  user: usize,
  movie: usize,
  minK: i32,
  scores: usize,
  width: i32,
  first: i32
): void {
  const t = changetype<Neighbourhood>(table)
  const row = scratch + similarityRowScratch(t.entities)
  const selection = row + ((<usize>t.entities) << 2)
  for (let place = from; place < to; place++) {
    weightsOf(t, load<i32>(listed + ((<usize>place) << 2)), scratch, row)
    const own = movie + ((<usize>(place * TILE_MOVIE)) << 3)
    let out = scores + ((<usize>(place - first)) << 3)
    for (let k = 0; k < people; k++) {
      const begin = load<i32>(start + ((<usize>k) << 2))
      const count = load<i32>(start + ((<usize>k) << 2), 4) - begin
      const at = (<usize>begin) << 2
      const speak = weighList(row, index + at, said + at, count, t.k, t.damping, selection, out)
      const hers = user + ((<usize>(k * TILE_PERSON)) << 3)
      const score =
        speak < minK
          ? load<f64>(hers, 8) + load<f64>(own, 8)
          : load<f64>(hers) + load<f64>(own) + load<f64>(own, 16) * load<f64>(out)
      store<f64>(out, score)
      out += (<usize>width) << 3
    }
  }
}
