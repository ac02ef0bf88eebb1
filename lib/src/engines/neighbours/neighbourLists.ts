import {type Arena, pointer} from '../../kernels/arena'
import {blocks, type Pool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import type {ListBlock, ListsWanted} from '../../models/lists'
import type {Model, Person} from '../../models/model'
import type {NeighbourParts} from '../../models/neighbourModel'
import type {Work} from '../../work'
import {ListMaker, type Room} from '../lists/listMaker'
import {Ragged} from '../lists/ragged'
import type {Neighbourhood} from './similarities'

/** Movies that are scored for all people of a block before they go into the lists, and of them those of one call. */
const TILE = 256
const MOVIES = 8
/** People whose lists one call sees to. */
const PEOPLE = 256

interface NeighbourRoom extends Room {
  /** What each person rated, and the deviation of each rating. */
  rated: Ragged
  /** [people × TILE_PERSON] her part of the centre and of the substitute */
  user: Float64Array
}

/**
 * Lists by similar movies: the similarities of a movie are computed once for all people of a block, and none are kept. Means and scores are
 * those of one person alone, to the bit.
 */
export class NeighbourLists extends ListMaker<NeighbourRoom> {
  private readonly own: {table: number; scratch: number}
  private readonly columns: Int32Array
  /** [listed × TILE_MOVIE] the movie's part of the centre, of the substitute, and its scale */
  private readonly movie: Float64Array
  /** [people × TILE] */
  private scores: Float64Array | undefined

  constructor(
    model: Model,
    private readonly parts: NeighbourParts,
    wanted: ListsWanted,
    arena: Arena,
    work: Work
  ) {
    super(model, wanted, arena, work, 0)
    this.own = (parts.near as Neighbourhood).copyOn(arena)
    this.columns = arena.i32(this.listed)
    this.movie = arena.f64(this.listed.length * kernelConstants().TILE_MOVIE)
  }

  async lay(): Promise<void> {
    const {centre, substitute, scale} = this.parts
    const {TILE_MOVIE: width} = kernelConstants()
    for (const [place, i] of this.listed.entries())
      this.movie.set([centre[i], substitute[i], scale[i]], place * width)
  }

  room(people: number): NeighbourRoom {
    const {arena} = this
    this.scores ??= arena.f64(people * TILE)
    return {
      ...this.commonRoom(people, 'f64'),
      rated: new Ragged(arena, people, true),
      user: arena.f64(people * kernelConstants().TILE_PERSON)
    }
  }

  protected take({rated, user}: NeighbourRoom, person: Person, k: number): void {
    rated.add(person.i, this.parts.deviationsOf(person))
    user.set(this.parts.partsOf(person), k * kernelConstants().TILE_PERSON)
  }

  protected override close(room: NeighbourRoom): void {
    super.close(room)
    room.rated.close()
  }

  async run(room: NeighbourRoom, pool: Pool): Promise<void> {
    const {own, columns, movie, listed, parts} = this
    const scores = pointer(this.scores as Float64Array)
    const {start, index, value} = room.rated
    const people = [room.people.length, ...[start, index, value, room.user, movie].map(pointer), parts.minK]
    const scratch = this.scratchOf(pool, own.scratch)
    for (const [first, end] of blocks(listed.length, TILE)) {
      const calls = blocks(end - first, MOVIES).map(([from, to]) => [
        ...[first + from, first + to, own.table, pointer(columns), ...people],
        ...[scores, TILE, first]
      ])
      await pool.all('neighbourTile', calls, undefined, scratch)
      await this.onPeople(room, pool, 'intoLists', PEOPLE, [scores, TILE, first, end - first])
    }
  }

  protected settle(room: NeighbourRoom, k: number, block: ListBlock): boolean {
    this.writeKept(room, k, block)
    return true
  }
}
