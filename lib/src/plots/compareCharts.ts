/** Figures of engines beside one another: what an error costs, what it says of lists, where it is. */

import {ArgumentError} from '../errors'
import type {Comparison} from '../evaluate/comparison'
import type {CostRow} from '../evaluate/costs'
import type {ErrorsByGroup} from '../evaluate/groups'
import {pow} from '../math/exponential'
import {log10} from '../math/logarithms'
import {figureText} from '../show/wording'
import type {Figure, Layout, Trace} from './figure'
import {sketch} from './marks'
import {colour, literal, NEGATIVE, POSITIVE, QUIET, SYMBOLS} from './style'

/** A named point of two figures, with the ends of an interval of either. */
interface Spot {
  name: string
  /** Letters: spots that share one cannot be told apart. */
  group?: string
  x: number
  y: number
  xs?: readonly [low: number, high: number]
  ys?: readonly [low: number, high: number]
}

/** An axis of spots: what it says, and whether it counts in powers of ten. */
interface Side {
  title: string
  decimals: number
  log?: boolean
}

/** The size of the plot inside its axes on a narrow screen, in pixels: where labels are put is reckoned for it. */
const WIDE = 280
const HIGH = 300
/** Pixels of a letter, and of a line. */
const LETTER = 6.6
const LINE = 15
/** Intervals behind labels. */
const FAINT = '#b0b0b0'
/** A figure so many times as far from the others as these are apart is off the chart. */
const FAR = 2

/** Errors with their intervals against the seconds to fit and to predict, on an axis of powers of ten: what the next thousandth costs. An error far off is drawn at the edge. */
export function plotCosts(costs: Iterable<CostRow>, o: {title?: string} = {}): Figure {
  const spots = [...costs].map(
    ({engine, rmse, low, high, group, seconds}): Spot => ({
      name: engine,
      group,
      x: Math.max(seconds, 0.001),
      y: rmse,
      ys: [low, high]
    })
  )
  return plotSpots(spots, {
    title: o.title ?? 'What an error costs',
    x: {title: 'seconds to fit and to predict', decimals: 2, log: true},
    y: {title: 'RMSE (less is better)', decimals: 4}
  })
}

/** What `compareEvaluations` gives. */
type Compared = Pick<Comparison, 'figure' | 'engines'>

/**
 * One figure of engines against another, with the intervals of both; engines that have only the second, as `popularity` has no stars, are
 * lines across.
 */
export function plotTwoFigures(one: Compared, other: Compared, o: {title?: string} = {}): Figure {
  const found = new Map(one.engines.map(row => [row.engine, row]))
  const spots = other.engines.flatMap((row): Spot[] => {
    const x = found.get(row.engine)
    return x === undefined
      ? []
      : [
          {
            name: row.engine,
            group: row.group,
            x: x.value,
            y: row.value,
            xs: [x.low, x.high],
            ys: [row.low, row.high]
          }
        ]
  })
  const lines = other.engines.filter(row => !found.has(row.engine))
  return plotSpots(spots, {
    title: o.title ?? `${other.figure} against ${one.figure}`,
    x: {title: figureText(one.figure), decimals: 4},
    y: {title: figureText(other.figure), decimals: 4},
    across: lines.map(({engine, value}) => ({name: engine, y: value}))
  })
}

