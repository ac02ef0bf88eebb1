import type {Compressed} from '../data/compressed'
import {BlendModel, type StarTerms} from '../models/blend'
import {type Model, type Rated, Support} from '../models/model'
import {restoreModel} from '../models/restore'
import {unpack} from './numbers'
import type {PageModel} from './pageFile'

/** What a page keeps of a member of a blend. */
interface MemberValues {
  weight: number
  slopes?: readonly [number, number]
  mean: number
  deviation: number
}

/** The model of a page. It knows nobody: rows of users and ratings are empty. */
export function restorePage(page: PageModel, raters: Int32Array): Model {
  const {kind, values, arrays, members} = page
  if (kind === 'blend') {
    const given = values.members as MemberValues[]
    return new BlendModel(
      (members ?? []).map(({own, ...member}, k) => {
        const map = own === undefined ? undefined : (unpack(own) as Int32Array)
        const model = restorePage(member, map === undefined ? raters : ratersOfMember(map, raters))
        return {model, ...given[k], ...(map === undefined ? {} : {own: map})}
      }),
      Support.of(withheld(raters)),
      values.stars as StarTerms | undefined
    )
  }
  if (kind === 'neighbours') throw new TypeError('A page carries no neighbour model.')
  const unpacked = Object.fromEntries(Object.entries(arrays).map(([name, packed]) => [name, unpack(packed)]))
  return restoreModel(kind, {values, arrays: unpacked}, withheld(raters))
}

/** How many people rated each movie of a member that has indices of its own. */
export function ratersOfMember(own: Int32Array, raters: Int32Array): Int32Array {
  const counts = new Int32Array(own.reduce((most, at) => Math.max(most, at + 1), 0))
  for (const [i, at] of own.entries()) if (at >= 0) counts[at] = raters[i]
  return counts
}

/** Ratings of which only is known how many people rated each movie. */
function withheld(raters: Int32Array): Rated {
  const empty = (rows: number): Compressed => ({
    start: new Int32Array(rows + 1),
    index: new Int32Array(0),
    value: new Float32Array(0),
    row: new Int32Array(0)
  })
  return {byUser: empty(0), byMovie: empty(raters.length), withheld: {raters}}
}
