import {availableParallelism} from 'node:os'
import type {UserId} from '../../data/ids'
import type {Ratings} from '../../data/ratings'
import {checkCount} from '../../errors'
import {withPool} from '../../kernels/pool'
import {deviationOf} from '../../math/statistics'
import {topN} from '../../math/topN'
import {Biases} from '../../models/biases'
import {Centre, type CentreKind, deviations} from '../../models/centre'
import type {ListsWanted} from '../../models/lists'
import {type ModelKind, type ModelState, Support} from '../../models/model'
import {NeighbourModel, type NeighbourStore} from '../../models/neighbourModel'
import {Table} from '../../show/table'
import type {Work} from '../../work'
import {learnBiases} from '../baseline'
import type {Listing} from '../lists/lists'
import type {EngineSpec, Resolved} from '../options'
import {RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {NeighbourLists} from './neighbourLists'
import {
  ITEM_OPTIONS,
  type ItemNeighboursOptions,
  type NeighboursOptions,
  USER_OPTIONS,
  type UserNeighboursOptions
} from './options'
import {Neighbourhood} from './similarities'

type Side = 'user' | 'movie'
type Options = Resolved<NeighboursOptions>

/**
 * Neighbours: what she gave to similar movies, or what similar users gave to the movie. One implementation, two orientations;
 * x are the entities compared (movies, or users), N the k most similar ones to x that can speak, those with similarity ≤ 0 left out.
 *
 *   prediction   score(u, i) = c(u, i) + sum of s_xy · (r_y - c_y) / (damping + sum of s_xy), y in N     s_xy > 0
 *                c is 0, the user's mean, the movie's mean or the baseline; with z-scores the distances are in the neighbour's
 *                deviation, and the sum is multiplied by x's
 *   similarity   s_xy = sim(x, y) · (n - 1) / (n - 1 + shrinkage), then raised to `amplification`; n: common ratings
 *   otherwise    unknown user or movie, or fewer neighbours than minK: c with the unknown parts 0; where c is 0, the baseline
 *
 * A rating never counts for itself: x is not its own neighbour. Source: Koren 2010, "Factor in the neighbors", eq. 2 and 3 (around
 * baselines); Herlocker, Konstan, Riedl 2002 (users); Sarwar et al. 2001 (movies). Cost of predicting all: sum over raters of the
 * square of their number of ratings, once; then each pair walks the list of those who can speak. Memory O(entities) a worker.
 */
export abstract class Neighbours extends RatingEngine<NeighboursOptions, NeighbourModel> {
  /** @internal The side that is compared. */
  protected abstract readonly side: Side

  /** @internal */
  protected async learn(train: Ratings, options: Options, run: Run): Promise<NeighbourModel> {
    const {userDamping, movieDamping} = options
    const biases = await learnBiases(train, {userDamping, movieDamping}, run)
    await run.breathe()
    const comparison = new Comparison(train, options, biases, run.workers)
    const near = comparison.of(this.side)
    if (options.choose === 'before')
      await withPool(near.arena, run, pool =>
        near.chooseBefore(pool, (done, total) => run.report(done, total))
      )
    else run.report(1, 1)
    return comparison.model(this.side, near)
  }

  /** @internal Movies are compared for all people of a large block at once. */
  protected override listing(wanted: ListsWanted, work: Work): Listing | undefined {
    const {model} = this
    const parts = model.listParts
    if (parts === undefined) return undefined
    return {people: 8192, maker: arena => new NeighbourLists(model, parts, wanted, arena, work)}
  }

  /** @internal */
  protected override sizes(train: Ratings, options: Options): Record<string, number> {
    const sizes = super.sizes(train, options)
    const entities = this.side === 'movie' ? sizes.movies : sizes.users
    return {...sizes, entities, k: Math.min(options.k, entities)}
  }

  /** @internal */
  protected override revive(
    _kind: ModelKind,
    state: ModelState,
    train: Ratings,
    options: Options
  ): NeighbourModel {
    const biases = Biases.restore(state, Support.of(train))
    const comparison = new Comparison(train, options, biases, availableParallelism())
    const near = comparison.of(this.side)
    const {neighbours, similarity} = state.arrays
    if (neighbours !== undefined) near.useStore({index: neighbours, similarity} as NeighbourStore)
    return comparison.model(this.side, near)
  }
}

/** How the options compare ratings, and what predictions are made around. */
class Comparison {
  /** Standard deviation of all ratings, for whose own do not vary; 1 but for z-scores. */
  private readonly constant: number

  constructor(
    private readonly train: Ratings,
    private readonly o: Options,
    private readonly biases: Biases,
    private readonly workers: number
  ) {
    this.constant = o.around === 'z-score' ? deviationOf(train.byUser.value, 1) : 1
  }

  /** The model of one side's similarities. */
  model(side: Side, near: Neighbourhood): NeighbourModel {
    const {around, fallback, minK, damping} = this.o
    const centre = this.around(side)
    let nearMovies: Neighbourhood | undefined = side === 'movie' ? near : undefined
    return new NeighbourModel(
      {side, minK, damping, zScore: around === 'z-score'},
      {
        biases: this.biases,
        centre,
        substitute: around === 'nothing' ? this.centre(fallback === 'mean' ? 'mean' : 'baseline') : centre,
        compared: this.compared('user'),
        scale: this.scale(side),
        constant: this.constant,
        near,
        nearMovies: () => (nearMovies ??= this.of('movie'))
      },
      this.train,
      Support.of(this.train)
    )
  }

  /** One side compared with itself. */
  of(side: Side): Neighbourhood {
    const {similarity, over} = this.o
    const {byUser, byMovie} = this.train
    const [rows, columns] = side === 'movie' ? [byMovie, byUser] : [byUser, byMovie]
    const other = side === 'movie' ? 'user' : 'movie'
    const compared = this.compared(side)
    const values =
      compared === undefined
        ? {
            byRow: new Float32Array(rows.value.length).fill(1),
            byColumn: new Float32Array(rows.value.length).fill(1)
          }
        : {byRow: compared.distances(side, rows), byColumn: compared.distances(other, columns)}
    const scale = this.scale(side)
    const deviations = this.around(side)
      .distances(other, columns)
      .map((distance, n) => distance / scale[columns.index[n]])
    const measure =
      similarity === 'jaccard'
        ? 'jaccard'
        : similarity === 'mean-squared-difference'
          ? 'distance'
          : similarity === 'pearson' && over === 'common'
            ? 'pearson'
            : 'cosine'
    return new Neighbourhood(
      rows,
      columns,
      values,
      deviations,
      {...this.o, measure, overAll: over === 'all'},
      this.workers
    )
  }

  /** What the neighbours' ratings, and the score, are measured from. */
  private around(side: Side): Centre {
    const {around} = this.o
    return this.centre(around === 'z-score' ? (side === 'movie' ? 'movie-mean' : 'user-mean') : around)
  }

  /** The deviation that distances of a side's entities are measured in. [entities] */
  private scale(side: Side): Float64Array {
    const rows = side === 'movie' ? this.train.byMovie : this.train.byUser
    if (this.o.around !== 'z-score') return new Float64Array(rows.start.length - 1).fill(1)
    return deviations(rows, this.constant)
  }

  /** What ratings are measured from when they are compared; nothing to measure for Jaccard. */
  private compared(side: Side): Centre | undefined {
    const {similarity, over} = this.o
    if (similarity === 'jaccard') return undefined
    if (similarity === 'pearson-baseline') return this.centre('baseline')
    if (similarity === 'adjusted-cosine') return this.centre(side === 'movie' ? 'user-mean' : 'movie-mean')
    if (similarity === 'pearson' && over === 'all')
      return this.centre(side === 'movie' ? 'movie-mean' : 'user-mean')
    return this.centre('nothing') // Pearson over common ratings takes their means in the kernel.
  }

  private centre(kind: CentreKind): Centre {
    return new Centre(kind, this.train, this.biases)
  }
}

/** One of a user's neighbours. */
export interface NeighbourRow {
  userId: UserId
  /** How alike, from -1 to 1. */
  similarity: number
  /** Movies that both rated. */
  common: number
  /** Movies that the neighbour rated. */
  ratings: number
}

/** What the users most like her gave to the movie: `Neighbours` with users compared. */
export class UserNeighbours extends Neighbours {
  static readonly spec: EngineSpec<UserNeighboursOptions> = {
    name: 'user-neighbours',
    about: 'What the users most like her gave to the movie.',
    source: 'Herlocker, Konstan, Riedl 2002; around baselines as in Koren 2010',
    model: 'neighbours',
    updates: 'anew',
    options: USER_OPTIONS
  }
  /** @internal */
  protected readonly side = 'user'

  constructor(options: UserNeighboursOptions = {}) {
    super(options)
  }

  /** The users most like this one, with how many movies both rated; ties by id. */
  neighboursOf(userId: UserId, o: {n?: number} = {}): Table<NeighbourRow> {
    const {n = 10} = o
    checkCount('n', n)
    const {userIds} = this.train.frame
    const person = this.recommender.person(userId)
    if (person.i.length === 0) throw this.recommender.unknownUser(userId)
    const row = this.model.similarities(person.u)
    const others = Int32Array.from(row.keys()).filter(v => v !== person.u && row[v] !== 0)
    const mine = new Set(person.i)
    const {start, index} = this.train.byUser
    const rows = Array.from(topN(row, n, others), v => ({
      userId: userIds.ids[v],
      similarity: row[v],
      common: index.subarray(start[v], start[v + 1]).filter(i => mine.has(i)).length,
      ratings: start[v + 1] - start[v]
    }))
    return new Table(rows, {decimals: {similarity: 4}})
  }
}

/** What she gave to the movies most like this one: `Neighbours` with movies compared. */
export class ItemNeighbours extends Neighbours {
  static readonly spec: EngineSpec<ItemNeighboursOptions> = {
    name: 'item-neighbours',
    about: 'What she gave to the movies most like this one.',
    source: 'Sarwar, Karypis, Konstan, Riedl 2001; around baselines as in Koren 2010',
    model: 'neighbours',
    updates: 'anew',
    options: ITEM_OPTIONS
  }
  /** @internal */
  protected readonly side = 'movie'

  constructor(options: ItemNeighboursOptions = {}) {
    super(options)
  }
}
