import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  Baseline,
  CheckpointError,
  Ease,
  evaluate,
  evaluateRanking,
  type FallbackOption,
  gridSearch,
  InterruptedError,
  MatrixFactorization,
  type MatrixFactorizationOptions,
  OptionError,
  type Progress,
  plotSearch,
  RatingEngine,
  type RatingModel,
  randomSearch,
  type SearchResult,
  type SearchSpace,
  split,
  syntheticRatings,
  type Trial
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {climb, costOf, drawsOf, gridOf, kept, resolveSpace} from '#internals'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-search-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const world = smallWorld()
const SPACE: SearchSpace<MatrixFactorizationOptions> = {
  factors: {from: 1, to: 8},
  regularization: {from: 0.01, to: 1}
}

/** All that a search found but how long it took. */
function found({trials, options, value, chosen, leftOut}: SearchResult): unknown {
  const measured = trials.map(one => ({
    ...one,
    measured: one.measured.map(({seconds: _, fitSeconds: __, ...rest}) => rest)
  }))
  return {trials: measured.sort((a, b) => a.trial - b.trial), options, value, chosen, leftOut}
}

/** Predicts 3 and a bit more, the less the more epochs: what a search sees of it is planned. */
interface PlannedOptions extends FallbackOption {
  quality?: number
  slowness?: number
  epochs?: number
  wait?: number
}

let fits = 0

class Planned extends RatingEngine<PlannedOptions> {
  static readonly spec = {
    name: 'planned',
    about: 'Errs as it is told.',
    source: 'none',
    threads: () => 1,
    options: {
      quality: {kind: 'number', default: 1, min: 0, max: 10, about: 'Error after all epochs.'},
      slowness: {kind: 'number', default: 0, min: 0, max: 10, about: 'Error of an epoch that is lacking.'},
      epochs: {kind: 'integer', default: 9, min: 1, about: 'Passes.'},
      wait: {kind: 'integer', default: 0, min: 0, about: 'Milliseconds an epoch.'},
      fallback: {kind: 'choice', default: 'equation', choices: ['equation', 'mean'], about: 'Fallback.'}
    }
  } as const
  protected async learn(
    train: {mean: number},
    {quality, slowness, epochs, wait}: Required<PlannedOptions>,
    run: {breathe: () => Promise<void>; report: (done: number, total: number) => void}
  ): Promise<RatingModel> {
    fits++
    for (let epoch = 0; epoch < epochs; epoch++) {
      const until = performance.now() + wait
      do await run.breathe()
      while (performance.now() < until)
      run.report(epoch + 1, epochs)
    }
    const score = train.mean + quality + slowness * (9 - epochs)
    return {
      kind: 'biases',
      unit: 'stars',
      predicts: true,
      knows: i => i >= 0,
      scores: (_, items) => new Float64Array(items.length).fill(score),
      similar: () => new Float64Array(2),
      parts: () => [{kind: 'mean', value: score}],
      state: () => ({values: {}, arrays: {}}),
      scorePairs: ({u}) => ({
        score: new Float64Array(u.length).fill(score),
        fallback: new Uint8Array(u.length)
      }),
      scoreUnknown: () => score
    }
  }
}

