import {SETTINGS} from '../contract/settings'
import {LIBRARY, ran} from './command'
import {pick, promised, type Subject} from './subject'
import {QUICK} from './worlds'

/** Fits, of slow engines as many as there is time for: what grows shows after fifty. */
const [FITS, FEWEST, SECONDS] = [200, 50, 40]
/** The largest of the last ten over the largest of the first ten; a process as small as these gets by some megabytes of compiled code larger. */
const GROWTH = 1.3
const MEGABYTES = 40

const SCRIPT = `const {engineByName, syntheticRatings} = require(process.argv[1])
const Class = engineByName(process.argv[2])
const world = syntheticRatings({users: 60, movies: 40, ratings: 900, seed: 3})
const sizes = []
async function main() {
  const begun = performance.now()
  for (let k = 0; k < ${FITS} && (k < ${FEWEST} || performance.now() - begun < ${1000 * SECONDS}); k++) {
    await new Class(JSON.parse(process.argv[3])).fit(world, {workers: 2})
    sizes.push(process.memoryUsage.rss() / 2 ** 20)
  }
  const largest = sizes => Math.max(...sizes)
  console.log(JSON.stringify({first: largest(sizes.slice(0, 10)), last: largest(sizes.slice(-10)), most: largest(sizes)}))
}
main()`

/** Two hundred fits of one engine in one process take the memory of the first ten. */
export const refits: Subject = {
  name: 'refits',
  about: '200 fits of an engine in one process, whose memory does not grow',
  limit: 300,
  async prepare() {
    return async ({random}) => {
      const {name} = pick(random, QUICK).spec
      const options = JSON.stringify(SETTINGS[name]?.small ?? {})
      const {status, out, err} = await ran([process.execPath, '-e', SCRIPT, LIBRARY, name, options])
      promised(status === 0, `${name}: ${err.slice(0, 600)}`)
      const {first, last, most} = JSON.parse(out) as {first: number; last: number; most: number}
      const said = [first, last, most].map(size => size.toFixed(0)).join(', ')
      promised(
        last <= Math.max(GROWTH * first, first + MEGABYTES),
        `${name} takes more with each fit: MB of the first ten, the last ten, and at most: ${said}.`
      )
      return 'held'
    }
  }
}