function plotSpots(
  spots: readonly Spot[],
  {
    title,
    x,
    y,
    across = []
  }: {title: string; x: Side; y: Side; across?: ReadonlyArray<{name: string; y: number}>}
): Figure {
  if (spots.length === 0) throw new ArgumentError(`${title}: there is no engine with both figures.`)
  const [xEdge, yEdge] = [edgeOf(spots.map(spot => spot.x)), edgeOf([...spots, ...across].map(one => one.y))]
  const far = (spot: Spot): boolean => (x.log !== true && spot.x > xEdge) || spot.y > yEdge
  const near = spots.filter(spot => !far(spot))
  const xRange = frame(
    near.flatMap(spot => [spot.x, ...(spot.xs ?? [])]),
    x.log === true ? 0.16 : 0.12,
    x.log
  )
  const yRange = frame(
    [...near.flatMap(spot => [spot.y, ...(spot.ys ?? [])]), ...across.map(one => one.y)],
    0.08
  )
  const drawn = spots.map(spot =>
    drawnAt(spot, x.log !== true && spot.x > xEdge, spot.y > yEdge, xRange, yRange)
  )
  const labels = drawn.map(spot =>
    literal(
      [spot.name, spot.group === undefined ? '' : `(${spot.group})`, spot.note].filter(Boolean).join(' ')
    )
  )
  const places = placed(drawn, labels, xRange, yRange, x.log === true)
  return sketch({
    title: literal(title),
    x: {
      title: literal(x.title),
      grid: true,
      range: xRange,
      ...(x.log === true ? {log: true, more: {dtick: 1, tickformat: '~g'}} : {})
    },
    y: {title: literal(y.title), grid: true, range: yRange},
    height: 440,
    legend: false,
    data: [
      ...across.map(
        (one): Trace => ({
          type: 'scatter',
          mode: 'lines+text',
          x: xRange.map(end => (x.log === true ? pow(10, end) : end)),
          y: [one.y, one.y],
          text: [literal(one.name), ''],
          textposition: 'top right',
          textfont: {size: 12, color: NEGATIVE},
          line: {color: NEGATIVE, width: 1.5, dash: 'dash'},
          hovertemplate: `${literal(one.name)}: %{y:.${y.decimals}f}<extra></extra>`
        })
      ),
      {
        type: 'scatter',
        mode: 'markers+text',
        x: drawn.map(spot => spot.x),
        y: drawn.map(spot => spot.y),
        text: labels,
        customdata: spots.map(spot => [
          literal(spot.name),
          spot.x.toFixed(x.decimals),
          spot.y.toFixed(y.decimals)
        ]),
        textposition: places,
        textfont: {size: 12},
        cliponaxis: false,
        marker: {
          size: 10,
          color: drawn.map(spot => (spot.note === '' ? POSITIVE : QUIET)),
          symbol: drawn.map(spot => (spot.note === '' ? 'circle' : spot.beyond))
        },
        ...interval(
          'error_x',
          drawn,
          spot => spot.xs,
          spot => spot.x
        ),
        ...interval(
          'error_y',
          drawn,
          spot => spot.ys,
          spot => spot.y
        ),
        hovertemplate: `%{customdata[0]}<br>${literal(x.title)}: %{customdata[1]}<br>${literal(y.title)}: %{customdata[2]}<extra></extra>`
      }
    ],
    alt: `${title}. ${spots.map(spot => `${spot.name} ${spot.y.toFixed(y.decimals)}${range(spot.ys, y.decimals)} at ${spot.x.toFixed(x.decimals)}${range(spot.xs, x.decimals)}`).join('; ')}. ${across.map(one => `Line across: ${one.name} ${one.y.toFixed(y.decimals)}.`).join(' ')}`.trim()
  })
}

function range(ends: readonly [number, number] | undefined, decimals: number): string {
  return ends === undefined ? '' : ` (${ends[0].toFixed(decimals)} to ${ends[1].toFixed(decimals)})`
}

/** Above which a value is off the chart: so far above the next below it as the others, but the largest of all, are not apart. */
function edgeOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  if (sorted.length < 4) return Number.POSITIVE_INFINITY
  const next = sorted[sorted.length - 2]
  return sorted[sorted.length - 1] - next > FAR * Math.max(next - sorted[0], 1e-9)
    ? next
    : Number.POSITIVE_INFINITY
}

interface Drawn extends Spot {
  /** Its value where it stands at an edge. */
  note: string
  beyond: string
}

function drawnAt(
  spot: Spot,
  farX: boolean,
  farY: boolean,
  xRange: readonly [number, number],
  yRange: readonly [number, number]
): Drawn {
  if (!farX && !farY) return {...spot, note: '', beyond: ''}
  const {xs, ys, x, y, ...named} = spot
  return {
    ...named,
    x: farX ? xRange[1] - 0.03 * (xRange[1] - xRange[0]) : x,
    y: farY ? yRange[1] - 0.03 * (yRange[1] - yRange[0]) : y,
    ...(farX || xs === undefined ? {} : {xs}),
    ...(farY || ys === undefined ? {} : {ys}),
    note: farY ? y.toFixed(2) : x.toFixed(2),
    beyond: farY ? 'triangle-up' : 'triangle-right'
  }
}

/** A range with some room at both ends; that of a logarithmic axis is in powers of ten. */
function frame(values: readonly number[], room: number, log = false): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(end => (log ? log10(end) : end))
  const more = room * (high - low || Math.abs(high) || 1)
  return [low - more, high + more]
}

