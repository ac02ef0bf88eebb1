import fc from 'fast-check'
import type {Term} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {barsOf, roundedToSum} from '#internals'

const rated = (movieId: number, value: number, rating = 4): Term => ({
  kind: 'rated',
  value,
  movieId,
  rating,
  name: `Film ${movieId}`
})
const of = (terms: Term[]) =>
  ({terms, unit: 'stars', genres: ['Drama', 'Science Fiction'], year: 1995}) as const

describe('bars', () => {
  it('begin with what people in general give, name the strongest reasons and put small ones together', () => {
    const bars = barsOf(
      of([
        {kind: 'mean', value: 3.5, name: 'mean'},
        {kind: 'user', value: -0.2, name: 'how you rate'},
        {kind: 'movie', value: 0.6, name: 'how it is rated'},
        rated(1, 0.02),
        rated(2, 0.5, 4.5),
        rated(3, -0.3),
        rated(4, -0.01),
        {kind: 'rest', value: 0.1, name: 'what no rating accounts for'}
      ])
    )
    expect(bars.map(({label, start}) => [label.replace('\u00a0', ' '), start])).toEqual([
      ['People in general give it', true],
      ['You rate lower than others', false],
      ['You gave Film 2 4.5', false],
      ['You gave Film 3 4', false],
      ['2 more of your ratings', false],
      ['What no rating accounts for', false]
    ])
    // 3.5 + 0.6; -0.2; 0.5; -0.3; 0.02 - 0.01; 0.1
    expect(bars.map(({value}) => value)).toEqual([4.1, -0.2, 0.5, -0.3, expect.closeTo(0.01, 12), 0.1])
  })

  it('sum to the score, whatever the terms', () => {
    const kinds = fc.constantFrom<Term['kind']>(
      'mean',
      'user',
      'movie',
      'rated',
      'neighbour',
      'genre',
      'word',
      'text',
      'year',
      'popularity',
      'rest'
    )
    const term = fc.record({
      kind: kinds,
      value: fc.double({min: -5, max: 5, noNaN: true}),
      name: fc.constantFrom('drama', 'science fiction', 'war', 'noir war')
    })
    fc.assert(
      fc.property(fc.array(term, {maxLength: 30}), terms => {
        const score = terms.reduce((sum, {value}) => sum + value, 0)
        const sum = barsOf(of(terms)).reduce((all, {value}) => all + value, 0)
        expect(sum).toBeCloseTo(score, 9)
      })
    )
  })

  it('have the genres of the catalogue, whatever words a model has of them', () => {
    const word = (name: string, value: number): Term => ({kind: 'genre', name, value})
    // "science drama" is half of either genre: 0.2 + 0.1, 0.5 + 0.1
    const bars = barsOf(of([word('drama', 0.2), word('science fiction', 0.5), word('science drama', 0.2)]))
    expect(bars.map(({label, value}) => [label, value])).toEqual([
      ['Its genre: Science Fiction', expect.closeTo(0.6, 12)],
      ['Its genre: Drama', expect.closeTo(0.3, 12)]
    ])
  })

  it('show hundredths that sum to the score shown', () => {
    // 1.004 + 1.004 + 1.004 = 3.012, 3.01: one of them is 1.01
    expect(roundedToSum([1.004, 1.004, 1.004])).toEqual([1.01, 1, 1])
    expect(roundedToSum([2.5, -0.25])).toEqual([2.5, -0.25])
    fc.assert(
      fc.property(fc.array(fc.double({min: -5, max: 5, noNaN: true}), {maxLength: 12}), values => {
        const shown = roundedToSum(values)
        const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)
        expect(Math.abs(sum(shown) - sum(values))).toBeLessThan(0.005 + 1e-9)
        shown.forEach((value, k) => {
          expect(Math.abs(value - values[k])).toBeLessThan(0.01 + 1e-9)
        })
      })
    )
  })
})
