import path from 'node:path'
import {type Engine, engineByName, type Ratings, readRatings} from 'movie-recs'
import {busyPrograms} from '../busyPrograms'
import type {Bench} from '../harness'

/** Engines whose threads wait for one another, from steps of microseconds to some of a tenth of a second. */
const ENGINES = ['als', 'mf', 'auto-rec', 'bayesian', 'ease', 'truncated-svd', 'slim', 'item-neighbours']
const OTHERS = 4
/** Each of two threads beside four programs gets a third of a core; half as long again is what waiting may cost. */
const GOAL = 4.5

/**
 * What a fit of MovieLens 100K takes beside four programs that are always busy, over what it takes alone: both in the same run, in turn, the
 * median of each. On a machine that others use the first is the same comparison, and the ratio smaller than it would be. `--only mf,als`
 * measures some of them.
 */
export async function busy(bench: Bench): Promise<void> {
  const folder = bench.data('ml-100k')
  if (folder === undefined) {
    console.log('busy: MovieLens 100K is not here (movie-recs data 100k).')
    return
  }
  const ratings = await readRatings(path.join(folder, 'u1.base'))
  const table: Array<Record<string, string | number>> = []
  for (const name of ENGINES) {
    if (bench.only.length > 0 && !bench.only.includes(name)) continue
    await secondsOf(name, ratings)
    const [alone, beside]: number[][] = [[], []]
    for (let n = 0; n < bench.runs; n++) {
      alone.push(await secondsOf(name, ratings))
      const others = busyPrograms(OTHERS)
      try {
        beside.push(await secondsOf(name, ratings))
      } finally {
        for (const other of others) other.kill('SIGKILL')
      }
    }
    const row = {
      engine: name,
      'seconds alone': median(alone).toFixed(2),
      'beside four busy programs': median(beside).toFixed(2),
      'times as long': (median(beside) / median(alone)).toFixed(1),
      goal: GOAL
    }
    console.log(row)
    table.push(row)
  }
  bench.table('Fits of MovieLens 100K (u1.base) on a busy machine, defaults', table)
}

async function secondsOf(name: string, ratings: Ratings): Promise<number> {
  const Class = engineByName(name) as new () => Engine<any>
  const begun = performance.now()
  await new Class().fit(ratings)
  return (performance.now() - begun) / 1000
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
