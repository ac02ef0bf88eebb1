// npm start: from a fresh clone to reports. Notebooks run as copies, so the working tree stays as it was.
import './setup/require-node.mjs'
import {findNotebooks, reportsFolder, runNotebooks, summary} from './notebooks/notebooks.mjs'
import {setUp} from './setup/setup.mjs'
import {Remedy, runCommand} from './terminal.mjs'

runCommand('npm start', async () => {
  if (process.argv.length > 2)
    throw new Remedy(
      `npm start takes no arguments, got ${process.argv.slice(2).join(' ')}. It sets everything up, runs every notebook on the shipped data and writes the reports; for one notebook or other data: npm run report -- 01 --dataset 1m.`
    )
  console.log('Set-up')
  await setUp('npm start')
  console.log('Notebooks')
  const runs = await runNotebooks(findNotebooks([]), {out: reportsFolder})
  console.log(`\n${summary(runs)}\n`)
  const failed = runs.filter(run => run.error).length
  if (failed) {
    console.log(`${failed} of ${runs.length} notebooks failed; the messages above say where.`)
    return 1
  }
  console.log('Next: open reports/index.html in a browser, or type `npm run lab` to work in the notebooks.')
})
