import {Arena} from '../../kernels/arena'
import {Pool} from '../../kernels/pool'
import {type ListBlock, type ListsWanted, listsByScores} from '../../models/lists'
import type {Model, Person} from '../../models/model'
import type {Work} from '../../work'
import {FactorLists} from './factorLists'
import {even, type ListMaker, type Room} from './listMaker'
import {WeightLists} from './weightLists'

/** Entries of the lists of a block, at most. */
const ENTRIES = 1 << 18
/** Fewer people are not worth a kernel. */
const FEW = 32

/** How a model's lists are made by kernels. */
export interface Listing {
  /** People in a block. */
  people: number
  maker: (arena: Arena) => ListMaker
}

/** By the form that the model has for kernels. With weights blocks are large, since every call reads all weights once. */
export function listingOf(model: Model, wanted: ListsWanted, work: Work): Listing | undefined {
  const form = model.listForm?.()
  if (form === undefined) return undefined
  if (form.kind === 'factors')
    return {people: 1024, maker: arena => new FactorLists(model, form, wanted, arena, work)}
  return {people: 2048, maker: arena => new WeightLists(model, form, wanted, arena, work)}
}

/**
 * Lists of many people, in blocks and in their order: by kernels where there is a `listing`, the plain way else. Both give the same
 * lists, and the same for any number of workers.
 */
export async function* listsOfMany(
  model: Model,
  people: Iterable<Person>,
  wanted: ListsWanted,
  work: Work,
  listing: Listing | undefined
): AsyncIterableIterator<ListBlock> {
  if (listing === undefined) return yield* plainly(model, people, wanted, work)
  const blocks = inBlocks(people, blockSize(listing, wanted))
  const first = blocks.next()
  if (first.done === true) return
  const all = startingWith(first.value, blocks)
  if (first.value.length < FEW) return yield* plainly(model, flat(all), wanted, work)
  const arena = new Arena()
  const maker = listing.maker(arena)
  yield* byKernel(maker, new Pool(arena, work), all, even(first.value.length), work)
}

/** People in a block: an even number. */
export function blockSize({people}: Listing, {n}: ListsWanted): number {
  return Math.max(2, Math.min(people, even(Math.floor(ENTRIES / n))))
}

/** The same of people who come in blocks, from a file say, none of them larger than `blockSize`. */
export async function* listsOfBlocks(
  blocks: AsyncIterable<readonly Person[]>,
  wanted: ListsWanted,
  work: Work,
  listing: Listing
): AsyncIterableIterator<ListBlock> {
  const arena = new Arena()
  const maker = listing.maker(arena)
  yield* byKernel(maker, new Pool(arena, work), blocks, blockSize(listing, wanted), work)
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
  blocks: Iterable<readonly Person[]> | AsyncIterable<readonly Person[]>,
  size: number,
  work: Work
): AsyncIterableIterator<ListBlock> {
  let under = Promise.resolve()
  try {
    await maker.lay()
    const rooms = [maker.room(size), maker.room(size)]
    let done: Room | undefined
    let turn = 0
    for await (const people of blocks) {
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
