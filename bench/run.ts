// npm run bench -- [suite …] [--peers] [--runs 3] [--only part,part]
// Times ours against the peers (--peers: installed in virtual environments under .venvs/) or against the plain twins of the kernels,
// and writes bench/results.json and bench/results.md; suites that were not run keep the rows they had.
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {Bench, machine, type Row} from './harness'
import {markdown, type Results, withGrowth, withResults, withUpdates} from './report'
import {SUITES} from './suites'

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      peers: {type: 'boolean', default: false},
      runs: {type: 'string', default: '3'},
      only: {type: 'string', default: ''}
    }
  })
  const root = process.cwd()
  const names = positionals.length > 0 ? positionals : Object.keys(SUITES)
  const unknown = names.filter(name => !(name in SUITES))
  if (unknown.length > 0) {
    console.error(`bench: there is no suite ${unknown.join(', ')}: ${Object.keys(SUITES).join(', ')}.`)
    process.exitCode = 2
    return
  }
  const measured = new Date().toISOString().slice(0, 10)
  const commit = commitOf(root)
  for (const name of names) {
    const only = values.only === '' ? [] : values.only.split(',')
    const bench = new Bench(name, root, values.peers, Math.max(1, Number(values.runs)), only)
    await SUITES[name](bench)
    keep(root, name, bench, {measured, commit})
  }
}

type TableRow = Record<string, string | number>

/** The commit that is measured, with a + where its code has changes. */
function commitOf(root: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, {cwd: root, encoding: 'utf8'}).trim()
  const changes = git('status', '--porcelain', '--', 'lib', 'bench/suites', 'bench/peers', 'bench/harness.ts')
  return `${git('rev-parse', '--short=7', 'HEAD')}${changes === '' ? '' : '+'}`
}

/** Replaces the rows of a suite; a row measured against a peer stays until it is measured against a peer again. */
function keep(root: string, suite: string, bench: Bench, at: {measured: string; commit: string}): void {
  const file = path.join(root, 'bench/results.json')
  const results: Results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {rows: [], tables: []}
  const fresh = bench.rows.map(row => ({...row, ...at, machine: machine()}))
  const key = (row: Row): string => `${row.suite}\0${row.work}\0${row.other?.name ?? ''}`
  const renewed = new Set(fresh.map(key))
  results.rows = [...results.rows.filter(row => !renewed.has(key(row))), ...fresh]
  for (const table of bench.tables) {
    const before = results.tables.find(one => one.suite === suite && one.title === table.title)
    const rows = bench.only.length > 0 ? mergeRows(before?.rows ?? [], table.rows) : table.rows
    const {measured, commit} = at
    const commits = rows.map(row => before?.commits[before.rows.indexOf(row)] ?? commit)
    const anew = {...table, rows, measured, commits}
    // A table that is measured anew stays in its place.
    results.tables =
      before === undefined
        ? [...results.tables, anew]
        : results.tables.map(one => (one === before ? anew : one))
  }
  results.rows.sort((a, b) => a.suite.localeCompare(b.suite))
  results.tables.sort((a, b) => a.suite.localeCompare(b.suite))
  write(file, `${JSON.stringify(results, undefined, 1)}\n`)
  write(path.join(root, 'bench/results.md'), markdown(results))
  const readme = path.join(root, 'README.md')
  if (existsSync(readme)) write(readme, withResults(readFileSync(readme, 'utf8'), results))
  for (const [name, renewed] of [
    ['updating', withUpdates],
    ['growing', withGrowth]
  ] as const) {
    const file = path.join(root, `docs/${name}.md`)
    if (existsSync(file)) write(file, renewed(readFileSync(file, 'utf8'), results))
  }
}

/** New rows take the place of those with the same first cell. */
function mergeRows(before: TableRow[], fresh: TableRow[]): TableRow[] {
  const first = (row: TableRow): unknown => Object.values(row)[0]
  const rows = before.map(row => fresh.find(one => first(one) === first(row)) ?? row)
  return [...rows, ...fresh.filter(row => !before.some(one => first(one) === first(row)))]
}

function write(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

main().catch((error: Error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
