import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type Engine, engineByName, engines, Ratings, saveEngine} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {SETTINGS} from '../contract/settings'
import {smallWorld} from '../contract/world'
import {Court, inWords, tell, tryAll} from '../files/court'

/** Forgeries of each file; more with FORGERIES=1000. Another seed gives others: FORGERY_SEED=2. */
const COUNT = Number(process.env.FORGERIES ?? 40)
const SEED = Number(process.env.FORGERY_SEED ?? 1)

const world = smallWorld({users: 24, movies: 20})
/** Fewer users than movies, so that weights go through users. */
const few = smallWorld({users: 12, movies: 20})
const newcomers = Ratings.from([
  {userId: 5000, movieId: 100, rating: 5, timestamp: 1e9},
  {userId: 5000, movieId: 104, rating: 2, timestamp: 1e9},
  {userId: 10, movieId: 900, rating: 4, timestamp: 1e9},
  {userId: 13, movieId: 900, rating: 3, timestamp: 1e9}
])

interface Good {
  engine: string
  options?: Record<string, unknown>
  ratings?: Ratings
  updated?: true
  withheld?: true
}

const bayesian = {factors: 3, sweeps: 12, burnIn: 4, samples: 6}
/** Beside every engine as it is: options, updates and files without ratings that make other arrays. */
const VARIANTS: readonly Good[] = [
  {engine: 'popularity', options: {by: 'mean'}, withheld: true},
  {engine: 'content', options: {titleWeight: 1, yearWeight: 1, popularity: 0.2}},
  {engine: 'item-neighbours', options: {k: 5, choose: 'before', around: 'z-score'}},
  {engine: 'truncated-svd', options: {factors: 4, missing: 'zero'}},
  {engine: 'als', options: {factors: 4, epochs: 3, feedback: 'implicit'}},
  {engine: 'als', options: {factors: 4, epochs: 3}, updated: true},
  {engine: 'bayesian', options: {...bayesian, likelihood: 'probit', days: true}},
  {engine: 'bayesian', options: bayesian, updated: true},
  {engine: 'bayesian', options: bayesian, withheld: true},
  {engine: 'embedding-net', options: {...SETTINGS['embedding-net'].small, hidden: [5, 3], epochs: 2}},
  {engine: 'ease', ratings: few},
  {engine: 'ease', ratings: few, updated: true},
  {engine: 'graph-filter', options: {factors: 4}, ratings: few},
  {engine: 'slim', withheld: true},
  {
    engine: 'blend',
    options: {for: 'lists', members: ['ease', 'popularity', 'content'], weights: [1, 0.5, 0.2]}
  }
]
const GOODS: readonly Good[] = [...engines().map(({spec}) => ({engine: spec.name})), ...VARIANTS]

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-good-'))
const court = new Court('judgeModel')
afterAll(async () => {
  rmSync(folder, {recursive: true, force: true})
  await court.close()
})

async function made({engine: name, options, ratings = world, updated, withheld}: Good): Promise<Buffer> {
  const Class = engineByName(name) as new (o: object) => Engine<any>
  const engine = await new Class(options ?? SETTINGS[name]?.small ?? {}).fit(ratings)
  if (updated) await engine.update(newcomers)
  const file = path.join(folder, 'good.mrec')
  await saveEngine(engine, file, {ratings: withheld !== true})
  return readFileSync(file)
}

function named({engine, options, ratings, updated, withheld}: Good): string {
  const more = [
    options === undefined ? '' : JSON.stringify(options),
    ratings === undefined ? '' : 'few users',
    updated ? 'updated' : '',
    withheld ? 'without ratings' : ''
  ]
  return [engine, ...more].filter(one => one !== '').join(', ')
}

describe('a forged model file is refused by name, or answers with numbers', () => {
  const files: Buffer[] = []
  beforeAll(async () => {
    for (const good of GOODS) files.push(await made(good))
  })

  it.each(GOODS.map((good, k): [string, number] => [named(good), k]))('%s', async (_, k) => {
    const whole = await court.try(files[k])
    expect(whole.outcome, whole.what).toBe('answers')
    const others = files.filter((_, n) => n !== k)
    const verdicts = await tryAll(court, files[k], others, {count: COUNT, seed: SEED + 1000 * k})
    tell(named(GOODS[k]), verdicts)
    expect(verdicts.faults.length, inWords(verdicts)).toBe(0)
    expect(verdicts.refused, inWords(verdicts)).toBeGreaterThan(COUNT / 4)
  })
})
