// npm run truth -- 01 02 --set K=10 --dataset 1m: runs notebooks with other parameters and judges every sentence they say.
import './setup/require-node.mjs'
import fs from 'node:fs'
import util from 'node:util'
import {findNotebooks, notebooksFolder} from './notebooks/notebooks.mjs'
import {refuseUnknown, settingsOf} from './notebooks/parameters.mjs'
import {setUp} from './setup/setup.mjs'
import {Remedy, runCommand} from './terminal.mjs'
import {rerun} from './truth/rerun.mjs'

const usage = `npm run truth -- [notebook …] [options]     all notebooks where none is named; "01" is enough

  --set NAME=VALUE    another value for a constant of the parameters cell; may be repeated
  --dataset NAME      short for --set DATASET=NAME: an edition (1m), or the path of your own ratings
  --timeout SECONDS   what one cell may take (1800)`

/** @param {string[]} argv */
function optionsOf(argv) {
  try {
    return util.parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        set: {type: 'string', multiple: true, default: []},
        dataset: {type: 'string'},
        timeout: {type: 'string', default: '1800'},
        help: {type: 'boolean', short: 'h', default: false}
      }
    })
  } catch (error) {
    throw new Remedy(`${/** @type {Error} */ (error).message}\n\n${usage}`)
  }
}

runCommand('npm run truth', async () => {
  const {values: options, positionals: names} = optionsOf(process.argv.slice(2))
  if (options.help) return console.log(usage)
  const values = settingsOf(options, notebooksFolder)
  const files = findNotebooks(names)
  refuseUnknown(
    files.map(file => ({name: file, notebook: JSON.parse(fs.readFileSync(file, 'utf8'))})),
    values
  )
  await setUp('npm run truth')
  let failed = 0
  for (const file of files) {
    const {name, said, seconds, complaints, error} = await rerun(file, Object.fromEntries(values), {
      timeout: Number(options.timeout)
    })
    const verdict = error ? 'FAILED' : complaints.length ? `${complaints.length} do not hold` : 'all hold'
    console.log(`${name}  ${seconds.toFixed(1)} s  ${said} texts, ${verdict}`)
    for (const line of error ? [error] : complaints) console.log(`  ${line}`)
    if (error || complaints.length) failed++
  }
  return failed ? 1 : 0
})
