import {type Arena, pointer} from '../../kernels/arena'
import {blocks, type Pool, scratchFor} from '../../kernels/pool'
import {type Kernels, kernelConstants, kernelsOn} from '../../kernels/wasm'
import {sortedOnce} from '../../math/search'
import {topN} from '../../math/topN'
import {emptyLists, type ListBlock, type ListsWanted, listsByScores, placesOf} from '../../models/lists'
import {isKnown, type Model, type Person} from '../../models/model'
import type {Work} from '../../work'
import {Ragged} from './ragged'

/** A block of people on the arena: what the kernel reads of them, and where it writes their lists. */
export interface Room {
  people: readonly Person[]
  /** The places of the movies that are left out of each list, ascending. */
  out: Ragged
  /** [people] how many movies are kept */
  size: Int32Array
  /** [people × most] places of movies, and their scores: a heap for each person, the worst first */
  places: Int32Array
  scores: Float32Array | Float64Array
  /** What the kernel reads all this by. */
  table: Uint8Array
  /** [people] the kernel's own: the first movie left out that is still to come */
  next: Int32Array
}

/**
 * Lists by a kernel, for people block by block; what the kernel cannot vouch for goes the plain way. Kernels count movies by their places
 * among those that may be listed, so that a list of few movies costs little.
 */
export abstract class ListMaker<R extends Room = Room> {
  /** The movies that may be listed, ascending unless they are ordered. */
  protected readonly listed: Int32Array
  /** [movies] the place of each among them, -1 for the others */
  protected readonly placeOf: Int32Array
  /** How many movies are kept of each person. */
  protected readonly most: number
  /** [most] 0, 1, 2, … */
  private readonly counted: Int32Array
  /** [most] room for the movies that are kept of one person, and for their scores */
  private readonly keptMovies: Int32Array
  private readonly keptScores: Float64Array
  private readonly kernels: Kernels
  private scratch: readonly number[] | undefined
  /** Room for the movies that are left out of one list. */
  private leaving = new Int32Array(0)

  /** `slack` movies are kept beyond the end of a list. */
  constructor(
    private readonly model: Model,
    protected readonly wanted: ListsWanted,
    protected readonly arena: Arena,
    protected readonly work: Work,
    slack: number
  ) {
    const {allowed, n} = wanted
    this.listed = placesOf(allowed)
    this.placeOf = new Int32Array(allowed.length).fill(-1)
    this.place()
    this.most = Math.min(n + slack, this.listed.length)
    this.counted = Int32Array.from({length: this.most}, (_, k) => k)
    this.keptMovies = new Int32Array(this.most)
    this.keptScores = new Float64Array(this.most)
    this.kernels = kernelsOn(arena.memory)
  }

  /** Has the movies stand in another order, before they are laid. */
  protected order(compare: (i: number, j: number) => number): void {
    this.listed.sort(compare)
    this.place()
  }

  private place(): void {
    for (let place = 0; place < this.listed.length; place++) this.placeOf[this.listed[place]] = place
  }

  /** Puts what was learned where the kernel reads it. */
  abstract lay(): Promise<void>
  /** Room for a block of so many people, an even number. */
  abstract room(people: number): R
  /** Puts what the kernel reads of a person, the k-th of the block, into the room. */
  protected abstract take(room: R, person: Person, k: number): void
  /** All people of the block are in the room. */
  protected close(room: R): void {
    room.out.close()
  }
  /** Runs kernels on a block, until its lists are in the room. */
  abstract run(room: R, pool: Pool): Promise<void>
  /** The list of the k-th person, put into the block; false where only the plain way knows. */
  protected abstract settle(room: R, k: number, block: ListBlock): boolean

  /** Puts a block of people into a room. */
  async fill(room: R, people: readonly Person[]): Promise<void> {
    room.people = people
    for (const [k, person] of people.entries()) {
      if (this.work.outOfBreath) await this.work.breathe()
      room.out.add(this.leftOut(person))
      this.take(room, person, k)
    }
    this.close(room)
  }

