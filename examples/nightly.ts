// A nightly job: fits again on all ratings and puts the new model in the place of the old one, which stays where anything is wrong.
//
//   nightly.ts ratings.csv model.mrec
//
// Ratings that came since the last fit are what neither model has seen: the new one, fitted without them, must be as good on them as
// the old one. What serves the model sees either the old file or the new one, never half of one, and reloads it when it likes.
import {existsSync} from 'node:fs'
import {evaluate, loadEngine, MatrixFactorization, readRatings, saveEngine, split} from 'movie-recs'

/** How much worse the new model may be, as a share of the error. */
const TOLERANCE = 0.01
const [file, model] = process.argv.slice(2)

try {
  if (file === undefined || model === undefined)
    throw new Error('Name the file of ratings and the model file.')
  console.log(await refit(file, model))
} catch (error) {
  // Whatever failed, the model file is as it was; the exit status tells whoever looks after the job.
  console.error(`kept the model: ${(error as Error).message}`)
  process.exitCode = 1
}

async function refit(file: string, model: string): Promise<string> {
  const ratings = await readRatings(file)
  if (existsSync(model)) {
    const old = await loadEngine(model, MatrixFactorization)
    const fresh = ratings.length - old.train.length
    if (fresh === 0) return 'kept the model: no rating has come since it was fitted'
    if (fresh < 0) throw new Error(`${file} has ${-fresh} ratings fewer than the model was fitted on`)

    const {train, test} = split(ratings, {by: 'time', test: fresh / ratings.length})
    const tried = await new MatrixFactorization(old.options).fit(train)
    const [before, now] = [old, tried].map(engine => evaluate(engine, test).rmse)
    const said = `RMSE on ${fresh} new ratings ${now.toFixed(4)}, before ${before.toFixed(4)}`
    if (now > before * (1 + TOLERANCE)) throw new Error(`the new one is worse: ${said}`)
    console.log(said)
  }
  const engine = await new MatrixFactorization({factors: 50}).fit(ratings)
  await saveEngine(engine, model)
  return `${model} is now ${engine}`
}
