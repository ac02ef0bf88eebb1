// Calls from JavaScript, which no compiler has seen: each is refused by an error of the library that says what was expected.
import {
  AlternatingLeastSquares,
  ArgumentError,
  Baseline,
  evaluate,
  evaluateAsync,
  evaluateLists,
  evaluateRanking,
  kFold,
  loadEngine,
  Ratings,
  readMovies,
  readRatings,
  saveEngine,
  split,
  splitRows,
  writePage
} from 'movie-recs'
import {beforeAll, expect, it} from 'vitest'

const engine = new Baseline()
const ratings = Ratings.from(
  Array.from({length: 12}, (_, n) => ({userId: n % 4, movieId: n % 3, rating: 1 + (n % 5)}))
)
beforeAll(() => engine.fit(ratings))
const wrong = (value?: unknown): never => value as never

it.each<[call: string, make: () => unknown, message: RegExp]>([
  ['readRatings()', () => readRatings(wrong()), /^Expected the path of a file, got nothing/],
  ['readRatings({})', () => readRatings(wrong({})), /^Expected the path of a file, got an object/],
  ['readRatings([5])', () => readRatings(wrong([5])), /^Expected the path of a file, got 5/],
  ['readMovies(["a"])', () => readMovies(wrong(['a'])), /^Expected the path of a file, got a list of 1/],
  ['loadEngine()', () => loadEngine(wrong()), /^Expected the path of a file, got nothing/],
  ['saveEngine(engine)', () => saveEngine(engine, wrong()), /^Expected the path of a file/],
  ['writePage(engine)', () => writePage(engine, wrong()), /^Expected the path of a file/],
  ['Ratings.from()', () => Ratings.from(wrong()), /^Expected rows as .* got nothing. Read a file/],
  ['Ratings.from([null])', () => Ratings.from([wrong(null)]), /^Row 0: expected {userId, .* got null/],
  ['new Engine(50)', () => new AlternatingLeastSquares(wrong(50)), /^Expected options as in .* got 50/],
  ['new Engine(null)', () => new AlternatingLeastSquares(wrong(null)), /^Expected options as in/],
  ['fit()', () => new Baseline().fit(wrong()), /^baseline: fit expects Ratings, got nothing/],
  ['fit([…])', () => new Baseline().fit(wrong([1])), /^baseline: fit expects Ratings, got a list of 1/],
  ['update()', () => engine.update(wrong()), /^Expected rows as/],
  ['predict(1)', () => engine.predict(1, wrong()), /^Expected a movieId, got undefined/],
  ['predict(1, {})', () => engine.predict(1, wrong({})), /^Expected a movieId, got an object/],
  ['predictAll()', () => engine.predictAll(wrong()), /^predictAll expects Ratings, got nothing/],
  ['evaluate(engine)', () => evaluate(engine, wrong()), /^evaluate expects Ratings, got nothing/],
  [
    'evaluateAsync(engine)',
    () => evaluateAsync(engine, wrong([])),
    /^evaluate expects Ratings, got an empty/
  ],
  ['evaluateRanking(engine, test)', () => evaluateRanking(engine, wrong(ratings)), /expects {train, test}/],
  ['evaluateRanking(engine)', () => evaluateRanking(engine, wrong()), /expects {train, test}.*got nothing/],
  ['evaluateLists([])', () => evaluateLists([], wrong()), /^evaluateLists expects {train, test}/],
  ['split()', () => split(wrong()), /^split expects Ratings, got nothing/],
  ['kFold({})', () => kFold(wrong({})), /^kFold expects Ratings, got an object/],
  ['splitRows()', () => splitRows(wrong(), [1]), /^splitRows expects Ratings, got nothing/]
])('%s is refused', async (_, make, message) => {
  const error = await new Promise<Error>((resolve, reject) => {
    // What is thrown at once and what is rejected alike.
    new Promise(done => done(make())).then(value => reject(new Error(`It gave ${value}.`)), resolve)
  })
  expect(error).toBeInstanceOf(ArgumentError)
  expect(error.message).toMatch(message)
})
