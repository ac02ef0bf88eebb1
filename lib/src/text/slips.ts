/**
 * The fewest slips of a typist that make one text of another: a character put in, left out, replaced, or two neighbours exchanged (Damerau
 * 1964; no character twice). Infinity where they are more than `most`.
 *
 *   d[i][j] = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a_i ≠ b_j), d[i-2][j-2] + 1 where a_i = b_j-1 and a_i-1 = b_j)
 */
export function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY
  let [before, above] = [new Int32Array(b.length + 1), Int32Array.from({length: b.length + 1}, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = new Int32Array(b.length + 1)
    row[0] = i
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1)
      least = Math.min(least, row[j])
    }
    if (least > most) return Number.POSITIVE_INFINITY
    before = above
    above = row
  }
  return above[b.length] > most ? Number.POSITIVE_INFINITY : above[b.length]
}

/** The name that a misspelt one is nearest to, whatever the case: at most so many slips away, and not all of it; undefined where none is. */
export function nearestName(typed: string, names: readonly string[], most: number): string | undefined {
  return names
    .map(name => ({name, far: slips(typed.toLowerCase(), name.toLowerCase(), most)}))
    .filter(({name, far}) => far < name.length)
    .sort((a, b) => a.far - b.far)
    .find(({far}) => Number.isFinite(far))?.name
}
