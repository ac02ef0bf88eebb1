import {ArgumentError, plotNetwork} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const layers = [
  {name: 'user', width: 1, weights: 0, from: []},
  {name: 'movie', width: 1, weights: 0, from: []},
  {name: 'user embedding', width: 8, weights: 80, from: ['user']},
  {name: 'movie embedding', width: 8, weights: 40, from: ['movie']},
  {name: 'rating', width: 1, weights: 0, from: ['user embedding', 'movie embedding']}
]

describe('plotNetwork', () => {
  it('draws a box a layer, columns by distance from the inputs, and an arrow a connection', () => {
    const {data, layout, alt} = plotNetwork(layers)
    expect((data[0] as {x: number[]}).x).toEqual([0, 0, 1, 1, 2])
    expect((data[0] as {y: number[]}).y).toEqual([0.5, -0.5, 0.5, -0.5, 0])
    expect(layout.shapes).toHaveLength(5)
    expect(layout.annotations).toHaveLength(4)
    expect((layout.title as {text: string}).text).toBe('The network: 120 weights')
    expect(alt).toContain('rating (1 wide, 0 weights, from user embedding and movie embedding)')
  })

  it('shows names from outside as text', () => {
    const {data} = plotNetwork([{name: '<b>x</b>', width: 1, weights: 0, from: []}])
    expect(JSON.stringify(data)).not.toContain('<b>')
  })

  it('refuses no layers, and layers before their inputs', () => {
    expect(() => plotNetwork([])).toThrow(ArgumentError)
    expect(() => plotNetwork([...layers].reverse())).toThrow(/comes before its input/)
  })
})
