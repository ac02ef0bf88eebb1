import {
  ArgumentError,
  type Comparison,
  type CostRow,
  type ErrorsByGroup,
  type Figure,
  plotByGroup,
  plotCosts,
  plotTwoFigures,
  Table
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const trace = (figure: Figure, k = 0): any => figure.data[k]
const cost = (engine: string, rmse: number, seconds: number): CostRow => ({
  engine,
  rmse,
  low: rmse - 0.01,
  high: rmse + 0.02,
  group: 'a',
  fitSeconds: seconds / 2,
  predictSeconds: seconds / 2,
  seconds
})
const compared = (
  figure: string,
  values: Record<string, number>
): Pick<Comparison, 'figure' | 'engines'> => ({
  figure,
  engines: new Table(
    Object.entries(values).map(([engine, value]) => ({
      engine,
      value,
      low: value - 0.01,
      high: value + 0.01,
      group: 'b'
    }))
  )
})

describe('plotCosts', () => {
  it('draws errors with their intervals and letters against all seconds', () => {
    const figure = plotCosts([cost('mf', 0.85, 2), cost('baseline', 0.9, 0.01)])
    expect(trace(figure)).toMatchObject({
      x: [2, 0.01],
      y: [0.85, 0.9],
      text: ['mf (a)', 'baseline (a)'],
      error_y: {array: [0.02, 0.02], arrayminus: [0.01, 0.01]}
    })
    expect(figure.layout.xaxis).toMatchObject({type: 'log'})
    expect(figure.alt).toContain('mf 0.8500 (0.8400 to 0.8700) at 2.00')
    expect(() => plotCosts([])).toThrow(ArgumentError)
  })

  it('puts an error far off at the edge, with its value, so that the others can be told apart', () => {
    const figure = plotCosts([
      cost('a', 0.85, 1),
      cost('b', 0.86, 2),
      cost('c', 0.87, 3),
      cost('far', 2.9, 4)
    ])
    const {y, text, marker} = trace(figure)
    expect(text[3]).toBe('far (a) 2.90')
    expect(marker.symbol).toEqual(['circle', 'circle', 'circle', 'triangle-up'])
    expect(y[3]).toBeLessThan(0.9)
    expect(y.slice(0, 3)).toEqual([0.85, 0.86, 0.87])
    expect(figure.alt).toContain('far 2.9000')
  })

  it('writes no label on a dot or on another label', () => {
    const figure = plotCosts([cost('one', 0.85, 1), cost('two', 0.8501, 1.02), cost('three', 0.9, 90)])
    const [one, two] = trace(figure).textposition
    expect(one).not.toBe(two)
  })
})

describe('plotTwoFigures', () => {
  it('draws engines that have both figures, and lines for those that have the second only', () => {
    const figure = plotTwoFigures(
      compared('rmse', {mf: 0.85, als: 0.87}),
      compared('ndcg@10', {ease: 0.3, mf: 0.1, popularity: 0.2, als: 0.05})
    )
    expect(figure.data.map(one => (one.text as string[]).filter(Boolean))).toEqual([
      ['ease'],
      ['popularity'],
      ['mf (b)', 'als (b)']
    ])
    expect(trace(figure, 2)).toMatchObject({x: [0.85, 0.87], y: [0.1, 0.05]})
    expect(figure.alt).toContain('Line across: popularity 0.2000.')
    expect(() => plotTwoFigures(compared('rmse', {mf: 1}), compared('ndcg@10', {ease: 1}))).toThrow(
      ArgumentError
    )
  })
})

describe('plotByGroup', () => {
  const byGroup: ErrorsByGroup = {
    by: 'genre',
    leftOut: 0,
    groups: new Table([
      {name: 'Drama', ratings: 9, users: 5, mf: 0.8, als: 0.9},
      {name: '<b>', ratings: 4, users: 4, mf: 1, als: 0.95}
    ]),
    comparisons: {
      Drama: {...compared('rmse', {mf: 0.8, als: 0.9}), users: 5, doubts: []} as unknown as Comparison,
      '<b>': {...compared('rmse', {als: 0.95, mf: 1}), users: 4, doubts: []} as unknown as Comparison
    }
  }

  it('has a series for each engine with its error in every group, whatever is best there', () => {
    const figure = plotByGroup(byGroup)
    expect(figure.data.map(one => one.name)).toEqual(['mf', 'als'])
    expect(trace(figure).x).toEqual([0.8, 1])
    expect(trace(figure, 1).x).toEqual([0.9, 0.95])
    expect(figure.layout.yaxis).toMatchObject({ticktext: ['Drama', '&lt;b&gt;']})
    expect(figure.alt).toContain('mf: Drama 0.800, <b> 1.000')
    expect(plotByGroup(byGroup, {engines: ['als']}).data).toHaveLength(1)
    expect(() => plotByGroup(byGroup, {engines: ['ease']})).toThrow(/ease was not measured/)
  })
})
