import {count} from '../show/numbers'

/** The id of a user as it stands in the files: a number in MovieLens, any text in people's own data. */
export type UserId = number | string
/** The id of a movie as it stands in the files. */
export type MovieId = number | string

/** Whether a value can be an id: a number from 0 up, or anything else that is not empty. */
export function isId(id: unknown): boolean {
  if (typeof id === 'number') return Number.isFinite(id) && id >= 0
  return id !== '' && id !== undefined && id !== null
}

/** Whether a text is a whole number in the one way of writing it, small enough to be kept exactly: such an id becomes a number. */
export function isWholeId(id: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(id) && Number(id) <= Number.MAX_SAFE_INTEGER
}

/** Numbers by size, then texts by code point: the order of dense indices, so that the smaller index is the smaller id. */
export function compareIds(a: number | string, b: number | string): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  return a < b ? -1 : a > b ? 1 : 0
}

const LARGEST_TABLE = 1 << 24

/** Sorted ids and the way from an id to its dense index. */
export class IdIndex<Id extends number | string = number | string> {
  readonly ids: readonly Id[]
  private readonly table: Int32Array | undefined
  private readonly map: Map<Id, number> | undefined

  /** `ids` without repetition, in the order of `compareIds`. */
  constructor(ids: readonly Id[]) {
    this.ids = ids
    const last = ids.length === 0 ? 0 : ids[ids.length - 1]
    const first = ids.length === 0 ? 0 : ids[0]
    if (
      typeof last === 'number' &&
      typeof first === 'number' &&
      first >= 0 &&
      last < LARGEST_TABLE &&
      ids.every(Number.isInteger)
    ) {
      this.table = new Int32Array(last + 1).fill(-1)
      for (let k = 0; k < ids.length; k++) this.table[ids[k] as number] = k
    } else {
      this.map = new Map()
      for (let k = 0; k < ids.length; k++) this.map.set(ids[k], k)
    }
  }

  get length(): number {
    return this.ids.length
  }

  /** The dense index of an id, -1 where it is unknown. */
  indexOf(id: number | string): number {
    if (this.table !== undefined) {
      const index = typeof id === 'number' ? this.table[id] : undefined
      return index === undefined ? -1 : index
    }
    return this.map?.get(id as Id) ?? -1
  }

  /** "671 users (ids 1 to 671)", for error messages. */
  describe(noun: string): string {
    if (this.length === 0) return `no ${noun}s`
    return `${count(this.length)} ${noun}s (ids ${this.ids[0]} to ${this.ids[this.length - 1]})`
  }
}
