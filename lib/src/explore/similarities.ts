import type {MovieId} from '../data/ids'
import type {Engine} from '../engines/engine'
import {Table} from '../show/table'

/** Similarities of some pairs of movies by several engines, one column each. */
export function similaritiesSideBySide(
  engines: Readonly<Record<string, Engine<any>>>,
  pairs: Iterable<readonly [MovieId, MovieId]>
): Table<Record<string, string | number>> {
  const rows = Array.from(pairs, ([a, b]) => {
    const row: Record<string, string | number> = {}
    for (const [name, engine] of Object.entries(engines)) {
      const {titles, values} = engine.similarities([a, b])
      row.movie = titles[0]
      row.other = titles[1]
      row[name] = values[0][1]
    }
    return row
  })
  const decimals = Object.fromEntries(Object.keys(engines).map(name => [name, 3]))
  return new Table(rows, {decimals})
}
