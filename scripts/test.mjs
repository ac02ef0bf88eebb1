// npm test: everything that must hold. The last line is `N passed, N failed`; exit status 1 if anything failed.
import './setup/require-node.mjs'
import child from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import {checks, judged} from './check.mjs'
import {endBySignal} from './ending.mjs'
import {launchBrowser} from './notebooks/browser.mjs'
import {findNotebooks, notebooksFolder, runNotebooks} from './notebooks/notebooks.mjs'
import {folderOfRun} from './notebooks/provenance.mjs'
import {must, Results} from './results.mjs'
import {root, setUp} from './setup/setup.mjs'
import {passedOn, Remedy} from './terminal.mjs'
import {faultLines, line, tortureAll} from './torture.mjs'

const results = new Results()
const work = path.join(root, '.cache/test')
const fixture = path.join(root, 'test/fixtures/notebooks/small.ipynb')
const [longWork, lastValues, longOutput, unknownId] = [
  'long-work',
  'last-values',
  'long-output',
  'unknown-id'
].map(name => path.join(root, `test/fixtures/notebooks/${name}.ipynb`))
const started = Date.now()

endBySignal(() => {
  results.fail('npm test', 'interrupted')
  results.report()
})

/** @param {string} title */
const section = title => console.log(`\n${title} (after ${Math.round((Date.now() - started) / 1000)} s)`)

/** @param {string[]} more what vitest is told beside */
async function vitest(...more) {
  const report = path.join(work, 'vitest.json')
  fs.rmSync(report, {force: true})
  const argv = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...more]
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
  const code = await passedOn([process.execPath, vitest, ...argv], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit']
  })
  if (!fs.existsSync(report)) return results.fail('vitest', `It ended with status ${code} and no report.`)
  const {numPassedTests, numPendingTests, numTodoTests, testResults} = JSON.parse(
    fs.readFileSync(report, 'utf8')
  )
  results.passed += numPassedTests
  results.skipped += numPendingTests + numTodoTests
  const before = results.failed
  for (const {name, status, message, assertionResults} of testResults) {
    const failed = assertionResults.filter((/** @type {any} */ test) => test.status === 'failed')
    for (const test of failed)
      results.fail(
        `${path.relative(root, name)}: ${test.fullName}`,
        test.failureMessages.join('\n').slice(0, 2000)
      )
    if (status === 'failed' && !failed.length)
      results.fail(path.relative(root, name), message || 'The file does not load.')
  }
  if (code !== 0 && results.failed === before)
    results.fail('vitest', `It ended with status ${code}: see its output above.`)
}

async function notebooksAndReports() {
  const out = path.join(work, 'reports')
  const committed = fs.existsSync(notebooksFolder) ? findNotebooks([]) : []
  const runs = await runNotebooks([...committed, fixture], {out})
  for (const run of runs)
    await results.check(`notebook ${run.name}: runs from its first cell to its last`, () =>
      must(!run.error, run.error || '')
    )
  // Another run of the smallest, as `npm run report -- … --set K=8` makes it.
  const values = new Map([['K', '8']])
  const [other] = await runNotebooks([fixture], {values, out: path.join(out, folderOfRun(values))})
  const {checkIndex, checkOtherRun, checkPrint, checkReport} = await import('../test/reports/reports.mjs')
  const browser = await launchBrowser()
  try {
    for (const run of runs) if (!run.error) await checkReport(results, browser, run.report)
    await checkIndex(results, browser, path.join(out, 'index.html'))
    const small = runs[runs.length - 1]
    await checkOtherRun(results, small.report, other.report, 'K = 8 (shipped: 5)')
    await checkPrint(results, small.report)
  } finally {
    await browser.close()
  }
  // Told, and not asserted: a busy machine takes twice as long.
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0) / 2
  console.log(`notebooks: together ${Math.round(seconds)} s, two at a time`)
}

/** What learns on Spark, where there is Java: Spark is installed at the first run. */
async function spark() {
  const java = child.spawnSync('java', ['-version']).status === 0
  process.env.MOVIE_RECS_CACHE ??= path.join(root, '.cache/movie-recs')
  if (java) return vitest('--config', 'vitest.spark.config.mts')
  results.skipped++
  console.log('Skipped: there is no Java on PATH, which Spark runs on.')
  if (process.env.CI) results.fail('spark', 'In CI there is Java.')
}

/** Other parameters, and somebody's own ratings: ids that are texts, no titles, genres or times. */
async function rerunsOfNotebooks() {
  const {ownRatings, rerunsInTurn} = await import('../test/truth/reruns.mjs')
  const own = ownRatings(path.join(work, 'own'))
  /** @type {Record<string, string>[]} */
  const settings = [
    {
      DAMPING: '100',
      TOP: '5',
      MOVIE: 'Heat (1995)',
      USER: '15',
      POPULARITY: '0',
      K: '10',
      FACTORS: '8',
      EPOCHS: '4',
      SEED: '2'
    },
    {DATASET: own, SEED: '3', K: '5', YEAR_WEIGHT: '0', FACTORS: '2', EPOCHS: '3'}
  ]
  for (const {name, values, said, complaints, error} of await rerunsInTurn(findNotebooks([]), settings))
    await results.check(`notebook ${name} with ${values}: every sentence holds`, () => {
      must(!error, error || '')
      must(said > 8, `It says ${said} texts.`)
      must(!complaints.length, complaints.join('\n'))
    })
}

async function lab() {
  const {checkLab} = await import('../test/lab/lab.mjs')
  const browser = await launchBrowser()
  try {
    const all = fs.existsSync(notebooksFolder) ? findNotebooks([]) : []
    const first = all.filter(file => /^0[12]-/.test(path.basename(file)))
    await checkLab(results, browser, {fixture, longWork, lastValues, longOutput, unknownId, notebooks: first})
  } finally {
    await browser.close()
  }
}

/** A minute of what `npm run torture` does for hours and with other seeds where it is asked to. */
async function torture() {
  const seed = 1
  await tortureAll(
    {minutes: 1, seed},
    (name, counts) => {
      console.log(line(name, counts))
      if (counts.faults.length) results.fail(`torture of ${name}`, faultLines(name, counts).join('\n'))
      else if (counts.tries) results.passed++
    },
    text => {
      console.log(text)
      results.skipped++
    }
  )
}

const parts = {
  check: async () => {
    for (const check of checks)
      await results.check(check.name, async () => {
        const {complaint} = await judged(check)
        must(!complaint, complaint)
      })
  },
  vitest: () => vitest(),
  torture,
  spark,
  package: async () => (await import('../test/package/package.mjs')).checkPackage(results),
  notebooks: notebooksAndReports,
  truth: rerunsOfNotebooks,
  lab
}

/** @param {string[]} wanted parts of the tests; all where none is named */
async function main(wanted) {
  const unknown = wanted.filter(name => !(name in parts))
  if (unknown.length)
    throw new Remedy(`No part is called ${unknown[0]}: there are ${Object.keys(parts).join(', ')}.`)
  await setUp('npm test')
  fs.rmSync(work, {recursive: true, force: true})
  fs.mkdirSync(work, {recursive: true})
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length && !wanted.includes(name)) continue
    section(name)
    try {
      await part()
    } catch (error) {
      results.fail(
        name,
        error instanceof Remedy ? error.message : /** @type {Error} */ (error).stack || String(error)
      )
    }
  }
}

main(process.argv.slice(2))
  .catch(error => results.fail('set-up', error instanceof Remedy ? error.message : error.stack))
  .finally(() => {
    results.report()
    process.exitCode = results.failed ? 1 : 0
  })
