import {density, upperTail} from '../math/normal'
import type {ModelState} from './model'

/** The groups of rows that every kept draw holds. */
const TABLES = ['users', 'movies', 'days', 'links'] as const
export type TableName = (typeof TABLES)[number]

/** Bytes of the draws of one model: with a million ratings a model file stays below 150 MB. */
const MOST_BYTES = 140e6
/** Draws that are kept whatever their size. */
const FEWEST = 20

/** What the draws of one fit have in common. */
export interface DrawShape {
  /** Factors of a row. */
  factors: number
  /** Rows of each group, the average row of a side included; 0 for a group that the model does not have. */
  counts: Record<TableName, number>
  /** The mean of the training ratings, in stars, which scores are measured from. */
  mean: number
  /** Whether stars are classes (an ordered probit), or numbers with normal noise. */
  probit: boolean
  /** The different ratings, ascending. */
  stars: readonly number[]
}

/** @internal One draw as the sampler has it. A row is `stride` floats: factors, its bias in column `bias`, its noise's precision in `noise`. */
export interface Drawn {
  rows: Partial<Record<TableName, Float32Array>>
  stride: number
  bias: number
  noise: number
  /** [stride] precisions of the users' prior */
  precision: Float32Array
  /** [classes + 1] cuts of the probit */
  cuts: Float64Array
}

/**
 * Draws of the posterior that a model keeps, each number in a byte: in every column of every draw the range from the least to the
 * greatest is divided into 255 steps, an error of about a hundredth of the column's deviation, far below the spread between draws.
 * All predictions of the engine come from these bytes, so that the error measured is that of the model saved.
 */
export class Draws {
  /** Numbers in a row: factors, bias, precision of the noise. */
  readonly width: number
  private readonly offsets: Record<TableName, number>
  private readonly rowsPerDraw: number
  private kept = 0
  private made: Draw[] = []

