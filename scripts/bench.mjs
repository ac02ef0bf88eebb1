// npm run bench -- [suite …] [--peers] [--runs 3]: builds the library and the bench, then runs it (bench/run.ts).
import {spawnSync} from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** @param {string[]} args */
function node(args) {
  const {status} = spawnSync(process.execPath, args, {cwd: root, stdio: 'inherit'})
  if (status !== 0) process.exit(status ?? 1)
}

node([path.join(root, 'scripts/build.mjs')])
const {build} = await import('esbuild')
const outfile = path.join(root, '.cache/bench/run.cjs')
await build({
  entryPoints: [path.join(root, 'bench/run.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  plugins: [
    {
      // Parts of the built library stay where they are: they read files beside them.
      name: 'built-library',
      setup(bundler) {
        bundler.onResolve({filter: /^#dist\//}, args => ({
          path: path.join(root, 'lib/dist', args.path.slice('#dist/'.length)),
          external: true
        }))
      }
    }
  ]
})
process.env.MOVIE_RECS_CACHE ??= path.join(root, '.cache/movie-recs')
node(['--enable-source-maps', outfile, ...process.argv.slice(2)])

// Tables of the results that say how they are drawn become pictures in bench/charts.
const {default: movieRecs} = await import('movie-recs')
const {draw} = await import('./notebooks/pictures.mjs')
const {tables} = JSON.parse(fs.readFileSync(path.join(root, 'bench/results.json'), 'utf8'))
const drawn = tables.filter((/** @type {any} */ table) => table.chart)
const figures = drawn.map((/** @type {any} */ {rows, chart}) =>
  movieRecs
    .plotCurve(
      Object.fromEntries(
        chart.y.map((/** @type {string} */ y) => [
          y,
          rows.map((/** @type {any} */ row) => ({x: Number(row[chart.x]), y: Number(row[y])}))
        ])
      ),
      {title: `${chart.measure} by ${chart.x}`, x: chart.x, y: chart.measure, log: true}
    )
    .toJSON()
)
const folder = path.join(root, 'bench/charts')
fs.mkdirSync(folder, {recursive: true})
const pictures = await draw(figures)
for (const [k, picture] of pictures.entries())
  fs.writeFileSync(path.join(folder, drawn[k].chart.file), picture, 'base64')
