import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  Blend,
  ContentBased,
  Ease,
  type Engine,
  engineByName,
  engines,
  loadEngine,
  loadMovieLens,
  MatrixFactorization,
  PageError,
  type Profile,
  type RatingEngine,
  rateNext,
  saveEngine,
  writePage
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {
  dataWordsOf,
  openPage,
  type PageFile,
  type PageModel,
  pageFileOf,
  restorePage,
  toHtml,
  unpack
} from '#internals'
import {ROOT} from '#paths'
import {SETTINGS} from '../contract/settings'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-page-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const world = smallWorld()
const ANNE: Profile = [
  {movieId: 100, rating: 5},
  {movieId: 102, rating: 1},
  {movieId: 106, rating: 4}
]
const BEN: Profile = [
  {movieId: 104, rating: 5},
  {movieId: 112, rating: 2}
]
/** As it is in a browser: what was written, read back. */
const opened = (file: PageFile): ReturnType<typeof openPage> => openPage(JSON.parse(JSON.stringify(file)))
const OF_OTHERS = ['user-neighbours', 'item-neighbours']
const learned = engines()
  .map(({spec}) => spec.name)
  .filter(name => !OF_OTHERS.includes(name) && name !== 'blend')

async function fitted(name: string): Promise<Engine<any>> {
  const Class = engineByName(name) as NonNullable<ReturnType<typeof engineByName>>
  return new Class(SETTINGS[name]?.small).fit(world)
}

const blend = (): Promise<Blend> =>
  new Blend({
    members: [
      'baseline',
      {engine: 'als', options: {factors: 4, epochs: 6}},
      {engine: 'bayesian', options: {factors: 4, sweeps: 40, burnIn: 10, samples: 40}}
    ]
  }).fit(world)

function modelsOf(model: PageModel): PageModel[] {
  return [model, ...(model.members ?? []).flatMap(modelsOf)]
}

function largestGap(a: Engine<any>, b: ReturnType<typeof openPage>): number {
  const movieIds = [...world.movies].map(({movieId}) => movieId).filter(movieId => a.knowsMovie(movieId))
  const gaps = [ANNE, BEN].flatMap(who =>
    movieIds.map(movieId =>
      Math.abs(a.explain(who, movieId).score - b.recommender.explain(who, movieId).score)
    )
  )
  return Math.max(...gaps)
}

