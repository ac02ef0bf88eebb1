/** Plain twins of the kernels of lists (lib/assembly/lists), on typed arrays instead of pointers. */

/** The `most` best movies of a person and their scores, those at `out` left aside; ties to the smaller index. */
export function bestOf(
  scores: ArrayLike<number>,
  out: readonly number[],
  most: number
): Array<[movie: number, score: number]> {
  return Array.from(scores, (score, i): [number, number] => [i, score])
    .filter(([i]) => !out.includes(i))
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, most)
}

/** bi + pu·qi in single precision, bi first, then factor by factor. [movies] */
export function factorScores(p: Float32Array, q: Float32Array, bi: Float32Array): Float32Array {
  const F = p.length
  return bi.map((bias, i) => {
    let score = bias
    for (let f = 0; f < F; f++) score = Math.fround(score + Math.fround(p[f] * q[i * F + f]))
    return score
  })
}

/** start + p·q in double, as two sums: of the first two of every four parts and what is left, and of the others. */
export function exactScore(start: number, p: ArrayLike<number>, q: ArrayLike<number>): number {
  const fours = p.length - (p.length % 4)
  let [even, odd] = [start, 0]
  for (let f = 0; f < fours; f += 4) {
    even += p[f] * q[f] + p[f + 1] * q[f + 1]
    odd += p[f + 2] * q[f + 2] + p[f + 3] * q[f + 3]
  }
  for (let f = fours; f < p.length; f++) even += p[f] * q[f]
  return even + odd
}

/** Sum of the rows j at `rows` of W, each times its `x`, divided by `divisor`: in double, row by row. [movies] */
export function weightScores(
  w: Float32Array,
  rows: readonly number[],
  x: readonly number[],
  divisor: Float64Array
): Float64Array {
  return divisor.map((by, i) => {
    let sum = 0
    for (const [n, j] of rows.entries()) sum += x[n] * w[j * divisor.length + i]
    return sum / by
  })
}
