import type {Ratings} from '../../data/ratings'
import {meanOf} from '../../math/statistics'
import type {Lists} from '../../models/weights'

/** How many entries each row has. */
export function sizesOf({start}: Lists): Float64Array {
  const sizes = new Float64Array(start.length - 1)
  for (let row = 0; row < sizes.length; row++) sizes[row] = start[row + 1] - start[row]
  return sizes
}

/** How far each movie is rated above the mean movie, in stars; 0 where nobody rated it. [movies] */
export function aboveTheMean({byMovie: {start, value}}: Ratings): Float64Array {
  const means = new Float64Array(start.length - 1).fill(Number.NaN)
  for (let i = 0; i < means.length; i++)
    if (start[i] < start[i + 1]) means[i] = meanOf(value.subarray(start[i], start[i + 1]))
  const middle = meanOf(means.filter(mean => !Number.isNaN(mean)))
  return means.map(mean => (Number.isNaN(mean) ? 0 : mean - middle))
}
