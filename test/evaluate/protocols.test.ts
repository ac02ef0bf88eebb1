import {crossValidate, Popularity, RatingEngine} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Three, train} from './three'

describe('crossValidate', () => {
  it('gives a row for each fold, then the mean and the sample deviation', async () => {
    const table = await crossValidate(() => new Three(), train, {folds: 4})
    expect(table.map(row => row.fold)).toEqual(['1', '2', '3', '4', 'mean', 'sd'])
    // one rating a fold: absolute errors 2, 2, 1, 1 in some order; mean 1.5, sd sqrt((4 · 0.25) / 3)
    expect(table[4].mae).toBeCloseTo(1.5, 12)
    expect(table[5].mae).toBeCloseTo(Math.sqrt(1 / 3), 12)
  })

  it('leaves engines that predict no stars to the compiler', () => {
    expect(new Popularity()).not.toBeInstanceOf(RatingEngine)
  })
})
