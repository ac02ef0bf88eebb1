/** The root of a sum of squares, without overflow: scaled by the largest and summed by Kahan's method. `Math.hypot` is each engine's own. */
export function hypot(...values: number[]): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  if (most === 0 || !Number.isFinite(most)) return most
  let sum = 0
  let lost = 0
  for (const value of values) {
    const share = Math.abs(value) / most
    const addend = share * share - lost
    const next = sum + addend
    lost = next - sum - addend
    sum = next
  }
  return Math.sqrt(sum) * most
}
