// Notebooks with other parameters and other data, each sentence judged by the outputs of its own run.
import fs from 'node:fs'
import path from 'node:path'
import {datasetFor} from '../../scripts/notebooks/dataset.mjs'
import {inTurn, notebooksFolder} from '../../scripts/notebooks/notebooks.mjs'
import {root} from '../../scripts/setup/setup.mjs'
import {rerun} from '../../scripts/truth/rerun.mjs'

/** Of the shipped ratings those of the first users, as somebody's shop might have them: ids that are texts, no titles, no times. */
const USERS = 60

/** @param {string} folder made where it is not there @returns {string} DATASET */
export function ownRatings(folder) {
  const [, ...lines] = fs
    .readFileSync(path.join(root, 'data/ml-latest-small/ratings.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  const rows = lines.map(line => line.split(',')).filter(([user]) => Number(user) <= USERS)
  fs.mkdirSync(folder, {recursive: true})
  const file = path.join(folder, 'shop-ratings.csv')
  const text = rows.map(([user, movie, rating]) => `c${user},p${movie},${rating}`).join('\n')
  fs.writeFileSync(file, `user,item,rating\n${text}\n`)
  return datasetFor(file, notebooksFolder)
}

/**
 * Every notebook with every setting, two at a time.
 * @param {string[]} files @param {Record<string, string>[]} settings
 * @returns {Promise<Array<import('../../scripts/truth/rerun.mjs').Judged & {values: string}>>} in the order of the settings
 */
export async function rerunsInTurn(files, settings) {
  const jobs = settings.flatMap(values => files.map(file => ({file, values})))
  /** @type {Array<import('../../scripts/truth/rerun.mjs').Judged & {values: string}>} */
  const judged = []
  await inTurn([...jobs.entries()], 2, async ([place, {file, values}]) => {
    const own = ownOf(file, values)
    judged[place] = {...(await rerun(file, own)), values: told(own)}
    const {name, seconds, said} = judged[place]
    console.log(`  ${name} with ${told(own)}: ${said} texts judged (${seconds.toFixed(1)} s)`)
  })
  return judged
}

/** The settings that a notebook has, by its parameters cell. @param {string} file @param {Record<string, string>} values */
function ownOf(file, values) {
  const text = fs.readFileSync(file, 'utf8')
  return Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(`const ${name} = `)))
}

/** @param {Record<string, string>} values */
const told = values =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${name === 'DATASET' ? path.basename(value) : value}`)
    .join(' ')
