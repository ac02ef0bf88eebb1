import {type Bench, type Row, say, type Timing} from './harness'

/** All that was measured, as bench/results.json keeps it. */
export interface Results {
  rows: Array<Row & {measured: string; commit: string; machine: string}>
  /** `commits` has one for each row, since a run of some of them keeps the others. */
  tables: Array<Bench['tables'][number] & {measured: string; commits: string[]}>
}

/** The table of accuracies that the README shows. */
export const ACCURACY = 'Accuracy on MovieLens 1M, three random 90/10 splits, defaults'

/** What is known of users and movies beside their ratings, which the table above does not use. */
export const KNOWN =
  'Accuracy on the same splits where age, gender, occupation, genres and year are known, too (sideInformation)'

/** Where the day of each rating is known, which no other table of accuracies uses. */
export const DAYS = 'Accuracy on u1 of MovieLens 100K where the day of each rating is known, too (days)'

/** The table of lists that the README shows, with these of its columns. */
export const LISTS = 'Table A, "Movielens1M_m1" (6,022 × 3,043): the test part'
const LIST_COLUMNS = ['model', 'recall@20', 'recall@20, 95 %', 'nDCG@20', 'nDCG@20, 95 %', 'chosen on']

/** The tables of updates that docs/updating.md shows. */
export const UPDATES_HUNDRED =
  'Updates on MovieLens 100K, u1: before the new ratings, after an update and after a fit on all'
export const UPDATES_MILLION =
  'Updates on MovieLens 1M, the first random 90/10 split: before the new ratings, after an update and after a fit on all'

const seconds = (value: number): string =>
  value < 0.1 ? value.toFixed(3) : value < 10 ? value.toFixed(2) : value.toFixed(0)

/** bench/results.md. */
export function markdown({rows, tables}: Results): string {
  const seconds = (value: number): string =>
    value < 0.1 ? value.toFixed(4) : value < 10 ? value.toFixed(2) : value.toFixed(0)
  const lines = [
    '# Measured',
    '',
    'Written by `npm run bench -- --peers`; both sides of a row in the same run, median of the runs after a warm-up. Seconds move from',
    'machine to machine: what counts is the ratio, at equal quality. A commit is the one that was measured, with a + where its code had',
    'changes that were not committed; of older rows it is the one that brought them.',
    '',
    '| work | ours, s | RMSE or loss | other | s | RMSE or loss | ratio | goal | runs | measured | commit |',
    '| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |',
    ...rows.map(row =>
      [
        '',
        `${row.work}${row.note === undefined ? '' : ` (${row.note})`}`,
        seconds(row.ours.median),
        say(row.ours),
        row.other?.name ?? '',
        row.other === undefined ? '' : seconds(row.other.median),
        say(row.other ?? {}),
        row.ratio === undefined ? '' : `${row.ratio.toFixed(1)}×`,
        row.goal === undefined ? '' : `${row.goal}×`,
        String(row.ours.runs),
        row.measured,
        row.commit,
        ''
      ]
        .join(' | ')
        .trim()
    ),
    ''
  ]
  for (const {title, rows: entries, measured, commits, chart} of tables) {
    lines.push(
      `## ${title}`,
      '',
      `Measured ${measured}, ${places(entries, commits)}.`,
      '',
      ...grid(entries),
      ''
    )
    if (chart !== undefined) lines.push(`![${title}](charts/${chart.file})`, '')
  }
  const machines = [...new Set(rows.map(row => row.machine))]
  return `${[...lines, `Machine: ${machines.join('; ')}.`].join('\n')}\n`
}

/** "at 1a2b3c4", or which row at which commit where they differ. */
function places(entries: ReadonlyArray<Record<string, string | number>>, commits: readonly string[]): string {
  const different = [...new Set(commits)]
  if (different.length === 1) return `at ${different[0]}`
  const rowsAt = (commit: string): string =>
    entries
      .filter((_, n) => commits[n] === commit)
      .map(entry => Object.values(entry)[0])
      .join(', ')
  return different.map(commit => `${rowsAt(commit)} at ${commit}`).join('; ')
}

