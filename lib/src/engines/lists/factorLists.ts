import {type Arena, pointer} from '../../kernels/arena'
import type {Pool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {dotFrom} from '../../math/vectors'
import type {ListBlock, ListsWanted} from '../../models/lists'
import type {FactorForm, Model, Person} from '../../models/model'
import type {Work} from '../../work'
import {ListMaker, type Room} from './listMaker'

/** People in one call: some milliseconds. */
const PEOPLE = 32
/** Movies that are kept beyond the end of a list, so that rounding moves none across it. */
const SLACK = 4
/** Half the distance from 1 to the next number above, in single and in double precision. */
const SINGLE = 2 ** -24
const DOUBLE = 2 ** -53
/** What is smaller than this counts as much, since tiny numbers are rounded by more than their share. */
const SMALL = 2 ** -40
/** Lengths are rounded up by so much: more than their own errors of rounding. */
const UP = 1 + 2 ** -20
/** Scores as large as this are not left to single precision. */
const LARGE = 2 ** 120

interface FactorRoom extends Room {
  /** [people / 2 × factors × 2] factors of two people at a time, side by side */
  p: Float32Array
  /** [people] how long each one's row of factors is, rounded up */
  length: Float32Array
  /** [people × factors] the same factors, as the model has them, and [people] what all of a person's scores have in common */
  row: Float64Array
  base: Float64Array
  /** [people × n] the lists, by the model's own scores */
  movies: Int32Array
  exact: Float64Array
  /** [people] no term of a score, the mean and her bias aside, is larger */
  spread: Float64Array
}

/**
 * Lists by factors. One kernel scores all movies in single precision and keeps a few more than are wanted; another scores those as the
 * model itself does. A sum of F products, of numbers that were rounded, is off by at most γ (|bi| + |pu| |qi|), where γ = (F + 3) u / (1 - (F + 3) u)
 * (Higham 2002, "Accuracy and Stability of Numerical Algorithms", 3.1). Where a movie that was not kept could so be as good as
 * the last one on the list, the plain way decides. Movies lie in the order of bi + |qi|, the largest first: most of those behind can reach no
 * list, and the kernel passes them over (as LEMP does: Teflioudi, Gemulla, Mykytiuk 2015).
 */
export class FactorLists extends ListMaker<FactorRoom> {
  private readonly tiles: number
  /** [tiles × (2 + factors) × FACTOR_TILE] */
  private q: Float32Array = new Float32Array(0)
  /** Whose each place is, and what the model has of movies. */
  private own: readonly number[] = []
  /** The longest row of factors of a movie, and its largest bias. */
  private length = 0
  private bias = 0

  constructor(
    model: Model,
    private readonly form: FactorForm,
    wanted: ListsWanted,
    arena: Arena,
    work: Work
  ) {
    super(model, wanted, arena, work, SLACK)
    this.tiles = Math.ceil(this.listed.length / kernelConstants().FACTOR_TILE)
  }

  async lay(): Promise<void> {
    const {arena, listed, tiles, work} = this
    const {factors: F, bi, qi} = this.form
    const {FACTOR_TILE: width} = kernelConstants()
    const lengths = new Float64Array(bi.length)
    for (const i of listed) lengths[i] = Math.sqrt(dotFrom(0, qi, i * F, qi, i * F, F))
    this.order((i, j) => bi[j] + lengths[j] - (bi[i] + lengths[i]) || i - j)
    this.bias = listed.reduce((most, i) => Math.max(most, Math.abs(bi[i])), 0)
    this.length = listed.reduce((most, i) => Math.max(most, lengths[i]), 0)
    const wide = qi instanceof Float64Array
    const rows = wide ? arena.f64(qi) : arena.f32(qi)
    this.own = [...[arena.i32(listed), arena.f64(bi), rows].map(pointer), Number(wide)]
    const size = (2 + F) * width
    this.q = arena.f32(tiles * size)
    for (let tile = 0; tile < tiles; tile++) {
      if (work.outOfBreath) await work.breathe()
      layTile(this.q, tile * size, listed.subarray(tile * width, (tile + 1) * width), lengths, this.form)
    }
  }

  room(people: number): FactorRoom {
    return {
      ...this.commonRoom(people, 'f32'),
      p: this.arena.f32(people * this.form.factors),
      length: this.arena.f32(people),
      row: this.arena.f64(people * this.form.factors),
      base: this.arena.f64(people),
      movies: this.arena.i32(people * this.wanted.n),
      exact: this.arena.f64(people * this.wanted.n),
      spread: new Float64Array(people)
    }
  }

  protected take(room: FactorRoom, person: Person, k: number): void {
    const {factors: F, mu} = this.form
    const {p, from, bias} = this.form.placeOf(person)
    const to = k - (k % 2)
    let square = 0
    for (let f = 0; f < F; f++) {
      const value = p[from + f]
      room.row[k * F + f] = value
      room.p[to * F + 2 * f + (k % 2)] = value
      square += value * value
    }
    const length = Math.sqrt(square)
    room.length[k] = UP * length
    room.base[k] = mu + bias
    room.spread[k] = this.bias + (length + SMALL) * (this.length + SMALL)
  }

  async run(room: FactorRoom, pool: Pool): Promise<void> {
    const {factors} = this.form
    const scores = [...[room.p, room.length, this.q].map(pointer), this.tiles, factors]
    const lists = [this.wanted.n, pointer(room.movies), pointer(room.exact)]
    const exact = [pointer(room.row), pointer(room.base), ...this.own, factors, ...lists]
    const tasks = [
      {kernel: 'factorLists', calls: this.calls(room, PEOPLE, scores)},
      {kernel: 'exactLists', calls: this.calls(room, PEOPLE, exact)}
    ]
    await pool.inTurn(tasks, undefined, this.scratchOf(pool, kernelConstants().factorListsScratch()))
  }

  protected settle(room: FactorRoom, k: number, block: ListBlock): boolean {
    const [from, to] = [k * this.wanted.n, (k + 1) * this.wanted.n]
    block.movies.set(room.movies.subarray(from, to), from)
    block.scores.set(room.exact.subarray(from, to), from)
    return room.size[k] === this.available(room, k) || block.scores[to - 1] > this.reach(room, k)
  }

  /** What the score of a movie that was not kept can be at most. */
  private reach({base, scores, spread}: FactorRoom, k: number): number {
    const terms = this.form.factors + 3
    if (!(spread[k] < LARGE)) return Number.POSITIVE_INFINITY
    const single = ((terms * SINGLE) / (1 - terms * SINGLE)) * spread[k]
    const double = 2 * (terms + 2) * DOUBLE * (Math.abs(base[k]) + spread[k])
    return base[k] + scores[k * this.most] + single + double
  }
}

/** A tile of these movies from place `at` on: [(2 + factors) × FACTOR_TILE], bi and lengths first; -Infinity and 0 behind the last movie. */
function layTile(
  q: Float32Array,
  at: number,
  movies: Int32Array,
  lengths: Float64Array,
  {factors: F, bi, qi}: FactorForm
): void {
  const {FACTOR_TILE: width} = kernelConstants()
  q.fill(Number.NEGATIVE_INFINITY, at, at + width)
  for (const [lane, i] of movies.entries()) {
    q[at + lane] = bi[i]
    q[at + width + lane] = UP * lengths[i]
    for (let f = 0, to = at + 2 * width + lane; f < F; f++, to += width) q[to] = qi[i * F + f]
  }
}
