// npm run bench -- [suite …] [--peers] [--runs 3]
// Times ours against the peers (--peers: installed in virtual environments under .venvs/) or against the plain twins of the kernels,
// and writes bench/results.json and bench/results.md; suites that were not run keep the rows they had.
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {Bench, machine, type Row} from './harness'
import {SUITES} from './suites'

interface Results {
  rows: Array<Row & {measured: string; machine: string}>
  tables: Array<Bench['tables'][number] & {measured: string}>
}

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {peers: {type: 'boolean', default: false}, runs: {type: 'string', default: '3'}}
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
  for (const name of names) {
    const bench = new Bench(name, root, values.peers, Math.max(1, Number(values.runs)))
    await SUITES[name](bench)
    keep(root, name, bench, measured)
  }
}

/** Replaces the rows of a suite; a row measured against a peer stays until it is measured against a peer again. */
function keep(root: string, suite: string, bench: Bench, measured: string): void {
  const file = path.join(root, 'bench/results.json')
  const results: Results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {rows: [], tables: []}
  const fresh = bench.rows.map(row => ({...row, measured, machine: machine()}))
  const key = (row: Row): string => `${row.suite}\0${row.work}\0${row.other?.name ?? ''}`
  const renewed = new Set(fresh.map(key))
  results.rows = [...results.rows.filter(row => !renewed.has(key(row))), ...fresh]
  const titles = new Set(bench.tables.map(table => table.title))
  results.tables = [
    ...results.tables.filter(table => table.suite !== suite || !titles.has(table.title)),
    ...bench.tables.map(table => ({...table, measured}))
  ]
  results.rows.sort((a, b) => a.suite.localeCompare(b.suite))
  results.tables.sort((a, b) => a.suite.localeCompare(b.suite))
  write(file, `${JSON.stringify(results, undefined, 1)}\n`)
  write(path.join(root, 'bench/results.md'), markdown(results))
}

function write(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

function markdown({rows, tables}: Results): string {
  const seconds = (value: number): string =>
    value < 0.1 ? value.toFixed(4) : value < 10 ? value.toFixed(2) : value.toFixed(0)
  const rmse = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4))
  const lines = [
    '# Measured',
    '',
    'Written by `npm run bench -- --peers`; both sides of a row in the same run, median of the runs after a warm-up. Seconds move from',
    'machine to machine: what counts is the ratio, at equal quality.',
    '',
    '| work | ours, s | RMSE | other | s | RMSE | ratio | goal | runs | measured |',
    '| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows.map(row =>
      [
        '',
        `${row.work}${row.note === undefined ? '' : ` (${row.note})`}`,
        seconds(row.ours.median),
        rmse(row.ours.rmse),
        row.other?.name ?? '',
        row.other === undefined ? '' : seconds(row.other.median),
        rmse(row.other?.rmse),
        row.ratio === undefined ? '' : `${row.ratio.toFixed(1)}×`,
        row.goal === undefined ? '' : `${row.goal}×`,
        String(row.ours.runs),
        row.measured,
        ''
      ]
        .join(' | ')
        .trim()
    ),
    ''
  ]
  for (const {title, rows: entries, measured} of tables) {
    const columns = [...new Set(entries.flatMap(entry => Object.keys(entry)))]
    lines.push(`## ${title}`, '', `Measured ${measured}.`, '')
    lines.push(`| ${columns.join(' | ')} |`, `| ${columns.map(() => '---').join(' | ')} |`)
    for (const entry of entries)
      lines.push(`| ${columns.map(column => String(entry[column] ?? '')).join(' | ')} |`)
    lines.push('')
  }
  const machines = [...new Set(rows.map(row => row.machine))]
  return `${[...lines, `Machine: ${machines.join('; ')}.`].join('\n')}\n`
}

main().catch((error: Error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