describe('a space', () => {
  const drawn = (space: object, n: number, seed = 1): Array<Record<string, unknown>> =>
    [...drawsOf(resolveSpace(MatrixFactorization.spec, space, {}), seed)].slice(0, n)

  it('says how each option is drawn: log-uniformly over a tenfold and more, whole numbers where they must be', () => {
    const searched = resolveSpace(
      MatrixFactorization.spec,
      {
        factors: {from: 20, to: 200},
        decay: {from: 0.9, to: 1},
        regularization: {from: 0.01, to: 0.05, scale: 'log'},
        implicitFeedback: [true, false]
      },
      {}
    )
    expect(searched.map(one => one.drawn)).toEqual([
      '20 to 200, whole numbers, log-uniform',
      '0.9 to 1, uniform',
      '0.01 to 0.05, log-uniform',
      'one of true, false'
    ])
  })

  it('is drawn from between its ends, half of a logarithmic range below its geometric mean', () => {
    const space = resolveSpace(
      MatrixFactorization.spec,
      {factors: {from: 10, to: 1000}, regularization: {from: 0.001, to: 0.1}, decay: {from: 0.5, to: 1}},
      {}
    )
    const draws: Array<Readonly<Record<string, unknown>>> = []
    for (const one of drawsOf(space, 3)) if (draws.push(one) === 4000) break
    const below = (name: string, middle: number): number =>
      draws.filter(one => (one[name] as number) < middle).length / draws.length
    // 4,000 draws: a share of 0.5 has deviation 0.008, and this seed lies within four of them.
    expect(Math.abs(below('factors', 100) - 0.5)).toBeLessThan(0.032)
    expect(Math.abs(below('regularization', 0.01) - 0.5)).toBeLessThan(0.032)
    expect(Math.abs(below('decay', 0.75) - 0.5)).toBeLessThan(0.032)
    expect(draws.every(one => Number.isInteger(one.factors))).toBe(true)
  })

  it('that is finite comes to an end, each candidate once, both ends included', () => {
    const all = drawn({factors: {from: 3, to: 5}, implicitFeedback: [true, false]}, 100)
    expect(all).toHaveLength(6)
    expect(new Set(all.map(one => one.factors))).toEqual(new Set([3, 4, 5]))
  })

  it('gives a grid of all combinations, ranges in even steps of their scale', () => {
    const searched = resolveSpace(
      MatrixFactorization.spec,
      {regularization: {from: 0.01, to: 1}, decay: [0.9, 0.96]},
      {}
    )
    const grid = gridOf(searched, 3, 1)
    const sorted = [...grid].sort(
      (a, b) =>
        (a.regularization as number) - (b.regularization as number) ||
        (a.decay as number) - (b.decay as number)
    )
    expect(sorted).toEqual(
      [0.01, 0.1, 1].flatMap(regularization => [0.9, 0.96].map(decay => ({regularization, decay})))
    )
  })

  it('is refused for what the engine has not, or cannot be', async () => {
    const of = (space: object): Promise<unknown> =>
      randomSearch<any, MatrixFactorization>(MatrixFactorization, space, world)
    for (const [space, message] of [
      [{}, /expected options of mf, got none/],
      [{factor: [1]}, /mf has no option factor\. Did you mean factors\?/],
      [{fctors: [1]}, /Did you mean factors\?/],
      [{nothingLikeIt: [1]}, /mf has no option nothingLikeIt\. It has factors, epochs, /],
      [{factors: []}, /expected values to try, got none/],
      [{factors: [5, 0]}, /expected a whole number from 1 to 4096, got 0/],
      [{factors: {from: 0.5, to: 9}}, /expected a whole number/],
      [{factors: {from: 9, to: 3}}, /expected a range from a number to a larger one, got 9 to 3/],
      [{implicitFeedback: {from: 0, to: 1}}, /expected a list of values, since it is no number/],
      [{regularization: {from: 0, to: 1, scale: 'log'}}, /both ends of a logarithmic range above 0/]
    ] as const) {
      await expect(of(space), JSON.stringify(space)).rejects.toThrow(OptionError)
      await expect(of(space)).rejects.toThrow(message)
    }
  })
})

