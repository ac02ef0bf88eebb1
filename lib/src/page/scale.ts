/** Ratings that are chosen by a click on stars, at most; a longer scale is a slider. */
const MOST_STARS = 10

/** How ratings of a scale are chosen. */
export interface Choice {
  /** Each rating there is to choose, ascending. */
  readonly values: readonly number[]
  /** Whether they are stars, each half or whole; a slider otherwise. */
  readonly stars: boolean
}

/** The ratings that a scale has by steps of this size. */
export function choiceOf([min, max]: readonly [min: number, max: number], step: number): Choice {
  const steps = Math.round((max - min) / step)
  const values = Array.from({length: steps + 1}, (_, k) => Number((min + k * step).toFixed(6)))
  const stars =
    max <= MOST_STARS && min === step && (step === 1 || step === 0.5) && values.length <= MOST_STARS
  return {values, stars}
}

/** "4 stars", "half a star", "3.5 of 10" where it is no star. */
export function ratingText(rating: number, {stars, values}: Choice): string {
  const size = String(Math.round(100 * rating) / 100)
  if (!stars) return `${size} of ${values[values.length - 1]}`
  return rating === 0.5 ? 'half a star' : `${size} ${rating === 1 ? 'star' : 'stars'}`
}

/** The largest step of which all ratings are multiples: a whole star, half a one; a hundredth of the scale where they are neither. */
export function stepOf(ratings: ArrayLike<number>, [min, max]: readonly [min: number, max: number]): number {
  let step = 1
  for (let k = 0; k < ratings.length; k++) {
    const twice = 2 * (ratings[k] - min)
    if (twice !== Math.round(twice)) return (max - min) / 100
    if (twice % 2 !== 0) step = 0.5
  }
  return step
}
