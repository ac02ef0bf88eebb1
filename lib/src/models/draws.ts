import type {GibbsSampler} from '../engines/bayesian/sampler'
import type {EngineState} from '../engines/engine'
import {upperTail} from '../math/normal'

/** The groups of rows that every kept draw holds. */
const TABLES = ['users', 'movies', 'days', 'links'] as const
export type TableName = (typeof TABLES)[number]

/** Bytes of the draws of one model: with a million ratings a model file stays below 150 MB. */
const MOST_BYTES = 140e6
/** Draws that are kept whatever their size. */
const FEWEST = 20

/** What the draws of one fit have in common. */
export interface SampleShape {
  factors: number
  /** Rows of each group, the average row of a side included; 0 for a group that the model does not have. */
  counts: Record<TableName, number>
  mean: number
  probit: boolean
  /** The different ratings, ascending. */
  stars: readonly number[]
}

/** Rows of one draw, decoded: factors, bias, and precision of the noise (1 where a group has none). */
export interface DrawnRows {
  /** [rows × width], row-major */
  readonly values: Float32Array
  readonly width: number
}

/**
 * Draws of the posterior that a model keeps, each number in a byte: in every column of every draw the range from the least to the
 * greatest is divided into 255 steps, an error of about a hundredth of the column's deviation, far below the spread between draws.
 * All predictions of the engine come from these bytes, so that the error measured is that of the model saved.
 */
export class PosteriorSamples {
  readonly width: number
  private readonly offsets: Record<TableName, number>
  private readonly rowsPerDraw: number
  private kept = 0

  private constructor(
    readonly shape: SampleShape,
    /** [draws × rows of a draw × width] */
    private bytes: Uint8Array,
    /** [draws × tables × width × 2] least value and step of each column */
    private ranges: Float32Array,
    /** [draws × width] precisions of the users' prior */
    private precisions: Float32Array,
    /** [draws × (classes + 1)] cuts of the probit; none for the normal likelihood */
    private cuts: Float64Array
  ) {
    this.width = shape.factors + 2
    let rows = 0
    const offsets = {} as Record<TableName, number>
    for (const name of TABLES) {
      offsets[name] = rows
      rows += shape.counts[name]
    }
    this.offsets = offsets
    this.rowsPerDraw = rows
  }

  /** Room for `wanted` draws of this shape, or for as many as MOST_BYTES hold, but for FEWEST at least. */
  static empty(shape: SampleShape, wanted: number): PosteriorSamples {
    const width = shape.factors + 2
    const rows = TABLES.reduce((sum, name) => sum + shape.counts[name], 0)
    const draws = Math.min(wanted, Math.max(FEWEST, Math.floor(MOST_BYTES / (rows * width))))
    return new PosteriorSamples(
      shape,
      new Uint8Array(draws * rows * width),
      new Float32Array(draws * TABLES.length * width * 2),
      new Float32Array(draws * width),
      new Float64Array(shape.probit ? draws * (shape.stars.length + 1) : 0)
    )
  }

  static restore({values, arrays}: EngineState): PosteriorSamples {
    const samples = new PosteriorSamples(
      values.shape as SampleShape,
      arrays.draws as Uint8Array,
      arrays.ranges as Float32Array,
      arrays.precisions as Float32Array,
      arrays.cuts as Float64Array
    )
    samples.kept = values.kept as number
    return samples
  }

  dump(): EngineState {
    const {shape, kept, bytes, ranges, precisions, cuts} = this
    return {values: {shape, kept}, arrays: {draws: bytes, ranges, precisions, cuts}}
  }

  /** Takes back the draws of a checkpoint, whose arrays stand under the names of `dump` after "kept.". */
  refill(kept: number, arrays: EngineState['arrays']): void {
    this.kept = kept
    this.bytes.set(arrays['kept.draws'])
    this.ranges.set(arrays['kept.ranges'])
    this.precisions.set(arrays['kept.precisions'])
    this.cuts.set(arrays['kept.cuts'])
  }

  /** How many draws there is room for. */
  get room(): number {
    return this.ranges.length / (TABLES.length * this.width * 2)
  }

  /** How many draws there are. */
  get length(): number {
    return this.kept
  }

