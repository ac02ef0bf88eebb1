/** What a model file holds of a posterior: its draws, and the days with ratings. */
import {UnsoundError} from '../errors'
import {ascendingCounts, bytes, looked, type NumberArray, numbers, type Sizes} from '../sound/arrays'
import type {StateShape} from '../sound/state'
import {ascending, flag, LARGEST, number, record, whole} from '../sound/values'
import type {DrawShape} from './draws'

/** @internal */
export interface DrawValues {
  shape: DrawShape
  kept: number
  mu: number
}

/** Groups of rows that draws have, and the two numbers that a column of theirs is decoded by. */
const TABLES = 4
const ENDS = 2

/** @internal */
export const POSTERIOR: StateShape<DrawValues> = {
  values: record<DrawValues>({
    shape: record<DrawShape>({
      factors: whole(1),
      counts: record<DrawShape['counts']>({users: whole(1), movies: whole(1), days: whole(), links: whole()}),
      mean: number(),
      probit: flag,
      stars: ascending(number())
    }),
    kept: whole(1),
    mu: number()
  }),
  sizes: ({shape: {factors, counts, probit, stars}}) => ({
    width: factors + 2,
    rows: counts.users + counts.movies + counts.days + counts.links,
    borders: probit ? stars.length + 1 : 0,
    days: Math.max(0, counts.days - 1)
  }),
  arrays: () => ({
    draws: bytes(['room', 'rows', 'width']),
    ranges: numbers('single', ['room', TABLES, 'width', ENDS]),
    precisions: numbers('single', ['room', 'width'], {min: 0}),
    cuts: looked('double', ['room', 'borders'], () => {}),
    dates: ascendingCounts(['days'])
  }),
  whole: ({shape, kept}, arrays, sizes) => {
    checkCounts(shape, sizes)
    const room = sizes.get('room') as number
    if (kept > room)
      throw new UnsoundError('values.kept', `at most ${room}, for which there is room`, String(kept))
    checkDraws(shape, kept, arrays)
  }
}

/** @internal Looks at what is divided by in draws that are kept, and at how they cut scores into stars. @throws UnsoundError */
export function checkDraws(
  {factors, probit, stars}: DrawShape,
  kept: number,
  {precisions, ranges, cuts}: Readonly<Record<string, NumberArray>>
): void {
  const width = factors + 2
  checkPositive('precisions', precisions, kept * width, at => at % width < width - 1)
  // The last column of users and of movies has precisions, whose least is positive and whose steps go up.
  checkPositive(
    'ranges',
    ranges,
    kept * TABLES * width * ENDS,
    at => at % (width * ENDS) === (width - 1) * ENDS && Math.floor(at / (width * ENDS)) % TABLES < 2
  )
  if (probit) checkCuts(cuts, kept, stars.length)
}

/** Draws have a row for each user and each movie, and behind them that of the average one. */
function checkCounts({counts, stars, probit}: DrawShape, sizes: Sizes): void {
  const [users, movies] = [sizes.get('users') as number, sizes.get('movies') as number]
  const expected: Array<[keyof DrawShape['counts'], number]> = [
    ['users', users + 1],
    ['movies', movies + 1],
    ['links', counts.links === 0 ? 0 : movies]
  ]
  for (const [name, count] of expected)
    if (counts[name] !== count)
      throw new UnsoundError(`values.shape.counts.${name}`, String(count), String(counts[name]))
  if (probit && stars.length === 0) throw new UnsoundError('values.shape.stars', 'a star at least', 'none')
}

/** Precisions must be more than 0: `is` tells which of the first numbers of an array are some. The number behind each range's least is its step. */
function checkPositive(name: string, array: NumberArray, length: number, is: (at: number) => boolean): void {
  for (let at = 0; at < length; at++) {
    if (!is(at)) continue
    if (!(array[at] >= 1 / LARGEST))
      throw new UnsoundError(`${name}[${at}]`, 'a precision above 0', String(array[at]))
    if (name === 'ranges' && !(array[at + 1] >= 0))
      throw new UnsoundError(`${name}[${at + 1}]`, 'a step of precisions from 0 up', String(array[at + 1]))
  }
}

/** @internal From -Infinity upward to Infinity, in each draw. @throws UnsoundError */
export function checkCuts(cuts: NumberArray, kept: number, stars: number): void {
  for (let at = 0; at < kept * (stars + 1); at++) {
    const place = at % (stars + 1)
    const sound =
      place === 0
        ? cuts[at] === Number.NEGATIVE_INFINITY
        : place === stars
          ? cuts[at] === Number.POSITIVE_INFINITY
          : Math.abs(cuts[at]) <= LARGEST && cuts[at] >= cuts[at - 1]
    if (!sound)
      throw new UnsoundError(
        `cuts[${at}]`,
        'cuts from -Infinity upward to Infinity in each draw',
        String(cuts[at])
      )
  }
}
