/**
 * One step of inverting a symmetric matrix A [n × n] f64 in place, row-major, of which the lower triangle is kept: with pivot
 * block K, D = A[K, K] and all other rows i, j,
 *
 *   W[i] = A[i, K] D⁻¹        A[i, j] -= W[i] A[K, j]        A[i, K] = W[i]        A[K, K] = -D⁻¹
 *
 * Done with every block this gives -A⁻¹ (Goodnight 1979, a block at a time). n is a multiple of `PIVOT_BLOCK`.
 */

/** Width of a pivot block. */
export const PIVOT_BLOCK: i32 = 64
const WIDTH: usize = (<usize>PIVOT_BLOCK) << 3
/** Columns of a tile: 32 rows of the panel fill half of the first cache. */
const TILE: i32 = 32

/** For the rows `from` to `to` - 1: panel[i] = A[i, K], for rows above K from its transpose, and w[i] = panel[i] · inverse. */
export function invertPanel(
  from: i32,
  to: i32,
  pivot: i32,
  a: usize,
  n: i32,
  inverse: usize,
  panel: usize,
  w: usize
): void {
  const width = (<usize>n) << 3
  for (let i = from; i < to; i++) {
    const row = panel + <usize>i * WIDTH
    if (i >= pivot) memory.copy(row, a + <usize>i * width + ((<usize>pivot) << 3), WIDTH)
    else {
      let entry = a + <usize>pivot * width + ((<usize>i) << 3)
      for (let k: usize = 0; k < WIDTH; k += 8) {
        store<f64>(row + k, load<f64>(entry))
        entry += width
      }
    }
    const out = w + <usize>i * WIDTH
    memory.fill(out, 0, WIDTH)
    for (let k = 0; k < PIVOT_BLOCK; k++) {
      const value = f64x2.splat(load<f64>(row + ((<usize>k) << 3)))
      const from = inverse + <usize>k * WIDTH
      for (let f: usize = 0; f < WIDTH; f += 16) {
        v128.store(out + f, f64x2.add(v128.load(out + f), f64x2.mul(value, v128.load(from + f))))
      }
    }
  }
}

/** For the rows `from` to `to` - 1, multiples of 4: A[i, j] -= w[i]·panel[j] for j up to the diagonal; the pivot's are then set. */
export function invertUpdate(
  from: i32,
  to: i32,
  pivot: i32,
  a: usize,
  n: i32,
  inverse: usize,
  panel: usize,
  w: usize
): void {
  const width = (<usize>n) << 3
  for (let tile = 0; tile < to; tile += TILE) {
    if (tile >= pivot && tile < pivot + PIVOT_BLOCK) continue
    for (let i = max(from, tile); i < to; i += 4) {
      if (i >= pivot && i < pivot + PIVOT_BLOCK) continue
      const end = min(tile + TILE, i + 4)
      for (let j = tile; j < end; j += 2)
        micro(w + <usize>i * WIDTH, panel + <usize>j * WIDTH, a + <usize>i * width + ((<usize>j) << 3), width)
    }
  }
  for (let i = from; i < to; i++) {
    if (i >= pivot && i < pivot + PIVOT_BLOCK) {
      const d = inverse + <usize>(i - pivot) * WIDTH
      const row = a + <usize>i * width + ((<usize>pivot) << 3)
      for (let k: usize = 0; k < WIDTH; k += 8) store<f64>(row + k, -load<f64>(d + k))
    } else if (i >= pivot)
      memory.copy(a + <usize>i * width + ((<usize>pivot) << 3), w + <usize>i * WIDTH, WIDTH)
  }
}

/** The pivot's rows left of the pivot, columns `from` to `to` - 1: A[K, i] = w[i]', once no row needs the old ones. */
export function invertPivotRows(from: i32, to: i32, pivot: i32, a: usize, n: i32, w: usize): void {
  const width = (<usize>n) << 3
  for (let i = from; i < min(to, pivot); i++) {
    let entry = a + <usize>pivot * width + ((<usize>i) << 3)
    const row = w + <usize>i * WIDTH
    for (let k: usize = 0; k < WIDTH; k += 8) {
      store<f64>(entry, load<f64>(row + k))
      entry += width
    }
  }
}

/** A[0..3, 0..1] -= w[0..3]·panel[0..1], eight dot products at once: as many as the registers hold. */
function micro(w: usize, panel: usize, a: usize, width: usize): void {
  let s00 = f64x2.splat(0)
  let s01 = f64x2.splat(0)
  let s10 = f64x2.splat(0)
  let s11 = f64x2.splat(0)
  let s20 = f64x2.splat(0)
  let s21 = f64x2.splat(0)
  let s30 = f64x2.splat(0)
  let s31 = f64x2.splat(0)
  for (let k: usize = 0; k < WIDTH; k += 16) {
    const p0 = v128.load(panel + k)
    const p1 = v128.load(panel + k, WIDTH)
    const w0 = v128.load(w + k)
    s00 = f64x2.add(s00, f64x2.mul(w0, p0))
    s01 = f64x2.add(s01, f64x2.mul(w0, p1))
    const w1 = v128.load(w + k, WIDTH)
    s10 = f64x2.add(s10, f64x2.mul(w1, p0))
    s11 = f64x2.add(s11, f64x2.mul(w1, p1))
    const w2 = v128.load(w + k, 2 * WIDTH)
    s20 = f64x2.add(s20, f64x2.mul(w2, p0))
    s21 = f64x2.add(s21, f64x2.mul(w2, p1))
    const w3 = v128.load(w + k, 3 * WIDTH)
    s30 = f64x2.add(s30, f64x2.mul(w3, p0))
    s31 = f64x2.add(s31, f64x2.mul(w3, p1))
  }
  subtract(a, s00, s01)
  subtract(a + width, s10, s11)
  subtract(a + 2 * width, s20, s21)
  subtract(a + 3 * width, s30, s31)
}

/** Takes the lanes' sums of x and y off the two values at `at`. */
function subtract(at: usize, x: v128, y: v128): void {
  const low = v128.shuffle<f64>(x, y, 0, 2)
  const high = v128.shuffle<f64>(x, y, 1, 3)
  v128.store(at, f64x2.sub(v128.load(at), f64x2.add(low, high)))
}
