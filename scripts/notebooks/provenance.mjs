// What a report says of its run: on what data, with which parameters, when, by which version; and the folder that its kind of run has.
import fs from 'node:fs'
import path from 'node:path'
import {root} from '../setup/setup.mjs'
import {knownParameters} from './parameters.mjs'

/**
 * An edition of MovieLens as its publisher writes it; a file by its name.
 * @param {string} named
 */
export function datasetName(named) {
  if (named === 'latest-small') return `MovieLens ${named}`
  return /^\d+[mk]$/.test(named) ? `MovieLens ${named.toUpperCase()}` : path.basename(named)
}

/** A value of a parameter without its quotes. @param {string} value */
const bare = value => value.replace(/^(['"`])(.*)\1$/s, '$2').replace(/\s+/g, ' ')

/**
 * Data and changed parameters of a notebook that is about to run.
 * @param {any} shipped as it is committed @param {any} notebook with the values of this run
 */
export function provenance(shipped, notebook) {
  const before = new Map(knownParameters(shipped).map(({name, value}) => [name, value]))
  const now = knownParameters(notebook)
  const dataset = now.find(({name}) => name === 'DATASET')
  const changed = now
    .filter(({name, value}) => name !== 'DATASET' && value !== before.get(name))
    .map(({name, value}) => `${name} = ${bare(value)} (shipped: ${bare(before.get(name) ?? '')})`)
  const {version} = JSON.parse(fs.readFileSync(path.join(root, 'lib/package.json'), 'utf8'))
  const day = new Date()
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map(n => String(n).padStart(2, '0'))
    .join('-')
  return {...(dataset ? {dataset: datasetName(bare(dataset.value))} : {}), changed, date, version}
}

/**
 * What sets a run apart from the shipped one, for people; empty where nothing does.
 * @param {Map<string, string>} values
 */
export function aboutRun(values) {
  return [...values]
    .map(([name, value]) => (name === 'DATASET' ? datasetName(value) : `${name} = ${bare(value)}`))
    .join(', ')
}

/**
 * The folder, below that of the shipped reports, in which reports of such a run stand: `1m`, `1m-K-20`, `shop` for ../shop.csv.
 * @param {Map<string, string>} values
 */
export function folderOfRun(values) {
  const words = [...values].map(([name, value]) => {
    if (name !== 'DATASET') return `${name}-${bare(value).replace(/^-/, 'minus ')}`
    return path.basename(value).replace(/(?<=.)\.[A-Za-z][\w.]*$/, '')
  })
  return words
    .map(
      word =>
        word
          .normalize('NFKD')
          .replace(/[^\w.-]+/g, '-')
          .replace(/^[-.]+|[-.]+$/g, '') || 'run'
    )
    .join('-')
    .replace(/-{2,}/g, '-')
    .slice(0, 80)
}
