import type {FileBytes} from './bytes'
import {isNumber, type Separator} from './fields'
import {bareLayout, firstLines, type RatingLayout, type Role} from './layout'
import {splitLine} from './records'

/** Rows without a header that say how often somebody took to something: signs of interest, and no stars. */
interface Counted {
  readonly separator: Separator
  readonly fields: number
  readonly place: Readonly<Record<Role, number>>
  readonly guess: string
  readonly quoted: boolean
  readonly is: (fields: readonly string[]) => boolean
}

const COUNTED: readonly Counted[] = [
  {
    // Last.fm: user, id and name of the artist, plays. Not every artist has an id there, but a name.
    separator: '\t',
    fields: 4,
    place: {user: 0, movie: 2, rating: 3, timestamp: -1},
    guess: 'read as: user = column 1, movie = column 3, clicks counted by column 4.',
    quoted: false,
    is: ([user, , , plays]) => /^[0-9a-f]{40}$/.test(user) && isNumber(plays)
  },
  {
    // Steam: user, game, "purchase" or "play", hours, 0. A purchase counts 1.
    separator: ',',
    fields: 5,
    place: {user: 0, movie: 1, rating: 3, timestamp: -1},
    guess:
      'read as: user = column 1, movie = column 2, clicks counted by column 4: 1 for a purchase, and hours of play.',
    quoted: true,
    is: ([, , behaviour, hours]) => /^(purchase|play)$/.test(behaviour) && isNumber(hours)
  }
]

/** The layout of rows of counts that are known by their look, as most of the first lines have it. */
export function countedLayout(text: FileBytes): RatingLayout | undefined {
  const lines = firstLines(text, 10)
  const known = COUNTED.find(({separator, fields, quoted, is}) => {
    const alike = lines.filter(({text}) => {
      const line = splitLine(text, separator, quoted)
      return line?.length === fields && is(line)
    })
    return alike.length > lines.length / 2
  })
  if (known === undefined) return undefined
  const {separator, fields, place, guess, quoted} = known
  return {...bareLayout(separator, fields, place, guess), counts: true, titles: true, quoted}
}
