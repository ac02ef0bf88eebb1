import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type Engine, engineByName, type RatingRow} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {SETTINGS} from '../contract/settings'
import {smallWorld} from '../contract/world'
import {Court, inWords, tell, tryAll} from '../files/court'

/** Forgeries of each checkpoint; more with FORGERIES=1000. Another seed gives others: FORGERY_SEED=2. */
const COUNT = Number(process.env.FORGERIES ?? 40)
const SEED = Number(process.env.FORGERY_SEED ?? 1)

const world = smallWorld({users: 24, movies: 20})
const rows: RatingRow[] = [...world]
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-checkpoints-'))
const court = new Court('judgeFit', 5000)
afterAll(async () => {
  rmSync(folder, {recursive: true, force: true})
  await court.close()
})

const bayesian = {factors: 3, sweeps: 12, burnIn: 4, samples: 6, chains: 2}
const FITS: ReadonlyArray<[engine: string, options: Record<string, unknown>, stopAt: number]> = [
  ['bayesian', bayesian, 10],
  ['bayesian', {...bayesian, likelihood: 'probit', days: true}, 22],
  ['auto-rec', {...SETTINGS['auto-rec'].small, epochs: 6}, 3],
  ['auto-rec', {...SETTINGS['auto-rec'].small, epochs: 4, networks: 2}, 6],
  ['embedding-net', {...SETTINGS['embedding-net'].small, hidden: [4], epochs: 4}, 2]
]

/** The checkpoint of a fit that was stopped when so much was done. */
async function stopped(name: string, options: Record<string, unknown>, at: number): Promise<Buffer> {
  const checkpoint = path.join(folder, 'fit.ckp')
  rmSync(checkpoint, {force: true})
  const Class = engineByName(name) as new (o: object) => Engine<any>
  const stop = new AbortController()
  const onProgress = ({done}: {done: number}): void => {
    if (done >= at) stop.abort()
  }
  const fit = new Class(options).fit(world, {checkpoint, signal: stop.signal, onProgress, workers: 1})
  await expect(fit).rejects.toThrow(/stopped/)
  return readFileSync(checkpoint)
}

describe('a forged checkpoint is refused by name, or the fit goes on to an engine that answers with numbers', () => {
  it.each(FITS)('%s %j', async (name, options, at) => {
    const whole = await stopped(name, options, at)
    const more = {engine: name, options, rows}
    const judged = await court.try(whole, more)
    expect(judged.outcome, judged.what).toBe('answers')
    const verdicts = await tryAll(court, whole, [], {count: COUNT, seed: SEED, more})
    tell(`${name} ${JSON.stringify(options)}`, verdicts)
    expect(verdicts.faults.length, inWords(verdicts)).toBe(0)
    expect(verdicts.refused, inWords(verdicts)).toBeGreaterThan(COUNT / 4)
  })
})
