import {inspect} from 'node:util'
import fc from 'fast-check'
import {Figure, type MimeBundle, plotMovieMap, plotSimilarity, setDisplay} from 'movie-recs'
import {afterEach, describe, expect, it} from 'vitest'
import {literal, shortened} from '#internals'

const figure = new Figure({
  data: [{type: 'bar', x: ['a', 'b'], y: Float32Array.of(1 / 3, Number.NaN)}],
  layout: {title: {text: 'Two bars'}},
  alt: 'Bar chart of a and b.'
})

describe('Figure', () => {
  afterEach(() => setDisplay(undefined))

  it('holds plain numbers of at most six digits, and null for what is no number', () => {
    expect(figure.toJSON().data).toEqual([{type: 'bar', x: ['a', 'b'], y: [0.333333, null]}])
    const whole = new Figure({data: [{y: [1000209, 1260759144]}], layout: {}, alt: ''})
    expect(whole.toJSON().data).toEqual([{y: [1000209, 1260759144]}])
  })

  it('is frozen, also inside, and does not see later changes of what it was made from', () => {
    const y = [1, 2]
    const made = new Figure({data: [{y}], layout: {}, alt: ''})
    y[0] = 9
    expect(made.data[0].y).toEqual([1, 2])
    expect(() => (made.data[0].y as number[]).push(3)).toThrow(TypeError)
    expect(() => Object.assign(made, {alt: 'other'})).toThrow(TypeError)
  })

  it('prints as its text alternative', () => {
    expect(inspect(figure)).toBe('Bar chart of a and b.')
  })

  it('shows itself as plotly JSON and text, without HTML, and with the text alternative in the metadata', () => {
    const shown: Array<[MimeBundle, unknown]> = []
    setDisplay((bundle, metadata) => shown.push([bundle, metadata]))
    figure.show()
    expect(shown).toHaveLength(1)
    expect(Object.keys(shown[0][0])).toEqual(['application/vnd.plotly.v1+json', 'text/plain'])
    expect(shown[0][0]['application/vnd.plotly.v1+json']).toMatchObject({
      data: figure.data,
      layout: figure.layout
    })
    expect(shown[0][1]).toEqual({'movie-recs': {alt: 'Bar chart of a and b.'}})
  })

  it('makes a page that asks for nothing from outside and that data cannot break out of', () => {
    const evil = '</script><script>alert(1)</script>'
    const html = new Figure({data: [{x: [evil]}], layout: {}, alt: `"${evil}"`}).toHTML()
    expect(html).not.toContain(evil)
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=/)
    expect(html.match(/<\/script>/g)).toHaveLength(2)
  })
})

describe('titles from the data', () => {
  const titles = ['<script>alert(1)</script>', '<b>Bold</b>', 'Dollars $9.99$', 'A & B', '%{x} &lt;']

  it('reach plotly as text that it shows literally', () => {
    expect(titles.map(literal)).toEqual([
      '&lt;script&gt;alert(1)&lt;/script&gt;',
      '&lt;b&gt;Bold&lt;/b&gt;',
      'Dollars &#36;9.99&#36;',
      'A &amp; B',
      '&#37;{x} &amp;lt;'
    ])
    const map = plotMovieMap(titles.map((title, k) => ({title, x: k, y: 0})))
    const heat = plotSimilarity({
      movieIds: [1, 2],
      titles: titles.slice(0, 2),
      values: [
        [1, 0],
        [0, 1]
      ]
    }) // prettier-ignore
    for (const made of [map, heat]) expect(JSON.stringify(made)).not.toMatch(/<script|<b>/)
  })

  it('are never markup, formula or template, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        expect(literal(text)).not.toMatch(/[<>$\p{Cc}]|%\{|&(?!(amp|lt|gt|#36|#37);)/u)
      })
    )
  })

  it('are cut at a word and keep their year', () => {
    expect(shortened('Toy Story (1995)', 30)).toBe('Toy Story (1995)')
    expect(shortened('The Lord of the Rings: The Fellowship of the Ring (2001)', 30)).toBe(
      'The Lord of the Rings… (2001)'
    )
  })
})
