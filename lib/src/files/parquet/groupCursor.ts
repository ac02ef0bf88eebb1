import type {ParquetTable} from './openParquet'
import type {RowGroup} from './rowGroup'

/** @internal The row groups of a table by their numbers: one after the other without a step back costs one reading. */
export class GroupCursor {
  /** [groups] the first row of each group among all rows of the table */
  readonly starts: readonly number[]
  private groups: AsyncGenerator<RowGroup, undefined> | undefined
  private held: {readonly k: number; readonly group: RowGroup} | undefined

  constructor(
    readonly table: ParquetTable,
    private readonly names: readonly string[]
  ) {
    let start = 0
    this.starts = table.rowGroups.map(rows => {
      start += rows
      return start - rows
    })
  }

  /** Row group `k`, which has rows. */
  async at(k: number): Promise<RowGroup> {
    if (this.held?.k === k) return this.held.group
    if (this.groups === undefined || this.following() !== k) {
      await this.close()
      this.groups = this.table.groups(this.names, {skip: k})
    }
    const {value: group} = await this.groups.next()
    if (group === undefined) throw new Error(`There is no row group ${k}.`)
    this.held = {k, group}
    return group
  }

  /** The group with this row. */
  holding(row: number): number {
    let k = 0
    while (row >= this.starts[k] + this.table.rowGroups[k]) k++
    return k
  }

  async close(): Promise<void> {
    this.held = undefined
    await this.groups?.return(undefined)
    this.groups = undefined
  }

  /** The next group that has rows. */
  private following(): number {
    let k = (this.held?.k ?? -1) + 1
    while (this.table.rowGroups[k] === 0) k++
    return k
  }
}
