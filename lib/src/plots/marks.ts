import {Figure, type Layout, type Trace} from './figure'
import {colour, GRID, INK, literal, PALETTE, PAPER, QUIET} from './style'

/** An axis in the terms of charts: what it says and how it counts. `more` goes to plotly as it is. */
export interface Axis {
  title?: string
  /** A d3 format of the tick labels: ",.0f", ".0%". */
  format?: string
  log?: boolean
  range?: readonly [number | null, number | null]
  /** Lines across the figure at the ticks. @default true for y */
  grid?: boolean
  more?: Layout
}

export interface Sketch {
  title: string
  x?: Axis
  y?: Axis
  data: readonly Trace[]
  alt: string
  height?: number
  /** Names of the series beside the figure; by default where there is more than one. */
  legend?: boolean
  more?: Layout
}

/** Pixels between the plot and the legend below it: the tick labels and the axis title. */
const LEGEND_BELOW = 60

/** Puts series and axes together in the one look of all figures. `title` and axis titles are the library's own words. */
export function sketch({title, x = {}, y = {}, data, alt, height = 380, legend, more = {}}: Sketch): Figure {
  const named = legend ?? data.filter(trace => trace.name !== undefined).length > 1
  const layout: Layout = {
    title: {
      text: title,
      x: 0,
      xref: 'container',
      xanchor: 'left',
      pad: {l: 12, t: 14},
      y: 1,
      yref: 'container',
      yanchor: 'top',
      font: {size: 17}
    },
    font: {family: '"Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, sans-serif', size: 14, color: INK},
    paper_bgcolor: PAPER,
    plot_bgcolor: PAPER,
    colorway: PALETTE,
    height,
    autosize: true,
    margin: {l: 56, r: 24, t: 48, b: 52},
    showlegend: named,
    legend: {orientation: 'h', x: 0, xanchor: 'left', y: -LEGEND_BELOW / (height - 100), yanchor: 'top'},
    hoverlabel: {align: 'left', bgcolor: PAPER, bordercolor: QUIET, font: {color: INK}},
    xaxis: axis({grid: false, ...x}),
    yaxis: axis({grid: true, ...y}),
    ...more
  }
  return new Figure({data, layout, alt})
}

/** An axis as plotly takes it. */
export function axis({title, format, log, range, grid, more}: Axis): Layout {
  return {
    ...(title === undefined ? {} : {title: {text: title, standoff: 8, font: {size: 14, color: QUIET}}}),
    ...(format === undefined ? {} : {tickformat: format}),
    ...(log === true ? {type: 'log'} : {}),
    ...(range === undefined ? {} : {range}),
    showgrid: grid ?? false,
    gridcolor: GRID,
    zeroline: false,
    linecolor: QUIET,
    ticks: 'outside',
    tickcolor: QUIET,
    ticklen: 4,
    automargin: true,
    ...more
  }
}

/** Standing bars. */
export function bars(
  x: readonly (string | number)[],
  y: readonly number[],
  hover: string,
  more: Layout = {}
): Trace {
  return {type: 'bar', x, y, hovertemplate: `${hover}<extra></extra>`, marker: {color: colour(0)}, ...more}
}

/** Lying bars with names from the data, the first on top. */
export function lyingBars(
  names: readonly string[],
  x: readonly number[],
  hover: string,
  more: Layout = {}
): Trace {
  return {
    type: 'bar',
    orientation: 'h',
    y: names.map(literal),
    x,
    hovertemplate: `${hover}<extra></extra>`,
    marker: {color: colour(0)},
    ...more
  }
}

/** The axis of `lyingBars` and of dots by name: the first name on top, every name shown. */
export const NAMES: Axis = {
  grid: false,
  more: {autorange: 'reversed', type: 'category', tickmode: 'linear', ticks: ''}
}

/** A line through points; name and style by the number of the series. */
export function line(
  x: readonly (string | number)[],
  y: readonly (number | null)[],
  hover: string,
  more: Layout = {}
): Trace {
  return {
    type: 'scatter',
    mode: 'lines+markers',
    x,
    y,
    hovertemplate: `${hover}<extra></extra>`,
    line: {color: colour(0), width: 2},
    marker: {color: colour(0), size: 6},
    ...more
  }
}
