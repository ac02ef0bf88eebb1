import {describe, expect, it} from 'vitest'
import {Arena, cholesky, choleskySolve, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/bayesian'

const USERS = 7
const MOVIES = 140
const DAYS = 3
const FACTORS = 6
const QUADS = 2
const {GIBBS_NOISE, gibbsBias, gibbsStride} = kernelConstants()
const BIAS = gibbsBias(QUADS)
const NOISE = BIAS + GIBBS_NOISE
const STRIDE = gibbsStride(QUADS)
const STARS = Float64Array.of(1, 2, 3, 4, 5)

/** A grid with every user, movie and day, on an arena: 130 ratings of user 0 fill more than one chunk of the kernel. */
function world(o: {days?: boolean; probit?: boolean} = {}) {
  const arena = new Arena()
  const random = new Random(3)
  const ratings: Array<[u: number, i: number, d: number, class_: number]> = []
  for (let u = 0; u < USERS; u++)
    for (const i of random.permutation(MOVIES).subarray(0, u === 0 ? 130 : 3 * u))
      ratings.push([u, i, random.below(DAYS), random.below(5)])
  const start = new Int32Array(USERS + 1)
  for (const [u] of ratings) start[u + 1]++
  for (let u = 0; u < USERS; u++) start[u + 1] += start[u]
  const rows = (count: number): Float32Array => {
    const values = arena.f32(count * STRIDE)
    for (let k = 0; k < count; k++) {
      for (let f = 0; f < FACTORS; f++) values[k * STRIDE + f] = 0.5 * random.normal()
      values[k * STRIDE + BIAS] = 0.3 * random.normal()
      values[k * STRIDE + NOISE] = 0.5 + random.uniform()
    }
    return values
  }
  const days = rows(DAYS)
  const secondIndex = arena.i32(ratings.map(one => one[2]))
  const prior = rows(USERS)
  for (let k = 0; k < USERS; k++) prior.fill(0, k * STRIDE + FACTORS, k * STRIDE + BIAS)
  return {
    arena,
    kernels: kernelsOn(arena.memory),
    prior,
    precision: arena.f32(Float32Array.from({length: STRIDE}, (_, c) => 1 + c)),
    scratch: arena.u8(kernelConstants().gibbsRowsScratch(QUADS)),
    linkScratch: arena.u8(kernelConstants().gibbsLinksScratch(USERS, MOVIES)).fill(255),
    afterScratch: arena.f32(STRIDE).fill(7),
    grid: {
      quads: QUADS,
      own: rows(USERS),
      first: rows(MOVIES),
      start: arena.i32(start),
      firstIndex: arena.i32(ratings.map(one => one[1])),
      value: arena.f32(ratings.map(one => (o.probit ? one[3] : one[3] + 1))),
      mean: o.probit ? 0 : 3.5,
      ...(o.days ? {second: days, secondIndex} : {}),
      ...(o.probit
        ? {cuts: arena.f64([Number.NEGATIVE_INFINITY, -1.2, -0.5, 0.4, 1.3, Number.POSITIVE_INFINITY])}
        : {})
    }
  }
}

type World = ReturnType<typeof world>

function rowsKernel(w: World, step: number, noiseShape = 0): void {
  const {own, first, second, start, firstIndex, secondIndex, value, mean, cuts} = w.grid as twinGrid
  w.kernels.gibbsRows(
    pointer(w.scratch),
    0,
    USERS,
    pointer(own),
    pointer(first),
    second === undefined ? 0 : pointer(second),
    QUADS,
    FACTORS,
    pointer(start),
    pointer(firstIndex),
    secondIndex === undefined ? 0 : pointer(secondIndex),
    pointer(value),
    pointer(w.prior),
    pointer(w.precision),
    mean,
    cuts === undefined ? 0 : pointer(cuts),
    noiseShape,
    4,
    5,
    1,
    step
  )
}
type twinGrid = Parameters<typeof twin.gibbsScores>[0]

function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let gap = 0
  for (let k = 0; k < a.length; k++) gap = Math.max(gap, Math.abs(a[k] - b[k]) / Math.max(1, Math.abs(b[k])))
  return gap
}