describe('successive halving', () => {
  it('gives every rung of a bracket the same, and no more rungs than candidates are for', () => {
    const levels = [7, 20, 60]
    expect([1, 2, 3, 4, 9].map(n => climb(levels, n, 3).length)).toEqual([1, 2, 2, 3, 3])
    expect([9, 3, 1, 4].map(n => kept(n, 3))).toEqual([3, 1, 1, 2])
    expect(costOf(levels, 9, 3)).toBe(9 * 7 + 3 * 20 + 60)
    expect(costOf(levels, 0, 3)).toBe(0)
  })

  it('keeps the best, though all but a few are discarded early', async () => {
    fits = 0
    // Errors above what the means of the parts differ by, and below where predictions are clipped.
    const space = {quality: {from: 0.3, to: 0.9}, slowness: [0.05]}
    const search = await randomSearch(Planned, space, world, {trials: 27, refit: false})
    expect(search.resource).toEqual({name: 'epochs', levels: [1, 3, 9]})
    // Three brackets of 9 fits with 1 epoch, 3 with 3 and 1 with 9.
    expect(fits).toBe(39)
    const worst = (one: Trial): number => one.options.quality as number
    expect(search.options.quality).toBe(Math.min(...search.trials.map(worst)))
    for (let first = 0; first < 27; first += 9) {
      const bracket = search.trials.slice(first, first + 9).sort((a, b) => worst(a) - worst(b))
      expect(bracket.map(one => one.measured.length)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1])
    }
  })

  it('loses what begins slowly and ends well, which one rung finds', async () => {
    const space = {quality: {from: 0.3, to: 0.9}, slowness: [0, 5]}
    const slow = (search: SearchResult): number[] =>
      search.trials.filter(one => one.options.slowness === 5).map(one => one.measured.length)
    const early = await randomSearch(Planned, space, world, {trials: 9, refit: false})
    expect(Math.max(...slow(early))).toBeLessThan(3)
    const all = await randomSearch(Planned, space, world, {trials: 9, rungs: 1, refit: false})
    expect(all.options.quality).toBe(Math.min(...all.trials.map(one => one.options.quality as number)))
  })

  it('discards none with one rung', async () => {
    const search = await gridSearch(Planned, {quality: [3, 1, 2]}, world, {rungs: 1})
    expect(search.trials.every(one => one.measured.length === 1 && one.measured[0].level === 9)).toBe(true)
    expect(search.options).toEqual({quality: 1})
    expect(search.table().map(row => row.quality)).toEqual([1, 2, 3])
  })

  it('gives users where the engine counts no steps, the same to all candidates of a rung', async () => {
    const search = await randomSearch(
      Ease,
      {regularization: {from: 0.01, to: 10}},
      smallWorld({users: 400}),
      {trials: 9}
    )
    expect(search.resource).toEqual({name: 'users', levels: [44, 133, 400]})
    expect(search.aim).toBe('ndcg@10')
  })

  it('aims for lists where the options say that an engine predicts no stars, and refuses errors before it fits', async () => {
    const options = {feedback: 'implicit', epochs: 1, factors: 4} as const
    const searched = (o: object): Promise<{aim: string}> =>
      gridSearch(AlternatingLeastSquares, {regularization: [1]}, world, {options, refit: false, ...o})
    expect((await searched({})).aim).toBe('ndcg@10')
    const steps: unknown[] = []
    const asked = searched({aim: 'rmse', onProgress: (step: unknown) => steps.push(step)})
    await expect(asked).rejects.toThrow(/als with these options ranks movies/)
    expect(steps).toEqual([])
  })

  it('scales what belongs to the steps, and leaves alone what is searched', async () => {
    const epochs = await randomSearch(Planned, {epochs: {from: 1, to: 9}, quality: [1]}, world, {trials: 3})
    expect(epochs.resource.name).toBe('users')
  })
})

