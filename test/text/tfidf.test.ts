import {termTable, tfidf} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {tokens} from '#internals'

const documents = ['Comedy', 'Comedy Drama', 'Sci-Fi Drama Drama', "Children's", '']

describe('tfidf', () => {
  it('cuts text into runs of two and more word characters', () => {
    expect(tokens("Children's Sci-Fi X_1 Amélie a")).toEqual(['children', 'sci', 'fi', 'x_1', 'amélie'])
  })

  it('has words and pairs of words as terms, sorted', () => {
    expect(tfidf(documents).terms).toEqual([
      'children',
      'comedy',
      'comedy drama',
      'drama',
      'drama drama',
      'fi',
      'fi drama',
      'sci',
      'sci fi'
    ])
    expect(tfidf(documents, {ngrams: 1}).shape).toEqual([5, 5])
  })

  it('weighs by the formula', () => {
    // N = 5, df(comedy) = 2, df(drama) = 2: idf = ln(6 / 3) + 1 = 1.693147; document 2 without pairs: both terms once, so 1/sqrt(2).
    const idf = Object.fromEntries(termTable(documents, {ngrams: 1}).map(row => [row.term, row.idf]))
    expect(idf.comedy).toBeCloseTo(Math.log(2) + 1, 12)
    expect(idf.children).toBeCloseTo(Math.log(3) + 1, 12)
    const words = tfidf(documents, {ngrams: 1})
    expect(words.at(1, 1)).toBeCloseTo(Math.SQRT1_2, 12)
    // Document 3: drama twice, sci and fi once: weights 2a, b, b over sqrt(4a² + 2b²).
    const [a, b] = [Math.log(2) + 1, Math.log(3) + 1]
    expect(words.at(2, 2)).toBeCloseTo((2 * a) / Math.sqrt(4 * a * a + 2 * b * b), 12)
    const plain = termTable(documents, {ngrams: 1, idf: 'plain'})
    expect(plain.find(row => row.term === 'comedy')?.idf).toBeCloseTo(Math.log(5 / 2) + 1, 12)
    expect(termTable(documents, {idf: 'none'}).column('idf')).toEqual(new Array(9).fill(1))
  })

  it('has cosines of 1 with itself, 0 with an empty document, and equal rows for equal documents', () => {
    const many = tfidf([...documents, 'Comedy Drama'])
    const all = many.cosines()
    const n = many.length
    expect(all[0]).toBeCloseTo(1, 6)
    expect([...all.subarray(4 * n, 5 * n)]).toEqual(new Array(n).fill(0))
    expect(all.subarray(n, 2 * n)).toEqual(all.subarray(5 * n, 6 * n))
    for (let d = 0; d < n; d++) {
      const row = many.cosinesTo(d)
      for (let e = 0; e < n; e++) {
        let dot = 0
        for (let t = 0; t < many.terms.length; t++) dot += many.at(d, t) * many.at(e, t)
        expect(row[e]).toBeCloseTo(dot, 12)
        expect(all[d * n + e]).toBeCloseTo(dot, 6)
      }
    }
  })

  it('shows itself as a table', () => {
    const table = tfidf(['Comedy', 'Comedy Drama'], {ngrams: 1}).toTable(['One', 'Two'])
    expect(table[0]).toEqual({'': 'One', comedy: 1, drama: 0})
    expect(() => tfidf(['a']).toTable([])).toThrow(/1 names, one a document, got 0/)
  })
})
