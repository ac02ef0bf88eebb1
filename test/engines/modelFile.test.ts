import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  Baseline,
  Blend,
  ItemNeighbours,
  isRatingEngine,
  largestBiases,
  loadEngine,
  ModelFileError,
  Movies,
  Popularity,
  RatingEngine,
  Ratings,
  RatingsNeededError,
  rateNext,
  saveEngine
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type ArrayFileContent, readArrayFile, writeArrayFile} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-model-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const format = {magic: 'MOVIEREC', version: 3, noun: 'model', ifForeign: '', ifBroken: ''}
const file = path.join(folder, 'baseline.mrec')
const ratings = Ratings.from(
  [
    {userId: 1, movieId: 10, rating: 4, timestamp: 100},
    {userId: 1, movieId: 20, rating: 2, timestamp: 101},
    {userId: 'ann', movieId: 10, rating: 5, timestamp: 102}
  ],
  Movies.from([
    {movieId: 10, title: 'Fargo (1996)', genres: ['Crime']},
    {movieId: 20, title: 'Heat'}
  ]),
  {users: [{userId: 1, age: 30, gender: 'F', occupation: 'artist'}]}
)
let whole: Buffer
let saved: Required<ArrayFileContent> & {header: Record<string, unknown>}

beforeAll(async () => {
  await saveEngine(await new Baseline().fit(ratings), file)
  whole = readFileSync(file)
  saved = (await readArrayFile(file, format)) as typeof saved
})