/** The README with the tables between its markers made anew. */
export function withResults(readme: string, results: Results): string {
  const error = (row: Record<string, string | number>): number => Number(row['RMSE, mean of three'])
  const accuracy = [...(results.tables.find(table => table.title === ACCURACY)?.rows ?? [])].sort(
    (a, b) => error(a) - error(b)
  )
  const lists = (results.tables.find(table => table.title === LISTS)?.rows ?? []).map(row =>
    Object.fromEntries(LIST_COLUMNS.map(column => [column, row[column]]))
  )
  const tables: Array<[string, string[]]> = [
    ['accuracy', grid(accuracy)],
    ['lists', grid(lists)],
    ['speed', speed(results.rows)]
  ]
  return tables.reduce((text, [name, lines]) => between(text, name, lines), readme)
}

/** docs/updating.md with the tables between its markers made anew. */
export function withUpdates(document: string, {tables}: Results): string {
  const rowsOf = (wanted: string): Results['tables'][number]['rows'] =>
    tables.find(({title}) => title === wanted)?.rows ?? []
  const million = between(document, 'updates-1m', updates(rowsOf(UPDATES_MILLION)))
  return between(million, 'updates-100k', updates(rowsOf(UPDATES_HUNDRED)))
}

/** docs/growing.md with the tables between its markers made anew. */
export function withGrowth(document: string, {tables}: Results): string {
  const marked = {growth: /^Growth: /, spark: /by fit --on local/, limits: /^Limits: /} as const
  return Object.entries(marked).reduce((text, [marker, title]) => {
    const rows = tables.find(table => title.test(table.title))?.rows
    return rows === undefined ? text : between(text, marker, grid(rows))
  }, document)
}

/** A row for each engine: its figure before and after the update by the share of new ratings, and the seconds of the smallest. */
function updates(rows: ReadonlyArray<Record<string, string | number>>): string[] {
  const byEngine = new Map<string, Array<Record<string, string | number>>>()
  for (const row of rows) {
    const [engine] = String(row.engine).split(', ')
    byEngine.set(engine, [...(byEngine.get(engine) ?? []), row])
  }
  return grid(
    [...byEngine].map(([engine, shares]) => {
      const [first] = shares
      const share = (row: Record<string, string | number>): string => String(row.engine).split(', ')[1]
      const tenth = shares.find(row => share(row) === '10 %')
      return {
        engine,
        updates: first.updates,
        figure: first.figure,
        ...Object.fromEntries(shares.map(row => [`${share(row)} new`, `${row.stale} → ${row.updated}`])),
        refit: first.refit,
        'gained at 10 %': tenth === undefined ? '' : gained(tenth),
        'seconds at 1 %': `${first['update, s']}, refit ${first['refit, s']}`
      }
    })
  )
}

/** How much of what a fit on all gains over the stale model an update gains. */
function gained({stale, updated, refit}: Record<string, string | number>): string {
  const whole = Number(stale) - Number(refit)
  return whole === 0 ? '' : `${Math.round((100 * (Number(stale) - Number(updated))) / whole)} %`
}

/** Rows measured against a peer: both sides, and how many times as fast. */
function speed(rows: readonly Row[]): string[] {
  const side = (timing: Timing): string =>
    `${seconds(timing.median)} s${say(timing) === '' ? '' : `, ${say(timing)}`}`
  const against = rows.filter(row => row.other !== undefined && !row.other.name.includes('twin'))
  return grid(
    against.map(row => ({
      work: row.work,
      'movie-recs': side(row.ours),
      peer: `${(row.other as Timing).name}: ${side(row.other as Timing)}`,
      'times as fast': (row.ratio as number).toFixed(1)
    }))
  )
}

function grid(entries: ReadonlyArray<Record<string, string | number>>): string[] {
  const columns = [...new Set(entries.flatMap(entry => Object.keys(entry)))]
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const numeric = columns.map(column =>
    entries.every(entry => entry[column] === undefined || !Number.isNaN(Number(entry[column])))
  )
  return [
    line(columns),
    line(numeric.map(right => (right ? '---:' : '---'))),
    ...entries.map(entry => line(columns.map(column => entry[column] ?? '')))
  ]
}

function between(text: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`README.md has no markers ${start} and ${end}.`)
  return `${text.slice(0, from + start.length)}\n${lines.join('\n')}\n${text.slice(to)}`
}