describe('a page', () => {
  it('is made of a model that was saved without its ratings, too', async () => {
    const file = path.join(folder, 'without.mrec')
    await saveEngine(await fitted('als'), file, {ratings: false})
    const page = opened(await pageFileOf(await loadEngine(file), {numbers: 'single'}))
    expect(largestGap(await fitted('als'), page)).toBeLessThan(1e-6)
    expect(page.about.people).toBe(world.userCount)
    expect(page.about.ratings).toBe(world.length)
  })

  for (const name of learned.filter(one => one !== 'bayesian'))
    it(`answers as ${name} does, to 1e-6`, async () => {
      const engine = await fitted(name)
      const page = opened(await pageFileOf(engine, {numbers: 'single'}))
      expect(largestGap(engine, page)).toBeLessThan(1e-6)
      for (const who of [ANNE, BEN, []]) {
        const own = [...engine.recommend(who, {n: 5})]
        const list = [...page.recommender.recommend(who, {n: 5})]
        expect(list.map(row => row.movieId)).toEqual(own.map(row => row.movieId))
        for (const [k, row] of list.entries()) expect(row.score).toBeCloseTo(own[k].score, 6)
      }
      const {terms, score} = page.recommender.explain(ANNE, 120)
      expect(terms.reduce((sum, {value}) => sum + value, 0)).toBeCloseTo(score, 5)
      expect(page.recommender.explain(ANNE, 120).sentence).toBe(engine.explain(ANNE, 120).sentence)
      expect(page.about).toMatchObject({engine: name, people: 36, ratings: world.length})
    })

  for (const name of learned)
    it(`of ${name} holds no rows of people and none of their ratings`, async () => {
      const engine = await fitted(name)
      const file = await pageFileOf(engine)
      const {recommender} = opened(file)
      for (const {arrays} of modelsOf(file.model))
        for (const [array, packed] of Object.entries(arrays)) {
          const {length} = unpack(packed)
          expect(length, array).not.toBe(world.length)
          if (['bu', 'pu', 'users', 'inverse'].includes(array)) expect(length, array).toBe(0)
        }
      const {userId} = [...world][0]
      expect(() => recommender.recommend(userId)).toThrow(/Unknown userId/)
      const users = JSON.stringify(file).match(/"(userIds|users|ratings\.[a-z]+)":\[[^\]]/g)
      expect(users).toBeNull()
    })

  it.each(OF_OTHERS)(
    'is refused for %s, which answers from the ratings of others, with what to take',
    async name => {
      const engine = await fitted(name)
      for (const make of [pageFileOf(engine), writePage(engine, path.join(folder, 'no.html'))])
        await expect(make).rejects.toThrow(PageError)
      await expect(pageFileOf(engine)).rejects.toThrow(/ratings of others.*mf, als.*ease/)
    }
  )

  it('is refused for a blend with such a member, which is named', async () => {
    const mixed = await new Blend({members: ['baseline', {engine: 'item-neighbours', options: {k: 5}}]}).fit(
      world
    )
    await expect(pageFileOf(mixed)).rejects.toThrow(/blend .*neighbour model.*ease/)
  })

  it('of a posterior loses what it says, and knows how sure it is', async () => {
    const engine = (await fitted('bayesian')) as RatingEngine
    const page = opened(await pageFileOf(engine))
    const apart = page.about.measured.find(({what}) => what.startsWith('stars between'))?.value as number
    expect(apart).toBeGreaterThan(0)
    expect(apart).toBeLessThan(0.15)
    expect(largestGap(engine, page)).toBeLessThan(5 * apart)
    const widthOf = ([lo, hi]: [number, number] = [0, 0]): number => hi - lo
    const widths = [page.sureness(ANNE, 120), engine.predictDetailed(ANNE, 120)].map(one =>
      widthOf(one?.interval)
    )
    expect(widths[0] / widths[1]).toBeGreaterThan(0.8)
    expect(widths[0] / widths[1]).toBeLessThan(1.2)
  })

  it('of a blend is a blend of small members', async () => {
    const engine = await blend()
    const page = opened(await pageFileOf(engine))
    const apart = page.about.measured.find(({what}) => what.startsWith('stars between'))?.value as number
    expect(largestGap(engine, page)).toBeLessThan(Math.max(1e-5, 5 * apart))
    expect(page.sureness(ANNE, 120)?.interval).toBeDefined()
  })

  it('knows no interval where the model knows none', async () => {
    const page = opened(await pageFileOf(await fitted('mf')))
    expect(page.sureness(ANNE, 120)).toBeUndefined()
  })

  it('in small numbers keeps every score of a list within half of the second digit', async () => {
    const ratings = await loadMovieLens('latest-small', {dir: path.join(ROOT, 'data')})
    const engine = await new MatrixFactorization({factors: 16, epochs: 10}).fit(ratings)
    const [small, single] = await Promise.all([pageFileOf(engine), pageFileOf(engine, {numbers: 'single'})])
    expect(JSON.stringify(small).length).toBeLessThan(0.8 * JSON.stringify(single).length)
    expect(modelsOf(small.model).flatMap(({arrays}) => Object.values(arrays).map(({as}) => as))).toContain(
      'half'
    )
    const page = opened(small)
    const me = [
      {movieId: 2858, rating: 5},
      {movieId: 1, rating: 2}
    ]
    const own = engine.recommend(me, {n: 10})
    for (const [k, row] of [...page.recommender.recommend(me, {n: 10})].entries())
      expect(Math.abs(row.score - own[k].score)).toBeLessThan(0.006)
    expect(page.about).toMatchObject({data: 'MovieLens latest-small', redistribute: true, movies: 9066})
    expect(page.about.cite).toContain('Harper')
  }, 60_000)

  it('keeps the largest weights of each movie where lists lose little, and says how many', async () => {
    const engine = await new Ease().fit(smallWorld({users: 60, movies: 260, share: 0.3}))
    const file = await pageFileOf(engine)
    const {measured} = openPage(file).about
    const kept = measured.find(({what}) => what.startsWith('weights kept'))?.value as number
    expect([100, 200, 400]).toContain(kept)
    const lost = measured.find(({what}) => what.startsWith('nDCG@10 lost'))?.value as number
    expect(lost).toBeLessThan(0.01)
    const error = measured.find(({what}) => what.startsWith('its standard error'))?.value as number
    expect(error).toBeGreaterThan(0)
    expect(file.model.arrays.inverse).toBeUndefined()
    expect(file.model.arrays.weights.length).toBeLessThanOrEqual(kept * 260)
  }, 60_000)

  it('rounds the weights that it keeps by a quarter at most, and in single precision not at all', async () => {
    const engine = await new Ease().fit(smallWorld({users: 60, movies: 260, share: 0.3}))
    const {model} = engine
    const [small, single] = await Promise.all(
      (['small', 'single'] as const).map(async numbers => {
        const {model: written} = await pageFileOf(engine, {numbers})
        return restorePage(written, new Int32Array(260).fill(1)) as typeof model
      })
    )
    let kept = 0
    for (let j = 0; j < 260; j++)
      for (let i = 0; i < 260; i++) {
        const own = single.weight(j, i)
        if (own !== 0) kept++
        if (own !== 0) expect(own).toBeCloseTo(model.weight(j, i), 7)
        expect(Math.abs(small.weight(j, i) - own)).toBeLessThanOrEqual(0.25 * Math.abs(own) * (1 + 1e-6))
      }
    expect(kept).toBeGreaterThanOrEqual(100 * 260)
  }, 60_000)

  it('asks what rateNext asks, and neither what is rated nor what is not among', async () => {
    const engine = await fitted('als')
    const page = opened(await pageFileOf(engine, {numbers: 'single'}))
    const library = [...(await rateNext(engine, ANNE, {n: 8}))].map(({movieId}) => movieId)
    const asked = page.rateNext(ANNE, 8)
    expect(asked).toHaveLength(8)
    expect(asked.filter(movieId => library.includes(movieId)).length).toBeGreaterThanOrEqual(5)
    expect(asked.filter(movieId => ANNE.some(one => one.movieId === movieId))).toEqual([])
    expect(page.rateNext(ANNE, 8, [100, 110, 112])).toHaveLength(2)
    expect(page.rateNext([], 3)).toHaveLength(3)
  })

  it('finds something for both: what is below either one’s middle comes last, the rest by both', async () => {
    const engine = await fitted('als')
    const page = opened(await pageFileOf(engine))
    const rows = page.together(ANNE, BEN, {n: 50})
    const ids = rows.map(({movieId}) => movieId)
    for (const {movieId} of [...ANNE, ...BEN]) expect(ids).not.toContain(movieId)
    const scoresOf = (who: Profile): Map<unknown, number> =>
      new Map([...page.recommender.recommend(who, {n: 50})].map(({movieId, score}) => [movieId, score]))
    const own = [scoresOf(ANNE), scoresOf(BEN)]
    const middles = own.map(
      scores => ids.reduce<number>((sum, id) => sum + (scores.get(id) as number), 0) / ids.length
    )
    const spared = rows.map(({scores}) => scores.every((score, k) => score >= middles[k] - 1e-9))
    expect(spared.lastIndexOf(true)).toBeLessThan(
      spared.includes(false) ? spared.indexOf(false) : rows.length
    )
    expect(spared.filter(Boolean).length).toBeGreaterThan(2)
    for (const {movieId, scores} of rows)
      for (const k of [0, 1]) expect(scores[k]).toBeCloseTo(own[k].get(movieId) as number, 6)
    for (const group of [true, false]) {
      const scores = rows.filter((_, k) => spared[k] === group).map(({score}) => score)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
    }
    const filtered = page.together(ANNE, BEN, {n: 50, genres: ['Adventure']}).map(({movieId}) => movieId)
    expect(filtered.length).toBeGreaterThan(0)
    expect(filtered).toEqual(ids.filter(id => filtered.includes(id)))
    expect(() => page.together(ANNE, [], {n: 3})).toThrow(/profile is empty/)
  })

  it('can be made of a catalogue alone, and of a model file, to the same bytes each time', async () => {
    const content = await new ContentBased().fit(world.movies)
    const page = opened(await pageFileOf(content))
    expect(page.recommender.recommend(ANNE, {n: 3}).map(row => row.movieId)).toEqual(
      content.recommend(ANNE, {n: 3}).map(row => row.movieId)
    )
    expect(page.rateNext(ANNE, 2)).toHaveLength(2)
    const engine = await fitted('mf')
    const file = path.join(folder, 'mf.mrec')
    await saveEngine(engine, file)
    expect(await pageFileOf(await loadEngine(file))).toEqual(await pageFileOf(engine))
  })

  it('tells how far it is and stops when it is told to', async () => {
    const engine = await fitted('als')
    const steps: number[] = []
    await pageFileOf(engine, {
      onProgress: ({done, total, task}) => steps.push(task === 'making a page of als' ? done / total : -1)
    })
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect([steps[0], steps.at(-1)]).toEqual([0, 1])
    const stop = new AbortController()
    const stopped = pageFileOf(engine, {signal: stop.signal, onProgress: () => stop.abort()})
    await expect(stopped).rejects.toThrow(/making a page of als: stopped/)
  })

  it('says whose data it is of, and that others’ may not be passed on', async () => {
    expect(dataWordsOf(world)).toEqual({data: 'ratings of its maker', redistribute: false})
    const page = await pageFileOf(await fitted('baseline'), {
      title: 'Friday',
      data: 'our club',
      redistribute: true
    })
    expect(page.header.about).toMatchObject({title: 'Friday', data: 'our club', redistribute: true})
    const {version} = JSON.parse(readFileSync(path.join(ROOT, 'lib/package.json'), 'utf8'))
    expect(page.header.about.version).toBe(version)
  })

  it('is HTML from which nothing of a title breaks out', async () => {
    const page = await pageFileOf(await fitted('baseline'), {title: '</title><script>alert(1)</script>'})
    const html = toHtml(page, {
      template:
        '<title>{{title}}</title><style>{{style}}</style><script>{{script}}</script><b>{{page}}</b>{{scriptHash}}',
      app: "x = '</script>' + '$&'",
      css: 'b{}'
    })
    expect(html).not.toContain('<script>alert')
    expect(html).toContain("x = '<\\/script>' + '$&'")
    const [, json] = /<b>([\s\S]*)<\/b>/.exec(html) as RegExpExecArray
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(page)))
    expect(html).toMatch(/sha256-[\w+/]{43}=$/)
  })
})
