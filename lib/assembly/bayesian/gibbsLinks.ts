import {gibbsStride} from './gibbsRows'
import {normal, seedStream} from './stream'

/**
 * Draws the vectors of implicit feedback: a user's factors have the prior mean mu + x_u · sum over the movies j she rated of link_j,
 * with x_u = 1 / sqrt(how many); a movie's likewise over its raters. Given the factors of all rows this is a linear regression for
 * each column, with nothing of the ratings in it (Simm et al. 2015, "Macau"), drawn link by link:
 *
 *   P = linkPrecision + precision · sum x²      draw ~ N((linkPrecision · linkMean + precision · (sum x · rest + link · sum x²)) / P, 1 / P)
 *
 * where `rest` is what the other links leave of row - mu; it stands in `prior` while the kernel runs. At the end `prior` is the new
 * prior mean of every row. Rows are those of `gibbsRows`; quads `fromQuad` to `toQuad` - 1 are drawn, columns apart from all others.
 * `start` and `index` list the links of each row, `linkStart` and `linkIndex` the rows of each link; `active` is 1 for the columns
 * in use, 0 for padding.
 */
export function gibbsLinks(
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
  for (let quad = fromQuad; quad < toQuad; quad += 2)
    drawQuads(
      quad + 1 < toQuad,
      quad,
      quads,
      rows,
      links,
      row,
      prior,
      link,
      start,
      index,
      linkStart,
      linkIndex,
      x,
      mu,
      precision,
      linkMean,
      linkPrecision,
      active,
      seed,
      chain,
      step
    )
}

/** One quad of columns, or with `two` that and the next in the same passes over the ratings. */
function drawQuads(
  two: bool,
  quad: i32,
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
  const q = (<usize>quad) << 4
  for (let u = 0; u < rows; u++) {
    let sum = f32x4.splat(0),
      next = sum
    const end = load<i32>(start + ((<usize>u) << 2) + 4)
    for (let n = load<i32>(start + ((<usize>u) << 2)); n < end; n++) {
      const from = link + rowBytes * <usize>load<i32>(index + ((<usize>n) << 2)) + q
      sum = f32x4.add(sum, v128.load(from))
      if (two) next = f32x4.add(next, v128.load(from, 16))
    }
    const share = v128.load32_splat(x + ((<usize>u) << 2))
    const at = rowBytes * <usize>u + q
    v128.store(
      prior + at,
      f32x4.sub(f32x4.sub(v128.load(row + at), v128.load(mu + q)), f32x4.mul(share, sum))
    )
    if (two)
      v128.store(
        prior + at,
        f32x4.sub(f32x4.sub(v128.load(row + at, 16), v128.load(mu + q, 16)), f32x4.mul(share, next)),
        16
      )
  }
  for (let j = 0; j < links; j++) {
    const begin = load<i32>(linkStart + ((<usize>j) << 2))
    const end = load<i32>(linkStart + ((<usize>j) << 2) + 4)
    let sum = f32x4.splat(0),
      next = sum
    let squares: f32 = 0
    for (let n = begin; n < end; n++) {
      const u = <usize>load<i32>(linkIndex + ((<usize>n) << 2))
      const share = load<f32>(x + (u << 2))
      const from = prior + rowBytes * u + q
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(share), v128.load(from)))
      if (two) next = f32x4.add(next, f32x4.mul(f32x4.splat(share), v128.load(from, 16)))
      squares += share * share
    }
    const at = link + rowBytes * <usize>j + q
    const old = v128.load(at)
    const oldNext = two ? v128.load(at, 16) : old
    seedStream(seed, chain, step, j * (quads + 1) + quad)
    const move = drawn(at, sum, squares, precision + q, linkMean + q, linkPrecision + q, active + q, old)
    let moveNext = move
    if (two) {
      seedStream(seed, chain, step, j * (quads + 1) + quad + 1)
      const r = q + 16
      moveNext = drawn(
        at + 16,
        next,
        squares,
        precision + r,
        linkMean + r,
        linkPrecision + r,
        active + r,
        oldNext
      )
    }
    for (let n = begin; n < end; n++) {
      const u = <usize>load<i32>(linkIndex + ((<usize>n) << 2))
      const share = v128.load32_splat(x + (u << 2))
      const to = prior + rowBytes * u + q
      v128.store(to, f32x4.sub(v128.load(to), f32x4.mul(share, move)))
      if (two) v128.store(to, f32x4.sub(v128.load(to, 16), f32x4.mul(share, moveNext)), 16)
    }
  }
  for (let u = 0; u < rows; u++) {
    const at = rowBytes * <usize>u + q
    v128.store(
      prior + at,
      f32x4.mul(v128.load(active + q), f32x4.sub(v128.load(row + at), v128.load(prior + at)))
    )
    if (two)
      v128.store(
        prior + at,
        f32x4.mul(v128.load(active + q, 16), f32x4.sub(v128.load(row + at, 16), v128.load(prior + at, 16))),
        16
      )
  }
}

/** Draws a quad of a link in place, given its sum over the rows and theirs of x², and tells by how much it moved. */
function drawn(
  at: usize,
  sum: v128,
  squares: f32,
  precision: usize,
  linkMean: usize,
  linkPrecision: usize,
  active: usize,
  old: v128
): v128 {
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
