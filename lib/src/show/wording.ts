import {count} from './numbers'

/** What Markdown and the formulas in it take for marks. */
const MARKS = /[\\`*_[\]#|~]/g
const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;'}

/** Text as Markdown that shows it as it is: a title never becomes a heading, a link or a formula. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(MARKS, '\\$&')
    .replace(/[&<>$]/g, mark => ENTITIES[mark])
    .replace(/\s+/g, ' ')
}

/**
 * A number for people: whole ones with thousands separators, others with three digits that count ("12,324", "84.7", "3.54", "0.0042"),
 * or with as many decimals as are asked for. The minus is the typographer's.
 */
export function numberText(value: number, decimals?: number): string {
  if (Number.isNaN(value)) return 'no number'
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞'
  const size = Math.abs(value)
  const text =
    decimals !== undefined
      ? grouped(size, decimals)
      : Number.isInteger(size)
        ? count(size)
        : grouped(size, decimalsOf(size))
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** Three digits that count, and two of what is smaller than a hundredth. */
function decimalsOf(size: number): number {
  if (size >= 99.95) return 0
  if (size >= 9.995) return 1
  if (size >= 0.9995) return 2
  if (size >= 0.00995) return 3
  return Math.min(20, 1 - Number(size.toExponential().split('e')[1]))
}

function grouped(size: number, decimals: number): string {
  return size.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals})
}

/** "28.7 %" of a share: one decimal, two below one percent, none where it is whole. */
export function shareText(share: number, decimals?: number): string {
  const value = 100 * share
  const size = Math.abs(value)
  const wanted =
    decimals ?? (size >= 99.95 || Math.abs(value - Math.round(value)) < 0.05 ? 0 : size < 1 ? 2 : 1)
  return `${numberText(value, size > 0 && size < 0.05 && decimals === undefined ? undefined : wanted)} %`
}

/** Whether less of a figure of engines is better: of errors, not of lists. */
export function lowIsGood(figure: string): boolean {
  return /^(rmse|mae)/.test(figure)
}

/** "RMSE (less is better)", "ndcg@10 (more is better)": for the title of an axis. */
export function figureText(figure: string): string {
  return lowIsGood(figure) ? `${figure.toUpperCase()} (less is better)` : `${figure} (more is better)`
}

/** "a, b and c" */
export function listText(parts: readonly string[], last = 'and'): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} ${last} ${parts[parts.length - 1]}`
}

const SMALL = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ')

/** "no movie", "one movie", "two movies", "1,155 movies". */
export function countText(n: number, noun: string, plural: string = `${noun}s`): string {
  return `${SMALL[n] ?? count(n)} ${n === 1 || n === 0 ? noun : plural}`
}
