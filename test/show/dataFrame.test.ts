import {Table} from 'movie-recs'
import {describe, expect, it} from 'vitest'

it('a column of names without a heading has no empty heading in HTML, which would be read out', () => {
  const html = new Table([{'': 'mean', x: 1}]).toHTML()
  expect(html).toContain('<thead><tr><td></td><th scope="col"')
  expect(html).not.toMatch(/<th[^>]*><\/th>/)
})

describe('tables and danfojs', () => {
  const table = new Table([
    {title: 'Heat', mean: 3.5, genres: ['Crime', 'Drama']},
    {title: 'Antz', mean: null, genres: []},
    {title: 'Toy Story', mean: 4, genres: ['Comedy']}
  ])

  it('become a DataFrame, with NaN for missing numbers and lists as text', () => {
    const frame = table.toDataFrame()
    expect(frame.shape).toEqual([3, 3])
    expect(frame.columns).toEqual(['title', 'mean', 'genres'])
    expect(frame.values[0]).toEqual(['Heat', 3.5, 'Crime, Drama'])
    expect(frame.values[1][1]).toBeNaN()
  })

  it('become a DataFrame without rows where they have none', () => {
    expect(new Table([]).toDataFrame().shape).toEqual([0, 0])
    const frame = new Table<{title: string}>([], {columns: ['title']}).toDataFrame()
    expect(frame.shape).toEqual([0, 1])
    expect(frame.columns).toEqual(['title'])
  })

  it('come back as a table after danfojs has sorted', () => {
    const frame = new Table([{a: 1}, {a: 3}, {a: 2}]).toDataFrame().sortValues('a', {ascending: false})
    expect([...Table.ofDataFrame(frame)]).toEqual([{a: 3}, {a: 2}, {a: 1}])
    const described = Table.ofDataFrame(frame.describe())
    expect(described.columns).toEqual(['', 'a'])
    expect(described[1]).toEqual({'': 'mean', a: 2})
  })
})
