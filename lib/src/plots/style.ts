/**
 * How every figure looks: one palette that colour-blind readers can tell apart (Okabe and Ito 2008, without the yellow that
 * white paper swallows), one font, one white ground, so that a figure reads the same in a dark theme and in print.
 */

/** Okabe and Ito's colours, each with a contrast of at least 3:1 on white but the last two, which are for areas only. */
export const PALETTE: readonly string[] = [
  '#0072b2', // blue
  '#c04f00', // vermillion
  '#00805d', // bluish green
  '#a1497d', // reddish purple
  '#4d4d4d', // grey
  '#e69f00', // orange
  '#56b4e9' // sky blue
]

/** Two series that stand for "more" and "less". */
export const POSITIVE = '#0072b2'
export const NEGATIVE = '#c04f00'

/** From nothing to much, even in lightness: readable without colour. */
export const SEQUENTIAL: ReadonlyArray<readonly [number, string]> = [
  [0, '#f7fbff'],
  [0.25, '#c6dbef'],
  [0.5, '#6baed6'],
  [0.75, '#2171b5'],
  [1, '#08306b']
]

/** Line styles beside the colours, so that print in grey tells series apart, too. */
export const DASHES: readonly string[] = [
  'solid',
  'dash',
  'dot',
  'dashdot',
  'longdash',
  'longdashdot',
  'solid'
]
export const SYMBOLS: readonly string[] = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'x',
  'star',
  'triangle-down'
]

export const INK = '#222222'
export const QUIET = '#595959'
export const GRID = '#e3e3e3'
export const PAPER = '#ffffff'

/** The colour of series `k`; they come round after seven. */
export function colour(k: number): string {
  return PALETTE[k % PALETTE.length]
}

/**
 * Text from the data as plotly shows it literally: its labels are pseudo-HTML (`<b>`, `<a href>`), its templates read `%{…}`
 * and, where MathJax is about, text between dollars is a formula.
 */
export function literal(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '&#36;')
    .replaceAll('%{', '&#37;{')
}

/** A long text cut at a word, with an ellipsis for the rest; a year in brackets at its end stays. */
export function shortened(text: string, length = 32): string {
  if (text.length <= length) return text
  const year = /\s\(\d{4}\)$/.exec(text)?.[0] ?? ''
  const room = Math.max(1, length - year.length - 1)
  const cut = text.slice(0, room)
  const word = text[room] === ' ' ? room : cut.lastIndexOf(' ')
  return `${(word > room / 2 ? cut.slice(0, word) : cut).replace(/[\s:;,.–-]+$/, '')}…${year}`
}
