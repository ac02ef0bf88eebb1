import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {printable} from '../printable'
import {show} from '../show/display'
import {escapeHtml, jsonInHtml} from '../show/html'
import {printAsText} from '../show/inspect'

/** One series of a plotly figure, as plotly.js documents it. */
export type Trace = Readonly<Record<string, unknown>>
/** Axes, title, size of a plotly figure. */
export type Layout = Readonly<Record<string, unknown>>

/** What a figure is made of. */
export interface FigureParts {
  /** The traces of plotly. */
  data: readonly Trace[]
  /** The layout of plotly. */
  layout: Layout
  /** The text alternative: what the figure shows, in numbers, for those who cannot see it. */
  alt: string
}

const PLOTLY_MIME = 'application/vnd.plotly.v1+json'
/**
 * Of a figure in a cell. Nothing here says `responsive`: with it a figure of JupyterLab is 0 pixels high once its tab was left and entered
 * again; JupyterLab fits figures to their cells by itself.
 */
const CONFIG = {displaylogo: false} as const

/**
 * A figure as a value: plotly's data and layout, and a text that says what they show. It draws itself in a notebook (`show()`),
 * as a page that needs no network (`toHTML()`), and prints as its text. Immutable.
 */
export class Figure {
  /** The traces of plotly. */
  readonly data: readonly Trace[]
  /** The layout of plotly. */
  readonly layout: Layout
  /** What the figure shows, in words, for who cannot see it. */
  readonly alt: string

  constructor({data, layout, alt}: FigureParts) {
    this.data = plain(data) as readonly Trace[]
    this.layout = plain(layout) as Layout
    this.alt = alt
    Object.freeze(this)
  }

  /** Draws the figure in the notebook cell that runs. */
  show(): void {
    show(
      {[PLOTLY_MIME]: {data: this.data, layout: this.layout, config: CONFIG}, 'text/plain': this.alt},
      {'movie-recs': {alt: this.alt}}
    )
  }

  /** What `Plotly.newPlot(element, data, layout)` takes. */
  toJSON(): {data: readonly Trace[]; layout: Layout} {
    return {data: this.data, layout: this.layout}
  }

  /** A page that opens from disk without network: plotly.js is inside. */
  toHTML(): string {
    const title = (this.layout.title as {text?: string} | undefined)?.text ?? 'Figure'
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${titleText(title)}</title>
<style>body { margin: 0; background: #fff; color: #222; font: 16px/1.4 sans-serif } p { margin: 1em }</style>
<script>${plotlySource()}</script>
</head>
<body>
<div id="figure" role="img" aria-label="${escapeHtml(this.alt)}"></div>
<noscript><p>${escapeHtml(this.alt)}</p></noscript>
<script>Plotly.newPlot('figure', ${jsonInHtml(this.data)}, ${jsonInHtml(this.layout)}, ${jsonInHtml({...CONFIG, responsive: true})})</script>
</body>
</html>
`
  }

  /** The text alternative. */
  toString(): string {
    return this.alt
  }
}

printAsText(Figure)

/** The text of a figure's title: plotly's own markup is left out, its entities stay. */
function titleText(title: unknown): string {
  return printable(String(title))
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('<', '&lt;')
}

/** A frozen copy that JSON holds in few characters: typed arrays as arrays, fractions to six digits, no NaN. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value)
  if (ArrayBuffer.isView(value))
    return Object.freeze(Array.from(value as unknown as ArrayLike<number>, rounded))
  if (Array.isArray(value)) return Object.freeze(value.map(plain))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) if (one !== undefined) copy[key] = plain(one)
  return Object.freeze(copy)
}

function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null
  return Number.isInteger(value) ? value : Number(value.toPrecision(6))
}

let source: string | undefined

/** plotly.js as the build minified it, else as its package has it; safe inside a script element. */
function plotlySource(): string {
  const minified = path.join(__dirname, '..', 'plotly.min.js')
  source ??= readFileSync(
    existsSync(minified) ? minified : require.resolve('plotly.js-dist'),
    'utf8'
  ).replace(/<\/(script)/gi, '<\\/$1')
  return source
}
