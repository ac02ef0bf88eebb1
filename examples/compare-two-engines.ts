// Which of two engines makes the better lists, and can it be told? Both are asked for the same people, so that luck is shared.
import {
  AlternatingLeastSquares,
  compareEvaluations,
  Ease,
  evaluateRanking,
  loadMovieLens,
  split
} from 'movie-recs'

const parts = split(await loadMovieLens('latest-small'), {by: 'user', test: 0.2, seed: 1})
const ease = await new Ease().fit(parts.train)
const als = await new AlternatingLeastSquares({feedback: 'implicit'}).fit(parts.train)

// Of the movies that each person rated 4 stars or more in the test part: how many stand among the first ten, and how far up?
const how = {k: 10, relevant: 4}
const lists = {
  ease: await evaluateRanking(ease, parts, how),
  als: await evaluateRanking(als, parts, how)
}
for (const [name, {ranking}] of Object.entries(lists)) {
  const [{ndcg, recall, coverage}] = ranking
  console.log(
    `${name}: nDCG@10 ${ndcg.toFixed(3)}, recall ${recall.toFixed(3)}, lists hold ${(100 * coverage).toFixed(0)} % of all movies`
  )
}

// Engines that share a letter cannot be told apart at 95 %.
const {engines, pairs, users} = compareEvaluations(lists)
console.log(`\nOver ${users} people:`)
console.log(engines)
const [{engine, other, difference, low, high, adjusted}] = pairs
console.log(
  `${engine} is better than ${other} by ${difference.toFixed(3)} (95 % between ${low.toFixed(3)} and ${high.toFixed(3)}, p ${adjusted < 0.001 ? 'below 0.001' : adjusted.toFixed(3)})`
)
