import type {Arena} from '../../kernels/arena'

/** Lists of different lengths, one after the other, on an arena: room for as much as ever came at once. */
export class Ragged {
  /** [lists + 1] */
  readonly start: Int32Array
  index: Int32Array
  value: Float32Array
  private count = 0

  constructor(
    private readonly arena: Arena,
    lists: number,
    private readonly valued: boolean
  ) {
    this.start = arena.i32(lists + 1)
    this.index = arena.i32(0)
    this.value = arena.f32(0)
  }

  /** Puts the next list behind those that are there; value 1 where none is given. */
  add(index: ArrayLike<number>, value?: ArrayLike<number>): void {
    const from = this.start[this.count]
    const to = from + index.length
    this.reserve(to)
    this.index.set(index, from)
    if (this.valued && value !== undefined) this.value.set(value, from)
    else if (this.valued) this.value.fill(1, from, to)
    this.start[++this.count] = to
  }

  /** All lists behind those that were added are empty, and the next one is the first again. */
  close(): void {
    this.start.fill(this.start[this.count], this.count)
    this.count = 0
  }

  length(list: number): number {
    return this.start[list + 1] - this.start[list]
  }

  private reserve(length: number): void {
    if (length <= this.index.length) return
    const {arena, index, value, valued} = this
    this.index = arena.i32(2 * length)
    this.index.set(index)
    if (!valued) return
    this.value = arena.f32(2 * length)
    this.value.set(value)
  }
}
