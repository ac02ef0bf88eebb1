/** Figures of what engines learned and how well they do. Each takes values and says its finding in its text alternative. */

import type {HistoryEntry} from '../engines/run'
import {ArgumentError} from '../errors'
import type {Comparison} from '../evaluate/comparison'
import {log} from '../math/logarithms'
import type {Explanation, SimilarityMatrix} from '../models/recommender'
import type {MapPoint} from '../show/drawn'
import {count} from '../show/numbers'
import {figureText, lowIsGood} from '../show/wording'
import type {Figure, Layout, Trace} from './figure'
import {line, lyingBars, NAMES, sketch} from './marks'
import {
  colour,
  DASHES,
  INK,
  literal,
  NEGATIVE,
  POSITIVE,
  QUIET,
  SEQUENTIAL,
  SYMBOLS,
  shortened
} from './style'

/** Heat map of the similarity of some movies; a column has the number of its row. Up to twelve movies have their values written in. */
export function plotSimilarity(matrix: SimilarityMatrix): Figure {
  const numbers = matrix.titles.map((_, k) => String(k + 1))
  const bare = matrix.titles.map(title => shortened(withoutYear(title), 18))
  const names = bare.map((title, k) => `${literal(title)}  ${k + 1}`)
  const pairs = matrix.values
    .flatMap((row, a) => row.map((value, b) => ({a, b, value})))
    .filter(({a, b}) => a < b)
  const most = pairs.reduce((best, pair) => (pair.value > best.value ? pair : best), pairs[0])
  const pair =
    most === undefined
      ? ''
      : ` Most alike: ${matrix.titles[most.a]} and ${matrix.titles[most.b]}, ${most.value.toFixed(2)}; ${count(pairs.filter(one => one.value === 0).length)} of ${count(pairs.length)} pairs have nothing in common.`
  return sketch({
    title: 'How alike the movies are',
    x: {more: {type: 'category', tickangle: 0, ticks: '', tickmode: 'linear'}},
    y: {grid: false, more: {...NAMES.more, tickfont: {size: 13}}},
    data: [
      {
        type: 'heatmap',
        x: numbers,
        y: names,
        customdata: matrix.values.map((_, a) =>
          matrix.values.map((_, b) => `${literal(matrix.titles[a])}<br>${literal(matrix.titles[b])}`)
        ),
        z: matrix.values,
        zmin: Math.min(0, ...matrix.values.flat()),
        zmax: 1,
        colorscale: SEQUENTIAL,
        xgap: 1,
        ygap: 1,
        ...(names.length <= 12
          ? {text: matrix.values.map(row => row.map(inField)), texttemplate: '%{text}', textfont: {size: 10}}
          : {}),
        hovertemplate: '%{customdata}<br>similarity %{z:.3f}<extra></extra>',
        showscale: names.length > 12,
        colorbar: {thickness: 12, outlinewidth: 0}
      }
    ],
    height: 100 + 34 * names.length,
    alt: `Heat map of the similarity of ${names.length} movies: ${matrix.titles.join(', ')}.${pair}`
  })
}

/** Anything with a learning curve. */
export interface Learned {
  readonly name?: string
  /** Its learning curve. */
  readonly history: ReadonlyArray<HistoryEntry>
}

/** Training and validation error by epoch, of one engine or of several by name. */
export function plotLearningCurve(
  engines: Learned | Readonly<Record<string, Learned>>,
  o: {y?: string} = {}
): Figure {
  const named: Array<[string, Learned]> = isLearned(engines)
    ? [[engines.name ?? 'engine', engines]]
    : Object.entries(engines)
  const single = named.length === 1
  const data: Trace[] = []
  const told: string[] = []
  named.forEach(([name, {history}], k) => {
    if (history.length === 0)
      throw new ArgumentError(
        `${name} has no learning curve: fit it first; engines without epochs have none.`
      )
    for (const part of ['train', 'validation'] as const) {
      const steps = history.filter(entry => entry[part] !== undefined)
      if (steps.length === 0) continue
      const values = steps.map(entry => entry[part] as number)
      const best = values.indexOf(Math.min(...values))
      const label = single ? part : `${name}, ${part}`
      const tint = colour(single ? (part === 'train' ? 4 : 0) : k)
      data.push(
        line(
          steps.map(entry => entry.epoch),
          values,
          `${literal(label)}, epoch %{x}: %{y:.4f}`,
          {
            name: literal(label),
            mode: steps.length > 40 ? 'lines' : 'lines+markers',
            line: {color: tint, width: 2, dash: part === 'train' ? 'dot' : 'solid'},
            marker: {color: tint, size: 6, symbol: SYMBOLS[k % SYMBOLS.length]}
          }
        )
      )
      told.push(
        `${label} from ${values[0].toFixed(4)} to ${values[values.length - 1].toFixed(4)}, best ${values[best].toFixed(4)} at epoch ${steps[best].epoch}`
      )
    }
  })
  return sketch({
    title: 'Error while learning',
    x: {title: 'epoch'},
    y: {title: o.y ?? 'RMSE (stars)', more: {tickformat: '.2f'}},
    data,
    legend: true,
    alt: `Learning curve: ${told.join('; ')}.`
  })
}

