/** "100,004" */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** "28.7 %" of a share between 0 and 1. */
export function percent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)} %`
}
