import {createRequire} from 'node:module'
import {type MimeBundle, setDisplay, wordCloud} from 'movie-recs'
import {afterEach, describe, expect, it} from 'vitest'

const {loadImage, createCanvas} = createRequire(__filename)('@napi-rs/canvas')
const genres = {Drama: 1603, Comedy: 1200, Action: 503, Thriller: 492, Romance: 471, 'Film-Noir': 44}

describe('wordCloud', () => {
  afterEach(() => setDisplay(undefined))

  it('draws the same picture for the same seed and touches no global', () => {
    const before = {random: Math.random, window: 'window' in globalThis, document: 'document' in globalThis}
    const picture = Buffer.from(wordCloud(genres, {seed: 7}).toPNG())
    expect(picture.equals(wordCloud(genres, {seed: 7}).toPNG())).toBe(true)
    expect(picture.equals(wordCloud(genres, {seed: 8}).toPNG())).toBe(false)
    expect({
      random: Math.random,
      window: 'window' in globalThis,
      document: 'document' in globalThis
    }).toEqual(before)
  })

  it('places every word: a hundred of them leave none out', () => {
    const words = Array.from({length: 100}, (_, k): [string, number] => [
      `w${'ord'.repeat(1 + (k % 3))}${k}`,
      200 - k
    ])
    const cloud = wordCloud(words, {width: 600, height: 300})
    expect(cloud.leftOut).toEqual([])
    expect(cloud.alt).toMatch(/^Word cloud of 100 words/)
  })

  it('shrinks the heavy words until the light ones have a place, too', () => {
    const words = Array.from({length: 60}, (_, k): [string, number] => [`word${k}`, k === 0 ? 100_000 : 1])
    expect(wordCloud(words, {width: 420, height: 260}).leftOut).toEqual([])
  })

  it('says of how many words it draws the heaviest', () => {
    expect(wordCloud(genres, {title: 'genres', words: 2}).alt).toBe(
      'Word cloud of the 2 heaviest of 6 genres. Largest: Drama 1,603, Comedy 1,200.'
    )
  })

  it('says which words a small picture cannot hold', () => {
    const words = Array.from({length: 40}, (_, k): [string, number] => [
      `antidisestablishmentarianism${k}`,
      40 - k
    ])
    const cloud = wordCloud(words, {width: 220, height: 60})
    expect(cloud.leftOut.length).toBeGreaterThan(0)
    expect(cloud.alt).toContain(`Not drawn: ${cloud.leftOut.join(', ')}.`)
    expect(cloud.weights).toHaveLength(40)
  })

  it('says which words the shipped font has no letters for', () => {
    const cloud = wordCloud([
      ['Amélie', 3],
      ['Ōkami', 2],
      ['アニメ', 1]
    ])
    expect(cloud.leftOut).toEqual(['アニメ'])
    expect(cloud.alt).toContain('Not drawn: アニメ.')
  })

  it('is legible: white paper, ink of at least 4.5:1, something of each word', async () => {
    const image = await loadImage(wordCloud({Drama: 1}).toPNG())
    const canvas = createCanvas(image.width, image.height)
    canvas.getContext('2d').drawImage(image, 0, 0)
    const {data} = canvas.getContext('2d').getImageData(0, 0, image.width, image.height)
    expect([...data.slice(0, 4)]).toEqual([255, 255, 255, 255])
    let darkest = 1
    for (let k = 0; k < data.length; k += 4)
      darkest = Math.min(darkest, luminance(data[k], data[k + 1], data[k + 2]))
    expect(1.05 / (darkest + 0.05)).toBeGreaterThan(4.5)
  })

  it('shows a picture and its text, and gives the weights as a table', () => {
    const shown: Array<[MimeBundle, unknown]> = []
    setDisplay((bundle, metadata) => shown.push([bundle, metadata]))
    const cloud = wordCloud(genres, {title: 'genres'})
    cloud.show()
    const alt =
      'Word cloud of 6 genres. Largest: Drama 1,603, Comedy 1,200, Action 503, Thriller 492, Romance 471, Film-Noir 44.'
    expect(shown).toEqual([
      [
        {'image/png': Buffer.from(cloud.toPNG()).toString('base64'), 'text/plain': alt},
        {'movie-recs': {alt}, needs_background: 'light'}
      ]
    ])
    expect(cloud.weights[0]).toEqual({word: 'Drama', weight: 1603})
    const rows = Object.entries(genres).map(([genre, movies]) => ({movies, genre}))
    expect(wordCloud(rows, {title: 'genres'}).toPNG()).toEqual(cloud.toPNG())
  })

  it('refuses nothing and weights that are none', () => {
    expect(() => wordCloud({})).toThrow(/at least one word/)
    expect(() => wordCloud({Drama: 0})).toThrow(/above 0 for "Drama", got 0/)
  })
})

/** Relative luminance of WCAG 2. */
function luminance(...rgb: number[]): number {
  const [r, g, b] = rgb.map(one => (one <= 10 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