describe('a search', () => {
  it('measures on an inner part as evaluate does, and ends with a fit on all', async () => {
    const search = await gridSearch(Baseline, {userDamping: [1, 5, 25]}, world, {
      rungs: 1,
      validationShare: 0.2,
      seed: 4
    })
    const inner = split(world, {test: 0.2, seed: 4})
    for (const {options, measured} of search.trials) {
      const engine = await new Baseline(options).fit(inner.train)
      expect(measured[0].values).toEqual([evaluate(engine, inner.test).rmse])
    }
    expect(search.value).toBe(Math.min(...search.trials.map(one => one.measured[0].values[0])))
    const best = await new Baseline(search.options).fit(world)
    expect(search.refitted).toBe(true)
    expect(search.engine.predictAll(world)).toEqual(best.predictAll(world))
    expect(search.finished).toBe(true)
  })

  it('aims for figures of lists, more of which is better, over folds', async () => {
    const search = await gridSearch(Ease, {regularization: [0.01, 0.3, 100]}, world, {
      rungs: 1,
      aim: 'recall@5',
      folds: 2,
      relevant: 4,
      refit: false
    })
    expect(search.best).toBe('high')
    const means = search.trials.map(one => (one.measured[0].values[0] + one.measured[0].values[1]) / 2)
    expect(search.value).toBe(Math.max(...means))
    expect(search.table().columns).toContain('deviation')
    expect(search.refitted).toBe(false)
    expect(search.engine.fitted).toBe(false)
    const parts = split(world, {seed: 1})
    const one = await gridSearch(Ease, {regularization: [0.3]}, world, {aim: 'ndcg@7', refit: false})
    const {ranking} = await evaluateRanking(await new Ease({regularization: 0.3}).fit(parts.train), parts, {
      k: 7
    })
    expect(one.value).toBe(ranking[0].ndcg)
  })

  it('finds the same for any number of workers, ties to the first', async () => {
    for (const [Class, options] of [
      [MatrixFactorization, {epochs: 9, patience: 0}],
      [AlternatingLeastSquares, {}]
    ] as const) {
      const runs = []
      for (const workers of [1, 2, 3])
        runs.push(
          found(
            await randomSearch<any, any>(Class, SPACE, world, {
              options,
              trials: 12,
              folds: 2,
              workers,
              refit: false
            })
          )
        )
      expect(runs[1]).toEqual(runs[0])
      expect(runs[2]).toEqual(runs[0])
    }
    const tie = await gridSearch(Planned, {wait: [2, 0, 1]}, world, {rungs: 1, workers: 3, refit: false})
    expect(tie.chosen).toBe(1)
  })

  it('begins as a shorter one does', async () => {
    const options = {epochs: 3}
    const run = (trials: number): Promise<SearchResult> =>
      randomSearch(MatrixFactorization, SPACE, world, {options, trials, refit: false})
    const [short, long] = [await run(9), await run(18)]
    expect(short.trials.map(one => one.options)).toEqual(long.trials.slice(0, 9).map(one => one.options))
    expect(short.trials.map(one => one.measured.map(({values}) => values))).toEqual(
      long.trials.slice(0, 9).map(one => one.measured.map(({values}) => values))
    )
  })

  it('goes on with the others where a candidate diverges, and says so', async () => {
    const search = await gridSearch(MatrixFactorization, {learningRate: [0.01, 50]}, world, {
      options: {epochs: 3, factors: 2},
      rungs: 1
    })
    expect(search.options).toEqual({learningRate: 0.01})
    expect(search.table().map(row => row.outcome)).toEqual(['chosen', 'failed'])
    expect(String(search)).toMatch(/1 failed; the first: mf: the factors ran to infinity/)
    await expect(
      gridSearch(MatrixFactorization, {learningRate: [50]}, world, {options: {epochs: 3}})
    ).rejects.toThrow(/no candidate could be fitted; the first: mf: the factors ran/)
  })

  it('says so where the candidates predict no stars', async () => {
    const run = gridSearch(AlternatingLeastSquares, {feedback: ['explicit', 'implicit']}, world)
    await expect(run).rejects.toThrow(OptionError)
    await expect(run).rejects.toThrow(/als with these options ranks movies .*, so it has no rmse\. Take/)
  })

  it('tells how far it is: in the resource, or in seconds, and is done when all is measured', async () => {
    const steps: Progress[] = []
    const onProgress = (step: Progress): void => void steps.push(step)
    await randomSearch(Planned, {quality: {from: 0.3, to: 0.9}}, world, {trials: 9, onProgress, refit: false})
    expect(steps.every(({task}) => /^searching planned, \d tried, epochs$/.test(task))).toBe(true)
    expect(steps.every(({total}) => total === 9 + 9 + 9)).toBe(true)
    expect(steps.filter(({done}) => done === 27)).toHaveLength(1)
    expect(steps.at(-1)).toMatchObject({done: 27, validation: expect.any(Number)})
    steps.length = 0
    await randomSearch(Planned, {quality: [1, 2]}, world, {minutes: 5, onProgress, refit: false})
    expect(steps[0]).toMatchObject({task: 'searching planned, 0 tried, seconds', total: 300})
  })

  it('says what it cannot be asked for', async () => {
    const of = (o: object): Promise<unknown> => randomSearch(Ease, {regularization: [1]}, world, o)
    for (const [o, message] of [
      [{aim: 'rmse'}, /ease with these options ranks movies and predicts no stars, so it has no rmse/],
      [{aim: 'auc'}, /expected rmse, mae, or one of precision, /],
      [{folds: 3, by: 'user'}, /folds goes without validationShare and by/],
      [{validationShare: 0.2, by: 'leave-last-out'}, /validationShare has no effect with/],
      [{minutes: 0}, /Option minutes: expected a number above 0, got 0/],
      [{validationShare: 1}, /expected a number between 0 and 1, got 1/],
      [{trials: 0}, /Option trials: expected a whole number from 1 up, got 0/],
      [{rungs: 0}, /Option rungs: expected a whole number from 1 to 10, got 0/],
      [{resume: true}, /resume needs the log/],
      [{options: {regularization: 1}}, /Option regularization of ease is searched and set/]
    ] as const) {
      await expect(of(o), JSON.stringify(o)).rejects.toThrow(OptionError)
      await expect(of(o)).rejects.toThrow(message)
    }
  })
})