describe('random numbers in kernels', () => {
  const arena = new Arena()
  const out = arena.f64(2000)
  const {randomFill} = kernelsOn(arena.memory)
  const fill = (kind: number, lo = 0, hi = 0): Float64Array => {
    randomFill(pointer(out), out.length, kind, 12, 3, 4, 5, lo, hi)
    return out
  }

  it('are those of Random', () => {
    for (const [kind, draw] of [
      [0, (random: Random) => random.uniform()],
      [1, (random: Random) => random.normal()],
      [2, (random: Random) => random.gamma(2.5)]
    ] as const) {
      const random = new Random(12, 3, 4, 5)
      const expected = Float64Array.from({length: out.length}, () => draw(random))
      // Two logarithms of a double may differ in the last bit.
      expect(largestGap(fill(kind, 2.5), expected)).toBeLessThan(1e-13)
    }
  })

  it('come to an end where there is nothing to accept: of NaN, beyond squares, between infinities', () => {
    const [none, most] = [Number.NaN, Number.POSITIVE_INFINITY]
    for (const shape of [none, most]) {
      expect(fill(2, shape)[0]).toEqual(shape)
      expect(new Random(1).gamma(shape)).toEqual(shape)
    }
    for (const [lo, hi, expected] of [
      [none, 1, none],
      [1, none, 1],
      [most, most, most],
      [-most, -most, -most],
      [1e200, most, 1e200],
      [-most, -1e200, -1e200]
    ])
      expect(fill(3, lo, hi)[0]).toEqual(expected)
  })

  it.each([
    [-0.5, 0.8],
    [-3, 3],
    [0.2, Number.POSITIVE_INFINITY],
    [1, 1.4],
    [1, 9],
    [3, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, -2]
  ])('are normal between %d and %d, as their twin says', (lo, hi) => {
    const random = new Random(12, 3, 4, 5)
    const expected = Float64Array.from({length: out.length}, () => twin.truncatedNormal(random, lo, hi))
    const drawn = fill(3, lo, hi)
    expect(largestGap(drawn, expected)).toBeLessThan(1e-12)
    // The mean of a truncated normal is (phi(lo) - phi(hi)) / (Phi(hi) - Phi(lo)); here by summing the density on a fine grid.
    const [from, to] = [Math.max(lo, -9), Math.min(hi, 9)]
    let mass = 0
    let mean = 0
    let square = 0
    for (let k = 0; k < 20000; k++) {
      const x = from + ((to - from) * (k + 0.5)) / 20000
      const weight = Math.exp(-0.5 * x * x)
      mass += weight
      mean += weight * x
      square += weight * x * x
    }
    mean /= mass
    const deviation = Math.sqrt(square / mass - mean * mean)
    const average = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
    expect(Math.abs(average - mean)).toBeLessThan((4 * deviation) / Math.sqrt(drawn.length))
    for (const x of drawn) expect(x >= lo && x <= hi).toBe(true)
  })
})

describe('gibbsRows', () => {
  it.each([
    ['normal', {}, 0],
    ['normal with noises drawn', {}, 3],
    ['normal with days', {days: true}, 3],
    ['probit', {probit: true}, 0],
    ['probit with days and noises drawn', {probit: true, days: true}, 3]
  ] as const)('is its plain twin: %s', (_, o, noiseShape) => {
    const fast = world(o)
    const plain = world(o)
    for (let step = 1; step <= 3; step++) {
      rowsKernel(fast, step, noiseShape)
      twin.gibbsRows(plain.grid, {
        from: 0,
        to: USERS,
        factors: FACTORS,
        prior: plain.prior,
        precision: plain.precision,
        noiseShape,
        noiseRate: 4,
        seed: 5,
        chain: 1,
        step
      })
    }
    // Three sweeps in float32 against doubles, over sums of up to 130 squares.
    expect(largestGap(fast.grid.own, plain.grid.own)).toBeLessThan(2e-4)
    expect(new Set(fast.afterScratch)).toEqual(new Set([7]))
    for (let u = 0; u < USERS; u++) for (const c of [6, 7, 11]) expect(fast.grid.own[u * STRIDE + c]).toBe(0)
  })

  it('draws from the exact posterior: a conjugate problem', () => {
    const w = world()
    const {own, first, start, firstIndex, value, mean} = w.grid
    const u = 4
    const columns = [0, 1, 2, 3, 4, 5, BIAS]
    const size = columns.length
    const alpha = own[u * STRIDE + NOISE]
    // P = diag(precision) + alpha · sum beta x x', b = precision · prior + alpha · sum beta x y: ridge regression by hand.
    const p = new Float64Array(size * size)
    const b = Float64Array.from(columns, c => w.precision[c] * w.prior[u * STRIDE + c])
    for (const [k, c] of columns.entries()) p[k * size + k] = w.precision[c]
    for (let n = start[u]; n < start[u + 1]; n++) {
      const movie = first.subarray(firstIndex[n] * STRIDE, (firstIndex[n] + 1) * STRIDE)
      const x = columns.map(c => (c === BIAS ? 1 : movie[c]))
      const weight = alpha * movie[NOISE]
      for (let k = 0; k < size; k++) {
        b[k] += weight * x[k] * (value[n] - mean - movie[BIAS])
        for (let l = 0; l < size; l++) p[k * size + l] += weight * x[k] * x[l]
      }
    }
    cholesky(p, size)
    const exact = b.slice()
    choleskySolve(p, size, exact)
    const draws = 20000
    const sum = new Float64Array(size)
    const products = new Float64Array(size * size)
    for (let step = 0; step < draws; step++) {
      rowsKernel(w, step)
      const off = columns.map((c, k) => own[u * STRIDE + c] - exact[k])
      for (let k = 0; k < size; k++) {
        sum[k] += off[k]
        for (let l = 0; l < size; l++) products[k * size + l] += off[k] * off[l]
      }
    }
    for (let k = 0; k < size; k++) {
      const unit = Float64Array.from({length: size}, (_, l) => Number(l === k))
      choleskySolve(p, size, unit)
      // Means within 4.5 standard errors; covariances, of deviations of at most sd_k · sd_l · sqrt(2 / draws), likewise.
      expect(Math.abs(sum[k] / draws)).toBeLessThan(4.5 * Math.sqrt(unit[k] / draws))
      for (let l = 0; l < size; l++) {
        const other = Float64Array.from({length: size}, (_, m) => Number(m === l))
        choleskySolve(p, size, other)
        const bound = 4.5 * Math.sqrt((2 * unit[k] * other[l]) / draws)
        expect(Math.abs(products[k * size + l] / draws - unit[l])).toBeLessThan(bound)
      }
    }
  })
})

