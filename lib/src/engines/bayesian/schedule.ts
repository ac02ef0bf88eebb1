import type {Ratings} from '../../data/ratings'
import {checksum} from '../../files/arrayFile'
import {type Arena, pointer} from '../../kernels/arena'
import {blocks, type Pool} from '../../kernels/pool'
import {dayOf} from '../../models/days'
import {Draws} from '../../models/draws'
import type {NumberArray} from '../../sound/arrays'
import type {StateShape} from '../../sound/state'
import {type Checkpoint, fingerprint, readCheckpoint, writeCheckpoint} from '../checkpoint'
import type {Run} from '../run'
import type {SampledModel} from './chain'
import {type Done, shapeOfDone} from './done'
import {Sampler} from './sampler'

/** Training ratings whose error is watched. */
const WATCHED = 20000
/** Seconds from one checkpoint to the next. */
const EVERY = 30

/** How long to sample, and what to keep. */
export interface Plan {
  chains: number
  burnIn: number
  /** Sweeps of a chain that count. */
  sweeps: number
  /** Draws kept of all chains together, where they fit. */
  samples: number
}

/** Pairs whose error is watched from sweep to sweep, by the mean prediction of all draws that count. */
interface Watch {
  readonly u: Int32Array
  readonly i: Int32Array
  readonly day: Int32Array | undefined
  readonly r: Float32Array
  /** [pairs] sums of predictions */
  readonly sum: Float64Array
}

/** Runs the chains of a fit, keeps draws, watches errors, writes checkpoints and goes on from them. */
export class Schedule {
  readonly draws: Draws
  private readonly sampler: Sampler
  private readonly watches: {train: Watch; validation?: Watch}
  private readonly stars: Float64Array
  /** Seconds spent before the checkpoint that this fit goes on from. */
  private before = 0
  /** Draws summed up in the watches. */
  private summed = 0
  /** Sweeps done, of all chains. */
  private done = 0
  /** State after the last whole sweep, for a checkpoint when the next one is stopped. */
  private readonly last: Pick<Checkpoint<NumberArray, Partial<Done>>, 'values' | 'arrays'> = {
    values: {},
    arrays: {}
  }

  constructor(
    private readonly train: Ratings,
    private readonly model: SampledModel,
    private readonly plan: Plan,
    private readonly arena: Arena,
    private readonly pool: Pool,
    private readonly run: Run
  ) {
    this.sampler = new Sampler(train, model, arena, pool)
    const {users, movies, daySide, stars, mean} = this.sampler
    const counted = plan.chains * plan.sweeps
    this.draws = Draws.empty(
      {
        factors: model.factors,
        counts: {
          users: users.count + 1,
          movies: movies.count + 1,
          days: daySide === undefined ? 0 : daySide.count + 1,
          links: users.links?.count ?? 0
        },
        mean,
        probit: model.probit,
        stars: [...stars]
      },
      Math.min(plan.samples, counted)
    )
    this.stars = arena.f64(stars)
    this.watches = {train: this.watch(someOf(train, WATCHED))}
    if (run.validation !== undefined && run.validation.length > 0)
      this.watches.validation = this.watch(run.validation)
  }

  /** [days] whole days since 1970 with training ratings; empty without days. */
  get dates(): Int32Array {
    return this.sampler.days?.dates ?? new Int32Array(0)
  }

  /** All sweeps; a stop writes the checkpoint that was asked for before it is passed on. */
  async sample(): Promise<void> {
    const {chains, burnIn, sweeps} = this.plan
    const each = burnIn + sweeps
    await this.resume()
    let written = performance.now()
    try {
      while (this.done < chains * each) {
        const chain = Math.floor(this.done / each)
        const step = (this.done % each) + 1
        if (step === 1) this.sampler.begin(chain)
        await this.sampler.sweep(step, step <= burnIn)
        await this.sum(chain, step)
        this.done++
        this.keep(step)
        this.tell(chains * each)
        if (this.run.checkpoint === undefined) continue
        this.remember()
        if (performance.now() - written < EVERY * 1000) continue
        await this.write()
        written = performance.now()
      }
    } catch (error) {
      if (this.run.signal?.aborted && this.run.checkpoint !== undefined && this.done > 0) await this.write()
      throw error
    }
  }

  /** Adds this draw's predictions to the sums; while the first chain settles, only the present draw counts. */
  private async sum(chain: number, step: number): Promise<void> {
    const settling = step <= this.plan.burnIn
    if (settling && chain > 0) return
    const {users, movies, daySide, quads, mean, cuts, stars} = this.sampler
    const fresh = settling || (chain === 0 && step === this.plan.burnIn + 1)
    if (fresh) this.summed = 0
    for (const {u, i, day, r, sum} of Object.values(this.watches) as Watch[]) {
      if (fresh) sum.fill(0)
      const calls = blocks(r.length, 8192).map(([from, to]) => [
        from,
        to,
        pointer(users.rows),
        pointer(movies.rows),
        daySide === undefined ? 0 : pointer(daySide.rows),
        pointer(u),
        pointer(i),
        day === undefined ? 0 : pointer(day),
        quads,
        mean,
        this.model.probit ? pointer(cuts) : 0,
        pointer(this.stars),
        stars.length,
        pointer(sum)
      ])
      await this.pool.all('gibbsScores', calls)
    }
    this.summed++
  }

  /** Keeps draws at even distances among those that count. */
  private keep(step: number): void {
    if (step <= this.plan.burnIn) return
    if (this.keptOf(this.countedOf(this.done)) > this.draws.length) this.draws.add(this.sampler.drawn)
  }

