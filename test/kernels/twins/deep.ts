/** Plain twins of the kernels of the autoencoder (lib/assembly/deep), on typed arrays instead of pointers. */

/** What the three passes of `autoRec` work on: ratings by movie and by user, tables of rows of F with their moments behind. */
export interface AutoRecState {
  start: Int32Array
  user: Int32Array
  value: Float32Array
  target: Float32Array
  x: Float32Array
  err: Float32Array
  v: Float32Array
  w: Float32Array
  c: Float32Array
  b: Float32Array
  h: Float32Array
  y: Float32Array
  back: Float32Array
  F: number
  /** Shares dropped, and the seed of the draws. */
  dropX: number
  dropH: number
  seed: number
}

/** The draw of the kernel: a 32-bit number that belongs to place `n`. */
function drawAt(seed: number, n: number): number {
  let z = (Math.imul(n, 0x9e3779b9) + seed) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}

/** Twin of `autoEncode` for all movies. */
export function autoEncode({start, user, value, x, v, b, h, y, F, dropX, dropH, seed}: AutoRecState): void {
  const kept = (share: number, key: number, n: number): number =>
    share === 0 || drawAt(key, n) >= Math.floor(share * 2 ** 32) ? 1 / (1 - share) : 0
  for (let k = 0; k < x.length; k++) x[k] = value[k] * kept(dropX, seed, k)
  for (let i = 0; i + 1 < start.length; i++) {
    for (let f = 0; f < F; f++) {
      let z = b[f]
      for (let k = start[i]; k < start[i + 1]; k++) z += x[k] * v[user[k] * F + f]
      h[i * F + f] = 1 / (1 + Math.exp(-z))
      y[i * F + f] = h[i * F + f] * kept(dropH, seed ^ 0x5bd1e995, i * F + f)
    }
  }
}

/** Twin of `autoDecode` for all movies; returns the sum of err². */
export function autoDecode({start, user, target, err, w, c, h, y, back, F, dropH}: AutoRecState): number {
  let squares = 0
  for (let i = 0; i + 1 < start.length; i++) {
    const sums = new Float64Array(F)
    for (let k = start[i]; k < start[i + 1]; k++) {
      let score = c[user[k]]
      for (let f = 0; f < F; f++) score += w[user[k] * F + f] * y[i * F + f]
      err[k] = score - target[k]
      squares += err[k] ** 2
      for (let f = 0; f < F; f++) sums[f] += err[k] * w[user[k] * F + f]
    }
    for (let f = 0; f < F; f++) {
      const code = h[i * F + f]
      back[i * F + f] = y[i * F + f] === 0 ? 0 : (sums[f] * code * (1 - code)) / (1 - dropH)
    }
  }
  return squares
}

/** Twin of `autoLearn` with all movies in one batch: gradients of v, w and c, and step number `step` of Adam. */
export function autoLearn(
  {start, user, x, err, y, back, v, w, c, F}: AutoRecState,
  o: {share: number; reg: number; rate: number; step: number}
): void {
  const gradients = [v, w, c].map(table => new Float64Array(table.length / 3))
  for (let i = 0; i + 1 < start.length; i++) {
    for (let k = start[i]; k < start[i + 1]; k++) {
      for (let f = 0; f < F; f++) {
        gradients[0][user[k] * F + f] += x[k] * back[i * F + f]
        gradients[1][user[k] * F + f] += err[k] * y[i * F + f]
      }
      gradients[2][user[k]] += err[k]
    }
  }
  for (const [t, table] of [v, w, c].entries()) {
    const size = table.length / 3
    for (let n = 0; n < size; n++) {
      const slope = o.share * gradients[t][n] + (t < 2 ? o.reg * table[n] : 0)
      table[size + n] = 0.9 * table[size + n] + 0.1 * slope
      table[2 * size + n] = 0.999 * table[2 * size + n] + 0.001 * slope * slope
      const first = table[size + n] / (1 - 0.9 ** o.step)
      const second = table[2 * size + n] / (1 - 0.999 ** o.step)
      table[n] -= (o.rate * first) / (Math.sqrt(second) + 1e-8)
    }
  }
}
