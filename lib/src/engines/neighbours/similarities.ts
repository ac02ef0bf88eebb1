import {type Compressed, grouped} from '../../data/compressed'
import {Arena, pointer} from '../../kernels/arena'
import {type Pool, scratchFor} from '../../kernels/pool'
import {allNow} from '../../kernels/team'
import {type Kernels, kernelConstants, kernelsOn} from '../../kernels/wasm'
import {log2} from '../../math/logarithms'
import type {NeighbourStore, Similarities, WeightedMean, WeightedMeans} from '../../models/neighbourModel'

/** How entities are compared and neighbours weighed. */
export interface NeighbourhoodSettings {
  measure: 'jaccard' | 'cosine' | 'distance' | 'pearson'
  overAll: boolean
  minSupport: number
  shrinkage: number
  amplification: number
  k: number
  damping: number
}

/** Rows of similarities that are kept once computed take at most this much. */
const ROW_BUDGET = 256 * 2 ** 20
/** Pairs of co-ratings in one kernel call: some ten milliseconds. */
const CALL = 5_000_000
/** Entities whose weights are gathered at a time, so that they fit the cache, and the power of 2 that their bytes are. */
const BLOCK = 64
const SHIFT = log2(4 * BLOCK)
/** Up to as many pairs are answered one by one. */
const FEW = 32
/** Fewer than this are not worth a thread. */
const WORTH_A_THREAD = 20_000_000

/**
 * Entities (movies, or users), compared by those who rated both, on the memory of an arena. A row of similarities costs one pass
 * over the entity's co-ratings and O(entities) memory; rows are made when asked for and kept while they fit a budget of 256 MB.
 * Nothing here knows which side the entities are.
 */
export class Neighbourhood implements Similarities {
  readonly entities: number
  readonly arena: Arena = new Arena()
  private readonly kernels: Kernels
  private readonly own: Laid & {table: number}
  private readonly k: number
  private readonly damping: number
  private readonly sums: Uint8Array
  /** [entities] the row in use */
  private readonly row: Float32Array
  private readonly selection: Uint8Array
  /** [k] places of those who were taken last */
  private readonly taken: Int32Array
  private readonly mean: Float64Array
  private readonly kept = new Map<number, Float32Array>()
  private chosen: NeighbourStore | undefined

  /** `compared` and `deviations` are [ratings], in the order of `rows` and of `columns` as named. */
  constructor(
    private readonly rows: Compressed,
    private readonly columns: Compressed,
    compared: {byRow: Float32Array; byColumn: Float32Array},
    deviations: Float32Array,
    private readonly settings: NeighbourhoodSettings,
    private readonly workers: number
  ) {
    const {arena} = this
    this.entities = rows.start.length - 1
    this.k = Math.min(settings.k, this.entities)
    this.damping = settings.damping
    this.kernels = kernelsOn(arena.memory)
    this.own = this.layOn(arena, {
      rowStart: rows.start,
      rowIndex: rows.index,
      rowValue: compared.byRow,
      columnStart: columns.start,
      columnIndex: columns.index,
      columnValue: compared.byColumn,
      deviations,
      norm: norms(rows.start, compared.byRow)
    })
    const {similarityRowScratch, weighListScratch} = kernelConstants()
    this.sums = arena.u8(similarityRowScratch(this.entities))
    this.row = arena.f32(this.entities)
    this.selection = arena.u8(weighListScratch(this.entities))
    this.taken = arena.i32(this.k)
    this.mean = arena.f64(1)
  }

  /** All that the kernels read of it on another arena, for work that outlasts one question: the address, and what a thread needs. */
  copyOn(arena: Arena): {table: number; scratch: number} {
    const {table} = this.layOn(arena, this.own)
    if (this.chosen !== undefined) {
      const {index, similarity} = this.chosen
      kernelsOn(arena.memory).setStore(table, pointer(arena.i32(index)), pointer(arena.f32(similarity)))
    }
    return {table, scratch: kernelConstants().neighbourTileScratch(this.entities)}
  }

