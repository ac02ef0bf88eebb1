import {QUANTILE_95} from '../../math/normal'
import type {Sureness} from '../openPage'

/** A score as nearly as the scale has it. */
export function clipped(score: number, [min, max]: readonly [min: number, max: number]): number {
  return Math.min(max, Math.max(min, score))
}

/** "+0.21", "−0.12", "0.00": the minus is the typographer's. */
export function signed(value: number, decimals: number): string {
  return `${value > 0 ? '+' : ''}${plain(value, decimals)}`
}

/** Where nine of ten ratings are expected, within the scale; undefined where it is not known. */
export function rangeOf(
  sure: Sureness | undefined,
  score: number,
  scale: readonly [min: number, max: number]
): [number, number] | undefined {
  const {sd} = sure ?? {}
  const interval =
    sure?.interval ?? (sd === undefined ? undefined : [score - QUANTILE_95 * sd, score + QUANTILE_95 * sd])
  return interval && [clipped(interval[0], scale), clipped(interval[1], scale)]
}

/** "Nine times out of ten, you would give it between 3.6 and 5.0." '' where it is not known. */
export function surenessText(who: string, range: readonly [number, number] | undefined): string {
  if (range === undefined) return ''
  return `Nine times out of ten, ${who} would give it between ${range[0].toFixed(1)} and ${range[1].toFixed(1)}.`
}

/** "4.51", "−0.12". */
export function plain(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('-', '−')
}