  /** Runs a kernel on the people of a room, an even number of them at a time: on them, the room and `args`. */
  protected async onPeople(
    room: R,
    pool: Pool,
    kernel: string,
    each: number,
    args: readonly number[],
    scratch?: readonly number[]
  ): Promise<void> {
    await pool.all(kernel, this.calls(room, each, args), undefined, scratch)
  }

  /** Calls of a kernel on the people of a room. */
  protected calls(room: R, each: number, args: readonly number[]): number[][] {
    const {out, next, size, places, scores, table, people} = room
    const parts = [out.start, out.index, next, size, places, scores].map(pointer)
    this.kernels.setListRoom(pointer(table), ...parts, this.most)
    return blocks(even(people.length), each).map(([from, to]) => [from, to, pointer(table), ...args])
  }

  /** Memory of each thread's own: of so many bytes, the same at every call. */
  protected scratchOf(pool: Pool, bytes: number): readonly number[] {
    this.scratch ??= scratchFor(this.arena, pool.size, bytes)
    return this.scratch
  }

  /** The lists of the people in a room. */
  async lists(room: R): Promise<ListBlock> {
    const {people} = room
    const {n} = this.wanted
    const block = emptyLists(people, n)
    for (const [k, person] of people.entries()) {
      if (this.work.outOfBreath) await this.work.breathe()
      if (!isKnown(person) || (this.isWhole(room, k) && this.settle(room, k, block))) continue
      const {movies, scores} = listsByScores(this.model, [person], this.wanted)
      block.movies.set(movies, k * n)
      block.scores.set(scores, k * n)
    }
    return block
  }

  /** What every kernel has of a block. */
  protected commonRoom(people: number, precision: 'f32' | 'f64'): Room {
    const {arena, most} = this
    return {
      people: [],
      out: new Ragged(arena, people, false),
      size: arena.i32(people),
      places: arena.i32(people * most),
      scores: arena[precision](people * most),
      table: arena.u8(kernelConstants().listRoomBytes()),
      next: arena.i32(people)
    }
  }

  /** How many movies can stand on the list of the k-th person. */
  protected available({out}: Room, k: number): number {
    return this.listed.length - out.length(k)
  }

  /** The list of the k-th person out of what is kept, where its scores are the model's own; ties to the smaller index. */
  protected writeKept(room: Room, k: number, block: ListBlock): void {
    const {keptMovies: movies, keptScores: scores, listed, most} = this
    const {n} = this.wanted
    const size = room.size[k]
    for (let h = 0; h < size; h++) {
      movies[h] = listed[room.places[k * most + h]]
      // A sum of nothing may be -0.
      scores[h] = room.scores[k * most + h] + 0
    }
    const best = topN(scores, n, this.counted.subarray(0, size), movies)
    for (let h = 0; h < best.length; h++) {
      block.movies[k * n + h] = movies[best[h]]
      block.scores[k * n + h] = scores[best[h]]
    }
  }

  /** Whether as many movies are kept as there can be: not where scores are no numbers. */
  private isWhole(room: R, k: number): boolean {
    return room.size[k] === Math.min(this.most, this.available(room, k))
  }

  /** The places of the movies that are left out of her list, ascending, each once. */
  private leftOut(person: Person): Int32Array {
    const {placeOf} = this
    const out = this.wanted.without(person)
    if (out.length > this.leaving.length) this.leaving = new Int32Array(2 * out.length)
    const places = this.leaving
    let count = 0
    let ascending = true
    for (let n = 0; n < out.length; n++) {
      const place = placeOf[out[n]]
      if (place < 0) continue
      if (count > 0 && places[count - 1] >= place) ascending = false
      places[count++] = place
    }
    const left = places.subarray(0, count)
    return ascending ? left : sortedOnce(left)
  }
}

/** Kernels take people two by two. */
export function even(count: number): number {
  return count + (count % 2)
}
