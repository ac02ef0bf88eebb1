import {Ratings} from '../data/ratings'
import {Figure} from '../plots/figure'
import {WordCloud} from '../plots/wordCloud'
import {Table} from '../show/table'

/** Draws the last value of a cell as its `show()` does; false for what is printed as text. */
export function drawn(value: unknown): boolean {
  const drawable = [Figure, WordCloud, Table, Ratings].some(Class => value instanceof Class)
  if (drawable) (value as Figure | WordCloud | Table | Ratings).show()
  return drawable
}
