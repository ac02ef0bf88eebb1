/**
 * What the neighbour kernels read: addresses and settings, put there by the functions below.
 * Entities are the ones that are compared (movies, or users); raters are the other side. A rating stands twice: in the row of its
 * entity and in the column of its rater, both ascending.
 */
@unmanaged
export class Neighbourhood {
  entities: i32
  /** [entities + 1] i32, [ratings] i32 rater, [ratings] f32 what is compared */
  rowStart: usize
  rowIndex: usize
  rowValue: usize
  /** [raters + 1] i32, [ratings] i32 entity, [ratings] f32 what is compared, [ratings] f32 a neighbour's deviation */
  columnStart: usize
  columnIndex: usize
  columnValue: usize
  columnDeviations: usize
  /** [entities] f32 square root of the sum of the squares of a row's values; 0 for an empty row */
  norm: usize
  /** MEASURE_…, and 1 for "over all" */
  measure: i32
  overAll: i32
  minSupport: f32
  shrinkage: f32
  amplification: f32
  k: i32
  damping: f32
  /** [entities × k] i32 entity (-1 for none) and f32 similarity: the neighbours chosen before, 0 where they are chosen after */
  storeIndex: usize
  storeSimilarity: usize
  /** [entities + 1] i32, [pairs] i32 rater: the pairs to predict, grouped by entity */
  pairStart: usize
  pairRater: usize
  /** [pairs] f64 weighted mean of the neighbours' deviations, [pairs] i32 how many they are */
  pairSaid: usize
  pairCount: usize
}

export const MEASURE_JACCARD: i32 = 0
export const MEASURE_COSINE: i32 = 1
export const MEASURE_DISTANCE: i32 = 2
export const MEASURE_PEARSON: i32 = 3

/** Bytes of a table. */
export function neighbourhoodBytes(): i32 {
  return <i32>offsetof<Neighbourhood>()
}

/** The entities, their ratings and the settings, in a fresh table. */
export function setNeighbourhood(
  table: usize,
  entities: i32,
  rowStart: usize,
  rowIndex: usize,
  rowValue: usize,
  columnStart: usize,
  columnIndex: usize,
  columnValue: usize,
  columnDeviations: usize,
  norm: usize,
  measure: i32,
  overAll: i32,
  minSupport: f32,
  shrinkage: f32,
  amplification: f32,
  k: i32,
  damping: f32
): void {
  const t = changetype<Neighbourhood>(table)
  t.entities = entities
  t.rowStart = rowStart
  t.rowIndex = rowIndex
  t.rowValue = rowValue
  t.columnStart = columnStart
  t.columnIndex = columnIndex
  t.columnValue = columnValue
  t.columnDeviations = columnDeviations
  t.norm = norm
  t.measure = measure
  t.overAll = overAll
  t.minSupport = minSupport
  t.shrinkage = shrinkage
  t.amplification = amplification
  t.k = k
  t.damping = damping
}

/** The neighbours chosen before. */
export function setStore(table: usize, storeIndex: usize, storeSimilarity: usize): void {
  const t = changetype<Neighbourhood>(table)
  t.storeIndex = storeIndex
  t.storeSimilarity = storeSimilarity
}

/** The pairs to predict. */
export function setPairs(
  table: usize,
  pairStart: usize,
  pairRater: usize,
  pairSaid: usize,
  pairCount: usize
): void {
  const t = changetype<Neighbourhood>(table)
  t.pairStart = pairStart
  t.pairRater = pairRater
  t.pairSaid = pairSaid
  t.pairCount = pairCount
}
