/** What a checkpoint of a sampler holds: how far the fit is, and all that the next sweep depends on. */
import {UnsoundError} from '../../errors'
import type {Draws} from '../../models/draws'
import {checkCuts, checkDraws} from '../../models/stateOfDraws'
import {type ArrayShape, behind, bytes, looked, type NumberArray, numbers, under} from '../../sound/arrays'
import type {StateShape} from '../../sound/state'
import {inside, LARGEST, list, number, range, record, whole} from '../../sound/values'
import {HISTORY, type HistoryEntry} from '../run'
import type {NoisePrior} from './priors'
import type {Sampler} from './sampler'

/** How far a fit is. */
export interface Done {
  /** Sweeps done, of all chains. */
  done: number
  /** Draws summed up for the errors that are watched. */
  summed: number
  history: HistoryEntry[]
  noise: NoisePrior[]
  /** Draws kept. */
  kept: number
}

/** The fit that a checkpoint is to be of. */
interface Fit {
  sampler: Sampler
  draws: Draws
  /** Sums of predictions by their names. */
  sums: Readonly<Record<string, Float64Array>>
  /** Sweeps in all. */
  total: number
  /** What so many sweeps leave behind. */
  after: (done: number) => {summed: number; kept: number}
}

/** What must stand in a checkpoint of this fit. */
export function shapeOfDone({sampler, draws, sums, total, after}: Fit): StateShape<Done> {
  return {
    values: record<Done>({
      done: whole(1, total),
      summed: whole(1, total),
      history: HISTORY,
      noise: list(record<NoisePrior>({shape: number(0), rate: number(0)}), sampler.sides.length),
      kept: whole(0, draws.room)
    }),
    arrays: () => ({
      ...shapesOf(sampler.state, 'cuts'),
      ...shapesOf(under('sum.', sums)),
      ...shapesOf(under('kept.', draws.state().arrays), 'kept.cuts')
    }),
    whole: ({done, summed, history, kept}, arrays) => {
      const left = after(done)
      const found = {summed: [left.summed, summed], history: [done, history.length], kept: [left.kept, kept]}
      for (const [name, [expected, got]] of Object.entries(found))
        if (expected !== got)
          throw new UnsoundError(`values.${name}`, `${expected}, after ${done} sweeps`, String(got))
      checkPrecisions(sampler, arrays)
      const {probit, stars} = draws.shape
      if (probit) checkCuts(arrays.cuts, 1, stars.length)
      inside('kept', () => checkDraws(draws.shape, kept, behind('kept.', arrays)))
    }
  }
}

/** The very lengths and types of these arrays; whoever knows it looks at `unlimited`. */
function shapesOf(
  arrays: Readonly<Record<string, NumberArray>>,
  unlimited?: string
): Record<string, ArrayShape> {
  const shapes = Object.entries(arrays).map(([name, array]): [string, ArrayShape] => {
    if (array instanceof Uint8Array) return [name, bytes([array.length])]
    const type = array instanceof Float64Array ? 'double' : 'single'
    const size = [array.length]
    return [name, name === unlimited ? looked(type, size, () => {}) : numbers(type, size)]
  })
  return Object.fromEntries(shapes)
}

/** Precisions are above 0: of each row's noise, and of every column of a prior that is in use. */
function checkPrecisions(
  {sides, stride, bias, noiseAt, model}: Sampler,
  arrays: Readonly<Record<string, NumberArray>>
): void {
  const isUsed = (at: number): boolean => at < model.factors || at === bias
  for (const [s, {count}] of sides.entries()) {
    checkAbove(`rows${s}`, arrays[`rows${s}`], (count + 1) * stride, at => at % stride === noiseAt)
    for (const name of [`precision${s}`, `linkPrecision${s}`, `featurePrecision${s}`])
      if (Object.hasOwn(arrays, name)) checkAbove(name, arrays[name], stride, isUsed)
  }
}

function checkAbove(name: string, array: NumberArray, length: number, is: (at: number) => boolean): void {
  for (let at = 0; at < length; at++)
    if (is(at) && !(array[at] >= 1 / LARGEST))
      throw new UnsoundError(
        `${name}[${at}]`,
        `a precision ${range(1 / LARGEST, LARGEST)}`,
        String(array[at])
      )
}
