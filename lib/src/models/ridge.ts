import {choleskySolve, firmCholesky} from '../math/cholesky'
import {addRows, addSquares, dot, dotFrom} from '../math/vectors'

/** Least penalty: with less, movies that say the same would leave the system without a solution. */
const LEAST = 1e-9

/**
 * The x that ridge regression reads from what one person rated, and how it is shared out over her ratings:
 *
 *   x = M⁻¹ · sum over n of t_n c_n,   M = G + sum of w_n c_n c_n' + penalty
 *
 * c_n is what stands against x in rating n (a movie's factors), t_n what x has to explain of it. w_n is 1 and G is 0 unless given; of
 * orthonormal columns (a truncated SVD) M is the identity, and x a projection.
 * With fewer ratings than unknowns, and neither w nor G, the system is solved in the ratings instead: M⁻¹ C' = C' (C C' + penalty)⁻¹.
 * Formed and factored once: O(n m² + m³) for n ratings and unknowns, m being the smaller number.
 */
export class Ridge {
  private readonly rated: number
  /** Whether there is one unknown a rating instead of one a factor. */
  private readonly dual: boolean
  /** Cholesky factor of the system, lower triangle; none where it is the identity. */
  private readonly l: Float64Array | undefined

  constructor(
    /** [rated × size], row-major */
    private readonly c: Float64Array,
    private readonly size: number,
    penalty: number,
    o: {weights?: Float64Array; gram?: Float64Array; orthonormal?: boolean} = {}
  ) {
    const {weights, gram, orthonormal = false} = o
    this.rated = c.length / size
    this.dual = !orthonormal && weights === undefined && gram === undefined && this.rated < size
    if (orthonormal) return
    const l = this.dual ? this.inRatings() : this.inFactors(weights, gram)
    const n = this.dual ? this.rated : size
    const added = gram === undefined ? Math.max(penalty, LEAST) : penalty
    for (let f = 0; f < n; f++) l[f * n + f] += added
    firmCholesky(l, n)
    this.l = l
  }

  /** x for what is to be explained of each rating. [size] */
  solve(t: Float64Array): Float64Array {
    return this.dual ? this.times(this.solved(t)) : this.solved(this.times(t))
  }

  /** s · x as a sum over the ratings: s' M⁻¹ c_n t_n (Hu, Koren, Volinsky 2008, equation 7). [rated] */
  shares(t: Float64Array, s: Float64Array): Float64Array {
    const weights = this.dual ? this.solved(this.against(s)) : this.against(this.solved(s))
    return weights.map((weight, n) => weight * t[n])
  }

  /** M⁻¹ v, or (C C' + penalty)⁻¹ v. */
  private solved(v: Float64Array): Float64Array {
    const x = v.slice()
    if (this.l !== undefined) choleskySolve(this.l, x.length, x)
    return x
  }

  /** C C', lower triangle. */
  private inRatings(): Float64Array {
    const {c, rated, size} = this
    const m = new Float64Array(rated * rated)
    for (let a = 0; a < rated; a++)
      for (let b = 0; b <= a; b++) {
        let sum = 0
        for (let f = 0; f < size; f++) sum += c[a * size + f] * c[b * size + f]
        m[a * rated + b] = sum
      }
    return m
  }

  /** G + C' W C, lower triangle. */
  private inFactors(weights: Float64Array | undefined, gram: Float64Array | undefined): Float64Array {
    const {c, rated, size} = this
    const m = gram?.slice() ?? new Float64Array(size * size)
    addSquares(m, c, weights ?? new Float64Array(rated).fill(1), size)
    return m
  }

  /** C' t. [size] */
  private times(t: Float64Array): Float64Array {
    const {c, rated, size} = this
    const x = new Float64Array(size)
    for (let n = 0; n < rated; n++) for (let f = 0; f < size; f++) x[f] += t[n] * c[n * size + f]
    return x
  }

  /** C v. [rated] */
  private against(v: Float64Array): Float64Array {
    const {c, rated, size} = this
    const products = new Float64Array(rated)
    for (let n = 0; n < rated; n++) for (let f = 0; f < size; f++) products[n] += v[f] * c[n * size + f]
    return products
  }
}

/** The most steps of conjugate gradients, and the share of its first length that the residual may have at the end. */
const STEPS = 60
const LEFT = 1e-6

/**
 * @internal x = (C'C + penalty)⁻¹ C't by conjugate gradients from 0 (Golub and Van Loan 2013, algorithm 11.3.3), for where it is solved once:
 * O(n m) a step for n ratings and m unknowns, and nothing is formed. `c` is [rated × size], row-major.
 */
export function ridgeBySteps(c: Float64Array, size: number, penalty: number, t: Float64Array): Float64Array {
  const x = new Float64Array(size)
  const r = new Float64Array(size)
  const rows = Int32Array.from(t.keys())
  addRows(r, c, rows, t)
  const p = r.slice()
  const first = dot(r, 0, r, 0, size)
  const products = new Float64Array(t.length)
  for (let step = 0, norm = first; step < STEPS && norm > LEFT ** 2 * first; step++) {
    for (let n = 0; n < products.length; n++) products[n] = dotFrom(0, c, n * size, p, 0, size)
    const q = p.map(value => value * Math.max(penalty, LEAST))
    addRows(q, c, rows, products)
    const length = norm / dot(p, 0, q, 0, size)
    for (let f = 0; f < size; f++) {
      x[f] += length * p[f]
      r[f] -= length * q[f]
    }
    const now = dot(r, 0, r, 0, size)
    for (let f = 0; f < size; f++) p[f] = r[f] + (now / norm) * p[f]
    norm = now
  }
  return x
}
