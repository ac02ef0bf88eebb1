import {Lanes} from '../dot'

/**
 * The three passes of a training step of an autoencoder over sparse rows (AutoRec), each over its own rows, so that no two calls
 * write to the same place. A row is a movie, its inputs are its ratings; rows of `stride` floats, see `autoStride`.
 *
 *   autoEncode   h_i = sigmoid(b + sum over raters u of x_ui v_u), x and h thinned by dropout
 *   autoDecode   err_ui = c_u + w_u · h_i - y_ui,   back_i = (sum over raters of err_ui w_u) · h_i (1 - h_i)
 *   autoLearn    dw_u = sum of err_ui h_i,   dv_u = sum of x_ui back_i over the movies i of a batch, and a step of Adam
 */
export const ADAM_BETA1: f64 = 0.9
export const ADAM_BETA2: f64 = 0.999
export const ADAM_EPSILON: f64 = 1e-8
const BETA1: f32 = <f32>ADAM_BETA1
const BETA2: f32 = <f32>ADAM_BETA2
const EPSILON: f32 = <f32>ADAM_EPSILON

/** Floats of a row of so many hidden units: whole vectors of four, the columns beyond zero, which they stay. */
export function autoStride(hidden: i32): i32 {
  return (hidden + 3) & ~3
}

/** Bytes of `gradients` that `autoLearn` needs. */
export function autoLearnScratch(users: i32, stride: i32): i32 {
  return 4 * 2 * users * stride
}

/** A well mixed 32-bit number of two others: the random draw that belongs to place `n` under `seed`. */
function draw(seed: u32, n: u32): u32 {
  let z = n * 0x9e3779b9 + seed
  z = (z ^ (z >> 16)) * 0x85ebca6b
  z = (z ^ (z >> 13)) * 0xc2b2ae35
  return z ^ (z >> 16)
}

/** out += a·x + b·y + c·z + d·w, rows of `width` bytes. */
function addFour(
  out: usize,
  width: usize,
  a: f32,
  x: usize,
  b: f32,
  y: usize,
  c: f32,
  z: usize,
  d: f32,
  w: usize
): void {
  const as = f32x4.splat(a)
  const bs = f32x4.splat(b)
  const cs = f32x4.splat(c)
  const ds = f32x4.splat(d)
  for (let f: usize = 0; f < width; f += 16) {
    const left = f32x4.add(f32x4.mul(as, v128.load(x + f)), f32x4.mul(bs, v128.load(y + f)))
    const right = f32x4.add(f32x4.mul(cs, v128.load(z + f)), f32x4.mul(ds, v128.load(w + f)))
    v128.store(out + f, f32x4.add(v128.load(out + f), f32x4.add(left, right)))
  }
}

/** out += a·x, a row of `width` bytes. */
function addOne(out: usize, width: usize, a: f32, x: usize): void {
  const as = f32x4.splat(a)
  for (let f: usize = 0; f < width; f += 16) {
    v128.store(out + f, f32x4.add(v128.load(out + f), f32x4.mul(as, v128.load(x + f))))
  }
}

/**
 * Codes of the movies order[from] to order[to - 1]. `dropX` and `dropH` are shares of 2^32; `x` gets the inputs that were kept,
 * scaled, and `h` the codes before, `y` after dropout.
 */
