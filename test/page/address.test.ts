import fc from 'fast-check'
import {expect, it} from 'vitest'
import {addressOf, type KnownToAddress, NOTHING_YET, readAddress, type Visit} from '#internals'

const GENRES = ['Drama', 'Sci-Fi', 'Film noir & crime', '(no genres listed)']
const anyMovie: KnownToAddress = {movieId: id => id, scale: [0.5, 5], genres: GENRES}

const movieId = fc.oneof(fc.nat({max: 200_000}), fc.string({unit: 'grapheme', minLength: 1, maxLength: 12}))
const ratings = fc.uniqueArray(
  fc.record({movieId, rating: fc.integer({min: 1, max: 10}).map(halves => halves / 2)}),
  {selector: one => String(one.movieId), maxLength: 30}
)
const visitor = fc.record({name: fc.string({unit: 'grapheme', maxLength: 24}), ratings})
const filters = fc.record(
  {
    genres: fc.subarray(GENRES),
    notAgain: fc.uniqueArray(movieId, {selector: String, maxLength: 8}),
    years: fc.tuple(fc.integer({min: 1900, max: 1980}), fc.integer({min: 1981, max: 2030}))
  },
  {requiredKeys: ['genres', 'notAgain']}
)
const visit: fc.Arbitrary<Visit> = fc
  .tuple(visitor, fc.option(visitor, {nil: undefined}), filters, fc.constantFrom('first', 'second', 'both'))
  .map(([first, second, rest, view]) => ({
    ...rest,
    visitors: second === undefined ? [first] : [first, second],
    view: second === undefined ? 'first' : (view as Visit['view'])
  }))

/** Ratings in any order: an address groups them by their stars. */
const sorted = ({visitors, ...rest}: Visit): unknown => ({
  ...rest,
  visitors: visitors.map(one => ({
    name: one?.name,
    ratings: [...(one?.ratings ?? [])].sort((a, b) => (String(a.movieId) < String(b.movieId) ? -1 : 1))
  }))
})

it('reads every visit that it writes, and needs no character that an address would change', () => {
  fc.assert(
    fc.property(visit, one => {
      const address = addressOf(one)
      expect(address).toMatch(/^[\w.,:;=&~-]*$/)
      for (const passedOn of [address, encodeURIComponent(address)]) {
        const read = readAddress(`#${passedOn}`, anyMovie)
        expect(read.trouble).toEqual([])
        expect(sorted(read.visit)).toEqual(sorted(one))
      }
    })
  )
})

it('is empty of nothing, and short of much', () => {
  expect(addressOf(NOTHING_YET)).toBe('')
  expect(readAddress('', anyMovie)).toEqual({visit: NOTHING_YET, trouble: []})
  const many = Array.from({length: 1000}, (_, k) => ({movieId: 50 * k, rating: 0.5 + (k % 10) / 2}))
  // Ids up to 49,950 have four digits of base 36 at most, and a point each.
  expect(addressOf({...NOTHING_YET, visitors: [{name: '', ratings: many}]}).length).toBeLessThan(5100)
})

it('says when an address was cut, wherever, and keeps what is whole', () => {
  const whole = addressOf({
    visitors: [{name: 'Ann', ratings: [1, 50, 296, 2858].map(movieId => ({movieId, rating: 4.5}))}],
    view: 'first',
    notAgain: [318],
    genres: ['Drama'],
    years: [1990, 1999]
  })
  for (let length = 2; length < whole.length; length++) {
    const {visit, trouble} = readAddress(whole.slice(0, length), anyMovie)
    expect(trouble, whole.slice(0, length)).toHaveLength(1)
    expect(visit.visitors[0].ratings.length).toBeLessThanOrEqual(4)
  }
  expect(readAddress(whole.slice(0, -9), anyMovie).visit.visitors[0].ratings).toHaveLength(4)
})

it.each([
  ['#about', /not written by this page/],
  ['#2&r=5:1&c=abcd', /another version/],
  ['#1&r=9:1&c=zzzz', /cut or changed .* 1 of its entries make no sense/],
  ['#1&r=5:!!,x:1&g=Nothing&y=2000-1990&c=', /4 of its entries make no sense/],
  ['#%E0%A4%A', /not written by this page/]
])('reads nonsense without failing: %s', (address, told) => {
  const {visit, trouble} = readAddress(address, anyMovie)
  expect(trouble.join(' ')).toMatch(told)
  expect(visit.visitors[0].ratings).toEqual([])
})

it('never fails, whatever stands in an address', () => {
  const bits = fc.constantFrom(
    '1',
    '&',
    'r',
    's',
    '=',
    ':',
    ',',
    '.',
    '_',
    '~',
    '%',
    'x',
    'v=both',
    'c',
    '5',
    '-',
    'é'
  )
  fc.assert(
    fc.property(fc.array(bits, {maxLength: 40}), parts => {
      const {visit} = readAddress(`1&${parts.join('')}`, anyMovie)
      expect(addressOf(visit)).toBeTypeOf('string')
    })
  )
})

it('tells of films that a page does not have, and keeps them', () => {
  const one: Visit = {
    ...NOTHING_YET,
    visitors: [{name: '', ratings: [7, 8].map(movieId => ({movieId, rating: 3}))}]
  }
  const known: KnownToAddress = {...anyMovie, movieId: id => (id === 7 ? 7 : undefined)}
  const {visit, trouble} = readAddress(addressOf(one), known)
  expect(trouble).toEqual(['1 of its films is not in this page; the address keeps it.'])
  expect(addressOf(visit)).toBe(addressOf(one))
})
