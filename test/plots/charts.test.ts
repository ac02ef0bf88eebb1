import {
  ArgumentError,
  bestRated,
  ContentBased,
  type Figure,
  Movies,
  plotActivity,
  plotByDecade,
  plotComparison,
  plotCurve,
  plotExplanation,
  plotGenres,
  plotLearningCurve,
  plotLongTail,
  plotMovieMap,
  plotRatingByGenre,
  plotRatings,
  plotRatingsOverTime,
  plotSimilarity,
  Ratings,
  Table,
  type Term
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {PALETTE} from '#internals'

const movies = Movies.from([
  {movieId: 1, title: '<script>alert(1)</script> (1995)', genres: ['Comedy', '<b>Drama</b>']},
  {movieId: 2, title: 'Heat (1985)', genres: ['Comedy']},
  {movieId: 3, title: 'Antz (1985)', genres: ['Crime']}
])
const rows = [
  {userId: 1, movieId: 1, rating: 5},
  {userId: 1, movieId: 2, rating: 4},
  {userId: 2, movieId: 1, rating: 3},
  {userId: 3, movieId: 1, rating: 4}
]
const ratings = Ratings.from(
  rows.map((row, k) => ({...row, timestamp: Date.UTC(2000 + k) / 1000})),
  movies
)
const trace = (figure: Figure, k = 0): Record<string, any> => figure.data[k] as Record<string, any>
const history = [
  {epoch: 1, seconds: 1, train: 1, validation: 1.1},
  {epoch: 2, seconds: 2, train: 0.8, validation: 0.95},
  {epoch: 3, seconds: 3, train: 0.7, validation: 0.97}
]

describe('figures of the data', () => {
  it('draw the counts and say them', () => {
    const histogram = plotRatings(ratings)
    expect(trace(histogram)).toMatchObject({type: 'bar', x: [3, 4, 5], y: [1, 2, 1]})
    expect(histogram.alt).toBe(
      'Bar chart of 4 ratings, mean 4.00 stars. 3: 25.0 %, 4: 50.0 %, 5: 25.0 %. Most frequent: 4 stars.'
    )
    const census = plotGenres(movies)
    expect(trace(census)).toMatchObject({y: ['Comedy', '&lt;b&gt;Drama&lt;/b&gt;', 'Crime'], x: [2, 1, 1]})
    expect(plotGenres(ratings).toJSON()).toEqual(census.toJSON())
    const activity = plotActivity(ratings)
    expect(trace(activity)).toMatchObject({x: ['1', '2–3'], y: [2, 1]})
  })

  it('begin and end the long tail at nothing and everything', () => {
    // Movie 1 has 3 of 4 ratings, movie 2 the other.
    const tail = trace(plotLongTail(ratings))
    expect(tail.x).toEqual([0, 0.5, 1])
    expect(tail.y).toEqual([0, 0.75, 1])
  })

  it('leave out means over few ratings', () => {
    const decades = plotByDecade(ratings)
    expect(trace(decades).y).toEqual([2, 1])
    expect(trace(decades, 1).y).toEqual([null, null])
    expect(decades.alt).toContain('none over at least 30 ratings')
    const years = plotRatingsOverTime(ratings)
    expect(trace(years)).toMatchObject({x: ['2000', '2001', '2002', '2003'], y: [1, 1, 1, 1]})
  })

  it('say so where there are no timestamps', () => {
    expect(plotRatingsOverTime(Ratings.from(rows)).alt).toBe('These ratings have no timestamps.')
  })

  it('order genres by mean', () => {
    expect(trace(plotRatingByGenre(ratings)).y).toEqual(['&lt;b&gt;Drama&lt;/b&gt;', 'Comedy'])
    expect(bestRated(ratings, {damping: 0})[0].mean).toBe(4)
  })
})

describe('figures of engines', () => {
  it('show how alike movies are, from any engine', async () => {
    const engine = await new ContentBased().fit(movies)
    const heat = plotSimilarity(engine.similarities([2, 1, 3]))
    expect(trace(heat).z[0][0]).toBeCloseTo(1, 6)
    expect(trace(heat).z[0][1]).toBe(trace(heat).z[1][0])
    expect(trace(heat).z[0][2]).toBe(0)
    expect(trace(heat).text[0]).toEqual(['1', expect.stringMatching(/^\.\d\d$/), ''])
    expect(heat.alt).toContain('2 of 3 pairs have nothing in common')
  })

  it('draw one curve a part, or more by engine, and name the best epoch', () => {
    const one = plotLearningCurve({name: 'mf', history})
    expect(one.data.map(part => part.name)).toEqual(['train', 'validation'])
    expect(one.alt).toBe(
      'Learning curve: train from 1.0000 to 0.7000, best 0.7000 at epoch 3; validation from 1.1000 to 0.9700, best 0.9500 at epoch 2.'
    )
    const two = plotLearningCurve({mf: {history}, als: {history: history.map(({train: _, ...rest}) => rest)}})
    expect(two.data.map(part => part.name)).toEqual(['mf, train', 'mf, validation', 'als, validation'])
    expect(() => plotLearningCurve({knn: {history: []}})).toThrow(/knn has no learning curve/)
  })

  it('put the best on top', () => {
    const compared = [
      {name: 'baseline', value: 0.9},
      {name: 'mf', value: 0.85, low: 0.84, high: 0.87}
    ]
    expect(trace(plotComparison(compared)).y).toEqual(['mf', 'baseline'])
    expect(plotComparison(compared).alt).toBe(
      'Dot plot, best first: mf 0.8500 (0.8400 to 0.8700), baseline 0.9000.'
    )
    expect(trace(plotComparison(compared, {best: 'high'})).y).toEqual(['baseline', 'mf'])
    expect(trace(plotComparison(compared)).error_x).toMatchObject({array: [0.02, 0], arrayminus: [0.01, 0]})
    const grouped = plotComparison([{name: 'mf', value: 0.85, group: 'ab'}])
    expect(trace(grouped).text).toEqual(['0.8500 ab'])
    const engines = new Table(
      ['a', 'b'].map((engine, k) => ({engine, value: 0.3 - k / 10, low: 0.1, high: 0.4, group: 'a'}))
    )
    expect(trace(plotComparison({figure: 'ndcg@10', engines})).y).toEqual(['a', 'b'])
    expect(plotComparison({figure: 'ndcg@10', engines}).layout).toMatchObject({
      xaxis: {title: {text: 'ndcg@10 (more is better)'}}
    })
    expect(trace(plotComparison({figure: 'mae', engines})).y).toEqual(['b', 'a'])
    expect(() => plotComparison([])).toThrow(ArgumentError)
  })

  it('sort the points of a curve, and find its best', () => {
    const curve = plotCurve(
      [
        {x: 20, y: 0.9, deviation: 0.01},
        {x: 10, y: 0.95}
      ],
      {x: 'k', log: true}
    )
    expect(trace(curve)).toMatchObject({x: [10, 20], y: [0.95, 0.9], error_y: {array: [0, 0.01]}})
    expect(curve.layout.xaxis).toMatchObject({type: 'log', tickvals: [10, 20]})
    const near = plotCurve(
      [1, 10, 11, 31, 101].map(x => ({x, y: x})),
      {log: true}
    )
    expect(near.layout.xaxis).toMatchObject({tickvals: [1, 10, 31, 101], tickangle: 0})
    expect(curve.alt).toContain('best 0.9000 at 20')
  })

  it('gather the terms of an explanation that do not fit into one bar, so that the bars still add up', () => {
    const terms = Array.from(
      {length: 15},
      (_, k): Term => ({kind: 'rated', name: `term ${k}`, value: k % 2 === 0 ? k : -k})
    )
    const score = terms.reduce((sum, term) => sum + term.value, 0)
    const bars = trace(plotExplanation({score, terms, sentence: 'So it is.'}, {n: 5}))
    expect(bars.y).toHaveLength(6)
    expect(bars.y[5]).toBe('10 more')
    expect(bars.x.reduce((sum: number, one: number) => sum + one, 0)).toBe(score)
  })

  it('name the terms of an explanation in short, in full under the pointer, with the numbers clear of the names', () => {
    const terms: Term[] = [
      {kind: 'rated', name: 'The Silence of the Lambs (1991)', value: -0.25},
      {kind: 'rated', name: 'Like Water for Chocolate (Como agua para chocolate) (1992)', value: 0.125},
      {kind: 'rated', name: 'Heat (1995)', value: 0.1},
      {kind: 'rated', name: 'Heat (1986)', value: -0.001}
    ]
    const figure = plotExplanation({score: -0.026, terms, sentence: 'So it is.'})
    expect(trace(figure).y).toEqual([
      'The Silence of the Lambs',
      'Like Water for Chocolate…',
      'Heat (1995)',
      'Heat (1986)'
    ])
    expect(trace(figure).customdata).toEqual(terms.map(term => term.name))
    const numbers = trace(figure, 1)
    expect(numbers.text).toEqual(['−0.25', '+0.13', '+0.10', '0.00'].map(number => `\u00a0${number}`))
    expect(numbers.x).toEqual([0, 0.125, 0.1, 0])
    expect(numbers).toMatchObject({mode: 'text', textposition: 'middle right', y: trace(figure).y})
    expect(figure.alt).toContain('Bars: The Silence of the Lambs (1991) −0.25, Like Water')
  })

  it('write titles where there is room, and give every point its own under the pointer', () => {
    const crowd = Array.from({length: 50}, (_, k) => ({title: `Movie ${k}`, x: k % 2, y: 0}))
    const map = plotMovieMap(crowd)
    expect(trace(map).text.filter((text: string) => text !== '')).toEqual(['Movie 0', 'Movie 1'])
    expect(trace(map).customdata).toEqual(crowd.map(point => point.title))
    const grouped = plotMovieMap([
      {title: 'A', x: 0, y: 0, group: 'Drama'},
      {title: 'B', x: 1, y: 1, group: 'Comedy'}
    ])
    expect(grouped.data.map(group => group.name)).toEqual(['Drama', 'Comedy'])
  })
})

describe('the palette', () => {
  /** Relative luminance of WCAG 2. */
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5]
      .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map(one => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }

  it('is legible on white: 4.5:1 for what words are written in', () => {
    for (const ink of PALETTE.slice(0, 5)) expect(1.05 / (luminance(ink) + 0.05), ink).toBeGreaterThan(4.5)
  })
})
