import {checkWritable} from '../files/writeWhole'
import {type PageOptions, writePage} from '../page/writePage'
import {type Command, needed, text, UsageError, type Values} from './command'
import {ENGINE_OPTIONS, FILE_OPTIONS, fittedEngine, fitWithProgress} from './inputs'

export const pageCommand: Command = {
  name: 'page',
  about: 'Writes one HTML file in which anyone can rate movies and see what to watch, without a network.',
  usage: [
    'page --model model.mrec --out page.html [--title "What to watch on Friday"] [--json]',
    'page --engine mf --ratings r.csv [--movies movies.csv] [--set factors=50 ...] --out page.html',
    'page --model model.mrec --out page.html --data "Our film club" --numbers single'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    out: {type: 'string'},
    title: {type: 'string'},
    data: {type: 'string'},
    numbers: {type: 'string'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const out = needed(values, 'out', 'the HTML file to write')
    const options = pageOptions(values)
    await checkWritable(out)
    const engine = await fittedEngine(values, io)
    const begun = performance.now()
    const page = await fitWithProgress(run => writePage(engine, out, {...options, ...run}), values, io)
    const seconds = (performance.now() - begun) / 1000
    if (values.json === true)
      return io.out(JSON.stringify({engine: engine.name, ...page, seconds}, undefined, 2))
    io.out(`${engine}`)
    io.out(`written to ${out}: ${(page.bytes / 1e6).toFixed(2)} MB, ${seconds.toFixed(1)} s`)
    for (const {what, value} of page.measured) io.out(`${what}: ${digits(value)}`)
    for (const warning of page.warnings) io.note(warning)
    if (!page.redistribute)
      io.note('For your own use: do not redistribute this page unless the terms of the data allow it.')
  }
}

function pageOptions(values: Values): PageOptions {
  const numbers = text(values, 'numbers')
  if (numbers !== undefined && numbers !== 'small' && numbers !== 'single')
    throw new UsageError(`--numbers takes small or single, got "${numbers}".`)
  const title = text(values, 'title')
  const data = text(values, 'data')
  return {
    ...(title === undefined ? {} : {title}),
    ...(data === undefined ? {} : {data}),
    ...(numbers === undefined ? {} : {numbers})
  }
}

/** As many digits as tell: whole numbers have none behind the point. */
function digits(value: number): string {
  return Number.isInteger(value) ? String(value) : (Math.round(value * 1e5) / 1e5 || 0).toFixed(5)
}