export function autoEncode(
  order: usize,
  from: i32,
  to: i32,
  start: usize,
  user: usize,
  value: usize,
  x: usize,
  v: usize,
  b: usize,
  h: usize,
  y: usize,
  stride: i32,
  dropX: u32,
  scaleX: f32,
  dropH: u32,
  scaleH: f32,
  seed: u32
): void {
  const width = (<usize>stride) << 2
  for (let n = from; n < to; n++) {
    const i = load<i32>(order + ((<usize>n) << 2))
    const row = h + <usize>i * width
    memory.copy(row, b, width)
    let k = load<i32>(start + ((<usize>i) << 2))
    const end = load<i32>(start + ((<usize>i) << 2), 4)
    for (let p = k; p < end; p++) {
      const kept = dropX === 0 || draw(seed, p) >= dropX
      store<f32>(x + ((<usize>p) << 2), kept ? load<f32>(value + ((<usize>p) << 2)) * scaleX : 0)
    }
    for (; k + 4 <= end; k += 4) {
      const xs = x + ((<usize>k) << 2)
      const us = user + ((<usize>k) << 2)
      addFour(
        row,
        width,
        load<f32>(xs),
        v + <usize>load<i32>(us) * width,
        load<f32>(xs, 4),
        v + <usize>load<i32>(us, 4) * width,
        load<f32>(xs, 8),
        v + <usize>load<i32>(us, 8) * width,
        load<f32>(xs, 12),
        v + <usize>load<i32>(us, 12) * width
      )
    }
    for (; k < end; k++) {
      addOne(
        row,
        width,
        load<f32>(x + ((<usize>k) << 2)),
        v + <usize>load<i32>(user + ((<usize>k) << 2)) * width
      )
    }
    for (let f = 0; f < stride; f++) {
      const at = row + ((<usize>f) << 2)
      const code = <f32>1 / (<f32>1 + Mathf.exp(-load<f32>(at)))
      const kept = dropH === 0 || draw(seed ^ 0x5bd1e995, i * stride + f) >= dropH
      store<f32>(at, code)
      store<f32>(y + <usize>i * width + ((<usize>f) << 2), kept ? code * scaleH : 0)
    }
  }
}

/** Errors of the same movies, and what they send back to the codes; returns the sum of err². */
export function autoDecode(
  order: usize,
  from: i32,
  to: i32,
  start: usize,
  user: usize,
  target: usize,
  err: usize,
  w: usize,
  c: usize,
  h: usize,
  y: usize,
  back: usize,
  stride: i32,
  scaleH: f32
): f64 {
  const width = (<usize>stride) << 2
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
  const scale = f32x4.splat(scaleH)
  let squares: f64 = 0
  for (let n = from; n < to; n++) {
    const i = load<i32>(order + ((<usize>n) << 2))
    const row = back + <usize>i * width
    const code = y + <usize>i * width
    memory.fill(row, 0, width)
    let k = load<i32>(start + ((<usize>i) << 2))
    const end = load<i32>(start + ((<usize>i) << 2), 4)
    for (let p = k; p < end; p++) {
      const u = <usize>load<i32>(user + ((<usize>p) << 2))
      const wu = w + u * width
      let s0 = zero
      let s1 = zero
      let f: usize = 0
      for (; f + 32 <= width; f += 32) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(wu + f), v128.load(code + f)))
        s1 = f32x4.add(s1, f32x4.mul(v128.load(wu + f, 16), v128.load(code + f, 16)))
      }
      for (; f < width; f += 16) s0 = f32x4.add(s0, f32x4.mul(v128.load(wu + f), v128.load(code + f)))
      s0 = f32x4.add(s0, s1)
      const dot = Lanes.sum(s0)
      const e = load<f32>(c + (u << 2)) + dot - load<f32>(target + ((<usize>p) << 2))
      store<f32>(err + ((<usize>p) << 2), e)
      squares += <f64>e * <f64>e
    }
    for (; k + 4 <= end; k += 4) {
      const es = err + ((<usize>k) << 2)
      const us = user + ((<usize>k) << 2)
      addFour(
        row,
        width,
        load<f32>(es),
        w + <usize>load<i32>(us) * width,
        load<f32>(es, 4),
        w + <usize>load<i32>(us, 4) * width,
        load<f32>(es, 8),
        w + <usize>load<i32>(us, 8) * width,
        load<f32>(es, 12),
        w + <usize>load<i32>(us, 12) * width
      )
    }
    for (; k < end; k++) {
      addOne(
        row,
        width,
        load<f32>(err + ((<usize>k) << 2)),
        w + <usize>load<i32>(user + ((<usize>k) << 2)) * width
      )
    }
    const own = h + <usize>i * width
    for (let f: usize = 0; f < width; f += 16) {
      const hs = v128.load(own + f)
      const kept = v128.and(f32x4.ne(v128.load(code + f), zero), scale)
      const slope = f32x4.mul(kept, f32x4.mul(hs, f32x4.sub(one, hs)))
      v128.store(row + f, f32x4.mul(v128.load(row + f), slope))
    }
  }
  return squares
}