  private tell(total: number): void {
    const {train, validation} = this.watches
    const errors = {
      train: this.rmse(train),
      ...(validation === undefined ? {} : {validation: this.rmse(validation)})
    }
    this.run.history.push({epoch: this.done, seconds: this.before + this.run.seconds, ...errors})
    this.run.report(this.done, total, errors)
  }

  private rmse({r, sum}: Watch): number {
    const [min, max] = this.train.scale
    let squares = 0
    for (let n = 0; n < r.length; n++)
      squares += (Math.min(max, Math.max(min, sum[n] / this.summed)) - r[n]) ** 2
    return Math.sqrt(squares / r.length)
  }

  private watch(pairs: Ratings): Watch {
    const {users, movies, days, daySide} = this.sampler
    const {userIds, movieIds} = this.train.frame
    const {u, i, t} = pairs.indexedBy(userIds, movieIds)
    const {r} = pairs.rows
    const rowIn = ({count, start}: {count: number; start: Int32Array}, k: number): number =>
      k >= 0 && start[k + 1] > start[k] ? k : count
    const rowOfDay = (n: number): number => {
      const day = t === undefined || days === undefined ? -1 : dayOf(days.dates, t[n])
      return day < 0 ? (daySide?.count ?? 0) : day
    }
    return {
      u: this.arena.i32(u.map(one => rowIn(users, one))),
      i: this.arena.i32(i.map(one => rowIn(movies, one))),
      day: daySide === undefined ? undefined : this.arena.i32(r.map((_, n) => rowOfDay(n))),
      r,
      sum: this.arena.f64(r.length)
    }
  }

  private remember(): void {
    const {arrays} = this.last
    const views: Record<string, Float32Array | Float64Array> = {...this.sampler.state}
    for (const [name, {sum}] of Object.entries(this.watches) as Array<[string, Watch]>)
      views[`sum.${name}`] = sum
    for (const [name, values] of Object.entries(views)) {
      if (arrays[name] === undefined) arrays[name] = values.slice()
      else arrays[name].set(values)
    }
    const noise = this.sampler.sides.map(side => side.noise)
    this.last.values = {
      done: this.done,
      summed: this.summed,
      history: this.run.history,
      noise,
      kept: this.draws.length
    }
  }

  /** What a checkpoint of this fit is marked with. */
  private get mark(): string {
    const {validation} = this.run
    const {days, users, features} = this.sampler
    const watched = validation === undefined ? '' : fingerprint('validation', {}, validation)
    const dates = days === undefined ? '' : checksum([days.dates, users.second as Int32Array])
    const known =
      features === undefined
        ? ''
        : checksum(Object.values(features).flatMap(({start, index}) => [start, index]))
    return fingerprint('bayesian', {...this.model, ...this.plan, watched, dates, known}, this.train)
  }

  /** What a checkpoint of this fit holds. */
  private get shape(): StateShape<Done> {
    const {sampler, draws, plan} = this
    const watched = Object.entries(this.watches) as Array<[string, Watch]>
    return shapeOfDone({
      sampler,
      draws,
      sums: Object.fromEntries(watched.map(([name, {sum}]) => [name, sum])),
      total: plan.chains * (plan.burnIn + plan.sweeps),
      after: done => {
        const counted = this.countedOf(done)
        return {summed: Math.max(1, counted), kept: this.keptOf(counted)}
      }
    })
  }

  /** Which chain the last of so many sweeps is of. */
  private chainOf(done: number): number {
    return Math.floor((done - 1) / (this.plan.burnIn + this.plan.sweeps))
  }

  /** How many of so many sweeps count. */
  private countedOf(done: number): number {
    const {burnIn, sweeps} = this.plan
    const chain = this.chainOf(done)
    return chain * sweeps + Math.max(0, done - chain * (burnIn + sweeps) - burnIn)
  }

  /** How many draws are kept of so many that count: at even distances. */
  private keptOf(counted: number): number {
    return Math.floor((counted * this.draws.room) / (this.plan.chains * this.plan.sweeps))
  }

  private async write(): Promise<void> {
    const kept = Object.entries(this.draws.state().arrays).map(([name, values]) => [`kept.${name}`, values])
    const {values, arrays} = this.last
    await writeCheckpoint(this.run.checkpoint as string, {
      of: this.mark,
      values,
      arrays: {...arrays, ...Object.fromEntries(kept)}
    })
  }

  private async resume(): Promise<void> {
    if (!this.run.resume || this.run.checkpoint === undefined) return
    const found = await readCheckpoint<Done, NumberArray>(this.run.checkpoint, this.mark, this.shape)
    if (found === undefined) return
    const {values, arrays} = found
    this.done = values.done
    this.summed = values.summed
    for (const entry of values.history) this.run.history.push(entry)
    this.before = this.run.history.at(-1)?.seconds ?? 0
    this.sampler.resume(this.chainOf(this.done), values.noise)
    for (const [name, view] of Object.entries(this.sampler.state)) view.set(arrays[name])
    for (const [name, {sum}] of Object.entries(this.watches) as Array<[string, Watch]>)
      sum.set(arrays[`sum.${name}`])
    this.draws.refill(values.kept, arrays)
    this.remember()
  }
}

/** At most about `count` ratings, evenly spread over the users. */
function someOf(ratings: Ratings, count: number): Ratings {
  const every = Math.max(1, Math.floor(ratings.length / count))
  return ratings.select(ratings.byUser.row.filter((_, n) => n % every === 0))
}