  get store(): NeighbourStore | undefined {
    if (this.chosen === undefined) return undefined
    const {index, similarity} = this.chosen
    return {index: index.slice(), similarity: similarity.slice()}
  }

  of(e: number): Float32Array {
    const known = this.kept.get(e)
    if (known !== undefined) return known
    const {rowIndex, rowValue, norm} = this.own
    const {start} = this.rows
    const place = 4 * start[e]
    this.fill(pointer(rowIndex) + place, pointer(rowValue) + place, start[e + 1] - start[e], norm[e], e)
    const row = this.row.slice()
    if (4 * this.entities * (this.kept.size + 1) <= ROW_BUDGET) this.kept.set(e, row)
    return row
  }

  weights(e: number): Float32Array {
    if (this.chosen === undefined) return this.of(e)
    const row = new Float32Array(this.entities)
    const {index, similarity} = this.chosen
    for (let h = e * this.k; h < (e + 1) * this.k && index[h] >= 0; h++) row[index[h]] = similarity[h]
    return row
  }

  weightsOf(raters: Int32Array, values: Float32Array): Float32Array {
    const all = this.similaritiesOf(raters, values)
    if (this.chosen === undefined) return all
    // Whom she would have chosen before: the nearest of everyone, whatever they say.
    this.use(all, -1)
    const {count} = this.weigh(0, pointer(this.row), this.entities)
    const row = new Float32Array(this.entities)
    for (const e of this.taken.subarray(0, count)) row[e] = all[e]
    return row
  }

  deviationsOf(rater: number): Float32Array {
    return this.own.deviations.subarray(this.columns.start[rater], this.columns.start[rater + 1])
  }

  meansOver(weights: Float32Array, self: number, raters: ArrayLike<number>): WeightedMeans {
    this.use(weights, self)
    const {row, own, selection, arena} = this
    return this.arena.scope(() => {
      const means = this.roomFor(raters.length)
      const [mean, count] = [pointer(means.mean), pointer(means.count)]
      const listed = pointer(arena.i32(raters))
      const scratch = pointer(selection)
      this.kernels.weighColumns(own.table, pointer(row), listed, raters.length, scratch, mean, count)
      return copyOf(means)
    })
  }

  /**
   * By the rows of the entities asked about, or of those on the list, whichever are fewer: similarity is the same from both ends. Of
   * neighbours chosen before, those that an entity has.
   */
  meansOfList(index: Int32Array, deviations: Float32Array, entities: ArrayLike<number>): WeightedMeans {
    const {arena, own, selection, kernels} = this
    const listed = index.length
    const gather = this.gatherer(index, entities)
    return arena.scope(() => {
      const list = pointer(arena.f32(deviations))
      const weights = arena.f32(BLOCK * listed)
      const means = this.roomFor(entities.length)
      for (let from = 0; from < entities.length; from += BLOCK) {
        const count = Math.min(BLOCK, entities.length - from)
        gather(from, count, weights)
        const out = [pointer(means.mean) + 8 * from, pointer(means.count) + 4 * from]
        kernels.weighRows(own.table, pointer(weights), SHIFT, count, list, listed, pointer(selection), ...out)
      }
      return copyOf(means)
    })
  }

  /** What puts the weights between entities, from a place on, and those on the list where the kernel reads them; no rating speaks for itself. */
  private gatherer(index: Int32Array, entities: ArrayLike<number>): Gather {
    const listed = index.length
    if (this.chosen !== undefined || entities.length <= listed)
      return (from, count, weights) => {
        for (let n = 0; n < count; n++) {
          const e = entities[from + n]
          const row = this.weights(e)
          for (let p = 0; p < listed; p++) weights[p * BLOCK + n] = e === index[p] ? 0 : row[index[p]]
        }
      }
    const rows = Array.from(index, e => this.of(e))
    return (from, count, weights) => {
      for (let p = 0; p < listed; p++) {
        const [row, self] = [rows[p], index[p]]
        for (let n = 0, at = p * BLOCK; n < count; n++, at++) {
          const e = entities[from + n]
          weights[at] = e === self ? 0 : row[e]
        }
      }
    }
  }