describe('gibbsLinks', () => {
  function links(w: World) {
    const {arena, grid} = w
    const {start, firstIndex, own} = grid
    const linkStart = new Int32Array(MOVIES + 1)
    for (const i of firstIndex) linkStart[i + 1]++
    for (let i = 0; i < MOVIES; i++) linkStart[i + 1] += linkStart[i]
    const next = linkStart.slice()
    const linkIndex = new Int32Array(firstIndex.length)
    for (let u = 0; u < USERS; u++)
      for (let n = start[u]; n < start[u + 1]; n++) linkIndex[next[firstIndex[n]]++] = u
    const column = (of: (c: number) => number): Float32Array =>
      arena.f32(Float32Array.from({length: STRIDE}, (_, c) => of(c)))
    return {
      quads: QUADS,
      row: own,
      prior: w.prior,
      link: arena.f32(MOVIES * STRIDE),
      start,
      index: firstIndex,
      linkStart: arena.i32(linkStart),
      linkIndex: arena.i32(linkIndex),
      share: arena.f32(
        Float32Array.from({length: USERS}, (_, u) => 1 / Math.sqrt(Math.max(1, start[u + 1] - start[u])))
      ),
      mu: column(c => 0.1 * c),
      precision: column(c => 2 + c),
      linkMean: column(c => -0.05 * c),
      linkPrecision: column(() => 1.5),
      active: column(c => Number(c < FACTORS || c === BIAS)),
      seed: 9,
      chain: 2
    }
  }
  /** All columns in one call. */
  const ALL = [[0, QUADS + 1]]

  function kernel(w: World, o: ReturnType<typeof links>, step: number, parts: number[][] = ALL): void {
    const at = [o.row, o.prior, o.link, o.start, o.index, o.linkStart, o.linkIndex, o.share].map(pointer)
    const columns = [o.mu, o.precision, o.linkMean, o.linkPrecision, o.active].map(pointer)
    for (const [from, to] of parts)
      w.kernels.gibbsLinks(
        pointer(w.linkScratch),
        from,
        to,
        QUADS,
        USERS,
        MOVIES,
        ...at,
        ...columns,
        9,
        2,
        step
      )
  }

  it('is its plain twin', () => {
    const fast = world()
    const plain = world()
    const a = links(fast)
    const b = links(plain)
    for (let step = 1; step <= 3; step++) {
      kernel(fast, a, step)
      twin.gibbsLinks({...b, step})
    }
    // Three sweeps in float32 against doubles.
    expect(largestGap(a.link, b.link)).toBeLessThan(1e-4)
    expect(largestGap(a.prior, b.prior)).toBeLessThan(1e-4)
  })

  it('draws the same however the columns are divided among calls', () => {
    const whole = world()
    const a = links(whole)
    kernel(whole, a, 1)
    for (const parts of [
      [
        [0, 2],
        [2, 3]
      ],
      [
        [0, 1],
        [1, 3]
      ]
    ]) {
      const divided = world()
      const b = links(divided)
      kernel(divided, b, 1, parts)
      expect(b.link).toEqual(a.link)
      expect(b.prior).toEqual(a.prior)
    }
  })

  it('settles on the exact posterior of the regression', () => {
    const w = world()
    const o = links(w)
    const c = 1
    // Column c: rows - mu = X y + noise of this precision, y ~ N(linkMean, 1 / linkPrecision): P y = ridge regression by hand.
    const p = new Float64Array(MOVIES * MOVIES)
    const b = new Float64Array(MOVIES).fill(o.linkPrecision[c] * o.linkMean[c])
    for (let u = 0; u < USERS; u++) {
      const x = new Float64Array(MOVIES)
      for (let n = o.start[u]; n < o.start[u + 1]; n++) x[o.index[n]] += o.share[u]
      for (let k = 0; k < MOVIES; k++) {
        b[k] += o.precision[c] * x[k] * (o.row[u * STRIDE + c] - o.mu[c])
        for (let l = 0; l < MOVIES; l++) p[k * MOVIES + l] += o.precision[c] * x[k] * x[l]
      }
    }
    for (let k = 0; k < MOVIES; k++) p[k * MOVIES + k] += o.linkPrecision[c]
    cholesky(p, MOVIES)
    choleskySolve(p, MOVIES, b)
    const steps = 5000
    const sum = new Float64Array(MOVIES)
    const squares = new Float64Array(MOVIES)
    for (let step = 0; step < steps; step++) {
      kernel(w, o, step)
      for (let k = 0; k < MOVIES; k++) {
        sum[k] += o.link[k * STRIDE + c]
        squares[k] += (o.link[k * STRIDE + c] - b[k]) ** 2
      }
    }
    for (let k = 0; k < MOVIES; k++) {
      const unit = Float64Array.from({length: MOVIES}, (_, l) => Number(l === k))
      choleskySolve(p, MOVIES, unit)
      // Successive draws are correlated: at most as if one in fifty were independent.
      expect(Math.abs(sum[k] / steps - b[k])).toBeLessThan(4.5 * Math.sqrt((50 * unit[k]) / steps))
      expect(Math.abs(squares[k] / steps / unit[k] - 1)).toBeLessThan(0.3)
    }
  })
})