/**
 * Movies on a plane, by whatever two numbers stand for them. Titles are written where they do not overlap, the first points
 * first; every title shows under the pointer.
 */
export function plotMovieMap(
  points: Iterable<MapPoint>,
  o: {title?: string; x?: string; y?: string; labels?: number; height?: number} = {}
): Figure {
  const all = [...points]
  if (all.length === 0) throw new ArgumentError('There is no movie to put on the map.')
  const {title = 'Map of movies', x = '', y = '', labels = 40, height = 560} = o
  const written = new Set(labelled(all, labels))
  const groups = [...new Set(all.map(point => point.group ?? ''))]
  const data = groups.map((group, k): Trace => {
    const here = all.filter(point => (point.group ?? '') === group)
    return {
      type: 'scatter',
      mode: 'markers+text',
      ...(group === '' ? {} : {name: literal(group)}),
      x: here.map(point => point.x),
      y: here.map(point => point.y),
      text: here.map(point => (written.has(point) ? literal(shortened(point.title, 26)) : '')),
      customdata: here.map(point => literal(point.title)),
      textposition: 'top center',
      textfont: {size: 11, color: INK},
      cliponaxis: false,
      marker: {color: colour(k), size: 7, symbol: SYMBOLS[k % SYMBOLS.length], opacity: 0.8},
      hovertemplate: '%{customdata}<br>%{x:.2f}, %{y:.2f}<extra></extra>'
    }
  })
  const ends = (by: 'x' | 'y'): string => {
    const sorted = [...all].sort((a, b) => a[by] - b[by])
    return `${sorted[0].title} to ${sorted[sorted.length - 1].title}`
  }
  return sketch({
    title: literal(title),
    x: {
      title: literal(x),
      grid: true,
      range: padded(
        all.map(point => point.x),
        0.28
      )
    },
    y: {title: literal(y), grid: true},
    data,
    height,
    legend: groups.length > 1,
    alt: `Map of ${count(all.length)} movies${groups.length > 1 ? ` in ${groups.length} groups (${groups.join(', ')})` : ''}. Left to right: ${ends('x')}. Bottom to top: ${ends('y')}.`
  })
}

/** One bar of a comparison. */
export interface Compared {
  name: string
  /** The figure that is drawn. */
  value: number
  /** The lower end of an interval around the value. */
  low?: number
  /** The upper end. */
  high?: number
  /** Letters: those that share one cannot be told apart. */
  group?: string
}

/** Values side by side with their intervals, or a comparison of engines, the best on top. Dots, not bars: the axis need not begin at 0. */
export function plotComparison(
  of: Iterable<Compared> | Pick<Comparison, 'figure' | 'engines'>,
  o: {title?: string; x?: string; best?: 'low' | 'high'; decimals?: number} = {}
): Figure {
  const {rows, ...usual} = comparedRows(of)
  const {title = 'Engines compared', x = usual.x, best = usual.best, decimals = 4} = o
  const sorted = [...rows].sort((a, b) => (best === 'low' ? a.value - b.value : b.value - a.value))
  if (sorted.length === 0) throw new ArgumentError('There is nothing to compare.')
  const interval = sorted.some(row => row.low !== undefined && row.high !== undefined)
  const names = distinct(sorted.map(row => literal(shortened(row.name, 24))))
  return sketch({
    title: literal(title),
    x: {title: literal(x), grid: true},
    y: {grid: false, more: {...NAMES.more, autorange: false, range: [sorted.length - 0.5, -0.8]}},
    data: [
      {
        type: 'scatter',
        mode: 'markers+text',
        y: names,
        x: sorted.map(row => row.value),
        text: sorted.map(
          ({value, group}) => value.toFixed(decimals) + (group === undefined ? '' : ` ${group}`)
        ),
        textposition: 'top center',
        textfont: {size: 12},
        cliponaxis: false,
        marker: {size: 10, color: sorted.map((_, k) => (k === 0 ? POSITIVE : QUIET))},
        ...(interval
          ? {
              error_x: {
                type: 'data',
                symmetric: false,
                array: sorted.map(row => (row.high ?? row.value) - row.value),
                arrayminus: sorted.map(row => row.value - (row.low ?? row.value)),
                color: QUIET,
                thickness: 1.5,
                width: 5
              }
            }
          : {}),
        hovertemplate: `%{y}: %{x:.${decimals}f}<extra></extra>`
      }
    ],
    height: 120 + 44 * sorted.length,
    alt: `Dot plot, best first: ${sorted
      .map(row => {
        const within =
          row.low === undefined || row.high === undefined
            ? ''
            : ` (${row.low.toFixed(decimals)} to ${row.high.toFixed(decimals)})`
        return `${row.name} ${row.value.toFixed(decimals)}${within}`
      })
      .join(', ')}.`
  })
}