  private roomFor(count: number): WeightedMeans {
    return {mean: this.arena.f64(count), count: this.arena.i32(count)}
  }

  nearest(
    weights: Float32Array,
    self: number,
    index: Int32Array,
    deviations: Float32Array
  ): WeightedMean & {places: Int32Array} {
    this.use(weights, self)
    const {mean, count} = this.weighList(index, deviations)
    return {mean, count, places: this.taken.slice(0, count)}
  }

  meansOfPairs(entity: Int32Array, rater: Int32Array): WeightedMeans {
    if (entity.length <= FEW) return this.meansOfFew(entity, rater)
    return this.arena.scope(() => {
      const {start, order} = grouped(entity, this.entities)
      const means = this.arena.f64(order.length)
      const counts = this.arena.i32(order.length)
      const byEntity = this.arena.i32(order.length)
      for (let n = 0; n < order.length; n++) byEntity[n] = rater[order[n]]
      const pairs = [pointer(this.arena.i32(start)), pointer(byEntity), pointer(means), pointer(counts)]
      this.kernels.setPairs(this.own.table, ...pairs)
      const {calls, work} = this.calls(start)
      const threads = work < WORTH_A_THREAD ? 1 : this.workers
      allNow(this.arena, threads, 'neighbourScores', calls, this.scratch(threads))
      const mean = new Float64Array(order.length)
      const count = new Int32Array(order.length)
      for (let n = 0; n < order.length; n++) {
        mean[order[n]] = means[n]
        count[order[n]] = counts[n]
      }
      return {mean, count}
    })
  }

  /** By the rows that are kept. */
  private meansOfFew(entity: Int32Array, rater: Int32Array): WeightedMeans {
    const means = {mean: new Float64Array(entity.length), count: new Int32Array(entity.length)}
    for (let n = 0; n < entity.length; n++) {
      const {mean, count} = this.meansOver(this.weights(entity[n]), entity[n], rater.subarray(n, n + 1))
      means.mean[n] = mean[0]
      means.count[n] = count[0]
    }
    return means
  }

  /** Similarity of somebody who is not among the entities to every entity. */
  private similaritiesOf(raters: Int32Array, values: Float32Array): Float32Array {
    return this.arena.scope(() => {
      const norm = norms(Int32Array.of(0, values.length), values)[0]
      this.fill(
        pointer(this.arena.i32(raters)),
        pointer(this.arena.f32(values)),
        raters.length,
        Math.fround(norm),
        -1
      )
      return this.row.slice()
    })
  }

  /** Puts a row of weights where the kernel reads it; `self` stays silent. */
  private use(weights: Float32Array, self: number): void {
    this.row.set(weights)
    if (self >= 0) this.row[self] = 0
  }

  /** Chooses the `k` nearest of every entity, whoever rated what: from now on only they speak. */
  async chooseBefore(pool: Pool, onDone: (done: number, total: number) => void): Promise<void> {
    const index = this.arena.i32(this.entities * this.k)
    const similarity = this.arena.f32(this.entities * this.k)
    this.kernels.setStore(this.own.table, pointer(index), pointer(similarity))
    const everyone = Int32Array.from({length: this.entities + 1}, (_, e) => e)
    const {calls} = this.calls(everyone)
    await pool.all('neighbourStore', calls, done => onDone(done, calls.length), this.scratch(pool.size))
    this.chosen = {index, similarity}
  }

  /** Takes up neighbours chosen before. */
  useStore({index, similarity}: NeighbourStore): void {
    this.chosen = {index: this.arena.i32(index), similarity: this.arena.f32(similarity)}
    this.kernels.setStore(this.own.table, pointer(this.chosen.index), pointer(this.chosen.similarity))
  }

