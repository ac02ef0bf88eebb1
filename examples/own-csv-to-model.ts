// Your own ratings to a model file: read, looked at, tried on a part held out, fitted on all, saved, loaded.
//
//   own-csv-to-model.ts ratings.csv model.mrec
//
// The file may be CSV, TSV or JSON lines, packed by gzip or not, with whatever names its columns have.
import {
  Baseline,
  evaluate,
  loadEngine,
  MatrixFactorization,
  RatingEngine,
  readRatings,
  saveEngine,
  split
} from 'movie-recs'

const [file, out] = process.argv.slice(2)
if (file === undefined || out === undefined) {
  console.error('Name the file of ratings and the model file to write.')
  process.exit(2)
}

// What the reader guessed and left out is never silent. Names it cannot guess are given: {columns: {user: 'uid', movie: 'asin', rating: 'stars'}}
const ratings = await readRatings(file, {onBadLine: 'skip', duplicates: 'last'})
for (const said of [ratings.readAs, ...ratings.warnings]) if (said !== undefined) console.log(said)
console.log(`${ratings}; ${ratings.skipped.length} bad lines left out`)
console.log(ratings.describe())

// Worth a model at all? It must beat the mean and the deviations of user and movie.
const {train, test} = split(ratings, {test: 0.1, seed: 1})
const [plain, better] = [new Baseline(), new MatrixFactorization()]
for (const engine of [plain, better]) {
  await engine.fit(train)
  console.log(`${engine.name}: RMSE ${evaluate(engine, test).rmse.toFixed(3)}`)
}

// For use it learns from everything. The file then holds these ratings, too, with the ids of users: {ratings: false} leaves them out.
await saveEngine(await better.fit(ratings), out)

// In another program: with a class behind the path, what is loaded has `predict`.
const loaded = await loadEngine(out, RatingEngine)
const [{userId}] = ratings
console.log(`\n${loaded}, from ${out}. For user ${userId}:`)
console.log(loaded.recommend(userId, {n: 5}))
