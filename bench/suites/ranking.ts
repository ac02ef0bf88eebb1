import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {
  Blend,
  type Engine,
  type EvaluateRankingOptions,
  engineByName,
  engines,
  evaluate,
  evaluateRanking,
  meanInterval,
  type RankingEvaluation,
  RatingEngine,
  type Ratings,
  readRatings,
  split,
  splitRows
} from 'movie-recs'
import type {Bench} from '../harness'
import {LISTS} from '../report'
import {readMillionSplit} from '../splits'

type Options = Record<string, unknown>
interface Candidate {
  engine: string
  options: Options
}
interface Parts {
  train: Ratings
  validation: Ratings
  test: Ratings
}
interface Published {
  model: string
  'recall@20': number | string
  'nDCG@20': number | string
  [REACHABLE]: number | string
  'chosen on': string
  source: string
}

/** Recall as some authors have it. */
const REACHABLE = 'recall@20 over min(20, R)'

/** Every value of each option with every value of the others. */
function grid(engine: string, values: Record<string, readonly unknown[]>): Candidate[] {
  let all: Options[] = [{}]
  for (const [name, tried] of Object.entries(values))
    all = all.flatMap(options => tried.map(value => ({...options, [name]: value})))
  return all.map(options => ({engine, options}))
}

/** The paper's EASE, of which the others are variations. */
const PLAIN = {dropout: 0, userExponent: 0, popularityExponent: 0, stars: 0}

/** What nothing is chosen of but the regularization. */
const BASICS: Record<string, Candidate[]> = {
  popularity: grid('popularity', {}),
  'EASE of the paper': [1, 2, 3, 4].map(regularization => ({
    engine: 'ease',
    options: {...PLAIN, regularization}
  }))
}

/** What is tried on a validation part, by family: one is chosen of each. */
const FAMILIES: Record<'A' | 'B', Record<string, Candidate[]>> = {
  A: {
    ...BASICS,
    'ease, without stars': grid('ease', {
      stars: [0],
      popularityExponent: [0, 0.1, 0.15],
      dropout: [0.3, 0.5]
    }),
    ease: [
      ...grid('ease', {stars: [0.05, 0.1, 0.13, 0.15], popularityExponent: [0.1, 0.125]}),
      ...grid('ease', {regularization: [1.5, 3]}),
      ...grid('ease', {userExponent: [0.25, 0.5]}),
      ...grid('ease', {dropout: [0.3, 0.6]}),
      ...grid('ease', {diagonal: [0.2]})
    ],
    'graph-filter': [
      ...grid('graph-filter', {share: [0.2, 0.4, 0.6]}),
      ...grid('graph-filter', {factors: [64, 192]}),
      ...grid('graph-filter', {
        userExponent: [0.5],
        movieExponent: [0.5],
        popularityExponent: [0],
        stars: [0]
      })
    ],
    'als, implicit': grid('als', {
      feedback: ['implicit'],
      factors: [64, 128],
      confidence: [0.5, 1],
      regularizationExponent: [0.75],
      epochs: [12]
    }),
    slim: grid('slim', {}),
    'random-walk': grid('random-walk', {neighbours: [60, 200]}),
    'click-neighbours': grid('click-neighbours', {weighting: ['cosine', 'tfidf', 'bm25']}),
    'blend, weights chosen inside train': grid('blend', {
      for: ['lists'],
      members: [['ease', 'graph-filter']]
    }),
    'blend, weights chosen on the validation part': grid('blend', {
      for: ['lists'],
      members: [
        ['ease', 'graph-filter'],
        [
          {engine: 'ease', options: {stars: 0.13, popularityExponent: 0.125}},
          {engine: 'graph-filter', options: {stars: 0.13, popularityExponent: 0.125}}
        ]
      ],
      weights: [
        [1, 0.5],
        [1, 0.8],
        [1, 1.2]
      ]
    })
  },
  B: {
    ...BASICS,
    'ease, without stars': grid('ease', {
      stars: [0],
      userExponent: [-0.25, 0],
      popularityExponent: [0.05],
      regularization: [3, 4],
      dropout: [0.3, 0.5]
    }),
    ease: [
      ...grid('ease', {
        stars: [0.45, 0.6, 0.75],
        userExponent: [-0.25],
        popularityExponent: [0.05],
        regularization: [4, 6],
        dropout: [0.5]
      }),
      ...grid('ease', {
        stars: [0.75],
        userExponent: [-0.25],
        popularityExponent: [0.05],
        regularization: [6],
        dropout: [0.66]
      })
    ],
    'graph-filter': grid('graph-filter', {stars: [0, 0.6], popularityExponent: [0.05], share: [0.2, 0.4]}),
    'als, implicit': grid('als', {feedback: ['implicit'], factors: [64, 128], confidence: [0.25, 0.5]}),
    blend: grid('blend', {
      for: ['lists'],
      members: [
        [
          {
            engine: 'ease',
            options: {
              stars: 0.6,
              userExponent: -0.25,
              popularityExponent: 0.05,
              regularization: 4,
              dropout: 0.5
            }
          },
          {engine: 'graph-filter', options: {stars: 0.6, popularityExponent: 0.05}}
        ]
      ],
      weights: [
        [1, 0.2],
        [1, 0.4],
        [1, 0.8]
      ]
    })
  }
}

