import {Neighbourhood} from './neighbourhood'
import {neighbourScratch, weightsOf} from './neighbourScores'
import {similarityRowScratch} from './similarityRow'
import {weighList} from './weighNearest'

/** Numbers of a person, and of a movie, that `neighbourTile` reads. */
export const TILE_PERSON: i32 = 2
export const TILE_MOVIE: i32 = 3

/** Bytes of scratch that one thread needs: as for pairs, and four rows side by side, of all and of a list, with four sums. */
export function neighbourTileScratch(entities: i32): i32 {
  return neighbourScratch(entities) + 2 * 16 * entities + 16 * 5
}

/**
 * Scores of `people` for the movies at places `from` to `to` - 1 of `listed` (i32), whose similarities are computed once for all of
 * them: c(u, i) + scale of i times the mean of the nearest, or, where fewer than `minK` speak, the substitute.
 *
 * Person k rated the movies i32 at `index` from `start`[k] on, with the f32 at `said` as deviations. `user` is [people × TILE_PERSON]
 * f64, her part of c and of the substitute; `movie` [listed × TILE_MOVIE] f64, the movie's part of c, of the substitute, and its scale.
 * Scores go to `scores`, [people × `width`] f64, the movie at place `first` in column 0. `scratch` has `neighbourTileScratch` bytes.
 *
 * The rows of four movies lie side by side, [entities × 4], so that a person's list is walked once for all four. What may not speak
 * adds 0 to sums, which leaves every bit as it is; where more than k speak, `weighList` chooses.
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
  const selection = scratch + similarityRowScratch(t.entities) + ((<usize>t.entities) << 2)
  const rows = scratch + neighbourScratch(t.entities)
  const gathered = rows + ((<usize>t.entities) << 4)
  const sums = gathered + ((<usize>t.entities) << 4)
  for (let place = from; place < to; place += 4) {
    const four = min(4, to - place)
    fourRows(t, listed + ((<usize>place) << 2), four, scratch, rows)
    for (let k = 0; k < people; k++) {
      const begin = load<i32>(start + ((<usize>k) << 2))
      const count = load<i32>(start + ((<usize>k) << 2), 4) - begin
      const at = (<usize>begin) << 2
      fourSums(rows, index + at, said + at, count, t.damping, gathered, sums)
      const hers = user + ((<usize>(k * TILE_PERSON)) << 3)
      const out = scores + ((<usize>k * <usize>width + <usize>(place - first)) << 3)
      for (let n = 0; n < four; n++) {
        const lane = (<usize>n) << 3
        const own = movie + ((<usize>((place + n) * TILE_MOVIE)) << 3)
        const speak = load<i32>(sums + (lane >> 1))
        let mean = load<f64>(sums + lane, 16) / load<f64>(sums + lane, 48)
        if (speak > t.k) {
          const row = gathered + (lane >> 1)
          weighList(row, 4, 0, said + at, count, t.k, t.damping, selection, out + lane)
          mean = load<f64>(out + lane)
        }
        const score =
          speak < minK
            ? load<f64>(hers, 8) + load<f64>(own, 8)
            : load<f64>(hers) + load<f64>(own) + load<f64>(own, 16) * mean
        store<f64>(out + lane, score)
      }
    }
  }
}

/** The weights of `count` movies (i32 at `listed`) side by side, [entities × 4] f32; 0 for those that are not there. */
function fourRows(t: Neighbourhood, listed: usize, count: i32, scratch: usize, rows: usize): void {
  const row = scratch + similarityRowScratch(t.entities)
  if (count < 4) memory.fill(rows, 0, (<usize>t.entities) << 4)
  for (let n: usize = 0; n < <usize>count; n++) {
    weightsOf(t, load<i32>(listed + (n << 2)), scratch, row)
    for (let e: usize = 0; e < <usize>t.entities; e++)
      store<f32>(rows + (e << 4) + (n << 2), load<f32>(row + (e << 2)))
  }
}

/**
 * How many of a list speak for each of four movies, [4] i32, the sums of similarity · deviation, [4] f64, and of similarity. The
 * similarities go to `gathered`, [count × 4], in the order of the list.
 */
function fourSums(
  rows: usize,
  index: usize,
  said: usize,
  count: i32,
  damping: f32,
  gathered: usize,
  sums: usize
): void {
  const zero = f32x4.splat(0)
  let speak = zero
  let sum = zero
  let sumHigh = zero
  let weight = f64x2.splat(<f64>damping)
  let weightHigh = weight
  const end = index + ((<usize>count) << 2)
  for (; index < end; index += 4, said += 4) {
    const all = v128.load(rows + ((<usize>load<i32>(index)) << 4))
    v128.store(gathered, all)
    gathered += 16
    const positive = f32x4.gt(all, zero)
    const some = v128.and(all, positive)
    speak = i32x4.sub(speak, positive)
    const deviation = f64x2.promote_low_f32x4(v128.load32_splat(said))
    const low = f64x2.promote_low_f32x4(some)
    const high = f64x2.promote_low_f32x4(v128.shuffle<f64>(some, some, 1, 1))
    weight = f64x2.add(weight, low)
    weightHigh = f64x2.add(weightHigh, high)
    sum = f64x2.add(sum, f64x2.mul(low, deviation))
    sumHigh = f64x2.add(sumHigh, f64x2.mul(high, deviation))
  }
  v128.store(sums, speak)
  v128.store(sums, sum, 16)
  v128.store(sums, sumHigh, 32)
  v128.store(sums, weight, 48)
  v128.store(sums, weightHigh, 64)
}
