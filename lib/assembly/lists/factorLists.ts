import {borderOfList, intoList, ListRoom, openLists} from './listRoom'

/** Movies whose factors lie side by side. */
export const FACTOR_TILE: i32 = 16
/** Tiles that stay in the nearest cache while all people pass by. */
const TILES: i32 = 8

/** Bytes of scratch that one thread needs: scores [2 × TILES × FACTOR_TILE] f32. */
export function factorListsScratch(): i32 {
  return 2 * TILES * FACTOR_TILE * 4
}

/**
 * The best movies of the people `from` to `to` - 1 (both even) by bi + pu·qi in f32, bi first, then factor by factor.
 *
 * `p` has the people two by two: [people / 2 × factors × 2] f32, and `length` how long each one's pu is, [people] f32. `q` has the movies in
 * tiles: [tiles × (2 + factors) × FACTOR_TILE] f32, the first row bi, the second how long qi is; behind the last movie bi is -Infinity and
 * the rest 0. Scores of 2 people and 16 movies stay in registers, so that an addition waits for no memory; nothing larger than `scratch` is
 * kept of them. A tile none of whose movies can reach a list, since bi + |pu| |qi| does not (Cauchy and Schwarz), is passed over: the more
 * of them, the earlier the best ones come. Lengths are rounded up.
 * Cost: people × movies × factors, of what is not passed over.
 */
export function factorLists(
  scratch: usize,
  from: i32,
  to: i32,
  room: usize,
  p: usize,
  length: usize,
  q: usize,
  tiles: i32,
  factors: i32
): void {
  const t = changetype<ListRoom>(room)
  const pair = (<usize>factors) << 3
  const tile = (<usize>(2 + factors) * <usize>FACTOR_TILE) << 2
  const second = scratch + ((<usize>(TILES * FACTOR_TILE)) << 2)
  openLists(t, from, to)
  for (let begin = 0; begin < tiles; begin += TILES) {
    const count = min(TILES, tiles - begin)
    const movies = q + <usize>begin * tile
    for (let k = from; k < to; k += 2) {
      const people = p + <usize>(k >> 1) * pair
      const lengths = length + ((<usize>k) << 2)
      const one = borderOfList<f32>(t, k)
      const two = borderOfList<f32>(t, k + 1)
      let reached = false
      for (let n: usize = 0; n < <usize>count; n++) {
        const at = (n * <usize>FACTOR_TILE) << 2
        const here = movies + n * tile
        if (reaches(here, load<f32>(lengths), one) || reaches(here, load<f32>(lengths, 4), two)) {
          twoByTile(people, here, factors, scratch + at, second + at)
          reached = true
        } else {
          noScores(scratch + at)
          noScores(second + at)
        }
      }
      if (!reached) continue
      intoList<f32>(t, k, scratch, begin * FACTOR_TILE, count * FACTOR_TILE)
      intoList<f32>(t, k + 1, second, begin * FACTOR_TILE, count * FACTOR_TILE)
    }
  }
}

/** Whether bi + `length` · |qi| of a movie of the tile is more than `border`, or no number. */
function reaches(tile: usize, length: f32, border: f32): bool {
  const long = f32x4.splat(length)
  const low = f32x4.splat(border)
  let below = v128.not(i32x4.splat(0))
  for (let at = tile; at < tile + ((<usize>FACTOR_TILE) << 2); at += 16) {
    const most = f32x4.add(v128.load(at), f32x4.mul(long, v128.load(at, FACTOR_TILE << 2)))
    below = v128.and(below, f32x4.le(most, low))
  }
  return !i32x4.all_true(below)
}

function noScores(scores: usize): void {
  const none = f32x4.splat(-Infinity)
  for (let at = scores; at < scores + ((<usize>FACTOR_TILE) << 2); at += 16) v128.store(at, none)
}

/** Scores of two people for the movies of a tile. */
function twoByTile(p: usize, q: usize, factors: i32, one: usize, two: usize): void {
  let a0 = v128.load(q)
  let a1 = v128.load(q, 16)
  let a2 = v128.load(q, 32)
  let a3 = v128.load(q, 48)
  let b0 = a0
  let b1 = a1
  let b2 = a2
  let b3 = a3
  const end = p + ((<usize>factors) << 3)
  // The row of lengths.
  q += 64
  while (p < end) {
    q += 64
    const x = v128.load32_splat(p)
    const y = v128.load32_splat(p, 4)
    const q0 = v128.load(q)
    a0 = f32x4.add(a0, f32x4.mul(x, q0))
    b0 = f32x4.add(b0, f32x4.mul(y, q0))
    const q1 = v128.load(q, 16)
    a1 = f32x4.add(a1, f32x4.mul(x, q1))
    b1 = f32x4.add(b1, f32x4.mul(y, q1))
    const q2 = v128.load(q, 32)
    a2 = f32x4.add(a2, f32x4.mul(x, q2))
    b2 = f32x4.add(b2, f32x4.mul(y, q2))
    const q3 = v128.load(q, 48)
    a3 = f32x4.add(a3, f32x4.mul(x, q3))
    b3 = f32x4.add(b3, f32x4.mul(y, q3))
    p += 8
  }
  v128.store(one, a0)
  v128.store(one, a1, 16)
  v128.store(one, a2, 32)
  v128.store(one, a3, 48)
  v128.store(two, b0)
  v128.store(two, b1, 16)
  v128.store(two, b2, 32)
  v128.store(two, b3, 48)
}
