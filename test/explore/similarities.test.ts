import {ItemNeighbours, similaritiesSideBySide, split, syntheticRatings} from 'movie-recs'
import {describe, expect, it} from 'vitest'

describe('similaritiesSideBySide', () => {
  it('has a row for each pair and a column for each engine', async () => {
    const {train} = split(syntheticRatings({users: 60, movies: 40, ratings: 900}))
    const cosine = await new ItemNeighbours({similarity: 'cosine'}).fit(train)
    const jaccard = await new ItemNeighbours({similarity: 'jaccard'}).fit(train)
    const [row] = similaritiesSideBySide({cosine, jaccard}, [[1, 2]])
    expect(row).toEqual({
      movie: 'Movie 1',
      other: 'Movie 2',
      cosine: cosine.similarities([1, 2]).values[0][1],
      jaccard: jaccard.similarities([1, 2]).values[0][1]
    })
  })
})