const PUBLISHED: Record<'A' | 'B', Published[]> = {
  A: [
    published('SimpleX', 0.2802, 0.267, 'test', 'reczoo/RecZoo'),
    published('UltraGCN', 0.2787, 0.2642, 'test', 'reczoo/RecZoo'),
    published('ENMF', '', 0.2656, 'unknown', 'reczoo/RecZoo'),
    published('LCFN', '', 0.2603, 'unknown', 'reczoo/RecZoo'),
    published('LightGCN', 0.2576, 0.2427, 'unknown', 'reczoo/RecZoo'),
    published('NGCF', 0.2513, 0.2511, 'unknown', 'reczoo/RecZoo')
  ],
  B: [
    published('GiffCF, updated checkpoint', '', 0.1272, 'validation', 'VinciZhu/GiffCF', 0.2024),
    published('GiffCF, paper', '', 0.1221, 'validation', 'VinciZhu/GiffCF', 0.1947),
    published('L-DiffRec', 0.1809, 0.1122, 'unknown', 'ilayda-bilgin/RS'),
    published('DiffRec', 0.1787, 0.1148, 'unknown', 'ilayda-bilgin/RS')
  ]
}

function published(
  model: string,
  recall: number | string,
  ndcg: number,
  chosen: string,
  source: string,
  reachable: number | string = ''
): Published {
  return {model, 'recall@20': recall, 'nDCG@20': ndcg, [REACHABLE]: reachable, 'chosen on': chosen, source}
}

/**
 * Published tables of MovieLens 1M rerun whole. Of each family one candidate is chosen by its nDCG@20 on the validation part; the chosen ones
 * are then measured on the test part, once. What was tried is kept beside, with its validation figures. `--only A,ease` runs one table, or one family of it.
 */
export async function ranking(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  const divisions = [process.env.MOVIE_RECS_RANKING, path.join(bench.root, '../shared/ranking')].find(
    one => one !== undefined && existsSync(one)
  )
  if (folder === undefined || divisions === undefined) {
    console.log('ranking: MovieLens 1M, or the row numbers of the published divisions, are not here.')
    return
  }
  const ratings = await readRatings(path.join(folder, 'ratings.csv'))
  const wants = (name: string): boolean => bench.only.length === 0 || bench.only.includes(name)
  if (wants('A')) {
    const parts = division(ratings, divisions, 'movielens1m-m1')
    await table(bench, 'A', LISTS.replace(/: the test part$/, ''), parts, {}, {})
  }
  if (wants('B')) {
    const parts = division(ratings, divisions, 'ml1m-clean')
    const all = {users: 'all'} as const
    const both = splitRows(ratings, [
      ...rowsOf(divisions, 'ml1m-clean', 'train'),
      ...rowsOf(divisions, 'ml1m-clean', 'validation')
    ])
    const atTest = {...all, alsoMasked: parts.validation}
    await table(bench, 'B', 'Table B, "ml-1m_clean" (5,949 × 2,810, by time)', parts, all, atTest, both.test)
  }
  if (wants('C')) await tableC(bench, ratings)
}

function rowsOf(folder: string, name: string, part: string): number[] {
  return readFileSync(path.join(folder, `${name}.${part}-rows.txt`), 'utf8')
    .trim()
    .split('\n')
    .map(Number)
}

