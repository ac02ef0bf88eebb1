// Fits an engine on the ratings that come with the package, measures it on ratings it has not seen, and asks it the four questions.
import {evaluate, loadMovieLens, MatrixFactorization, split} from 'movie-recs'

const ratings = await loadMovieLens('latest-small')
console.log(`${ratings}\n`)

const {train, test} = split(ratings, {test: 0.1, seed: 1})
const engine = await new MatrixFactorization({factors: 50}).fit(train)
const {rmse, mae, n} = evaluate(engine, test)
console.log(`${engine}`)
console.log(`${n} ratings it has not seen: RMSE ${rmse.toFixed(3)}, MAE ${mae.toFixed(3)} stars\n`)

// What would she rate this?
console.log(`User 15 and Fargo: ${engine.predict(15, 608).toFixed(2)} stars`)

// What should she see? Of the nineties, nothing that fewer than 20 people rated, and not what she has on her list already.
console.log(engine.recommend(15, {n: 5, years: [1990, 1999], minRatings: 20, except: [318]}))

// The same for somebody who is not in the data.
const me = [
  {movieId: 2858, rating: 5}, // American Beauty
  {movieId: 1, rating: 2} // Toy Story
]
const [best] = engine.recommend(me, {n: 1})

// Why?
console.log(`${engine.explain(me, best.movieId).sentence}\n`)

// What is like it?
console.log(engine.similar(best.movieId, {n: 5}))
