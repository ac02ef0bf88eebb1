import {Arena, pointer} from '../../kernels/arena'
import {scratchFor, weightedBlocks, withPool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {type Likes, SparseWeights} from '../../models/weights'
import type {Work} from '../../work'

/** Pairs of raters that one call counts. */
const BLOCK = 5_000

/** What the sum over users of v_iu v_uj is multiplied by: left_i · right_j. */
interface Scales {
  /** [movies] */
  left: Float64Array
  /** [movies] */
  right: Float64Array
}

/** For each movie i the `k` others with the largest left_i · right_j · sum over users of v_iu v_uj above 0; ties to the smaller index. */
export async function related(
  {byMovie, byUser}: Likes,
  {left, right}: Scales,
  k: number,
  run: Work
): Promise<SparseWeights> {
  const movies = left.length
  const kept = Math.min(k, movies)
  const arena = new Arena()
  const lists = [byMovie, byUser].flatMap(({start, index, value}) => [
    arena.i32(start),
    arena.i32(index),
    arena.f32(value)
  ])
  const scales = [arena.f64(left), arena.f64(right)]
  const index = arena.i32(movies * kept)
  const value = arena.f32(movies * kept)
  const counts = arena.i32(movies)
  const rest = [...lists, ...scales, index, value, counts].map(pointer)
  await withPool(arena, run, async pool => {
    const scratch = scratchFor(arena, pool.size, kernelConstants().relatedRowsScratch(movies, kept))
    const parts = weightedBlocks(byMovie.start, BLOCK)
    await pool.all(
      'relatedRows',
      parts.map(([from, to]) => [from, to, movies, kept, ...rest]),
      done => run.report(done, parts.length),
      scratch
    )
  })
  return SparseWeights.ofRows(
    Array.from(counts, (count, i) => ({
      index: index.subarray(i * kept, i * kept + count),
      values: value.subarray(i * kept, i * kept + count)
    }))
  )
}
