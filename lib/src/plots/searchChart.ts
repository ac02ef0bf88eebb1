/** What a search tried: its figure against each option, rung by rung. */

import {ArgumentError} from '../errors'
import type {SearchResult, Trial} from '../evaluate/searchResult'
import {type SearchedOption, textOf} from '../evaluate/searchSpace'
import {log10} from '../math/logarithms'
import {meanOf, quantile} from '../math/statistics'
import {count} from '../show/numbers'
import type {Figure, Layout, Trace} from './figure'
import {axis, sketch} from './marks'
import {colour, literal, NEGATIVE, QUIET, shortened} from './style'

/** Options beside one another. */
const COLUMNS = 3
/** Pixels of a row, between rows, and under the last row of a group, where ticks and titles stand. */
const ROW = 190
const GAP = 26
const TITLES = 50
/** Fewer figures than this are all drawn. */
const FEW = 10
/** Above the first row, and below the last: ticks, titles, the legend. */
const ABOVE = 48
const BELOW = 110

/** A candidate's figure at one level, and whether it went on or was chosen. */
interface Point {
  trial: Trial
  value: number
  fate: Fate
}

/** What became of it after this rung. */
type Fate = 'discarded' | 'undecided' | 'kept' | 'chosen'

/**
 * The figure of each candidate against each option that was searched, on an axis as it was drawn on: a column an option and a row a rung,
 * since figures compare where as much was given alone. Filled marks went on to the next rung, hollow ones were discarded, the one chosen is a
 * star throughout. Figures far off are left out of the frame, and counted in the text alternative.
 */
export function plotSearch(search: SearchResult<any>, o: {title?: string} = {}): Figure {
  const {searched, resource, aim, best} = search
  const rungs = resource.levels
    .map(level => ({level, points: pointsAt(search, level)}))
    .filter(({points}) => points.length > 0)
  if (rungs.length === 0) throw new ArgumentError('There is no measured candidate to draw.')
  const columns = Math.ceil(searched.length / Math.ceil(searched.length / COLUMNS))
  const groups = Array.from({length: Math.ceil(searched.length / columns)}, (_, g) =>
    searched.slice(g * columns, (g + 1) * columns)
  )
  const rows = groups.flatMap(options => rungs.map(rung => ({options, ...rung})))
  const data: Trace[] = []
  const axes: Record<string, Layout> = {}
  const shown = new Set<Fate>()
  for (const [row, {options, level, points}] of rows.entries()) {
    const range = frame(best, points)
    const last = (row + 1) % rungs.length === 0
    const y = nth(row)
    axes[`yaxis${y}`] = axis({
      title: rungs.length > 1 ? `${literal(aim)}, ${count(level)} ${resource.name}` : literal(aim),
      grid: true,
      range,
      more: {domain: rowAt(row, rows.length, rungs.length), nticks: 5}
    })
    for (const [column, option] of options.entries()) {
      const x = nth(row * columns + column)
      axes[`xaxis${x}`] = axis({
        ...(last ? {title: literal(option.name)} : {}),
        more: {
          ...abscissa(option),
          domain: columnAt(column, columns),
          anchor: `y${y}`,
          showticklabels: last
        }
      })
      for (const fate of ['discarded', 'undecided', 'kept', 'chosen'] as const) {
        const here = points.filter(one => one.fate === fate)
        if (here.length === 0) continue
        data.push(marks(search, option, fate, level, here, {x, y, named: !shown.has(fate)}))
        shown.add(fate)
      }
    }
  }
  return sketch({
    title: literal(o.title ?? `What was tried of ${search.engine.name}`),
    data,
    legend: true,
    height: heightOf(rows.length, rungs.length),
    more: {
      ...axes,
      margin: {l: 64, r: 24, t: ABOVE, b: BELOW},
      legend: {
        orientation: 'h',
        x: 0,
        xanchor: 'left',
        y: -58 / plotHeight(rows.length, rungs.length),
        yanchor: 'top'
      }
    },
    alt: told(search, rungs)
  })
}

/** All that were measured at this level, the one chosen last so that nothing covers it. */
function pointsAt({trials, chosen, undecided, resource}: SearchResult<any>, level: number): Point[] {
  const full = resource.levels[resource.levels.length - 1]
  return trials.flatMap((trial): Point[] => {
    const at = trial.measured.findIndex(one => one.level === level)
    const values = trial.measured[at]?.values ?? []
    if (values.length === 0) return []
    const went = level === full || at + 1 < trial.measured.length
    const lost = undecided.includes(trial.trial) ? 'undecided' : 'discarded'
    const fate = trial.trial === chosen ? 'chosen' : went ? 'kept' : lost
    return [{trial, value: meanOf(values), fate}]
  })
}

const LOOKS: Readonly<Record<Fate, {name: string; symbol: string; color: string; size: number}>> = {
  discarded: {name: 'discarded', symbol: 'circle-open', color: QUIET, size: 8},
  undecided: {name: 'time was up', symbol: 'diamond-open', color: colour(0), size: 9},
  kept: {name: 'went on, or measured to the end', symbol: 'circle', color: colour(0), size: 9},
  chosen: {name: 'chosen', symbol: 'star', color: NEGATIVE, size: 14}
}

