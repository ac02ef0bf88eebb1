import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  type Engine,
  type EngineClass,
  InterruptedError,
  isRatingEngine,
  loadEngine,
  ModelFileError,
  NotFittedError,
  OptionError,
  type OptionSpec,
  type Progress,
  RatingEngine,
  Ratings,
  RatingsNeededError,
  type RecommendOptions,
  saveEngine,
  UnknownIdError,
  type UserId,
  type Who
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {answers, profile, STRANGER, UNRATED} from './answers'
import type {Settings} from './settings'
import {updateContract} from './update'
import {checkerboard, smallWorld} from './world'

const world = smallWorld()
/** How many people rated each movie. */
const raters = new Map<unknown, number>()
for (const {movieId} of world) raters.set(movieId, (raters.get(movieId) ?? 0) + 1)

/** What every engine must hold. It saves and loads itself, so it must be in the registry. */
export function contractOf(Class: EngineClass, settings: Settings = {}): void {
  const {name} = Class.spec
  const make = (options: Record<string, unknown> = {}): Engine<any> =>
    new Class({...settings.small, ...options})

  describe(`contract of ${name}`, () => {
    let engine: Engine<any>
    let folder: string
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-contract-'))
      engine = await make().fit(world)
    })
    afterAll(() => rmSync(folder, {recursive: true, force: true}))

    it('refuses questions before it is fitted', () => {
      expect(() => make().recommend(10)).toThrow(NotFittedError)
      expect(make().fitted).toBe(false)
    })

    it('checks its options in fit, before any work', async () => {
      const wrong = new Class({noSuchOption: 1})
      await expect(wrong.fit(world)).rejects.toThrow(OptionError)
      for (const [option, spec] of Object.entries<OptionSpec>(Class.spec.options)) {
        const bad = spec.kind === 'integer' || spec.kind === 'number' ? 'many' : 17
        await expect(make({[option]: bad}).fit(world), option).rejects.toThrow(`Option ${option} of ${name}`)
      }
    })

    it('refuses to fit on nothing', async () => {
      await expect(make().fit(Ratings.from([]))).rejects.toThrow(ArgumentError)
    })

    it('has its documentation', () => {
      expect(Class.spec.about).toMatch(/\.$/)
      expect(Class.spec.source).not.toBe('')
      for (const option of Object.values<OptionSpec>(Class.spec.options)) expect(option.about).toMatch(/\.$/)
    })

    it('recommends what was not rated, best first, ties to the smaller id', () => {
      const rated = new Set(engine.train.of(10).map(row => row.movieId))
      const list = engine.recommend(10, {n: 1000})
      expect(list.length).toBeGreaterThan(0)
      for (const [k, row] of list.entries()) {
        expect(rated.has(row.movieId)).toBe(false)
        expect(Number.isFinite(row.score)).toBe(true)
        expect(row.title).toBe(world.movies.title(row.movieId))
        if (k > 0) {
          expect(list[k - 1].score).toBeGreaterThanOrEqual(row.score)
          if (list[k - 1].score === row.score)
            expect(Number(list[k - 1].movieId)).toBeLessThan(Number(row.movieId))
        }
      }
      expect(engine.recommend(10, {n: 3})).toEqual(list.slice(0, 3))
      expect(engine.recommend(10, {n: 1000, includeRated: true}).length).toBe(list.length + rated.size)
    })

    it('keeps to the movies and genres asked for', () => {
      const among = [102, 104, 106, 108]
      for (const row of engine.recommend(10, {among, includeRated: true}))
        expect(among).toContain(row.movieId)
      for (const row of engine.recommend(10, {genres: ['Comedy'], n: 50}))
        expect(row.genres).toContain('Comedy')
      expect(() => engine.recommend(10, {among: [4711]})).toThrow(UnknownIdError)
      expect(() => engine.recommend(10, {genres: ['Comedie']})).toThrow(/genres are .*Comedy/)
    })

    it('leaves out by id, by predicate, by year and by how many rated', () => {
      const plain = engine.recommend(10, {n: 1000, includeRated: true})
      const [first, second] = plain.map(row => row.movieId)
      const ids = (o: RecommendOptions): unknown[] =>
        engine.recommend(10, {n: 1000, includeRated: true, ...o}).map(row => row.movieId)
      expect(ids({except: [first, 'nobody knows it']})).toEqual(
        plain.map(row => row.movieId).filter(id => id !== first)
      )
      expect(ids({except: id => id !== second})).toEqual([second])
      for (const row of engine.recommend(10, {n: 1000, includeRated: true, years: [1985, 1990]}))
        expect(row.year).toBeGreaterThanOrEqual(1985)
      expect(ids({years: [1985, 1990]}).length).toBeLessThanOrEqual(6)
      const often = ids({minRatings: 22})
      expect(often).toEqual(plain.map(row => row.movieId).filter(id => (raters.get(id) ?? 0) >= 22))
      expect(often.length).toBeGreaterThan(0)
      expect(() => engine.recommend(10, {years: [1990, 1985]})).toThrow(/first and the last year/)
      expect(() => engine.recommend(10, {minRatings: -1})).toThrow(/whole number from 0 up/)
      expect(() => engine.recommend(10, {includeRatd: true} as RecommendOptions)).toThrow(
        /Unknown option includeRatd .*did you mean includeRated/
      )
    })

    it('gives what most people rated to whom it knows nothing of, where that was asked for', () => {
      const most = engine.recommend([], {n: 5})
      expect(most.length).toBe(5)
      for (const [k, row] of most.entries()) {
        expect(row).toMatchObject({fallback: 'popular', score: raters.get(row.movieId)})
        if (k > 0) expect(row.score).toBeLessThanOrEqual(most[k - 1].score)
      }
      expect(engine.recommend(STRANGER, {n: 5, unknown: 'popular'})).toEqual(most)
      expect(engine.recommend([], {n: 5, except: [most[0].movieId]})[0].movieId).toBe(most[1].movieId)
      expect(() => engine.recommend(STRANGER, {n: 5})).toThrow(UnknownIdError)
      expect(engine.recommend(10, {n: 5}).every(row => row.fallback === undefined)).toBe(true)
    })

    it('leaves out of a profile what nobody knows, and tells it', () => {
      const more = [...profile, {movieId: 999999, rating: 5}]
      const list = engine.recommend(more, {n: 5})
      expect(list).toEqual(engine.recommend(profile, {n: 5}))
      expect(list.leftOut).toEqual([999999])
      expect(String(list)).toMatch(/\nLeft out of the profile: Movie 999999\. Only movies that .*\.$/)
      expect(list.toHTML()).toContain('Left out of the profile: Movie 999999.')
      expect(JSON.parse(JSON.stringify(list))).toEqual(
        JSON.parse(JSON.stringify(engine.recommend(profile, {n: 5})))
      )
      expect(engine.recommend(profile).leftOut).toEqual([])
      expect(engine.recommend(10).leftOut).toEqual([])
      const told = engine.explain(more, 110)
      const {sentence, ...plain} = engine.explain(profile, 110)
      expect(told).toEqual({...plain, leftOut: [999999], sentence: expect.stringContaining(sentence)})
      expect(told.sentence).toContain('Left out of the profile: Movie 999999.')
    })

    it('refuses a profile of which nothing is left, unless what most people rated will do', () => {
      const strange = [{movieId: 999999, rating: 5}]
      for (const ask of [() => engine.recommend(strange), () => engine.explain(strange, 100)]) {
        expect(ask).toThrow(UnknownIdError)
        expect(ask).toThrow(/none of the \d+ movies that .* Movie 999999 \[999999\]\. Add one of them/)
      }
      const most = engine.recommend(strange, {n: 3, unknown: 'popular'})
      expect(most).toEqual(engine.recommend([], {n: 3}))
      expect(most.leftOut).toEqual([999999])
      expect(() => engine.recommend(10, {unknown: 'populer'} as object)).toThrow(/'error' or 'popular'/)
    })

    it('diversifies on request', () => {
      const plain = engine.recommend(10, {n: 5})
      expect(engine.recommend(10, {n: 5, diversity: 0})).toEqual(plain)
      const diverse = engine.recommend(10, {n: 5, diversity: 0.9})
      expect(diverse.length).toBe(plain.length)
      expect(new Set(diverse.map(row => row.movieId)).size).toBe(diverse.length)
    })

    it('finds similar movies, the movie itself on request only', () => {
      const near = engine.similar(100, {n: 1000})
      expect(near.map(row => row.movieId)).not.toContain(100)
      for (const [k, row] of near.entries())
        if (k > 0) expect(near[k - 1].score).toBeGreaterThanOrEqual(row.score)
      const withSelf = engine.similar(100, {n: 1000, includeSelf: true})
      expect(withSelf.map(row => row.movieId)).toContain(100)
      expect(withSelf.length).toBe(near.length + 1)
      expect(() => engine.similar(100, {includeself: true} as object)).toThrow(/did you mean includeSelf/)
    })

    it('refuses strangers and unknown movies by name', () => {
      expect(() => engine.recommend(STRANGER)).toThrow(/Unknown userId 99999/)
      expect(() => engine.similar(4711)).toThrow(/movieId 4711/)
      expect(() => engine.recommend([{movieId: 100, rating: 99}])).toThrow(/from 1 to 5/)
      expect(() => engine.recommend([{movieId: 4711, rating: 3}])).toThrow(UnknownIdError)
      expect(() => engine.recommend(10, {n: 0})).toThrow(ArgumentError)
    })

    it('explains every score by terms that sum to it', () => {
      const people: Who[] = [10, 13, 16, profile]
      for (const who of people) {
        for (const row of engine.recommend(who, {n: 1000, includeRated: true})) {
          const {score, terms, sentence} = engine.explain(who, row.movieId)
          const sum = terms.reduce((total, term) => total + term.value, 0)
          expect(Math.abs(sum - score)).toBeLessThan(1e-5)
          expect(Math.abs(row.score - score), `${String(who)} ${row.movieId}`).toBeLessThan(1e-5)
          expect(sentence).toMatch(/\.$/)
          for (const term of terms) expect(Number.isFinite(term.value)).toBe(true)
        }
      }
    })

    it('takes a typed-in profile as it takes a user', () => {
      const list = engine.recommend(profile, {n: 1000})
      expect(list.length).toBeGreaterThan(0)
      for (const row of list) {
        expect(Number.isFinite(row.score)).toBe(true)
        expect(profile.map(one => one.movieId)).not.toContain(row.movieId)
      }
    })

    it('is the same after saving and loading, and writes the same bytes', async () => {
      const file = path.join(folder, `${name}.mrec`)
      const again = path.join(folder, `${name}-again.mrec`)
      await saveEngine(engine, file)
      const loaded = await loadEngine(file)
      expect(answers(loaded)).toEqual(answers(engine))
      expect(loaded.name).toBe(name)
      expect(loaded.history.length).toBe(engine.history.length)
      await saveEngine(loaded, again)
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true)
    })

    it('does without the ratings once it is saved so, or says that it cannot', async () => {
      const file = path.join(folder, `${name}-without.mrec`)
      const again = path.join(folder, `${name}-without-again.mrec`)
      if (engine.model.anonymous?.() === undefined) {
        await expect(saveEngine(engine, file, {ratings: false})).rejects.toThrow(RatingsNeededError)
        expect(existsSync(file)).toBe(false)
        return
      }
      await saveEngine(engine, file, {ratings: false})
      expect(readFileSync(file).length).toBeGreaterThan(0)
      const loaded = await loadEngine(file)
      expect([...loaded.train]).toEqual([])
      expect(loaded.train.withheld).toMatchObject({ratings: world.length, users: world.userCount})
      expect(String(loaded)).toContain('whose ratings it has not')
      expect(loaded.knowsUser(10)).toBe(false)
      expect(() => loaded.recommend(10)).toThrow(/saved without its ratings and knows no users/)
      await expect(loaded.recommendAll({n: 2}).next()).rejects.toThrow(RatingsNeededError)
      for (const o of [{n: 8}, {n: 8, minRatings: 20}])
        expect(loaded.recommend(profile, o)).toEqual(engine.recommend(profile, o))
      expect(loaded.recommend(10, {unknown: 'popular'})).toEqual(engine.recommend([]))
      expect(loaded.explain(profile, 108)).toEqual(engine.explain(profile, 108))
      if (isRatingEngine(engine) && isRatingEngine(loaded)) {
        expect(loaded.predict(profile, 108)).toBe(engine.predict(profile, 108))
        expect(loaded.predict(10, 108)).toBe(engine.predict(STRANGER, 108))
      }
      await saveEngine(loaded, again)
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true)
    })

    it('refuses a model file that is foreign, newer, cut or corrupt', async () => {
      const file = path.join(folder, `${name}-broken.mrec`)
      await saveEngine(engine, file)
      const {writeFileSync} = await import('node:fs')
      const whole = readFileSync(file)
      const corrupt = Buffer.from(whole)
      corrupt[whole.length - 9] ^= 0xff
      const newer = Buffer.from(whole)
      newer.writeUInt32LE(99, 8)
      const cases: Array<[Buffer, RegExp]> = [
        [Buffer.from('PK hello'), /not a movie-recs model/],
        [newer, /model format 99/],
        [whole.subarray(0, whole.length >> 1), /cut or corrupt/],
        [corrupt, /cut or corrupt/]
      ]
      for (const [bytes, message] of cases) {
        writeFileSync(file, bytes)
        await expect(loadEngine(file)).rejects.toThrow(ModelFileError)
        await expect(loadEngine(file)).rejects.toThrow(message)
      }
    })

    it('gives the same bytes for one worker and for two, for any order of rows, and after a refit', async () => {
      const bytes = async (fitted: Engine<any>, label: string): Promise<Buffer> => {
        const file = path.join(folder, `${name}-${label}.mrec`)
        await saveEngine(fitted, file)
        return readFileSync(file)
      }
      const one = await make().fit(world, {workers: 1})
      const two = await make().fit(world, {workers: 2})
      expect(answers(two)).toEqual(answers(one))
      expect((await bytes(two, '2')).equals(await bytes(one, '1'))).toBe(true)
      const turned = Ratings.from([...world].reverse(), world.movies)
      expect(answers(await make().fit(turned))).toEqual(answers(one))
      const refitted = await make().fit(checkerboard(8))
      await refitted.fit(world)
      expect(answers(refitted)).toEqual(answers(one))
    })

    it('depends on its seed alone', async () => {
      if (!('seed' in Class.spec.options)) return
      const first = answers(await make({seed: 5}).fit(world))
      expect(answers(await make({seed: 5}).fit(world))).toEqual(first)
      expect(answers(await make({seed: 6}).fit(world))).not.toEqual(first)
    })

    it('has no option without effect', async () => {
      for (const [option, spec] of Object.entries<OptionSpec>(Class.spec.options)) {
        const beside = settings.with?.[option] ?? {}
        const before = answers(await make(beside).fit(world))
        for (const value of otherValues(option, spec, {...settings.small, ...beside}, settings)) {
          const after = answers(await make({...beside, [option]: value}).fit(world))
          expect(after, `${option}=${String(value)} changes nothing`).not.toEqual(before)
        }
      }
    })

    it('stops when asked to and reports its progress', async () => {
      const stop = new AbortController()
      stop.abort()
      const stopped = make()
      await expect(stopped.fit(world, {signal: stop.signal})).rejects.toThrow(InterruptedError)
      const heard: Progress[] = []
      await make().fit(world, {onProgress: progress => heard.push(progress)})
      expect(heard.length).toBeGreaterThan(0)
      for (const [k, {done, total}] of heard.entries()) {
        expect(done).toBeLessThanOrEqual(total)
        if (k > 0 && heard[k - 1].total === total) expect(done).toBeGreaterThanOrEqual(heard[k - 1].done)
      }
    })

    it('answers as before while it is fitted again, and refuses a second fit at once', async () => {
      const again = await make().fit(world)
      const before = answers(again)
      const {model} = again
      const heard: unknown[] = []
      const fitting = again.fit(checkerboard(24), {onProgress: () => heard.push(again.model)})
      expect(answers(again)).toEqual(before)
      await expect(again.fit(world)).rejects.toThrow(/being fitted already/)
      await fitting
      for (const one of heard) expect(one).toBe(model)
      expect(again.model).not.toBe(model)
      expect(again.train.userCount).toBe(24)
      const fresh = await make().fit(checkerboard(24))
      expect(again.history.length).toBe(fresh.history.length)
    })

    it('is left as it was by a fit that fails or is stopped', async () => {
      const kept = await make().fit(world)
      const {model, history} = kept
      await expect(kept.fit(Ratings.from([]))).rejects.toThrow(ArgumentError)
      const before = new AbortController()
      before.abort()
      await expect(kept.fit(checkerboard(24), {signal: before.signal})).rejects.toThrow(InterruptedError)
      expect(kept.model).toBe(model)
      const under = new AbortController()
      const stopped = await kept
        .fit(checkerboard(24), {signal: under.signal, onProgress: () => under.abort()})
        .then(() => false)
        .catch(error => error instanceof InterruptedError)
      // An engine that is done before anything can stop it has its new model.
      expect(kept.model === model).toBe(stopped)
      if (stopped) expect(kept.history).toBe(history)
      expect(stopped || settings.impersonal || history.length === 0).toBe(true)
    })

    it('prints as one line', () => {
      expect(engine.toString()).toMatch(/^\w+\(.*\) on 36 users × 27 movies/)
      expect(engine.toString()).not.toContain('\n')
    })

    it('lists for everyone as it lists for one, for any number of workers', async () => {
      const among = [100, 104, 106, 120, 122, 126]
      const wishes: RecommendOptions[] = [
        {n: 4},
        {n: 1},
        {n: 500},
        {n: 500, includeRated: true},
        {n: 3, among},
        {n: 3, among, includeRated: true},
        {n: 2, genres: ['Comedy']},
        {n: 3, diversity: 0.5}
      ]
      for (const wish of wishes) {
        for (const workers of [1, 2]) {
          const heard: UserId[] = []
          for await (const {userId, movies} of engine.recommendAll({...wish, workers})) {
            heard.push(userId)
            expect(movies, `${userId} ${JSON.stringify(wish)}`).toEqual([...engine.recommend(userId, wish)])
          }
          expect(heard).toEqual(world.frame.userIds.ids)
        }
      }
    })

    it('takes texts as ids', async () => {
      const rows = [...world].map(row => ({...row, userId: `u${row.userId}`, movieId: `m${row.movieId}`}))
      const texts = await make().fit(Ratings.from(rows))
      const list = texts.recommend('u10', {n: 3})
      for (const row of list) expect(String(row.movieId)).toMatch(/^m\d+$/)
    })

    if (!settings.impersonal) {
      it('learns the checkerboard', async () => {
        const size = 24
        const rates = Class.prototype instanceof RatingEngine
        const board = checkerboard(size, {likesOnly: !rates})
        const learned = await make(settings.checkerboard).fit(board)
        for (let u = 0; u < size; u++) {
          const list = learned.recommend(u, {among: [u, (u + 1) % size], n: 2})
          expect(list[0]?.movieId, `user ${u}`).toBe(u)
        }
      })
    }

    updateContract(Class, make, settings)
    if (Class.prototype instanceof RatingEngine) ratingContract(Class, make, settings)
  })
}