  /** Keeps the sampler's present draw. */
  add(sampler: GibbsSampler): void {
    const {users, movies, daySide} = sampler
    this.encode('users', users.rows, sampler)
    this.encode('movies', movies.rows, sampler)
    if (daySide !== undefined) this.encode('days', daySide.rows, sampler)
    if (users.links !== undefined) this.encode('links', users.links.rows, sampler)
    for (let c = 0; c < this.width - 1; c++)
      this.precisions[this.kept * this.width + c] = users.precision[this.column(c, sampler)]
    if (this.shape.probit) this.cuts.set(sampler.cuts, this.kept * sampler.cuts.length)
    this.kept++
  }

  /** These rows of a group in draw `s`. */
  decode(s: number, table: TableName, rows: ArrayLike<number>): DrawnRows {
    const {width} = this
    const values = new Float32Array(rows.length * width)
    const range = (s * TABLES.length + TABLES.indexOf(table)) * width * 2
    const from = (s * this.rowsPerDraw + this.offsets[table]) * width
    for (let k = 0; k < rows.length; k++) {
      for (let c = 0; c < width; c++)
        values[k * width + c] =
          this.ranges[range + 2 * c] + this.ranges[range + 2 * c + 1] * this.bytes[from + rows[k] * width + c]
    }
    return {values, width}
  }

  /** Sums of weight · column over these rows of a group in draw `s`, straight from the bytes. [rows] */
  weigh(s: number, table: TableName, rows: Int32Array, weights: ArrayLike<number>): Float64Array {
    const {width, bytes, ranges} = this
    const range = (s * TABLES.length + TABLES.indexOf(table)) * width * 2
    const from = (s * this.rowsPerDraw + this.offsets[table]) * width
    const steps = Float64Array.from(weights, (weight, c) => weight * ranges[range + 2 * c + 1])
    let least = 0
    for (let c = 0; c < width; c++) least += weights[c] * ranges[range + 2 * c]
    const sums = new Float64Array(rows.length)
    for (let k = 0; k < rows.length; k++) {
      const at = from + rows[k] * width
      let sum = least
      for (let c = 0; c < width; c++) sum += steps[c] * bytes[at + c]
      sums[k] = sum
    }
    return sums
  }

  /** Precisions of the users' prior in draw `s`: [factors, bias]. */
  precisionsOf(s: number): Float32Array {
    return this.precisions.subarray(s * this.width, (s + 1) * this.width - 1)
  }

  /** Borders between the stars in draw `s`: those of the probit, or halfway from star to star. */
  bordersOf(s: number): Float64Array {
    const {stars, probit} = this.shape
    if (probit) return this.cuts.subarray(s * (stars.length + 1), (s + 1) * (stars.length + 1))
    const halfway = stars.slice(1).map((star, k) => (star + stars[k]) / 2)
    return Float64Array.of(Number.NEGATIVE_INFINITY, ...halfway, Number.POSITIVE_INFINITY)
  }

  /** The rating expected at a score with noise of this precision: the score itself, or the probit's mean over the stars. */
  expected(s: number, score: number, precision: number): number {
    const {stars, probit} = this.shape
    if (!probit) return score
    const from = s * (stars.length + 1)
    const root = Math.sqrt(precision)
    let sum = stars[0]
    for (let k = 1; k < stars.length; k++)
      sum += (stars[k] - stars[k - 1]) * upperTail(root * (this.cuts[from + k] - score))
    return sum
  }

  /** Place of a kept column in a sampler's row: factors, bias, precision. */
  private column(c: number, sampler: GibbsSampler): number {
    return c < this.shape.factors ? c : sampler.bias + c - this.shape.factors
  }

  private encode(table: TableName, rows: Float32Array, sampler: GibbsSampler): void {
    const {width} = this
    const count = this.shape.counts[table]
    const from = (this.kept * this.rowsPerDraw + this.offsets[table]) * width
    const range = (this.kept * TABLES.length + TABLES.indexOf(table)) * width * 2
    for (let c = 0; c < width; c++) {
      const at = this.column(c, sampler)
      let low = Number.POSITIVE_INFINITY
      let high = Number.NEGATIVE_INFINITY
      for (let k = 0; k < count; k++) {
        const value = rows[k * sampler.stride + at]
        if (value < low) low = value
        if (value > high) high = value
      }
      this.ranges[range + 2 * c] = low
      this.ranges[range + 2 * c + 1] = (high - low) / 255
      const step = high > low ? 255 / (high - low) : 0
      for (let k = 0; k < count; k++)
        this.bytes[from + k * width + c] = Math.round((rows[k * sampler.stride + at] - low) * step)
    }
  }
}