function marks(
  search: SearchResult<any>,
  option: SearchedOption,
  fate: Fate,
  level: number,
  points: readonly Point[],
  {x, y, named}: {x: string; y: string; named: boolean}
): Trace {
  const {name, symbol, color, size} = LOOKS[fate]
  return {
    type: 'scatter',
    mode: 'markers',
    name,
    legendgroup: fate,
    showlegend: named,
    xaxis: `x${x}`,
    yaxis: `y${y}`,
    x: points.map(({trial}) => placeOf(option, trial)),
    y: points.map(({value}) => value),
    customdata: points.map(({trial}) => literal(described(trial))),
    marker: {color, size, symbol, line: {color, width: 1.5}},
    hovertemplate: `%{customdata}<br>${literal(search.aim)} %{y:.4f}, ${count(level)} ${search.resource.name}<extra></extra>`
  }
}

/** "trial 7: factors=120, regularization=0.03" */
function described({trial, options}: Trial): string {
  return `trial ${trial}: ${Object.entries(options)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(', ')}`
}

/** An axis as the option was drawn: logarithmic, even, or one place for each value. */
function abscissa({values, range}: SearchedOption): Layout {
  if (range === undefined) {
    const ticks = (values ?? []).map(tickOf)
    return {type: 'category', categoryorder: 'array', categoryarray: ticks, range: [-0.5, ticks.length - 0.5]}
  }
  const {from, to, scale} = range
  const at = scale === 'log' ? log10 : (value: number): number => value
  const room = 0.06 * (at(to) - at(from))
  const ends = [at(from) - room, at(to) + room]
  if (scale === 'linear') return {range: ends, nticks: 5}
  const ticks = logTicks(from, to)
  return {type: 'log', range: ends, tickvals: ticks, ticktext: ticks.map(String)}
}

/** 1, 2 and 5 times powers of ten between the ends; powers alone where those would be many. */
function logTicks(from: number, to: number): number[] {
  const powers = Array.from(
    {length: Math.ceil(log10(to)) - Math.floor(log10(from)) + 1},
    (_, k) => Math.floor(log10(from)) + k
  )
  const steps = to / from > 150 ? [1] : [1, 2, 5]
  const slack = 1e-9
  return powers
    .flatMap(power => steps.map(step => Number(`${step}e${power}`)))
    .filter(tick => tick >= from * (1 - slack) && tick <= to * (1 + slack))
}

function placeOf(option: SearchedOption, {options}: Trial): unknown {
  const value = options[option.name]
  return option.range === undefined ? tickOf(value) : value
}

function tickOf(value: unknown): string {
  return literal(shortened(textOf(value), 16))
}

/** The range of figures that is drawn: far-off ones would press all others together. */
function frame(best: 'low' | 'high', points: readonly Point[]): [number, number] {
  const sorted = Float64Array.from(points, ({value}) => value).sort()
  const [low, high] = [sorted[0], sorted[sorted.length - 1]]
  const spread = Math.abs(quantile(sorted, 0.5) - (best === 'low' ? low : high))
  const reach = points.length < FEW ? 0 : 4 * spread
  const from = best === 'high' && reach > 0 ? Math.max(low, high - reach) : low
  const to = best === 'low' && reach > 0 ? Math.min(high, low + reach) : high
  const room = 0.08 * (to - from) || 0.002 * Math.abs(to) || 1
  return [from - room, to + room]
}

/** The text alternative: what was chosen, and how many were measured at each rung, from what to what. */
function told(
  search: SearchResult<any>,
  rungs: ReadonlyArray<{level: number; points: readonly Point[]}>
): string {
  const {aim, best, searched, trials, chosen, value, resource} = search
  const against = searched.map(({name, range}) => `${name}${range?.scale === 'log' ? ' (logarithmic)' : ''}`)
  const rows = rungs.map(({level, points}) => {
    const values = points.map(one => one.value)
    const [from, to] = frame(best, points)
    const outside = values.filter(one => one < from || one > to).length
    return `${count(points.length)} with ${count(level)} ${resource.name}, ${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)}${outside > 0 ? ` (${count(outside)} outside the frame)` : ''}`
  })
  return `${aim}, ${best === 'low' ? 'less' : 'more'} is better, of ${count(trials.length)} candidates against ${against.join(', ')}. Measured: ${rows.join('; ')}. Chosen: ${described(trials.find(one => one.trial === chosen) as Trial)}, ${value.toFixed(4)}.`
}

/** '' for the first, then '2', '3': how plotly names axes. */
function nth(k: number): string {
  return k === 0 ? '' : String(k + 1)
}

/** Pixels of all rows; under the last row of a group stand its ticks and titles. */
function plotHeight(rows: number, rungs: number): number {
  return rows * ROW + (rows - 1) * GAP + (rows / rungs - 1) * TITLES
}

function heightOf(rows: number, rungs: number): number {
  return ABOVE + plotHeight(rows, rungs) + BELOW
}

function rowAt(row: number, rows: number, rungs: number): [number, number] {
  const height = plotHeight(rows, rungs)
  const top = row * (ROW + GAP) + Math.floor(row / rungs) * TITLES
  return [Math.max(0, 1 - (top + ROW) / height), 1 - top / height]
}

function columnAt(column: number, columns: number): [number, number] {
  const gap = 0.05
  const width = (1 - gap * (columns - 1)) / columns
  return [column * (width + gap), column * (width + gap) + width]
}