function interval(
  name: 'error_x' | 'error_y',
  spots: readonly Drawn[],
  ends: (spot: Drawn) => readonly [number, number] | undefined,
  value: (spot: Drawn) => number
): Layout {
  if (spots.every(spot => ends(spot) === undefined)) return {}
  return {
    [name]: {
      type: 'data',
      symmetric: false,
      array: spots.map(spot => (ends(spot)?.[1] ?? value(spot)) - value(spot)),
      arrayminus: spots.map(spot => value(spot) - (ends(spot)?.[0] ?? value(spot))),
      color: FAINT,
      thickness: 1.5,
      width: 4
    }
  }
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Where each label stands, of a few places the one that covers least of dots, intervals and labels before it, and does not leave the plot. */
function placed(
  spots: readonly Drawn[],
  labels: readonly string[],
  xRange: readonly [number, number],
  yRange: readonly [number, number],
  log: boolean
): string[] {
  const across = (x: number): number => (WIDE * (x - xRange[0])) / (xRange[1] - xRange[0])
  const up = (y: number): number => (HIGH * (y - yRange[0])) / (yRange[1] - yRange[0])
  const at = spots.map(({x, y}) => ({x: across(log ? log10(x) : x), y: up(y)}))
  const bars = spots.flatMap(({xs, ys}, k): Box[] => [
    ...(xs === undefined
      ? []
      : [{left: across(xs[0]), right: across(xs[1]), top: at[k].y + 1, bottom: at[k].y - 1}]),
    ...(ys === undefined ? [] : [{left: at[k].x - 1, right: at[k].x + 1, top: up(ys[1]), bottom: up(ys[0])}])
  ])
  const dots = at.map(({x, y}): Box => ({left: x - 6, right: x + 6, top: y + 6, bottom: y - 6}))
  const covered = (box: Box, by: readonly Box[]): number =>
    by.reduce((sum, one) => sum + overlap(box, one), 0)
  const chosen: Array<{name: string; box: Box}> = []
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [k, point] of at.entries()) {
      const others = chosen.filter((_, n) => n !== k).map(({box}) => box)
      const costs = placesAround(point, LETTER * labels[k].length).map(place => ({
        ...place,
        cost:
          DOT * covered(place.box, dots) +
          covered(place.box, bars) +
          LABEL * covered(place.box, others) +
          LINE * outside(place.box)
      }))
      chosen[k] = costs.reduce((one, other) => (other.cost < one.cost - 1e-9 ? other : one))
    }
  }
  return chosen.map(({name}) => name)
}

/** What it costs to cover a dot or a label, where covering an interval costs 1; and how often labels are placed with the others in sight. */
const DOT = 6
const LABEL = 3
const TURNS = 3

function placesAround({x, y}: {x: number; y: number}, long: number): Array<{name: string; box: Box}> {
  return PLACES.map(([name, dx, dy]) => {
    const left = x + (dx < 0 ? -8 - long : dx > 0 ? 8 : -long / 2)
    const bottom = y + (dy > 0 ? 7 : dy < 0 ? -7 - LINE : -LINE / 2)
    return {name, box: {left, right: left + long, bottom, top: bottom + LINE}}
  })
}

/** Pixels beyond the axis on the left or the margin on the right. */
function outside({left, right}: Box): number {
  return Math.max(0, -left) + Math.max(0, right - WIDE - 16)
}

const PLACES: ReadonlyArray<readonly [name: string, dx: number, dy: number]> = [
  ['middle right', 1, 0],
  ['middle left', -1, 0],
  ['top right', 1, 1],
  ['bottom right', 1, -1],
  ['top left', -1, 1],
  ['bottom left', -1, -1],
  ['top center', 0, 1],
  ['bottom center', 0, -1]
]

function overlap(a: Box, b: Box): number {
  const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const high = Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom)
  return wide > 0 && high > 0 ? wide * high : 0
}

/** Errors of each engine by group, with intervals: side by side in a row for each group, the first on top. */
export function plotByGroup(
  {by, groups, comparisons}: ErrorsByGroup,
  o: {title?: string; engines?: readonly string[]} = {}
): Figure {
  const names = groups.map(({name}) => name)
  const all = comparisons[names[0]].engines.map(({engine}) => engine)
  const engines = o.engines ?? groups.columns.filter(column => all.includes(column))
  const stranger = engines.find(engine => !all.includes(engine))
  if (stranger !== undefined)
    throw new ArgumentError(`plotByGroup: ${stranger} was not measured. There are ${all.join(', ')}.`)
  const step = 0.7 / Math.max(engines.length, 2)
  const told: string[] = []
  const data = engines.map((engine, k): Trace => {
    const rows = names.map(name => comparisons[name].engines.find(row => row.engine === engine))
    const values = rows.map(row => row?.value ?? Number.NaN)
    told.push(`${engine}: ${names.map((name, n) => `${name} ${values[n].toFixed(3)}`).join(', ')}`)
    return {
      type: 'scatter',
      mode: 'markers',
      name: literal(engine),
      x: values,
      y: names.map((_, n) => n + (k - (engines.length - 1) / 2) * step),
      customdata: names.map(literal),
      marker: {size: 8, color: colour(k), symbol: SYMBOLS[k % SYMBOLS.length]},
      error_x: {
        type: 'data',
        symmetric: false,
        array: rows.map(row => (row?.high ?? 0) - (row?.value ?? 0)),
        arrayminus: rows.map(row => (row?.value ?? 0) - (row?.low ?? 0)),
        color: colour(k),
        thickness: 1,
        width: 3
      },
      hovertemplate: `${literal(engine)}, %{customdata}: %{x:.4f}<extra></extra>`
    }
  })
  return sketch({
    title: literal(o.title ?? `Error by ${by}`),
    x: {title: 'RMSE (less is better)', grid: true},
    y: {
      grid: false,
      range: [names.length - 0.4, -0.6],
      more: {tickmode: 'array', tickvals: [...names.keys()], ticktext: names.map(literal), ticks: ''}
    },
    data,
    height: 150 + Math.max(44, 11 * engines.length + 14) * names.length,
    legend: true,
    alt: `Errors by ${by}. ${told.join('; ')}.`
  })
}
