// npm run report -- 01 02 --set K=40 --dataset 1m --out somewhere
import './setup/require-node.mjs'
import path from 'node:path'
import util from 'node:util'
import {findNotebooks, notebooksFolder, reportsFolder, runNotebooks, summary} from './notebooks/notebooks.mjs'
import {settingsOf} from './notebooks/parameters.mjs'
import {folderOfRun} from './notebooks/provenance.mjs'
import {setUp} from './setup/setup.mjs'
import {asTyped, Remedy, runCommand} from './terminal.mjs'

const usage = `npm run report -- [notebook …] [options]     all notebooks where none is named; "01" is enough

  --set NAME=VALUE    another value for a constant of the parameters cell; may be repeated
  --dataset NAME      short for --set DATASET=NAME: an edition (1m), or the path of your own ratings
  --out FOLDER        where the reports go (reports; with other parameters or data a folder of their own in it)
  --timeout SECONDS   what one cell may take (1800)
  --pdf               a PDF beside each report, for print
  --update            also writes the executed notebooks back to notebooks/`

/** @param {string[]} argv */
function optionsOf(argv) {
  try {
    return util.parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        set: {type: 'string', multiple: true, default: []},
        dataset: {type: 'string'},
        out: {type: 'string'},
        timeout: {type: 'string', default: '1800'},
        update: {type: 'boolean', default: false},
        pdf: {type: 'boolean', default: false},
        help: {type: 'boolean', short: 'h', default: false}
      }
    })
  } catch (error) {
    throw new Remedy(`${/** @type {Error} */ (error).message}\n\n${usage}`)
  }
}

runCommand('npm run report', async () => {
  const {values: options, positionals: names} = optionsOf(process.argv.slice(2))
  if (options.help) return console.log(usage)
  const values = settingsOf(options, notebooksFolder)
  const timeout = Number(options.timeout)
  if (!(timeout > 0)) throw new Remedy(`--timeout ${options.timeout} is not a number of seconds above 0.`)
  if (options.update && values.size)
    throw new Remedy('--update keeps the parameters that the notebooks state: leave out --set and --dataset.')
  const files = findNotebooks(names)
  await setUp('npm run report')
  const runs = await runNotebooks(files, {
    values,
    timeout,
    update: options.update,
    pdf: options.pdf,
    out: options.out ? asTyped(options.out) : path.join(reportsFolder, folderOfRun(values))
  })
  console.log(`\n${summary(runs)}`)
  return runs.some(run => run.error) ? 1 : 0
})
