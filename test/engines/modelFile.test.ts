import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  Baseline,
  Blend,
  FileError,
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

  it('is refused at once where a pipe or a folder is named instead', async () => {
    const pipe = path.join(folder, 'pipe.mrec')
    execFileSync('mkfifo', [pipe])
    await expect(loadEngine(pipe)).rejects.toThrow(/is a pipe or a device, and no movie-recs model file/)
    await expect(loadEngine(folder)).rejects.toThrow(`${folder} is a folder. Name a file.`)
    await expect(loadEngine(folder)).rejects.toThrow(FileError)
  })

  it('is refused when another version wrote it', async () => {
    const older = Buffer.from(whole)
    older.writeUInt32LE(1, 8)
    writeFileSync(file, older)
    await expect(loadEngine(file)).rejects.toThrow(
      `${file} was written by an older movie-recs (format 1); this version reads format 3. Fit and save it again.`
    )
  })

  const headers: Array<[string, object, string]> = [
    ['engine', {engine: 7}, 'engine: expected a text, got 7'],
    ['kind of model', {model: 'factors'}, 'model: expected "biases", got "factors"'],
    ['options', {options: []}, 'options: expected an object, got an empty list'],
    [
      'value of an option',
      {options: {userDamping: -1}},
      'Option userDamping of baseline: expected a number from 0 up, got -1'
    ],
    ['values', {values: null}, 'values: expected an object, got null'],
    ['value that is missing', {values: {mu: 3}}, 'values.userDamping: expected a value, got nothing'],
    [
      'value that is none',
      {values: {mu: '3', userDamping: 5}},
      'values.mu: expected a number from -1e15 to 1e15, got "3"'
    ],
    [
      'value too many',
      {values: {mu: 3, userDamping: 5, F: 1e9}},
      'values.F: expected no such field, got 1000000000'
    ],
    ['history', {history: [1]}, 'history[0]: expected an object, got 1'],
    ['order of users', {userIds: ['ann', 1]}, 'userIds[1]: expected an id behind "ann", got 1'],
    ['users that come twice', {userIds: [1, 1]}, 'userIds[1]: expected an id behind 1, got 1'],
    [
      'users that are the same',
      {userIds: [1, '1']},
      'userIds[1]: expected an id that is not there as a number, got "1"'
    ],
    [
      'ids that are none',
      {movieIds: [null, {}]},
      'movieIds[0]: expected a number from 0 up or a text that is not empty, got null'
    ],
    ['number of users', {userIds: [1]}, 'ratings.start: expected 2 numbers (users + 1), got 3'],
    ['number of movies', {movieIds: [10]}, 'ratings.index[1]: expected a whole number from 0 to 0, got 1'],
    ['scale', {scale: [1, null]}, 'scale[1]: expected a number from -1e15 to 1e15, got null'],
    ['order of the scale', {scale: [5, 1]}, 'scale: expected the least and the greatest rating, got 5 and 1'],
    ['titles', {movies: [{movieId: 10, genres: []}]}, 'movies[0].title: expected a value, got nothing'],
    [
      'genres',
      {movies: [{movieId: 10, title: 'Fargo', genres: [1]}]},
      'movies[0].genres[0]: expected a text, got 1'
    ],
    [
      'year',
      {movies: [{movieId: 10, title: 'Fargo', genres: [], year: '1996'}]},
      'movies[0].year: expected a number from -1e15 to 1e15, got "1996"'
    ],
    ['users', {users: [{age: 30}]}, 'users[0].userId: expected a value, got nothing'],
    [
      'age',
      {users: [{userId: 1, age: '30'}]},
      'users[0].age: expected a number from -1e15 to 1e15, got "30"'
    ],
    ['unknown fields', {more: 1}, 'more: expected no such field, got 1']
  ]
  it.each(headers)('is refused for its %s', async (_, wrong, message) => {
    await refused({...saved, header: {...saved.header, ...wrong}}, message)
  })

  it('is refused for a header that is none', async () => {
    await refused({...saved, header: null}, 'expected an object, got null')
  })

  const arrays: Array<[string, ArrayFileContent['arrays'], string]> = [
    [
      'type of index',
      {'ratings.index': Float32Array.of(0, 1, 0)},
      'ratings.index: expected an Int32Array, got a Float32Array'
    ],
    [
      'type of time',
      {'ratings.time': Int32Array.of(0, 1, 2)},
      'ratings.time: expected a Float64Array, got an Int32Array'
    ],
    ['start', {'ratings.start': Int32Array.of(1, 2, 3)}, 'ratings.start[0]: expected 0, got 1'],
    [
      'order of rows',
      {'ratings.start': Int32Array.of(0, 4, 3)},
      'ratings.start[2]: expected at least 4, got 3'
    ],
    [
      'end of rows',
      {'ratings.start': Int32Array.of(0, 2, 4)},
      'ratings.index: expected 4 numbers (ratings), got 3'
    ],
    [
      'number of values',
      {'ratings.value': Float32Array.of(1, 2)},
      'ratings.value: expected 3 numbers (ratings), got 2'
    ],
    [
      'number of times',
      {'ratings.time': Float64Array.of(1)},
      'ratings.time: expected 3 numbers (ratings), got 1'
    ],
    [
      'movies above',
      {'ratings.index': Int32Array.of(0, 2, 0)},
      'ratings.index[1]: expected a whole number from 0 to 1, got 2'
    ],
    [
      'movies below',
      {'ratings.index': Int32Array.of(0, -1, 0)},
      'ratings.index[1]: expected a whole number from 0 to 1, got -1'
    ],
    [
      'movies that come twice',
      {'ratings.index': Int32Array.of(1, 1, 0)},
      'ratings.index[1]: expected more than 1, which stands before it, got 1'
    ],
    [
      'values',
      {'ratings.value': Float32Array.of(1, Number.NaN, 2)},
      'ratings.value[1]: expected a number from -1e15 to 1e15, got NaN'
    ],
    ['own array', {bu: Float64Array.of(1)}, 'bu: expected 2 numbers (users), got 1'],
    [
      'number that is none',
      {bi: Float64Array.of(0, Number.POSITIVE_INFINITY)},
      'bi[1]: expected a number from -1e15 to 1e15, got Infinity'
    ],
    [
      'array too many',
      {constructor: Uint8Array.of(1)},
      'constructor: expected no such array, got one of 1 numbers'
    ]
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
  const updates: Array<[string, object, ArrayFileContent['arrays'], string]> = [
    ['number', {}, since, 'since: expected how many ratings updates took in, got nothing'],
    ['number of pairs', {since: 0}, since, 'since: expected 1 (pairs) or more, got 0'],
    ['arrays', {since: 1}, {}, 'since.u: expected an array, got nothing'],
    [
      'users',
      {since: 1},
      {...since, 'since.u': Int32Array.of(2)},
      'since.u[0]: expected a whole number from 0 to 1'
    ],
    [
      'movies',
      {since: 1},
      {...since, 'since.movies': Int32Array.of(-1)},
      'since.movies[0]: expected a whole number'
    ],
    [
      'type of ratings',
      {since: 1},
      {...since, 'since.was': Float64Array.of(1)},
      'since.was: expected a Float32Array'
    ],
    [
      'length',
      {since: 1},
      {...since, 'since.was': new Float32Array(2)},
      'since.was: expected 1 numbers (pairs), got 2'
    ],
    [
      'order',
      {since: 2},
      {
        ...since,
        'since.u': Int32Array.of(0, 0),
        'since.i': Int32Array.of(1, 0),
        'since.was': new Float32Array(2)
      },
      'since.u[1]: expected pairs in ascending order'
    ]
  ]
  it.each(updates)('is refused for its updates’ %s', async (_, header, wrong, message) => {
    const arrays = {...saved.arrays, ...wrong}
    await refused({...saved, header: {...saved.header, ...header}, arrays, shapes: {}}, message)
  })

  it('is refused without its ratings', async () => {
    const {'ratings.value': _, ...rest} = saved.arrays
    await refused({...saved, arrays: rest}, 'ratings.value: expected an array, got nothing')
  })
})

