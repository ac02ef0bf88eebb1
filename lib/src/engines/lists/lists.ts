import {Arena} from '../../kernels/arena'
import {Pool} from '../../kernels/pool'
import {type ListBlock, type ListsWanted, listsByScores} from '../../models/lists'
import type {Model, Person} from '../../models/model'
import type {Work} from '../../work'
import {FactorLists} from './factorLists'
import type {ListMaker, Room} from './listMaker'
import {WeightLists} from './weightLists'

/** People in a block: with weights many, since every call reads all weights once. */
const PEOPLE = {factors: 512, weights: 2048}
/** Entries of the lists of a block, at most. */
const ENTRIES = 1 << 18
/** Fewer people are not worth a kernel. */
const FEW = 32

/**
 * Lists of many people, in blocks and in their order: by a kernel where the model has a form for one, the plain way else. Both give the same
 * lists, and the same for any number of workers.
 */
export async function* listsOfMany(
  model: Model,
  people: Iterable<Person>,
  wanted: ListsWanted,
  work: Work
): AsyncIterableIterator<ListBlock> {
  const form = model.listForm?.()
  if (form === undefined) return yield* plainly(model, people, wanted, work)
  const size = Math.max(2, Math.min(PEOPLE[form.kind], even(Math.floor(ENTRIES / wanted.n))))
  const blocks = inBlocks(people, size)
  const first = blocks.next()
  if (first.done === true) return
  const all = startingWith(first.value, blocks)
  if (first.value.length < FEW) return yield* plainly(model, flat(all), wanted, work)
  const arena = new Arena()
  const maker =
    form.kind === 'factors'
      ? new FactorLists(model, form, wanted, arena, work)
      : new WeightLists(model, form, wanted, arena, work)
  const room = Math.min(size, even(first.value.length))
  yield* byKernel(maker as ListMaker, new Pool(arena, work), all, room, work)
}

async function* plainly(
  model: Model,
  people: Iterable<Person>,
  wanted: ListsWanted,
  work: Work
): AsyncIterableIterator<ListBlock> {
  for (const person of people) {
    if (work.outOfBreath) await work.breathe()
    yield listsByScores(model, [person], wanted)
  }
}

/** Two rooms take turns: while the kernel is in one, this thread sees to the block before and the block after in the other. */
async function* byKernel(
  maker: ListMaker,
  pool: Pool,
  blocks: Iterable<readonly Person[]>,
  size: number,
  work: Work
): AsyncIterableIterator<ListBlock> {
  let under = Promise.resolve()
  try {
    await maker.lay()
    const rooms = [maker.room(size), maker.room(size)]
    let done: Room | undefined
    let turn = 0
    for (const people of blocks) {
      await work.breathe()
      const room = rooms[turn++ % 2]
      await maker.fill(room, people)
      await under
      under = maker.run(room, pool)
      // Nobody waits for it here if the lists are left early.
      under.catch(() => undefined)
      if (done !== undefined) yield await maker.lists(done)
      done = room
    }
    await under
    if (done !== undefined) yield await maker.lists(done)
  } finally {
    // Threads that are given back have no call under way.
    await under.catch(() => undefined)
    pool.close()
  }
}

/** Kernels take people two by two. */
function even(count: number): number {
  return count + (count % 2)
}

/** People in blocks of so many; the last may be smaller. */
function* inBlocks(people: Iterable<Person>, size: number): Generator<readonly Person[], undefined> {
  let block: Person[] = []
  for (const person of people) {
    if (block.push(person) < size) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}

function* flat<T>(lists: Iterable<Iterable<T>>): Generator<T, undefined> {
  for (const list of lists) yield* list
}

function* startingWith<T>(first: T, rest: Iterable<T>): Generator<T, undefined> {
  yield first
  yield* rest
}