/** The rows of what is compared, and which end of its figure is the good one. */
function comparedRows(of: Iterable<Compared> | Pick<Comparison, 'figure' | 'engines'>): {
  rows: Iterable<Compared>
  x: string
  best: 'low' | 'high'
} {
  if (Symbol.iterator in of) return {rows: of, x: 'RMSE (less is better)', best: 'low'}
  const {figure, engines} = of
  const rows = engines.map(({engine, ...row}) => ({name: engine, ...row}))
  return {rows, x: figureText(figure), best: lowIsGood(figure) ? 'low' : 'high'}
}

/** A point of a curve; `deviation` is drawn to both sides. */
export interface CurvePoint {
  /** Where it stands, in the unit of the axis. */
  x: number
  /** The measured value. */
  y: number
  /** Standard deviation over repetitions; drawn as a bar. */
  deviation?: number
}

/** An error against an option: one series of points, or several by name. */
export function plotCurve(
  series: Iterable<CurvePoint> | Readonly<Record<string, Iterable<CurvePoint>>>,
  o: {title?: string; x?: string; y?: string; log?: boolean; best?: 'low' | 'high'; decimals?: number} = {}
): Figure {
  const {title = 'Error against the option', x = 'option', y = 'RMSE (stars)', log = false, best = 'low'} = o
  const {decimals = 4} = o
  const named: Array<[string, CurvePoint[]]> =
    Symbol.iterator in series
      ? [['', [...(series as Iterable<CurvePoint>)]]]
      : Object.entries(series).map(([name, points]) => [name, [...points]])
  const told: string[] = []
  const data = named.map(([name, points], k): Trace => {
    if (points.length === 0) throw new ArgumentError(`Curve ${name}: there is no point to draw.`)
    const sorted = [...points].sort((a, b) => a.x - b.x)
    const found = sorted.reduce((one, other) =>
      (best === 'low' ? other.y < one.y : other.y > one.y) ? other : one
    )
    told.push(
      `${name === '' ? '' : `${name}: `}${sorted.length} points from ${y} ${sorted[0].y.toFixed(decimals)} at ${sorted[0].x} to ${sorted[sorted.length - 1].y.toFixed(decimals)} at ${sorted[sorted.length - 1].x}, best ${found.y.toFixed(decimals)} at ${found.x}`
    )
    const deviations = sorted.map(point => point.deviation)
    return line(
      sorted.map(point => point.x),
      sorted.map(point => point.y),
      `${literal(x)} %{x}: %{y:.${decimals}f}`,
      {
        ...(name === '' ? {} : {name: literal(name)}),
        line: {color: colour(k), width: 2, dash: DASHES[k % DASHES.length]},
        marker: {color: colour(k), size: 8, symbol: SYMBOLS[k % SYMBOLS.length]},
        ...(deviations.every(one => one === undefined)
          ? {}
          : {error_y: {type: 'data', array: deviations.map(one => one ?? 0), thickness: 1, width: 4}})
      }
    )
  })
  return sketch({
    title: literal(title),
    x: {title: literal(x), log, more: log ? ticksAt(named) : {}},
    y: {title: literal(y)},
    data,
    alt: `${title}. ${told.join('; ')}.`
  })
}

/**
 * Why a score: its terms as lying bars, the largest first, those after the twelfth in one bar. A movie goes without its year
 * where no other has its title. The numbers stand on the right, for bars that take off as well: on the left they would cover the names
 * where the screen is narrow.
 */
