/**
 * One subject, tortured until its time is over: node torture.cjs SUBJECT FOLDER SEED SECONDS TRIES. What happens is told by messages to the
 * process that started it (scripts/torture.mjs), which also sees when a try hangs. Without arguments it prints what subjects there are.
 */
import {rmSync} from 'node:fs'
import {Random} from '#internals'
import {type Ending, type Subject, tryOf} from './subject'
import {SUBJECTS} from './subjects'

/** What is told: the seed of a try as it begins, then how it ended or what broke. */
export type Told = {begins: number} | {ending: Ending} | {fault: string; seed: number}

const tell = (told: Told): void => {
  process.send?.(told)
}

async function torture(
  {prepare}: Subject,
  folder: string,
  seed: number,
  seconds: number,
  tries: number
): Promise<void> {
  const until = performance.now() + 1000 * seconds
  tell({begins: seed})
  const make = await prepare(folder)
  const seeds = new Random(seed)
  // The first try has the seed itself, so that one alone is made again by naming it.
  for (
    let own = seed, k = 0;
    k < tries && (k === 0 || performance.now() < until);
    k++, own = seeds.below(2 ** 31)
  ) {
    tell({begins: own})
    const one = tryOf(own, folder)
    try {
      tell({ending: await make(one)})
    } catch (error) {
      const {name, message, stack} = error as Error
      tell({fault: name === 'Fault' ? message : String(stack), seed: own})
    }
    rmSync(one.folder, {recursive: true, force: true, maxRetries: 5})
  }
}

const [name, folder, ...numbers] = process.argv.slice(2)
const subject = SUBJECTS.find(one => one.name === name)
if (subject === undefined)
  console.log(
    JSON.stringify(SUBJECTS.map(({name, about, skip, limit = 60}) => ({name, about, limit, skip: skip?.()})))
  )
else {
  const [seed, seconds, tries] = numbers.map(Number)
  torture(subject, folder, seed, seconds, tries).then(
    () => process.exit(0),
    error => {
      tell({fault: String(error?.stack ?? error), seed})
      process.exit(0)
    }
  )
}
