import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  ArgumentError,
  Baseline,
  DataFormatError,
  Ease,
  engines,
  loadEngine,
  Popularity,
  type Ratings,
  readRatings,
  saveEngine,
  split
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {main} from '#internals'
import {ROOT} from '#paths'

const cases = path.join(ROOT, 'test/fixtures/cases/29-implicit')
const events = path.join(cases, 'events.csv')
const clicks = (file = events): Promise<Ratings> => readRatings(file, {columns: {rating: 'none'}})
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-clicks-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('clicks', () => {
  it('are read where they are asked for, and a refusal says how', async () => {
    for (const file of ['events.csv', 'pairs.tsv']) {
      const failure = await readRatings(path.join(cases, file)).catch(error => error)
      expect(failure).toBeInstanceOf(DataFormatError)
      expect(failure.message).toMatch(/--columns rating=none/)
    }
    const pairs = await clicks(path.join(cases, 'pairs.tsv'))
    expect(pairs.clicks).toBe(true)
    expect([...pairs].every(({rating}) => rating === 1)).toBe(true)
    expect(pairs.readAs).toMatch(/read as: user = column 1, movie = column 2\.$/)
    expect((await readRatings(path.join(cases, 'filmtrust.txt'))).clicks).toBe(false)
  })

  it('of a pair are summed, at the latest time, and split as they are', async () => {
    const file = path.join(folder, 'events.csv')
    writeFileSync(file, `${readFileSync(events, 'utf8')}1,10,1600000000\n1,10,1400000000\n`)
    const all = await clicks(file)
    expect(all.length).toBe(5)
    const {rating, timestamp} = [...all].find(row => row.userId === 1 && row.movieId === 10) ?? {}
    expect({rating, timestamp}).toEqual({rating: 3, timestamp: 1600000000})
    expect(all.scale).toEqual([0, 3])
    expect(all.warnings.join()).toMatch(/1 pair .* more than once: the sum is kept, for 3 ratings 1/)
    expect(split(all, {test: 0.3, seed: 1}).train.clicks).toBe(true)
  })

  it('are learned by the engines that say so, and refused by the others by name', async () => {
    const train = await clicks()
    for (const Class of engines()) {
      const fit = new Class().fit(train)
      if (Class.spec.clicks === true || Class === Popularity) await fit
      else
        await expect(fit).rejects.toThrow(
          new RegExp(
            `^${Class.spec.name} learns from stars, and these rows are clicks\\..*popularity, .*, and als`
          )
        )
    }
    const taking = engines().filter(({spec}) => spec.clicks !== undefined)
    expect(taking.map(({spec}) => spec.name)).toEqual(
      expect.arrayContaining(['popularity', 'als', 'ease', 'blend'])
    )
    await expect(new Popularity({by: 'mean'}).fit(train)).rejects.toThrow(/With by: 'count' it takes them/)
    const als = await new AlternatingLeastSquares({feedback: 'implicit', factors: 2}).fit(train)
    expect(() => als.predict(1, 10)).toThrow(ArgumentError)
    const lists = await Promise.all(
      [als, new Ease()].map(async engine => (await engine.fit(train)).recommend(2, {n: 2}))
    )
    for (const list of lists) expect(list.length).toBeGreaterThan(0)
    await expect(new Baseline().fit(train)).rejects.toThrow(ArgumentError)
  })

  it('stay so in a model file, whose answers are the same', async () => {
    const file = path.join(folder, 'ease.mrec')
    const engine = await new Ease().fit(await clicks())
    await saveEngine(engine, file)
    const loaded = await loadEngine(file)
    expect([...loaded.recommend([{movieId: 10, rating: 1}])]).toEqual([
      ...engine.recommend([{movieId: 10, rating: 1}])
    ])
  })

  it('are asked for on the command line', async () => {
    const notes: string[] = []
    const io = {out: () => {}, note: (text: string) => notes.push(text), signal: new AbortController().signal}
    const args = ['recommend', '--ratings', events, '--columns', 'rating=none', '--user', '2', '--engine']
    expect(await main([...args, 'popularity'], io)).toBe(0)
    expect(await main([...args, 'mf'], io)).toBe(1)
    expect(notes.join('\n')).toMatch(/mf learns from stars.*--set feedback=implicit/)
    expect(await main([...args, 'als', '--set', 'feedback=implicit'], io)).toBe(0)
  })
})
