// npm run bench -- [suite …] [--peers] [--runs 3]: builds the library and the bench, then runs it (bench/run.ts).
import fs from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {bundled} from './bundle.mjs'
import {passedOn, runCommand} from './terminal.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** @param {string[]} args */
const node = args => passedOn([process.execPath, ...args], {cwd: root})

/**
 * The curves of a table: of columns, or of rows.
 * @param {Array<Record<string, string | number>>} rows @param {{x: string, y: string[], at?: number[], of?: string[]}} chart
 * @returns {Record<string, Array<{x: number, y: number}>>}
 */
function curves(rows, {x, y, at, of}) {
  if (at === undefined)
    return Object.fromEntries(
      y.map(column => [column, rows.map(row => ({x: Number(row[x]), y: Number(row[column])}))])
    )
  const named = rows.map(row => /** @type {const} */ ([String(Object.values(row)[0]), row]))
  const drawn = named.filter(([name]) => of?.includes(name) ?? true)
  return Object.fromEntries(
    drawn.map(([name, row]) => [
      name,
      y.map((column, k) => ({x: at[k], y: Number(row[column])})).filter(point => Number.isFinite(point.y))
    ])
  )
}

/** Tables of the results that say how they are drawn become pictures in bench/charts. */
async function charts() {
  const {default: movieRecs} = await import('movie-recs')
  const {draw} = await import('./notebooks/pictures.mjs')
  const {tables} = JSON.parse(fs.readFileSync(path.join(root, 'bench/results.json'), 'utf8'))
  const drawn = tables.filter((/** @type {any} */ table) => table.chart)
  const figures = drawn.map((/** @type {any} */ {rows, chart}) => {
    const axes = {x: chart.x, y: chart.measure, log: true}
    const title = `${chart.measure} by ${chart.x}`
    const {data, layout} = movieRecs.plotCurve(curves(rows, chart), {title, ...axes}).toJSON()
    const yaxis = {...Object(layout.yaxis), ...(chart.at === undefined ? {} : {type: 'log', dtick: 'D2'})}
    return {data, layout: {...layout, yaxis}}
  })
  const folder = path.join(root, 'bench/charts')
  fs.mkdirSync(folder, {recursive: true})
  const pictures = await draw(figures)
  for (const [k, picture] of pictures.entries())
    fs.writeFileSync(path.join(folder, drawn[k].chart.file), picture, 'base64')
}

await runCommand('npm run bench', async () => {
  const built = await node([path.join(root, 'scripts/build.mjs')])
  if (built !== 0) return built
  const outfile = path.join(root, '.cache/bench/run.cjs')
  await bundled('bench/run.ts', outfile)
  process.env.MOVIE_RECS_CACHE ??= path.join(root, '.cache/movie-recs')
  const status = await node(['--enable-source-maps', outfile, ...process.argv.slice(2)])
  if (status !== 0) return status
  await charts()
})