export function plotExplanation(explanation: Explanation, o: {title?: string; n?: number} = {}): Figure {
  const {n = 12} = o
  const terms = [...explanation.terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const shown = terms.slice(0, n).map(({name, value}) => ({name, value}))
  const rest = terms.slice(n)
  if (rest.length > 0)
    shown.push({name: `${rest.length} more`, value: rest.reduce((sum, term) => sum + term.value, 0)})
  const bare = shown.map(({name}) => withoutYear(name))
  const alone = bare.map(name => bare.indexOf(name) === bare.lastIndexOf(name))
  const names = distinct(shown.map(({name}, k) => shortened(alone[k] ? bare[k] : name, 30)))
  const values = shown.map(term => term.value)
  return sketch({
    title: o.title === undefined ? `What adds up to ${explanation.score.toFixed(2)}` : literal(o.title),
    x: {
      title: 'part of the score',
      grid: true,
      range: padded([0, ...values], 0.05),
      more: {zeroline: true, zerolinecolor: QUIET}
    },
    y: NAMES,
    data: [
      lyingBars(names, values, '%{customdata}: %{x:+.3f}', {
        customdata: shown.map(term => literal(term.name)),
        marker: {color: values.map(value => (value < 0 ? NEGATIVE : POSITIVE))}
      }),
      {
        type: 'scatter',
        mode: 'text',
        y: names.map(literal),
        x: values.map(value => Math.max(0, value)),
        text: values.map(value => `\u00a0${signed(value)}`),
        textposition: 'middle right',
        cliponaxis: false,
        hoverinfo: 'skip'
      }
    ],
    height: 120 + 28 * shown.length,
    more: {margin: {l: 56, r: 56, t: 48, b: 52}},
    alt: `${explanation.sentence} Bars: ${shown.map(term => `${term.name} ${signed(term.value)}`).join(', ')}.`
  })
}

/** "+0.34", "−0.10"; "0.00" has no sign. */
function signed(value: number): string {
  const digits = Math.abs(value).toFixed(2)
  return `${Number(digits) === 0 ? '' : value < 0 ? '−' : '+'}${digits}`
}

/** ".43", "1", nothing for 0: what fits into a field on a narrow screen. */
function inField(value: number): string {
  const text = value.toFixed(2)
  return text === '0.00' || text === '-0.00' ? '' : text.replace(/^(-?)0/, '$1').replace('1.00', '1')
}

function isLearned(engines: Learned | Readonly<Record<string, Learned>>): engines is Learned {
  return Array.isArray((engines as Learned).history)
}

function withoutYear(title: string): string {
  return title.replace(/ \(\d{4}\)$/, '')
}

/** Names made different where two are the same: plotly puts equal categories into one row. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map(name => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} [${times}]`
  })
}

/** A range with room for labels beside the outermost points. */
function padded(values: readonly number[], share = 0.2): [number, number] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const room = share * (high - low || 1)
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room]
}

/** The least share of an axis between two labels: a label of four digits, on a plot of a cell's width. */
const BETWEEN_LABELS = 0.04

/** A logarithmic axis is labelled at the values that were tried, but for those too near the one before to have room. */
function ticksAt(named: ReadonlyArray<readonly [string, readonly CurvePoint[]]>): Layout {
  const tried = [...new Set(named.flatMap(([, points]) => points.map(point => point.x)))].sort(
    (a, b) => a - b
  )
  const least = BETWEEN_LABELS * log((tried.at(-1) ?? 1) / tried[0])
  const tickvals: number[] = []
  for (const x of tried) {
    const before = tickvals.at(-1)
    if (before === undefined || !(log(x / before) < least)) tickvals.push(x)
  }
  return {tickvals, ticktext: tickvals.map(String), tickangle: 0}
}

/** The points whose titles can be written without covering another title or point, on a map of about 460 × 440 pixels. */
function labelled(points: readonly MapPoint[], most: number): MapPoint[] {
  const spread = (values: number[]): [number, number] => {
    const low = Math.min(...values)
    return [low, Math.max(...values) - low || 1]
  }
  const [left, width] = spread(points.map(point => point.x))
  const [bottom, height] = spread(points.map(point => point.y))
  const at = (point: MapPoint): {x: number; y: number} => ({
    x: (460 * (point.x - left)) / width,
    y: (440 * (point.y - bottom)) / height
  })
  const places = points.map(at)
  const boxes: Array<{x: number; y: number; half: number}> = []
  return points.filter((point, k) => {
    if (boxes.length >= most) return false
    const {x, y} = places[k]
    const half = 3.2 * Math.min(26, point.title.length) + 4
    const free =
      boxes.every(box => Math.abs(box.x - x) > box.half + half || Math.abs(box.y - y) > 16) &&
      places.every(
        (other, j) => j === k || Math.abs(other.x - x) > half || other.y < y + 2 || other.y > y + 20
      )
    if (free) boxes.push({x, y, half})
    return free
  })
}