function division(ratings: Ratings, folder: string, name: string): Parts {
  const part = (which: string): Ratings => splitRows(ratings, rowsOf(folder, name, which)).test
  return {train: part('train'), validation: part('validation'), test: part('test')}
}

async function table(
  bench: Bench,
  letter: 'A' | 'B',
  title: string,
  {train, validation, test}: Parts,
  atValidation: EvaluateRankingOptions,
  atTest: EvaluateRankingOptions,
  both?: Ratings
): Promise<void> {
  const tried: Array<Record<string, string | number>> = []
  const rows: Array<Record<string, string | number>> = []
  const families = Object.entries(FAMILIES[letter])
  const named = families.filter(([family]) => bench.only.includes(family))
  for (const [family, candidates] of named.length > 0 ? named : families) {
    let best: {engine: Engine<any, any>; ndcg: number; seconds: number} | undefined
    for (const {engine: name, options} of candidates) {
      const engine = make(name, options)
      const begun = performance.now()
      await engine.fit(train)
      const seconds = (performance.now() - begun) / 1000
      const {ranking} = await evaluateRanking(engine, {train, test: validation}, {...atValidation, k: 20})
      const [{recall, ndcg}] = ranking
      tried.push({
        options: optionsText(engine),
        family,
        'recall@20': recall.toFixed(4),
        'nDCG@20': ndcg.toFixed(4),
        'fit, s': seconds.toFixed(1)
      })
      console.log(
        `ranking ${letter}: ${family}: ${optionsText(engine)}: ${recall.toFixed(4)} / ${ndcg.toFixed(4)}`
      )
      if (best === undefined || ndcg > best.ndcg) best = {engine, ndcg, seconds}
    }
    if (best === undefined) continue
    const {engine, seconds} = best
    // The one look at the test part.
    const row = async (model: string): Promise<Record<string, string | number>> => {
      const measured = await evaluateRanking(engine, {train, test}, {...atTest, k: [10, 20]})
      const reachable = {...atTest, k: 20, recallOver: 'reachable'} as const
      const {ranking} = await evaluateRanking(engine, {train, test}, reachable)
      return {...ours(model, engine, measured, seconds), [REACHABLE]: ranking[0].recall.toFixed(4)}
    }
    rows.push(await row(family))
    if (both === undefined || family !== 'ease') continue
    await engine.fit(both)
    rows.push(await row('ease, learned from train and validation'))
  }
  const all = [...rows, ...PUBLISHED[letter]].map(row => ordered({...row}))
  // With `only` the bench merges these rows into those that are there.
  all.sort((a, b) => Number(b['nDCG@20']) - Number(a['nDCG@20']))
  bench.table(`${title}: the test part`, all)
  bench.table(`${title}: what was tried, on the validation part`, tried)
}

function ours(
  model: string,
  engine: Engine<any, any>,
  {ranking, byUser}: RankingEvaluation,
  seconds: number
): Record<string, string | number> {
  const [ten, twenty] = ranking
  const interval = (values: Float64Array): string =>
    meanInterval(values)
      .map(end => end.toFixed(4))
      .join(' to ')
  return {
    model,
    'recall@20': twenty.recall.toFixed(4),
    'recall@20, 95 %': interval(byUser[1].recall),
    'nDCG@20': twenty.ndcg.toFixed(4),
    'nDCG@20, 95 %': interval(byUser[1].ndcg),
    'recall@10': ten.recall.toFixed(4),
    'nDCG@10': ten.ndcg.toFixed(4),
    'chosen on': 'validation',
    source: 'movie-recs',
    options: optionsText(engine),
    'fit, s': seconds.toFixed(1)
  }
}

/** The columns in one order, ours and the published ones alike. */
function ordered(row: Record<string, string | number>): Record<string, string | number> {
  const columns = [
    ...[
      'model',
      'recall@20',
      'recall@20, 95 %',
      'nDCG@20',
      'nDCG@20, 95 %',
      'recall@10',
      'nDCG@10',
      REACHABLE
    ],
    ...['chosen on', 'source', 'options', 'fit, s']
  ]
  return Object.fromEntries(columns.map(column => [column, row[column] ?? '']))
}

