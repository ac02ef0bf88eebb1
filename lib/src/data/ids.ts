import {count} from '../show/numbers'

/** The id of a user as it stands in the files: a number in MovieLens, any text in people's own data. */
export type UserId = number | string
/** The id of a movie as it stands in the files. */
export type MovieId = number | string

/** What keeps a value from being an id, with the remedy; undefined for one that is: a number from 0 up, or a text that is not empty. */
export function faultOfId(id: unknown): string | undefined {
  if (typeof id === 'string' && id !== '') return undefined
  if (typeof id === 'number' && id >= 0 && id <= Number.MAX_SAFE_INTEGER) return undefined
  if (typeof id === 'bigint') return `the bigint ${id}. Give it as a text: .toString()`
  if (typeof id === 'number' && id > Number.MAX_SAFE_INTEGER && Number.isFinite(id))
    return `${id}, which a number does not hold exactly. Give it as a text`
  if (typeof id === 'object' && id !== null)
    return 'an object. Give what it stands for as a text: .toString()'
  return id === '' ? "''" : String(id)
}

/** Whether a text is a whole number in the one way of writing it, small enough to be kept exactly: such an id becomes a number. */
export function isWholeId(id: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(id) && Number(id) <= Number.MAX_SAFE_INTEGER
}

/**
 * The ids of a column of a file, which are what is written: numbers where all are whole numbers, or all are with .0 behind, as data frames
 * with gaps write them; else texts.
 */
export function idsAsWritten(texts: readonly string[]): Array<number | string> {
  if (texts.every(isWholeId)) return texts.map(Number)
  const bare = texts.map(text => text.replace(/\.0$/, ''))
  return texts.every((text, k) => text !== bare[k] && isWholeId(bare[k])) ? bare.map(Number) : [...texts]
}

/** The same id as the other kind of value: '15' for 15 and 15 for '15'; undefined where there is none. */
export function otherKind(id: number | string): number | string | undefined {
  if (typeof id === 'number') return String(id)
  return isWholeId(id) ? Number(id) : undefined
}

/** Numbers by size, then texts by code point: the order of dense indices, so that the smaller index is the smaller id. */
export function compareIds(a: number | string, b: number | string): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** The table of an index has so many places at most, and so many for each id beside the first. */
const LARGEST_TABLE = 1 << 24
const PLACES = 256
const FIRST_PLACES = 1 << 16

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
      last < Math.min(LARGEST_TABLE, FIRST_PLACES + PLACES * ids.length) &&
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

  /** The dense index of an id, -1 where it is unknown. 15 and '15' are the same id. */
  indexOf(id: number | string): number {
    const {table, map} = this
    if (table !== undefined) return table[(typeof id === 'number' ? id : otherKind(id)) as number] ?? -1
    return map?.get(id as Id) ?? map?.get(otherKind(id) as Id) ?? -1
  }

  /** "671 users (ids 1 to 671)", for error messages. */
  describe(noun: string): string {
    if (this.length === 0) return `no ${noun}s`
    return `${count(this.length)} ${noun}s (ids ${this.ids[0]} to ${this.ids[this.length - 1]})`
  }
}