describe('a budget of time', () => {
  it('is kept, and what was left out is said; what was done is what would have been', async () => {
    // Ten brackets wait 27 epochs each, 6.75 s in all: more than the 3 s that there are.
    const options = {wait: 25}
    const space = {quality: {from: 0.01, to: 2}}
    const all = await randomSearch(Planned, space, world, {trials: 90, workers: 1, refit: false})
    const some = await randomSearch(Planned, space, world, {options, trials: 90, minutes: 0.05, workers: 1})
    expect(some.finished).toBe(false)
    expect(some.leftOut.join('; ')).toMatch(/measuring \d+ of 90 candidates at all/)
    expect(some.trials.length).toBeGreaterThan(0)
    expect(some.trials.length).toBeLessThan(90)
    for (const {trial, options: tried, measured} of some.trials) {
      const same = all.trials[trial - 1]
      expect(tried).toEqual(same.options)
      expect(measured.map(one => one.values)).toEqual(
        same.measured.slice(0, measured.length).map(one => one.values)
      )
    }
  })

  it('that suffices ends with the space, where nobody says how many', async () => {
    const quality = Array.from({length: 31}, (_, k) => 0.3 + 0.02 * k)
    const search = await randomSearch(Planned, {quality}, world, {minutes: 10, refit: false})
    expect(search.trials).toHaveLength(31)
    expect(search.finished).toBe(true)
  })

  it('stops a fit that would go on', async () => {
    const run = randomSearch(Planned, {quality: [1, 2]}, world, {options: {wait: 20_000}, minutes: 0.005})
    await expect(run).rejects.toThrow(/not one candidate was measured within 0\.005 minutes/)
  })

  it('leaves the last fit out where there is no time for it, and says so', async () => {
    const search = await randomSearch(Planned, {quality: {from: 0.01, to: 2}}, world, {
      options: {wait: 300},
      minutes: 0.04,
      workers: 1
    })
    expect(search.refitted).toBe(false)
    expect(search.leftOut.join('; ')).toMatch(/the fit on all ratings, which takes about/)
  })
})

