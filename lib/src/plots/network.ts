import {ArgumentError} from '../errors'
import type {NetworkLayer} from '../show/drawn'
import {count} from '../show/numbers'
import type {Figure} from './figure'
import {sketch} from './marks'
import {colour, INK, literal, QUIET} from './style'

/** A network as boxes from the inputs on the left to the rating on the right, with the width and the weights of each. */
export function plotNetwork(layers: Iterable<NetworkLayer>, o: {title?: string} = {}): Figure {
  const all = [...layers]
  if (all.length === 0) throw new ArgumentError('There is no layer to draw.')
  const places = placed(all)
  const at = (name: string): {x: number; y: number} => places.get(name) as {x: number; y: number}
  const arrows = all.flatMap(layer =>
    layer.from.map(source => ({
      x: at(layer.name).x - 0.36,
      y: at(layer.name).y,
      ax: at(source).x + 0.36,
      ay: at(source).y,
      xref: 'x',
      yref: 'y',
      axref: 'x',
      ayref: 'y',
      showarrow: true,
      arrowhead: 2,
      arrowsize: 1,
      arrowwidth: 1.5,
      arrowcolor: QUIET
    }))
  )
  const boxes = all.map(({name, weights}) => {
    const {x, y} = at(name)
    return {
      type: 'rect',
      layer: 'below',
      x0: x - 0.36,
      x1: x + 0.36,
      y0: y - 0.33,
      y1: y + 0.33,
      line: {color: colour(weights > 0 ? 0 : 4), width: 1.5},
      fillcolor: weights > 0 ? '#eaf3fa' : '#f4f4f4'
    }
  })
  const says = ({name, width, weights}: NetworkLayer): string =>
    `${literal(name)}<br>${count(width)} ${width === 1 ? 'number' : 'numbers'}${weights > 0 ? `<br>${count(weights)} weights` : ''}`
  const columns = Math.max(...all.map(({name}) => at(name).x))
  const rows = all.map(({name}) => at(name).y)
  const total = all.reduce((sum, {weights}) => sum + weights, 0)
  return sketch({
    title: literal(o.title ?? `The network: ${count(total)} weights`),
    x: {range: [-0.45, columns + 0.45], more: {visible: false, fixedrange: true}},
    y: {
      range: [Math.min(...rows) - 0.5, Math.max(...rows) + 0.5],
      grid: false,
      more: {visible: false, fixedrange: true}
    },
    data: [
      {
        type: 'scatter',
        mode: 'text',
        x: all.map(({name}) => at(name).x),
        y: all.map(({name}) => at(name).y),
        text: all.map(says),
        textfont: {size: 12, color: INK},
        hoverinfo: 'skip'
      }
    ],
    legend: false,
    height: 110 + 92 * (Math.max(...rows) - Math.min(...rows) + 1),
    // A box holds its words where it has 120 pixels; what is narrower scrolls.
    more: {shapes: boxes, annotations: arrows, meta: {minWidth: 165 * (columns + 1) + 80}},
    alt: `Diagram of a network: ${all
      .map(
        ({name, width, weights, from}) =>
          `${name} (${count(width)} wide, ${count(weights)} weights${from.length > 0 ? `, from ${from.join(' and ')}` : ''})`
      )
      .join('; ')}.`
  })
}

/** A column for each step from the inputs, the layers of a column one under another around the middle. */
function placed(layers: readonly NetworkLayer[]): Map<string, {x: number; y: number}> {
  const depth = new Map<string, number>()
  for (const {name, from} of layers) {
    const missing = from.find(source => !depth.has(source))
    if (missing !== undefined) throw new ArgumentError(`Layer ${name} comes before its input ${missing}.`)
    depth.set(name, Math.max(-1, ...from.map(source => depth.get(source) as number)) + 1)
  }
  const places = new Map<string, {x: number; y: number}>()
  for (let x = 0; x <= Math.max(...depth.values()); x++) {
    const column = layers.filter(({name}) => depth.get(name) === x)
    column.forEach(({name}, k) => void places.set(name, {x, y: (column.length - 1) / 2 - k}))
  }
  return places
}
