import {type Arena, pointer} from '../../kernels/arena'
import type {Pool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import type {ListBlock, ListsWanted} from '../../models/lists'
import type {Model, Person, SparseRows, WeightForm} from '../../models/model'
import type {Work} from '../../work'
import {ListMaker, type Room} from './listMaker'
import {Ragged} from './ragged'

/** People in one call, which reads all weights once. */
const PEOPLE = 512

interface WeightRoom extends Room {
  /** The rows that count for each person, and how much each does. */
  rows: Ragged
}

/**
 * Lists by weights between movies. The kernel takes the sums in double and in the model's order, so what it keeps are the model's scores,
 * ties included.
 */
export class WeightLists extends ListMaker<WeightRoom> {
  /** What the kernel of these weights is, with its arguments behind the rows. */
  private kernel: Kernel | undefined

  constructor(
    model: Model,
    private readonly form: WeightForm,
    wanted: ListsWanted,
    arena: Arena,
    work: Work
  ) {
    super(model, wanted, arena, work, 0)
  }

  async lay(): Promise<void> {
    const {arena, listed, work} = this
    const {weights} = this.form
    const {WEIGHT_TILE} = kernelConstants()
    // A sum divided by 1 is itself, and one divided by NaN is never kept: so end the movies.
    const by = arena.f64(WEIGHT_TILE * Math.ceil(listed.length / WEIGHT_TILE)).fill(Number.NaN)
    by.fill(1, 0, listed.length)
    this.kernel = await (weights instanceof Float32Array
      ? layDense(arena, weights, listed, by, work)
      : laySparse(arena, weights, this.placeOf, by, work))
  }

  room(people: number): WeightRoom {
    return {...this.commonRoom(people, 'f64'), rows: new Ragged(this.arena, people, this.form.valued)}
  }

  protected take({rows}: WeightRoom, person: Person): void {
    const {index, value} = this.form.rowsOf(person)
    rows.add(index, value)
  }

  protected override close(room: WeightRoom): void {
    super.close(room)
    room.rows.close()
  }

  async run(room: WeightRoom, pool: Pool): Promise<void> {
    const {start, index, value} = room.rows
    const {name, args, scratch} = this.kernel as Kernel
    const rows = [pointer(start), pointer(index), this.form.valued ? pointer(value) : 0]
    await this.onPeople(room, pool, name, PEOPLE, [...rows, ...args], this.scratchOf(pool, scratch))
  }

  protected settle(room: WeightRoom, k: number, block: ListBlock): boolean {
    this.writeKept(room, k, block)
    return true
  }
}

interface Kernel {
  name: string
  args: readonly number[]
  /** Bytes of each thread's own. */
  scratch: number
}

/** The columns of the movies that may be listed, in tiles: [tiles × movies × WEIGHT_TILE]. */
async function layDense(
  arena: Arena,
  weights: Float32Array,
  listed: Int32Array,
  divisor: Float64Array,
  work: Work
): Promise<Kernel> {
  const {WEIGHT_TILE: width, weightListsScratch} = kernelConstants()
  const count = Math.sqrt(weights.length)
  const w = arena.f32(divisor.length * count)
  for (let j = 0; j < count; j++) {
    if (work.outOfBreath) await work.breathe()
    const from = j * count
    for (let place = 0, at = j * width; place < listed.length; at += count * width)
      for (let lane = 0; lane < width && place < listed.length; lane++)
        w[at + lane] = weights[from + listed[place++]]
  }
  const args = [pointer(w), count, divisor.length / width, pointer(divisor)]
  return {name: 'weightLists', scratch: weightListsScratch(), args}
}

/** The rows with the places of the movies that may be listed. */
async function laySparse(
  arena: Arena,
  {start, index, value}: SparseRows,
  placeOf: Int32Array,
  divisor: Float64Array,
  work: Work
): Promise<Kernel> {
  const places = arena.i32(index.length)
  const values = arena.f32(index.length)
  const starts = arena.i32(start.length)
  let length = 0
  for (let j = 0; j + 1 < start.length; j++) {
    if (work.outOfBreath) await work.breathe()
    for (let k = start[j]; k < start[j + 1]; k++) {
      const place = placeOf[index[k]]
      if (place < 0) continue
      places[length] = place
      values[length++] = value[k]
    }
    starts[j + 1] = length
  }
  const args = [pointer(starts), pointer(places), pointer(values), divisor.length, pointer(divisor)]
  return {name: 'sparseLists', scratch: kernelConstants().sparseListsScratch(divisor.length), args}
}