describe('a log', () => {
  const search = (o: object): Promise<SearchResult> =>
    randomSearch(MatrixFactorization, SPACE, world, {options: {epochs: 9}, trials: 12, refit: false, ...o})

  it('brings a search that was stopped to the same end', async () => {
    const whole = found(await search({}))
    const log = path.join(folder, 'stopped.jsonl')
    const stop = new AbortController()
    let steps = 0
    const stopped = search({
      log,
      signal: stop.signal,
      onProgress: () => {
        if (++steps === 40) stop.abort()
      }
    })
    await expect(stopped).rejects.toThrow(InterruptedError)
    await expect(stopped).rejects.toThrow(/of its measurements are in .*stopped\.jsonl: go on from there/)
    const lines = readFileSync(log, 'utf8').trim().split('\n').length - 1
    expect(lines).toBeGreaterThan(0)
    expect(lines).toBeLessThan(18)
    expect(found(await search({log, resume: true}))).toEqual(whole)
    const first = readFileSync(log, 'utf8')
    expect(found(await search({log, resume: true}))).toEqual(whole)
    expect(readFileSync(log, 'utf8')).toBe(first)
  })

  it('holds one measurement a line, and can be gone on from with more trials', async () => {
    const log = path.join(folder, 'more.jsonl')
    const done = await search({log})
    const [head, ...rows] = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(head.of).toMatchObject({search: 'random', engine: 'mf', aim: 'rmse', seed: 1})
    expect(rows).toHaveLength(done.trials.reduce((sum, one) => sum + one.measured.length, 0))
    expect(found(await search({log, resume: true, trials: 20}))).toEqual(found(await search({trials: 20})))
  })

  it('of another search is refused with what differs, and so is one that nobody asked to go on from', async () => {
    const log = path.join(folder, 'other.jsonl')
    await search({log, trials: 2})
    const before = readFileSync(log, 'utf8')
    await expect(search({log})).rejects.toThrow(CheckpointError)
    await expect(search({log})).rejects.toThrow(/is there already: go on from it with resume: true/)
    for (const [o, message] of [
      [{seed: 2}, /belongs to another search: seed was 1, is 2\./],
      [{aim: 'mae'}, /aim was "rmse", is "mae"/],
      [{options: {epochs: 8}}, /options was \{"epochs":9\}, is \{"epochs":8\}/],
      [{validationShare: 0.2}, /parts was \{"share":0\.1,"by":"random"\}, is/]
    ] as const) {
      await expect(search({log, resume: true, ...o}), JSON.stringify(o)).rejects.toThrow(CheckpointError)
      await expect(search({log, resume: true, ...o})).rejects.toThrow(message)
    }
    const other = syntheticRatings({users: 40, movies: 20, ratings: 300})
    await expect(
      randomSearch(MatrixFactorization, SPACE, other, {options: {epochs: 9}, log, resume: true})
    ).rejects.toThrow(/ratings was "\d+, checksum \d+", is "300, checksum/)
    expect(readFileSync(log, 'utf8')).toBe(before)
  })

  it('that is none, or not sound, is refused by its line', async () => {
    const log = path.join(folder, 'bad.jsonl')
    writeFileSync(log, 'userId,movieId\n')
    await expect(search({log, resume: true})).rejects.toThrow(/bad\.jsonl:1 is not sound: it is no JSON/)
    writeFileSync(log, '{"a":1}\n')
    await expect(search({log, resume: true})).rejects.toThrow(/is no log of a search/)
    rmSync(log)
    await search({log, trials: 2})
    writeFileSync(log, `${readFileSync(log, 'utf8')}{"trial":3}\n`)
    await expect(search({log, resume: true})).rejects.toThrow(
      /bad\.jsonl:5 is no measurement of a search: options: expected a value, got nothing\. Delete that line/
    )
  })
})

describe('stopping', () => {
  it('ends within its signal with an InterruptedError, and nothing is begun after', async () => {
    const stop = new AbortController()
    const run = randomSearch(Planned, {quality: {from: 0.01, to: 2}}, world, {
      options: {wait: 5},
      signal: stop.signal,
      onProgress: ({done}) => {
        if (done > 5) stop.abort()
      }
    })
    await expect(run).rejects.toThrow(InterruptedError)
    await expect(run).rejects.toThrow(/Name a log to be able to go on/)
    const before = fits
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(fits).toBe(before)
    const last = new AbortController()
    const inLastFit = gridSearch(Planned, {quality: [1]}, world, {
      log: path.join(folder, 'last.jsonl'),
      options: {wait: 5},
      signal: last.signal,
      onProgress: ({task}) => {
        if (task.startsWith('fitting')) last.abort()
      }
    })
    await expect(inLastFit).rejects.toThrow(
      /search of planned: stopped .* 1 of its measurements is in .*last\.jsonl/
    )
    const never = randomSearch(Planned, {quality: [1]}, world, {signal: AbortSignal.abort()})
    await expect(never).rejects.toThrow(InterruptedError)
  })
})

describe('the figure of a search', () => {
  it('has a column an option and a row a rung, each candidate where it was measured, the one chosen in each', async () => {
    const search = await randomSearch(Planned, {quality: {from: 0.01, to: 2}, slowness: [0, 0.5]}, world, {
      trials: 9,
      refit: false
    })
    const figure = plotSearch(search)
    const points = figure.data as ReadonlyArray<Record<string, any>>
    const on = (x: string): Array<Record<string, any>> => points.filter(one => one.xaxis === x)
    expect(on('x').reduce((sum, one) => sum + one.x.length, 0)).toBe(9)
    expect(new Set(points.map(one => one.yaxis))).toEqual(new Set(['y', 'y2', 'y3']))
    expect(points.filter(one => one.name === 'chosen')).toHaveLength(6)
    expect(figure.layout.xaxis).toMatchObject({type: 'log'})
    expect(figure.layout.xaxis2).toMatchObject({type: 'category', categoryarray: ['0', '0.5']})
    expect(figure.alt).toMatch(
      /^rmse, less is better, of 9 candidates against quality \(logarithmic\), slowness\. Measured: 9 with 1 epochs, .*; 3 with 3 epochs, .*; 1 with 9 epochs, .*\. Chosen: trial \d: quality=/
    )
  })
})