describe('gibbsScores and gibbsCuts', () => {
  it.each([{}, {days: true}, {probit: true}, {probit: true, days: true}])(
    'scores as its plain twin: %o',
    o => {
      const {arena, kernels, grid} = world(o)
      const count = grid.firstIndex.length
      const users = new Int32Array(count)
      for (let u = 0; u < USERS; u++) users.fill(u, grid.start[u], grid.start[u + 1])
      const sum = arena.f64(new Float64Array(count).fill(2))
      const {second, secondIndex, cuts} = grid as twinGrid
      kernels.gibbsScores(
        0,
        count,
        pointer(grid.own),
        pointer(grid.first),
        second === undefined ? 0 : pointer(second),
        pointer(arena.i32(users)),
        pointer(grid.firstIndex),
        secondIndex === undefined ? 0 : pointer(secondIndex),
        QUADS,
        grid.mean,
        cuts === undefined ? 0 : pointer(cuts),
        pointer(arena.f64(STARS)),
        STARS.length,
        pointer(sum)
      )
      // Sums of products of six factors in float32.
      expect(
        largestGap(
          sum.map(one => one - 2),
          twin.gibbsScores(grid, STARS)
        )
      ).toBeLessThan(2e-6)
    }
  )

  it.each([{probit: true}, {probit: true, days: true}])(
    'derives the cuts as its plain twin, and as differences do: %o',
    o => {
      const {arena, kernels, grid} = world(o)
      const {second, secondIndex, cuts} = grid as twinGrid
      const out = arena.f64(kernelConstants().gibbsCutsBytes(STARS.length) / 8)
      kernels.gibbsCuts(
        0,
        USERS,
        pointer(grid.own),
        pointer(grid.first),
        second === undefined ? 0 : pointer(second),
        QUADS,
        pointer(grid.start),
        pointer(grid.firstIndex),
        secondIndex === undefined ? 0 : pointer(secondIndex),
        pointer(grid.value),
        grid.mean,
        pointer(cuts as Float64Array),
        STARS.length,
        pointer(out)
      )
      const plain = twin.gibbsCuts(grid)
      expect(largestGap(out, plain)).toBeLessThan(1e-5)
      // The tail of the normal is exact to about 1e-7 of itself: differences of sums of logarithms over 193 ratings to about 1e-2.
      const step = 1e-3
      for (let k = 1; k <= 4; k++) {
        const at = (move: number): Float64Array => {
          const moved = (cuts as Float64Array).map((cut, c) => (c === k ? cut + move : cut))
          return twin.gibbsCuts({...grid, cuts: moved})
        }
        const [up, down] = [at(step), at(-step)]
        expect(Math.abs((up[0] - down[0]) / (2 * step) - plain[k])).toBeLessThan(0.05)
        expect(Math.abs((up[k] - down[k]) / (2 * step) - plain[4 + k])).toBeLessThan(0.05)
        if (k < 4) expect(Math.abs((up[k + 1] - down[k + 1]) / (2 * step) - plain[8 + k])).toBeLessThan(0.05)
      }
    }
  )
})