describe('a model file', () => {
  it('keeps ratings, times, catalogue and users', async () => {
    writeFileSync(file, whole)
    const {train} = (await loadEngine(file)).save()
    expect([...train]).toEqual([...ratings])
    expect([...train.movies]).toEqual([...ratings.movies])
    expect([...(train.users ?? [])]).toEqual([...(ratings.users ?? [])])
    expect(train.scale).toEqual(ratings.scale)
  })

  it('is refused for any wrong byte of its first hundred', async () => {
    for (let at = 0; at < 100; at++) {
      const flipped = Buffer.from(whole)
      flipped[at] ^= 0xff
      writeFileSync(file, flipped)
      await expect(loadEngine(file)).rejects.toThrow(ModelFileError)
    }
  })

  it('is refused when another version wrote it', async () => {
    const older = Buffer.from(whole)
    older.writeUInt32LE(1, 8)
    writeFileSync(file, older)
    await expect(loadEngine(file)).rejects.toThrow(
      `${file} was written by an older movie-recs (format 1); this version reads format 3. Fit and save it again.`
    )
  })

  const headers: Array<[string, object, RegExp]> = [
    ['engine', {engine: 7}, /names no engine/],
    ['options', {options: []}, /options or values are missing/],
    ['values', {values: null}, /options or values are missing/],
    ['history', {history: [1]}, /history is no list/],
    ['order of users', {userIds: ['ann', 1]}, /user ids are no ids in ascending order/],
    ['users that come twice', {userIds: [1, 1]}, /user ids are no ids in ascending order/],
    ['ids that are none', {movieIds: [null, {}]}, /movie ids are no ids/],
    ['number of users', {userIds: [1]}, /it has 1 users, and ratings of 2/],
    ['number of movies', {movieIds: [10]}, /ratings of movies that it does not name/],
    ['scale', {scale: [1, null]}, /its scale is \[1,null\]/],
    ['order of the scale', {scale: [5, 1]}, /its scale is \[5,1\]/],
    ['titles', {movies: [{movieId: 10, genres: []}]}, /catalogue is no list/],
    ['genres', {movies: [{movieId: 10, title: 'Fargo', genres: [1]}]}, /catalogue is no list/],
    ['year', {movies: [{movieId: 10, title: 'Fargo', genres: [], year: '1996'}]}, /catalogue is no list/],
    ['users', {users: [{age: 30}]}, /its users are no list/],
    ['age', {users: [{userId: 1, age: '30'}]}, /its users are no list/]
  ]
  it.each(headers)('is refused for its %s', async (_, wrong, message) => {
    await refused({...saved, header: {...saved.header, ...wrong}}, message)
  })

  it('is refused for a header that is none', async () => {
    await refused({...saved, header: null}, /names no engine/)
  })

  const arrays: Array<[string, ArrayFileContent['arrays'], RegExp]> = [
    ['type of index', {'ratings.index': Float32Array.of(0, 1, 0)}, /missing or of another type/],
    ['type of time', {'ratings.time': Int32Array.of(0, 1, 2)}, /missing or of another type/],
    ['start', {'ratings.start': Int32Array.of(1, 2, 3)}, /users' ratings overlap/],
    ['order of rows', {'ratings.start': Int32Array.of(0, 4, 3)}, /users' ratings overlap/],
    ['end of rows', {'ratings.start': Int32Array.of(0, 2, 4)}, /differ in length/],
    ['number of values', {'ratings.value': Float32Array.of(1, 2)}, /differ in length/],
    ['number of times', {'ratings.time': Float64Array.of(1)}, /differ in length/],
    ['movies above', {'ratings.index': Int32Array.of(0, 2, 0)}, /movies that it does not name/],
    ['movies below', {'ratings.index': Int32Array.of(0, -1, 0)}, /movies that it does not name/],
    ['values', {'ratings.value': Float32Array.of(1, Number.NaN, 2)}, /no numbers/]
  ]
  it.each(arrays)('is refused for the ratings’ %s', async (_, wrong, message) => {
    await refused({...saved, arrays: {...saved.arrays, ...wrong}, shapes: {}}, message)
  })

  const since = {
    'since.u': Int32Array.of(0),
    'since.i': Int32Array.of(1),
    'since.was': Float32Array.of(Number.NaN),
    'since.movies': Int32Array.of(1)
  }
  const updates: Array<[string, object, ArrayFileContent['arrays']]> = [
    ['number', {}, since],
    ['arrays', {since: 1}, {}],
    ['users', {since: 1}, {...since, 'since.u': Int32Array.of(2)}],
    ['movies', {since: 1}, {...since, 'since.movies': Int32Array.of(-1)}],
    ['type of ratings', {since: 1}, {...since, 'since.was': Float64Array.of(1)}],
    ['length', {since: 1}, {...since, 'since.was': new Float32Array(2)}]
  ]
  it.each(updates)('is refused for its updates’ %s', async (_, header, wrong) => {
    const arrays = {...saved.arrays, ...wrong}
    await refused(
      {...saved, header: {...saved.header, ...header}, arrays, shapes: {}},
      /what its updates changed/
    )
  })

  it('is refused without its ratings', async () => {
    const {'ratings.value': _, ...rest} = saved.arrays
    await refused({...saved, arrays: rest}, /missing or of another type/)
  })
})

/** A file whose checksums are right must be refused for what it says. */
async function refused(content: ArrayFileContent, message: RegExp): Promise<void> {
  await writeArrayFile(file, format, content)
  const error = await loadEngine(file).catch(error => error)
  expect(error).toBeInstanceOf(ModelFileError)
  expect(error.message).toMatch(message)
  expect(error.message).toMatch(/^\S+ is not sound: .*\. Fit and save it again\.$/)
}

describe('a model file without ratings', () => {
  const without = path.join(folder, 'without.mrec')

  it('has nobody in it', async () => {
    await saveEngine(await new Baseline().fit(ratings), without, {ratings: false})
    expect(whole.includes('"ann"') && whole.includes('artist')).toBe(true)
    const bytes = readFileSync(without)
    expect(bytes.includes('"ann"') || bytes.includes('artist')).toBe(false)
    const {header, arrays} = await readArrayFile(without, format)
    expect(header).toMatchObject({userIds: [], users: [], withheld: {ratings: 3, users: 2, mean: 11 / 3}})
    expect(Object.keys(arrays).sort()).toEqual(['bi', 'bu', 'ratings.raters'])
    expect(arrays.bu).toHaveLength(0)
    expect([...arrays['ratings.raters']]).toEqual([2, 1])
  })

  it('is refused where its counts are not sound', async () => {
    const {header, arrays} = await readArrayFile(without, format)
    const {'ratings.raters': raters, ...rest} = arrays
    const sound = header as object
    for (const [what, message] of [
      [
        {header: {...sound, withheld: {ratings: 'x', users: 2, mean: 3}}, arrays},
        /the counts of its ratings/
      ],
      [{header: {...sound, userIds: [1]}, arrays}, /it has users, and none of their ratings/],
      [{header: sound, arrays: rest}, /does not say how many rated each movie/],
      [{header: sound, arrays: {...rest, 'ratings.raters': raters.slice(1)}}, /how many rated each movie/]
    ] as Array<[ArrayFileContent, RegExp]>) {
      const broken = path.join(folder, 'broken.mrec')
      await writeArrayFile(broken, format, what)
      await expect(loadEngine(broken)).rejects.toThrow(message)
    }
  })

  it('is refused for a blend with neighbours, and made for one without', async () => {
    const save = async (members: string[]): Promise<void> => {
      const blend = await new Blend({members, weights: members.map(() => 1)}).fit(ratings)
      await saveEngine(blend, without, {ratings: false})
    }
    await expect(save(['baseline', 'item-neighbours'])).rejects.toThrow(RatingsNeededError)
    await save(['baseline', 'mf'])
    expect((await loadEngine(without)).recommend([{movieId: 10, rating: 5}]).length).toBe(1)
  })

  it('cannot say which movies were rated by the same people', async () => {
    await saveEngine(await new Popularity().fit(ratings), without, {ratings: false})
    const loaded = await loadEngine(without)
    expect(loaded.recommend([]).map(row => row.movieId)).toEqual([10, 20])
    expect(() => loaded.similar(10)).toThrow(RatingsNeededError)
  })

  it('has none for what looks into them, and says so', async () => {
    await saveEngine(await new AlternatingLeastSquares({factors: 1}).fit(ratings), without, {ratings: false})
    const loaded = await loadEngine(without, AlternatingLeastSquares)
    expect(loaded.recommend([{movieId: 10, rating: 5}]).length).toBe(1)
    await expect(rateNext(loaded, [{movieId: 10, rating: 5}])).rejects.toThrow(RatingsNeededError)
    expect(() => largestBiases(loaded)).toThrow(/the model was saved without them/)
  })
})

describe('loadEngine with a class', () => {
  it('gives an engine of that class, or says what the file holds', async () => {
    writeFileSync(file, whole)
    expect((await loadEngine(file, Baseline)).model.mu).toBeCloseTo(11 / 3)
    expect((await loadEngine(file, RatingEngine)).predict('ann', 20)).toBeGreaterThan(2)
    await expect(loadEngine(file, ItemNeighbours)).rejects.toThrow(
      `${file} holds a Baseline, and ItemNeighbours was asked for. Load it as what it is, or without a class.`
    )
  })

  it('knows what predicts', async () => {
    expect(isRatingEngine(new Baseline())).toBe(true)
    expect(isRatingEngine(new Popularity())).toBe(false)
    const implicit = new AlternatingLeastSquares({feedback: 'implicit', factors: 1})
    expect(isRatingEngine(implicit)).toBe(true)
    expect(isRatingEngine(await implicit.fit(ratings))).toBe(false)
    await saveEngine(implicit, file)
    await expect(loadEngine(file, RatingEngine)).rejects.toThrow(/ranks movies and predicts no stars/)
    expect(await loadEngine(file, AlternatingLeastSquares)).toBeInstanceOf(AlternatingLeastSquares)
  })
})