  /** Entities in fixed blocks of about equal work: co-ratings to pass, and raters' lists to walk. `start` groups the pairs. */
  private calls(start: Int32Array): {calls: number[][]; work: number} {
    const calls: number[][] = []
    let work = 0
    let from = 0
    let begun = 0
    for (let e = 0; e < this.entities; e++) {
      if (start[e + 1] > start[e]) {
        work += this.entities
        for (let n = this.rows.start[e]; n < this.rows.start[e + 1]; n++) {
          const rater = this.rows.index[n]
          work += this.columns.start[rater + 1] - this.columns.start[rater]
        }
      }
      if (work - begun < CALL && e + 1 < this.entities) continue
      calls.push([this.own.table, from, e + 1])
      from = e + 1
      begun = work
    }
    return {calls, work}
  }

  private scratch(threads: number): number[] {
    return scratchFor(this.arena, threads, kernelConstants().neighbourScratch(this.entities))
  }

  /** Puts a neighbourhood on an arena, and its address with it. */
  private layOn(arena: Arena, given: Laid): Laid & {table: number} {
    const {settings} = this
    const {neighbourhoodBytes} = kernelConstants()
    const laid: Laid = {
      rowStart: arena.i32(given.rowStart),
      rowIndex: arena.i32(given.rowIndex),
      rowValue: arena.f32(given.rowValue),
      columnStart: arena.i32(given.columnStart),
      columnIndex: arena.i32(given.columnIndex),
      columnValue: arena.f32(given.columnValue),
      deviations: arena.f32(given.deviations),
      norm: arena.f32(given.norm)
    }
    const table = pointer(arena.u8(neighbourhoodBytes()))
    kernelsOn(arena.memory).setNeighbourhood(
      table,
      this.entities,
      ...Object.values(laid).map(pointer),
      numberOf(settings.measure),
      settings.overAll ? 1 : 0,
      settings.minSupport,
      settings.shrinkage,
      settings.amplification,
      this.k,
      settings.damping
    )
    return {...laid, table}
  }

  private fill(index: number, value: number, count: number, norm: number, self: number): void {
    const sums = pointer(this.sums)
    this.kernels.similarityRow(this.own.table, index, value, count, norm, self, sums, pointer(this.row))
  }

  private weighList(index: Int32Array, deviations: Float32Array): WeightedMean {
    return this.arena.scope(() =>
      this.weigh(pointer(this.arena.i32(index)), pointer(this.arena.f32(deviations)), index.length)
    )
  }

  /** The kernel's weighted mean over one list; `index` 0 takes everyone. */
  private weigh(index: number, deviations: number, length: number): WeightedMean {
    const [row, selection, taken] = [this.row, this.selection, this.taken].map(pointer)
    const mean = pointer(this.mean)
    const {k, damping} = this
    const count = this.kernels.weighNearest(
      row,
      index,
      deviations,
      length,
      k,
      damping,
      selection,
      taken,
      mean
    )
    return {mean: this.mean[0], count}
  }
}

/** What the kernels read, in their order. */
interface Laid {
  rowStart: Int32Array
  rowIndex: Int32Array
  rowValue: Float32Array
  columnStart: Int32Array
  columnIndex: Int32Array
  columnValue: Float32Array
  deviations: Float32Array
  norm: Float32Array
}

/** Fills [listed × BLOCK] weights, row-major, of so many entities from a place on. */
type Gather = (from: number, count: number, weights: Float32Array) => void

function copyOf({mean, count}: WeightedMeans): WeightedMeans {
  return {mean: mean.slice(), count: count.slice()}
}

/** How the kernels number the measures. */
function numberOf(measure: NeighbourhoodSettings['measure']): number {
  const {MEASURE_COSINE, MEASURE_DISTANCE, MEASURE_JACCARD, MEASURE_PEARSON} = kernelConstants()
  return {
    cosine: MEASURE_COSINE,
    distance: MEASURE_DISTANCE,
    jaccard: MEASURE_JACCARD,
    pearson: MEASURE_PEARSON
  }[measure]
}

/** Square root of the sum of squares of every row. */
function norms(start: Int32Array, value: Float32Array): Float32Array {
  return Float32Array.from({length: start.length - 1}, (_, row) => {
    let square = 0
    for (let n = start[row]; n < start[row + 1]; n++) square += value[n] * value[n]
    return Math.sqrt(square)
  })
}