  private constructor(
    /** What the draws of the fit have in common. */
    readonly shape: DrawShape,
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

  /** @internal Room for `wanted` draws of this shape, or for as many as MOST_BYTES hold, but for FEWEST at least. */
  static empty(shape: DrawShape, wanted: number): Draws {
    const width = shape.factors + 2
    const rows = TABLES.reduce((sum, name) => sum + shape.counts[name], 0)
    const draws = Math.min(wanted, Math.max(FEWEST, Math.floor(MOST_BYTES / (rows * width))))
    return new Draws(
      shape,
      new Uint8Array(draws * rows * width),
      new Float32Array(draws * TABLES.length * width * 2),
      new Float32Array(draws * width),
      new Float64Array(shape.probit ? draws * (shape.stars.length + 1) : 0)
    )
  }

  /** @internal */
  static restore({values, arrays}: ModelState): Draws {
    const draws = new Draws(
      values.shape as DrawShape,
      arrays.draws as Uint8Array,
      arrays.ranges as Float32Array,
      arrays.precisions as Float32Array,
      arrays.cuts as Float64Array
    )
    draws.kept = values.kept as number
    return draws
  }

  /** @internal */
  state(): ModelState {
    const {shape, kept, bytes, ranges, precisions, cuts} = this
    return {values: {shape, kept}, arrays: {draws: bytes, ranges, precisions, cuts}}
  }

  /** @internal The same draws with one row of users, that of the average one, which stands last. */
  withoutUsers(): Draws {
    const {shape, room, rowsPerDraw, width} = this
    const out = shape.counts.users - 1
    const bytes = new Uint8Array(room * (rowsPerDraw - out) * width)
    for (let k = 0; k < room; k++) {
      const [from, to] = [(k * rowsPerDraw + out) * width, (k + 1) * rowsPerDraw * width]
      bytes.set(this.bytes.subarray(from, to), k * (to - from))
    }
    const counts = {...shape.counts, users: 1}
    const draws = new Draws({...shape, counts}, bytes, this.ranges, this.precisions, this.cuts)
    draws.kept = this.kept
    return draws
  }

  /** @internal Takes back the draws of a checkpoint, whose arrays stand under the names of `state` after "kept.". */
  refill(kept: number, arrays: ModelState['arrays']): void {
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

  /** All draws, or at most so many at even distances. */
  *each(most: number = this.kept): Generator<Draw> {
    const count = Math.min(most, this.kept)
    for (let k = 0; k < count; k++) yield this.at(Math.floor(((k + 0.5) * this.kept) / count))
  }

  /** A draw, made when it is first asked for: whoever scores many people asks for each of them. */
  private at(s: number): Draw {
    this.made[s] ??= new Draw(this.shape, this.viewsOf(s))
    return this.made[s]
  }

  /** @internal Keeps a draw. */
  add(drawn: Drawn): void {
    for (const table of TABLES) {
      const rows = drawn.rows[table]
      if (rows !== undefined) this.encode(table, rows, drawn)
    }
    for (let c = 0; c < this.width - 1; c++)
      this.precisions[this.kept * this.width + c] = drawn.precision[this.column(c, drawn)]
    if (this.shape.probit) this.cuts.set(drawn.cuts, this.kept * drawn.cuts.length)
    this.kept++
  }

  /** @internal The same draws with room for other rows: `places` has for each table that changes the new place of each of its rows. */
  widened(places: Partial<Record<TableName, Int32Array>>, counts: Record<TableName, number>): Draws {
    const {width, kept, precisions, cuts, ranges} = this
    const rows = TABLES.reduce((sum, name) => sum + counts[name], 0)
    const made = new Draws(
      {...this.shape, counts},
      new Uint8Array(kept * rows * width),
      ranges,
      precisions,
      cuts
    )
    made.kept = kept
    for (let s = 0; s < kept; s++)
      for (const table of TABLES) {
        const from = (s * this.rowsPerDraw + this.offsets[table]) * width
        const to = (s * rows + made.offsets[table]) * width
        for (let k = 0; k < this.shape.counts[table]; k++) {
          const at = from + k * width
          made.bytes.set(this.bytes.subarray(at, at + width), to + (places[table]?.[k] ?? k) * width)
        }
      }
    return made
  }

  /** @internal Writes a row into a draw, as near as the steps of its table come and inside their range. */
  put(s: number, table: TableName, row: number, values: ArrayLike<number>): void {
    const {width} = this
    const to = (s * this.rowsPerDraw + this.offsets[table] + row) * width
    const range = (s * TABLES.length + TABLES.indexOf(table)) * width * 2
    for (let c = 0; c < width; c++) {
      const [least, step] = [this.ranges[range + 2 * c], this.ranges[range + 2 * c + 1]]
      const place = step > 0 ? Math.round((values[c] - least) / step) : 0
      this.bytes[to + c] = Math.min(255, Math.max(0, place))
    }
  }

  /** @internal Where the bytes of a table stand, for a kernel: those of the first draw, and how far it is from draw to draw. */
  placeOf(table: TableName): {bytes: Uint8Array; from: number; draw: number} {
    const {bytes, offsets, rowsPerDraw, width} = this
    return {bytes, from: offsets[table] * width, draw: rowsPerDraw * width}
  }

  /** @internal Puts the bytes where a kernel can read them: into a copy that `room` makes. */
  moveInto(room: (bytes: Uint8Array) => Uint8Array): void {
    this.bytes = room(this.bytes)
    this.made = []
  }

  private viewsOf(s: number): DrawViews {
    const {width} = this
    const classes = this.shape.probit ? this.shape.stars.length + 1 : 0
    const tables = {} as DrawViews['tables']
    for (const [t, name] of TABLES.entries()) {
      const from = (s * this.rowsPerDraw + this.offsets[name]) * width
      const range = (s * TABLES.length + t) * width * 2
      tables[name] = {
        bytes: this.bytes.subarray(from, from + this.shape.counts[name] * width),
        ranges: this.ranges.subarray(range, range + 2 * width)
      }
    }
    return {
      tables,
      precisions: this.precisions.subarray(s * width, (s + 1) * width - 1),
      cuts: this.cuts.subarray(s * classes, (s + 1) * classes)
    }
  }

  /** Place of a kept column in a sampler's row: factors, bias, precision. */
  private column(c: number, {bias, noise}: Drawn): number {
    const {factors} = this.shape
    return c < factors ? c : c === factors ? bias : noise
  }

  private encode(table: TableName, rows: Float32Array, drawn: Drawn): void {
    const {width} = this
    const count = this.shape.counts[table]
    const from = (this.kept * this.rowsPerDraw + this.offsets[table]) * width
    const range = (this.kept * TABLES.length + TABLES.indexOf(table)) * width * 2
    for (let c = 0; c < width; c++) {
      const at = this.column(c, drawn)
      let low = Number.POSITIVE_INFINITY
      let high = Number.NEGATIVE_INFINITY
      for (let k = 0; k < count; k++) {
        const value = rows[k * drawn.stride + at]
        if (value < low) low = value
        if (value > high) high = value
      }
      this.ranges[range + 2 * c] = low
      this.ranges[range + 2 * c + 1] = (high - low) / 255
      const step = high > low ? 255 / (high - low) : 0
      for (let k = 0; k < count; k++)
        this.bytes[from + k * width + c] = Math.round((rows[k * drawn.stride + at] - low) * step)
    }
  }
}

/** The bytes of one draw, table by table, with the least value and the step of each column. */
interface DrawViews {
  tables: Record<TableName, {bytes: Uint8Array; ranges: Float32Array}>
  precisions: Float32Array
  cuts: Float64Array
}

/** One draw of the posterior: rows of users, movies, days and links, the users' prior, and how scores become stars. */
export class Draw {
  /** Numbers in a row: factors, bias, precision of the noise. */
  readonly width: number
  /** [width - 1] precisions of the users' prior: factors, bias */
  readonly precisions: Float32Array

  /** @internal */
  constructor(
    /** What the draws of the fit have in common. */
    readonly shape: DrawShape,
    private readonly views: DrawViews
  ) {
    this.width = shape.factors + 2
    this.precisions = views.precisions
  }

  /** These rows of a table, decoded: factors, bias, precision of the noise. [rows × width], row-major; a room for them may be given. */
  rows(
    table: TableName,
    rows: ArrayLike<number>,
    values: Float32Array = new Float32Array(rows.length * this.width)
  ): Float32Array {
    const {width} = this
    const {bytes, ranges} = this.views.tables[table]
    for (let k = 0; k < rows.length; k++)
      for (let c = 0; c < width; c++)
        values[k * width + c] = ranges[2 * c] + ranges[2 * c + 1] * bytes[rows[k] * width + c]
    return values
  }

  /** Sums of weight · column over these rows of a table, straight from the bytes. [rows] */
  weigh(table: TableName, rows: Int32Array, weights: ArrayLike<number>): Float64Array {
    const {width} = this
    const {bytes} = this.views.tables[table]
    const steps = new Float64Array(width)
    const least = this.stepsOf(table, weights, steps)
    const sums = new Float64Array(rows.length)
    let k = 0
    // Four rows at a time, so that a step is read once for them and no addition waits for the one before it.
    for (; k + 4 <= rows.length; k += 4) {
      const [p, q, r, s] = [rows[k] * width, rows[k + 1] * width, rows[k + 2] * width, rows[k + 3] * width]
      let [a, b, c, d] = [least, least, least, least]
      for (let f = 0; f < width; f++) {
        const step = steps[f]
        a += step * bytes[p + f]
        b += step * bytes[q + f]
        c += step * bytes[r + f]
        d += step * bytes[s + f]
      }
      sums[k] = a
      sums[k + 1] = b
      sums[k + 2] = c
      sums[k + 3] = d
    }
    for (; k < rows.length; k++) {
      sums[k] = least
      for (let f = 0, p = rows[k] * width; f < width; f++) sums[k] += steps[f] * bytes[p + f]
    }
    return sums
  }

  /**
   * @internal Fills in what `weigh` multiplies bytes by, and returns what it adds whatever they are: sums of weight · column are that + sum of
   * steps · byte.
   */
  stepsOf(table: TableName, weights: ArrayLike<number>, steps: Float64Array | Float32Array): number {
    const {width} = this
    const {ranges} = this.views.tables[table]
    let least = 0
    for (let c = 0; c < width; c++) {
      steps[c] = weights[c] * ranges[2 * c + 1]
      least += weights[c] * ranges[2 * c]
    }
    return least
  }

  /** Borders between the stars: the cuts of the probit, or halfway from star to star. [stars + 1] */
  get borders(): Float64Array {
    const {stars, probit} = this.shape
    if (probit) return this.views.cuts
    const halfway = stars.slice(1).map((star, k) => (star + stars[k]) / 2)
    return Float64Array.of(Number.NEGATIVE_INFINITY, ...halfway, Number.POSITIVE_INFINITY)
  }

  /** The rating expected at a score with noise of this precision: the score itself, or the probit's mean over the stars. */
  expected(score: number, precision: number): number {
    const {stars, probit} = this.shape
    if (!probit) return score
    const {cuts} = this.views
    const root = Math.sqrt(precision)
    let sum = stars[0]
    for (let k = 1; k < stars.length; k++)
      sum += (stars[k] - stars[k - 1]) * upperTail(root * (cuts[k] - score))
    return sum
  }

  /** How many stars a step of the score is worth there. */
  slope(score: number, precision: number): number {
    const {stars, probit} = this.shape
    if (!probit) return 1
    const {cuts} = this.views
    const root = Math.sqrt(precision)
    let slope = 0
    for (let k = 1; k < stars.length; k++)
      slope += (stars[k] - stars[k - 1]) * root * density(root * (cuts[k] - score))
    return slope
  }
}