function ratingContract(
  Class: EngineClass,
  make: (options?: Record<string, unknown>) => Engine<any>,
  settings: Settings
): void {
  const {batchTolerance = 1e-5} = settings
  let engine: RatingEngine<any>
  beforeAll(async () => {
    engine = (await make().fit(world)) as RatingEngine<any>
  })

  it('predicts a batch as it predicts one by one, inside the scale', () => {
    const pairs = Ratings.from(
      [10, 13, 16, STRANGER].flatMap(userId =>
        [100, 102, 104, 126, 4711].map(movieId => ({userId, movieId, rating: 3, timestamp: 1e9}))
      )
    )
    const batch = engine.predictAll(pairs)
    for (const [n, {userId, movieId, timestamp}] of [...pairs].entries()) {
      const single = engine.predict(userId, movieId, {timestamp: timestamp as number})
      expect(Math.abs(batch[n] - single), `${userId} ${movieId}`).toBeLessThanOrEqual(batchTolerance)
      expect(batch[n]).toBeGreaterThanOrEqual(1)
      expect(batch[n]).toBeLessThanOrEqual(5)
    }
  })

  it('says which fallback an unknown user or movie took, and explains it', () => {
    const cases: Array<[Who, number, string]> = [
      [STRANGER, 100, 'unknown user'],
      [10, UNRATED, 'unknown movie']
    ]
    for (const [who, movieId, fallback] of cases) {
      const detail = engine.predictDetailed(who, movieId)
      expect(detail.fallback).toBe(fallback)
      expect(Number.isFinite(detail.score)).toBe(true)
      const {score, terms} = engine.explain(who, movieId)
      expect(Math.abs(score - detail.score)).toBeLessThan(1e-5)
      expect(Math.abs(terms.reduce((sum, term) => sum + term.value, 0) - detail.score)).toBeLessThan(1e-5)
    }
    expect(engine.predictDetailed(10, 100).fallback).not.toBe('unknown user')
    const more = [...profile, {movieId: 999999, rating: 5}]
    expect(engine.predictDetailed(more, 104)).toEqual({
      ...engine.predictDetailed(profile, 104),
      leftOut: [999999]
    })
    expect(() => engine.predict([{movieId: 999999, rating: 5}], 104)).toThrow(UnknownIdError)
  })

  it('falls back to the mean where that was asked for', async () => {
    if (!('fallback' in Class.spec.options)) return
    const plain = (await make({fallback: 'mean'}).fit(world)) as RatingEngine<any>
    expect(plain.predictDetailed(STRANGER, 100).score).toBeCloseTo(world.mean, 6)
    expect(plain.predictDetailed(10, UNRATED).score).toBeCloseTo(world.mean, 6)
    expect(plain.explain(STRANGER, 100).score).toBeCloseTo(world.mean, 6)
  })

  it('ranks by the unclipped score that it predicts', () => {
    for (const row of engine.recommend(13, {n: 5})) {
      expect(Math.abs(engine.predictDetailed(13, row.movieId).score - row.score)).toBeLessThan(1e-4)
    }
  })

  it('folds in a user’s own ratings near to her trained place', () => {
    let apart = 0
    let count = 0
    for (const userId of [10, 13, 16, 19, 22]) {
      const hers = engine.train.of(userId).map(({movieId, rating}) => ({movieId, rating}))
      for (const {movieId, score} of engine.recommend(userId, {n: 1000})) {
        apart += Math.abs(engine.predictDetailed(hers, movieId).score - score)
        count++
      }
    }
    expect(apart / count).toBeLessThan(0.5)
  })
}

/** Values an option can be changed to: every other choice, the other truth, another number inside its range. */
function otherValues(
  option: string,
  spec: OptionSpec,
  now: Record<string, unknown>,
  settings: Settings
): unknown[] {
  if (settings.other !== undefined && option in settings.other) return [settings.other[option]]
  const current = option in now ? now[option] : spec.default
  if (spec.kind === 'boolean') return [!current]
  if (spec.kind === 'choice') return spec.choices.filter(choice => choice !== current)
  if (spec.kind === 'integers' || spec.kind === 'numbers') return [[...(current as number[]), 3]]
  if (spec.kind === 'members') return []
  if (spec.kind === 'text') return [`${String(current)}x`]
  const {min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = spec
  const value = current as number
  const tries =
    spec.kind === 'integer' ? [value * 2, value + 1, value - 1] : [value * 2, value / 2, value + 0.1]
  return [tries.find(one => one !== value && one >= min && one <= max) as number]
}