/**
 * Gradients and a step of Adam for the users fromUser to toUser - 1. `movie` and `place` list, by user, the movies she rated and
 * where each rating stands in the arrays by movie; only those of `batch` count. `state` of each of v, w and c is followed by its
 * two moments, `total` floats apart each. `gradients` has room for 2 rows a user, `autoLearnScratch` bytes.
 */
export function autoLearn(
  fromUser: i32,
  toUser: i32,
  userStart: usize,
  movie: usize,
  place: usize,
  batchOf: usize,
  batch: i32,
  x: usize,
  err: usize,
  y: usize,
  back: usize,
  v: usize,
  w: usize,
  c: usize,
  users: i32,
  gradients: usize,
  stride: i32,
  share: f32,
  reg: f32,
  rate: f32,
  correct1: f32,
  correct2: f32
): void {
  const width = (<usize>stride) << 2
  const table = <usize>users * width
  for (let u = fromUser; u < toUser; u++) {
    const dw = gradients + ((<usize>u) << 1) * width
    const dv = dw + width
    memory.fill(dw, 0, width << 1)
    let dc: f32 = 0
    const end = load<i32>(userStart + ((<usize>u) << 2), 4)
    for (let k = load<i32>(userStart + ((<usize>u) << 2)); k < end; k++) {
      const i = <usize>load<i32>(movie + ((<usize>k) << 2))
      if (load<i32>(batchOf + (i << 2)) !== batch) continue
      const p = (<usize>load<i32>(place + ((<usize>k) << 2))) << 2
      const e = load<f32>(err + p)
      const given = load<f32>(x + p)
      dc += e
      addOne(dw, width, e, y + i * width)
      if (given !== 0) addOne(dv, width, given, back + i * width)
    }
    adam(w + <usize>u * width, table, dw, width, share, reg, rate, correct1, correct2)
    adam(v + <usize>u * width, table, dv, width, share, reg, rate, correct1, correct2)
    adamOne(c + ((<usize>u) << 2), (<usize>users) << 2, dc * share, rate, correct1, correct2)
  }
}

/** Adam (Kingma and Ba 2015, algorithm 1) on a row, with the gradient share·g + reg·row; moments `apart` and 2·`apart` bytes behind. */
function adam(
  row: usize,
  apart: usize,
  g: usize,
  width: usize,
  share: f32,
  reg: f32,
  rate: f32,
  correct1: f32,
  correct2: f32
): void {
  const b1 = f32x4.splat(BETA1)
  const n1 = f32x4.splat(1 - BETA1)
  const b2 = f32x4.splat(BETA2)
  const n2 = f32x4.splat(1 - BETA2)
  const steps = f32x4.splat(rate / correct1)
  const inverse = f32x4.splat(1 / correct2)
  const epsilon = f32x4.splat(EPSILON)
  for (let f: usize = 0; f < width; f += 16) {
    const at = row + f
    const old = v128.load(at)
    const slope = f32x4.add(f32x4.mul(f32x4.splat(share), v128.load(g + f)), f32x4.mul(f32x4.splat(reg), old))
    const first = f32x4.add(f32x4.mul(b1, v128.load(at + apart)), f32x4.mul(n1, slope))
    const second = f32x4.add(
      f32x4.mul(b2, v128.load(at + (apart << 1))),
      f32x4.mul(n2, f32x4.mul(slope, slope))
    )
    v128.store(at + apart, first)
    v128.store(at + (apart << 1), second)
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(second, inverse)), epsilon)
    v128.store(at, f32x4.sub(old, f32x4.div(f32x4.mul(steps, first), size)))
  }
}

function adamOne(at: usize, apart: usize, slope: f32, rate: f32, correct1: f32, correct2: f32): void {
  const first = BETA1 * load<f32>(at + apart) + (1 - BETA1) * slope
  const second = BETA2 * load<f32>(at + (apart << 1)) + (1 - BETA2) * slope * slope
  store<f32>(at + apart, first)
  store<f32>(at + (apart << 1), second)
  store<f32>(at, load<f32>(at) - ((rate / correct1) * first) / (Mathf.sqrt(second / correct2) + EPSILON))
}
