import {Neighbourhood} from './neighbourhood'
import {similarityRow, similarityRowScratch} from './similarityRow'
import {nearest, weighList, weighListScratch} from './weighNearest'

/** Bytes of scratch that one thread needs: the sums, a row [entities] f32, and the selection. */
export function neighbourScratch(entities: i32): i32 {
  return similarityRowScratch(entities) + 4 * entities + weighListScratch(entities)
}

/**
 * All pairs of the entities `from` to `to` - 1: each entity's similarities are computed once and serve all its pairs.
 * `scratch` has `neighbourScratch` bytes.
 */
export function neighbourScores(scratch: usize, table: usize, from: i32, to: i32): void {
  const t = changetype<Neighbourhood>(table)
  const row = scratch + similarityRowScratch(t.entities)
  const selection = row + ((<usize>t.entities) << 2)
  for (let e = from; e < to; e++) {
    let pair = <usize>load<i32>(t.pairStart + ((<usize>e) << 2))
    const end = <usize>load<i32>(t.pairStart + ((<usize>e) << 2), 4)
    if (pair === end) continue
    weightsOf(t, e, scratch, row)
    for (; pair < end; pair++) {
      const rater = (<usize>load<i32>(t.pairRater + (pair << 2))) << 2
      const start = load<i32>(t.columnStart + rater)
      const count = load<i32>(t.columnStart + rater, 4) - start
      const place = (<usize>start) << 2
      const mean = t.pairSaid + (pair << 3)
      const neighbours = weighList(
        row,
        2,
        t.columnIndex + place,
        t.columnDeviations + place,
        count,
        t.k,
        t.damping,
        selection,
        mean
      )
      store<i32>(t.pairCount + (pair << 2), neighbours)
    }
  }
}

/** The `k` nearest of the entities `from` to `to` - 1, whoever rated what, into the store; -1 where there are fewer. */
export function neighbourStore(scratch: usize, table: usize, from: i32, to: i32): void {
  const t = changetype<Neighbourhood>(table)
  const row = scratch + similarityRowScratch(t.entities)
  const selection = row + ((<usize>t.entities) << 2)
  const bytes = (<usize>t.k) << 2
  for (let e = from; e < to; e++) {
    entityRow(t, e, scratch, row)
    store<f32>(row + ((<usize>e) << 2), 0)
    const index = t.storeIndex + <usize>e * bytes
    const similarity = t.storeSimilarity + <usize>e * bytes
    memory.fill(index, 0xff, bytes)
    memory.fill(similarity, 0, bytes)
    const size = nearest(row, 0, t.entities, t.k, selection, index)
    for (let h: usize = 0; h < <usize>size; h++)
      store<f32>(similarity + (h << 2), load<f32>(row + ((<usize>load<i32>(index + (h << 2))) << 2)))
  }
}

/** The weights of all entities for this one, which has none: a rating does not speak for itself. */
export function weightsOf(t: Neighbourhood, e: i32, sums: usize, row: usize): void {
  if (t.storeIndex === 0) entityRow(t, e, sums, row)
  else storedRow(t, e, row)
  store<f32>(row + ((<usize>e) << 2), 0)
}

function entityRow(t: Neighbourhood, e: i32, sums: usize, row: usize): void {
  const start = load<i32>(t.rowStart + ((<usize>e) << 2))
  const count = load<i32>(t.rowStart + ((<usize>e) << 2), 4) - start
  const place = (<usize>start) << 2
  const norm = load<f32>(t.norm + ((<usize>e) << 2))
  similarityRow(changetype<usize>(t), t.rowIndex + place, t.rowValue + place, count, norm, e, sums, row)
}

/** A row that knows only the neighbours chosen before. */
function storedRow(t: Neighbourhood, e: i32, row: usize): void {
  memory.fill(row, 0, (<usize>t.entities) << 2)
  const place = <usize>e * <usize>t.k
  for (let h: usize = 0; h < <usize>t.k; h++) {
    const other = load<i32>(t.storeIndex + ((place + h) << 2))
    if (other < 0) break
    store<f32>(row + ((<usize>other) << 2), load<f32>(t.storeSimilarity + ((place + h) << 2)))
  }
}