/** Ratings of 3 and more, by user 8:1:1, three seeds: engines with their defaults, so that nothing is chosen here. */
async function tableC(bench: Bench, ratings: Ratings): Promise<void> {
  const rows = [...ratings.rows.r.keys()].filter(n => ratings.rows.r[n] >= 3)
  const liked = splitRows(ratings, rows).test
  const table: Array<Record<string, string | number>> = []
  const models: Array<[string, () => Engine<any, any>]> = [
    ['EASE of the paper, regularization 3', () => make('ease', {...PLAIN, regularization: 3})],
    ['ease, stars=0', () => make('ease', {stars: 0})],
    ['ease', () => make('ease', {})],
    ['blend of ease and graph-filter', () => new Blend({for: 'lists'})]
  ]
  for (const [model, engine] of models) {
    const values: number[] = []
    for (const seed of [1, 2, 3]) {
      const outer = split(liked, {by: 'user', test: 0.1, seed})
      const {train, test: validation} = split(outer.train, {by: 'user', test: 1 / 9, seed})
      const fitted = await engine().fit(train)
      const {ranking} = await evaluateRanking(
        fitted,
        {train, test: outer.test},
        {k: 10, alsoMasked: validation}
      )
      values.push(ranking[0].ndcg)
      console.log(`ranking C: ${model}, seed ${seed}: ${ranking[0].ndcg.toFixed(4)}`)
    }
    const mean = values.reduce((a, b) => a + b) / values.length
    table.push({
      model,
      'nDCG@10, mean of three': mean.toFixed(4),
      ...Object.fromEntries(values.map((value, n) => [`seed ${n + 1}`, value.toFixed(4)]))
    })
  }
  table.push({
    model: 'XSimGCL (published)',
    'nDCG@10, mean of three': '0.275',
    'seed 1': '',
    'seed 2': '',
    'seed 3': ''
  })
  bench.table('Table C, ratings of 3 and more, by user 8:1:1: the test part, nDCG@10, defaults', table)
}

/** Every engine with its defaults on split 1 of MovieLens 1M: is the best predictor of stars the best list? */
export async function listsAndStars(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('lists-and-stars: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const {train, test} = await readMillionSplit(folder, 1)
  const table: Array<Record<string, string | number>> = []
  const implicit = {feedback: 'implicit', factors: 128, confidence: 0.5}
  for (const [name, engine] of [
    ...engines().map((Class): [string, Engine<any, any>] => [Class.spec.name, new Class()]),
    ['als, implicit', make('als', implicit)] as [string, Engine<any, any>]
  ]) {
    if (bench.only.length > 0 && !bench.only.includes(name)) continue
    const begun = performance.now()
    await engine.fit(train)
    const fitted = performance.now()
    const stars =
      engine instanceof RatingEngine && engine.model.predicts ? evaluate(engine, test).rmse : undefined
    const listing = performance.now()
    const {ranking} = await evaluateRanking(engine, {train, test}, {k: 10})
    const [{ndcg, recall, coverage, novelty, diversity, popularityLift}] = ranking
    table.push({
      engine: name,
      RMSE: stars?.toFixed(4) ?? '',
      'nDCG@10': ndcg.toFixed(4),
      'recall@10': recall.toFixed(4),
      coverage: coverage.toFixed(3),
      'novelty, bits': novelty.toFixed(2),
      diversity: diversity.toFixed(3),
      'popularity lift': popularityLift.toFixed(2),
      'fit, s': ((fitted - begun) / 1000).toFixed(1),
      'lists, s': ((performance.now() - listing) / 1000).toFixed(1)
    })
    console.log(`lists-and-stars: ${name}: RMSE ${stars?.toFixed(4) ?? 'none'}, nDCG@10 ${ndcg.toFixed(4)}`)
  }
  table.sort((a, b) => Number(b['nDCG@10']) - Number(a['nDCG@10']))
  bench.table('Which is the best list? Every engine with its defaults, MovieLens 1M split 1', table)
}

function make(name: string, options: Options): Engine<any, any> {
  const Class = engineByName(name)
  if (Class === undefined) throw new Error(`There is no engine ${name}.`)
  return new Class(options)
}

/** "ease(stars=0)", as the engine prints itself, without what it was fitted on. */
function optionsText(engine: Engine<any, any>): string {
  return String(engine).replace(/\) (?:on .*|not fitted)$/, ')')
}