/** A file whose checksums are right must be refused for what it says. */
async function refused(content: ArrayFileContent, message: string): Promise<void> {
  await writeArrayFile(file, format, content)
  const error = await loadEngine(file).catch(error => error)
  expect(error).toBeInstanceOf(ModelFileError)
  expect(error.message).toContain(message)
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

  it('has nothing of what was learned of users after an update either', async () => {
    const engine = await new AlternatingLeastSquares({factors: 2}).fit(ratings)
    await engine.update([{userId: 'bo', movieId: 20, rating: 3, timestamp: 103}])
    await saveEngine(engine, without, {ratings: false})
    const {arrays} = await readArrayFile(without, format)
    expect(Object.keys(arrays).sort()).toEqual(['bi', 'bu', 'pu', 'qi', 'ratings.raters'])
    expect(arrays.pu).toHaveLength(0)
    expect((await loadEngine(without)).recommend([{movieId: 10, rating: 5}])).toEqual(
      engine.recommend([{movieId: 10, rating: 5}])
    )
  })

  it('is refused where its counts are not sound', async () => {
    const {header, arrays} = await readArrayFile(without, format)
    const {'ratings.raters': raters, ...rest} = arrays
    const sound = header as object
    for (const [what, message] of [
      [
        {header: {...sound, withheld: {ratings: 'x', users: 2, mean: 3}}, arrays},
        /withheld\.ratings: expected a whole number/
      ],
      [
        {header: {...sound, withheld: {ratings: 3, users: 2, mean: null}}, arrays},
        /withheld\.mean: expected a number, got null/
      ],
      [
        {header: {...sound, withheld: {ratings: 0, users: 0, mean: null}}, arrays},
        /withheld\.mean: expected a number, got null/
      ],
      [{header: {...sound, userIds: [1]}, arrays}, /userIds: expected nobody, .* got 1 users/],
      [{header: sound, arrays: rest}, /ratings\.raters: expected an array, got nothing/],
      [
        {header: sound, arrays: {...rest, 'ratings.raters': raters.slice(1)}},
        /ratings\.raters: expected 2 numbers \(movies\), got 1/
      ]
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
