import {gibbsStride} from './gibbsRows'
import {normal, seedStream} from './stream'

/** The most quads that are drawn together, and the bytes of so many. */
export const GIBBS_LINK_QUADS: i32 = 3
const PACKED: usize = (<usize>GIBBS_LINK_QUADS) << 4

/** Bytes of scratch that each thread needs for `gibbsLinks`: so much for each row and each link, and for one more. */
export function gibbsLinksScratch(rows: i32, links: i32): i32 {
  return <i32>PACKED * (rows + links + 1)
}

/**
 * Draws the vectors of implicit feedback: a user's factors have the prior mean mu + x_u · sum over the movies j she rated of link_j,
 * with x_u = 1 / sqrt(how many); a movie's likewise over its raters. Given the factors of all rows this is a linear regression for
 * each column, with nothing of the ratings in it (Simm et al. 2015, "Macau"), drawn link by link:
 *
 *   P = linkPrecision + precision · sum x²      draw ~ N((linkPrecision · linkMean + precision · (sum x · rest + link · sum x²)) / P, 1 / P)
 *
 * where `rest` is what the other links leave of row - mu. At the end `prior` is the new prior mean of every row. Rows are those of
 * `gibbsRows`; quads `fromQuad` to `toQuad` - 1, three at most, are drawn, columns apart from all others. `start` and `index` list the links of each
 * row, `linkStart` and `linkIndex` the rows of each link; `active` is 1 for the columns in use, 0 for padding.
 *
 * The quads are drawn in the same passes over the ratings. Meanwhile `rest` and the links stand packed in `scratch`, of
 * `gibbsLinksScratch` bytes, the thread's own: what is read here and there fits a near cache, and no two threads write to one line of it.
 */
export function gibbsLinks(
  scratch: usize,
  fromQuad: i32,
  toQuad: i32,
  quads: i32,
  rows: i32,
  links: i32,
  row: usize,
  prior: usize,
  link: usize,
  start: usize,
  index: usize,
  linkStart: usize,
  linkIndex: usize,
  x: usize,
  mu: usize,
  precision: usize,
  linkMean: usize,
  linkPrecision: usize,
  active: usize,
  seed: i32,
  chain: i32,
  step: i32
): void {
  const rowBytes = (<usize>gibbsStride(quads)) << 2
  const rest = scratch
  const vectors = rest + PACKED * <usize>rows
  const moves = vectors + PACKED * <usize>links
  const q = (<usize>fromQuad) << 4
  const width = (<usize>(toQuad - fromQuad)) << 4
  // What stands for the quads that are not there stays 0.
  if (width < PACKED) memory.fill(scratch, 0, gibbsLinksScratch(rows, links))
  for (let j = 0; j < links; j++)
    memory.copy(vectors + PACKED * <usize>j, link + rowBytes * <usize>j + q, width)
  for (let u = 0; u < rows; u++) {
    let a = f32x4.splat(0),
      b = a,
      c = a
    const end = load<i32>(start + ((<usize>u) << 2) + 4)
    for (let n = load<i32>(start + ((<usize>u) << 2)); n < end; n++) {
      const from = vectors + PACKED * <usize>load<i32>(index + ((<usize>n) << 2))
      a = f32x4.add(a, v128.load(from))
      b = f32x4.add(b, v128.load(from, 16))
      c = f32x4.add(c, v128.load(from, 32))
    }
    const own = row + rowBytes * <usize>u + q
    const to = rest + PACKED * <usize>u
    for (let k: usize = 0; k < width; k += 16)
      v128.store(to + k, f32x4.sub(v128.load(own + k), v128.load(mu + q + k)))
    subtract(to, v128.load32_splat(x + ((<usize>u) << 2)), a, b, c)
  }
  for (let j = 0; j < links; j++) {
    const begin = load<i32>(linkStart + ((<usize>j) << 2))
    const end = load<i32>(linkStart + ((<usize>j) << 2) + 4)
    let a = f32x4.splat(0),
      b = a,
      c = a
    let squares: f32 = 0
    for (let n = begin; n < end; n++) {
      const u = <usize>load<i32>(linkIndex + ((<usize>n) << 2))
      const share = load<f32>(x + (u << 2))
      const splat = f32x4.splat(share)
      const from = rest + PACKED * u
      a = f32x4.add(a, f32x4.mul(splat, v128.load(from)))
      b = f32x4.add(b, f32x4.mul(splat, v128.load(from, 16)))
      c = f32x4.add(c, f32x4.mul(splat, v128.load(from, 32)))
      squares += share * share
    }
    v128.store(moves, a)
    v128.store(moves, b, 16)
    v128.store(moves, c, 32)
    for (let k: usize = 0; k < width; k += 16) {
      const at = q + k
      seedStream(seed, chain, step, j * (quads + 1) + <i32>(at >> 4))
      v128.store(
        moves + k,
        drawn(
          link + rowBytes * <usize>j + at,
          v128.load(moves + k),
          squares,
          precision + at,
          linkMean + at,
          linkPrecision + at,
          active + at
        )
      )
    }
    a = v128.load(moves)
    b = v128.load(moves, 16)
    c = v128.load(moves, 32)
    for (let n = begin; n < end; n++) {
      const u = <usize>load<i32>(linkIndex + ((<usize>n) << 2))
      subtract(rest + PACKED * u, v128.load32_splat(x + (u << 2)), a, b, c)
    }
  }
  for (let u = 0; u < rows; u++) {
    const at = rowBytes * <usize>u + q
    const left = rest + PACKED * <usize>u
    for (let k: usize = 0; k < width; k += 16)
      v128.store(
        prior + at + k,
        f32x4.mul(v128.load(active + q + k), f32x4.sub(v128.load(row + at + k), v128.load(left + k)))
      )
  }
}

/** Three quads at `to` less so much of others. */
function subtract(to: usize, share: v128, a: v128, b: v128, c: v128): void {
  v128.store(to, f32x4.sub(v128.load(to), f32x4.mul(share, a)))
  v128.store(to, f32x4.sub(v128.load(to, 16), f32x4.mul(share, b)), 16)
  v128.store(to, f32x4.sub(v128.load(to, 32), f32x4.mul(share, c)), 32)
}

/** Draws a quad of a link in place, given its sum over the rows and theirs of x², and tells by how much it moved. */
function drawn(
  at: usize,
  sum: v128,
  squares: f32,
  precision: usize,
  linkMean: usize,
  linkPrecision: usize,
  active: usize
): v128 {
  const old = v128.load(at)
  const lambda = v128.load(precision)
  const linkLambda = v128.load(linkPrecision)
  const count = f32x4.splat(squares)
  const strength = f32x4.add(linkLambda, f32x4.mul(lambda, count))
  const pull = f32x4.mul(linkLambda, v128.load(linkMean))
  const middle = f32x4.div(
    f32x4.add(pull, f32x4.mul(lambda, f32x4.add(sum, f32x4.mul(old, count)))),
    strength
  )
  let noise = f32x4.splat(<f32>normal())
  noise = f32x4.replace_lane(noise, 1, <f32>normal())
  noise = f32x4.replace_lane(noise, 2, <f32>normal())
  noise = f32x4.replace_lane(noise, 3, <f32>normal())
  const fresh = f32x4.mul(v128.load(active), f32x4.add(middle, f32x4.div(noise, f32x4.sqrt(strength))))
  v128.store(at, fresh)
  return f32x4.sub(fresh, old)
}
