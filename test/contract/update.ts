import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  type Engine,
  type EngineClass,
  InterruptedError,
  loadEngine,
  type RatingRow,
  Ratings,
  saveEngine,
  UpdateError
} from 'movie-recs'
import {expect, it} from 'vitest'
import {answers} from './answers'
import type {Settings} from './settings'
import {smallWorld} from './world'

const world = smallWorld()
/** Two who have rated nothing at the fit, and a movie that nobody has. */
const NEW_USERS = [109, 112]
const NEW_MOVIE = 116
const isNew = ({userId, movieId}: RatingRow, n: number): boolean =>
  NEW_USERS.includes(Number(userId)) || movieId === NEW_MOVIE || n % 7 === 3
const rows = [...world]
const before = Ratings.from(
  rows.filter((row, n) => !isNew(row, n)),
  world.movies
)
const later = rows.filter(isNew)
/** A rating that was there, with other stars. */
const again = {...[...before][5], rating: [...before][5].rating === 5 ? 1 : 5}
const all = Ratings.from(
  [...rows.filter(row => row.userId !== again.userId || row.movieId !== again.movieId), again],
  world.movies
)

/** What holds of every engine when new ratings come. */
export function updateContract(
  Class: EngineClass,
  make: (options?: Record<string, unknown>) => Engine<any>,
  {updateTolerance = 1e-5}: Settings
): void {
  const {updates} = Class.spec
  if (updates === undefined) {
    it('refuses new ratings, and says to fit again', async () => {
      const engine = await make().fit(before)
      const {model} = engine
      await expect(engine.update(later)).rejects.toThrow(UpdateError)
      await expect(engine.update(later)).rejects.toThrow(/Fit again/)
      expect(engine.model).toBe(model)
    })
    return
  }

  it('takes in new ratings of people and movies known and new, and says how many', async () => {
    const engine = await make().fit(before)
    expect(engine.knowsUser(NEW_USERS[0])).toBe(false)
    const updated = await engine.update([...later, again])
    expect(updated).toMatchObject({ratings: later.length + 1, replaced: 1, newUsers: 2, newMovies: 1})
    const learnsMovies = updates !== 'people'
    const ofNew = later.filter(row => row.movieId === NEW_MOVIE).length
    expect(updated.notLearned).toEqual(
      learnsMovies ? {movies: [], ratings: 0} : {movies: [NEW_MOVIE], ratings: ofNew}
    )
    expect(updated.sinceFit.ratings).toBe(updates === 'anew' ? 0 : later.length + 1)
    expect(engine.knowsMovie(NEW_MOVIE)).toBe(learnsMovies)
    expect(engine.train.length).toBe(world.length)
    expect([...engine.train.of(again.userId)].find(row => row.movieId === again.movieId)?.rating).toBe(
      again.rating
    )
    for (const userId of [...NEW_USERS, 10, 13]) {
      expect(engine.knowsUser(userId)).toBe(true)
      const rated = new Set(engine.train.of(userId).map(row => row.movieId))
      const list = engine.recommend(userId, {n: 1000})
      expect(list.length).toBeGreaterThan(0)
      for (const {movieId} of list) expect(rated.has(movieId)).toBe(false)
      for (const row of engine.recommend(userId, {n: 1000, includeRated: true})) {
        expect(Number.isFinite(row.score)).toBe(true)
        const {score, terms} = engine.explain(userId, row.movieId)
        expect(Math.abs(terms.reduce((sum, term) => sum + term.value, 0) - row.score)).toBeLessThan(1e-5)
        expect(Math.abs(score - row.score)).toBeLessThan(1e-5)
      }
    }
  })

  if (updates === 'anew')
    it('is after an update what a fit on all ratings makes it', async () => {
      const engine = await make().fit(before)
      await engine.update([...later, again])
      expect(answers(engine)).toEqual(answers(await make().fit(all)))
    })
  else
    it('scores somebody new as her ratings typed in', async () => {
      const engine = await make().fit(before)
      await engine.update([...later, again])
      for (const userId of NEW_USERS) {
        const hers = engine.train.of(userId).map(({movieId, rating}) => ({movieId, rating}))
        const typed = engine.recommend(hers, {n: 1000, includeRated: true})
        const known = engine.recommend(userId, {n: 1000, includeRated: true})
        const scores = new Map(typed.map(({movieId, score}) => [movieId, score]))
        expect(known.length).toBe(typed.length)
        for (const {movieId, score} of known)
          expect(Math.abs(score - (scores.get(movieId) as number)), `${userId} ${movieId}`).toBeLessThan(
            updateTolerance
          )
      }
    })

  it('ends in the same place by one update, by several and by any number of workers', async () => {
    const whole = await make().fit(before)
    await whole.update([...later, again], {workers: 1})
    const parts = await make().fit(before)
    const half = later.length >> 1
    await parts.update(later.slice(0, half), {workers: 2})
    await parts.update(Ratings.from([again]))
    const last = await parts.update(later.slice(half), {workers: 2})
    expect(answers(parts)).toEqual(answers(whole))
    expect(last.sinceFit.ratings).toBe(updates === 'anew' ? 0 : later.length + 1)
  })

  it('is the same after saving and loading, and goes on from there', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-update-'))
    try {
      const half = later.length >> 1
      const engine = await make().fit(before)
      await engine.update(later.slice(0, half))
      const file = path.join(folder, 'half.mrec')
      const second = path.join(folder, 'again.mrec')
      await saveEngine(engine, file)
      const loaded = await loadEngine(file)
      expect(answers(loaded)).toEqual(answers(engine))
      await saveEngine(loaded, second)
      expect(readFileSync(second).equals(readFileSync(file))).toBe(true)
      await engine.update(later.slice(half))
      await loaded.update(later.slice(half))
      expect(answers(loaded)).toEqual(answers(engine))
      expect(loaded.train.length).toBe(engine.train.length)
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  })

  it('is left as it was by an update that fails or is stopped, and answers meanwhile', async () => {
    const engine = await make().fit(before)
    const {model, train} = engine
    const first = answers(engine)
    await expect(engine.update([])).rejects.toThrow(ArgumentError)
    await expect(engine.update([{userId: 10, movieId: 100, rating: 11}])).rejects.toThrow(/scale/)
    await expect(engine.update([{userId: 'u7', movieId: 100, rating: 3}])).rejects.toThrow(/another kind/)
    const stop = new AbortController()
    stop.abort()
    await expect(engine.update(later, {signal: stop.signal})).rejects.toThrow(InterruptedError)
    const under = new AbortController()
    const stopped = engine.update(later, {signal: under.signal})
    under.abort()
    await expect(stopped).rejects.toThrow(InterruptedError)
    expect(engine.model).toBe(model)
    expect(engine.train).toBe(train)
    const updating = engine.update(later)
    expect(answers(engine)).toEqual(first)
    await expect(engine.update(later)).rejects.toThrow(/being fitted already/)
    await updating
    expect(engine.model).not.toBe(model)
  })
}
