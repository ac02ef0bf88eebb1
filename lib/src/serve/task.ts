import type {MovieId} from '../data/ids'
import type {Recommendation} from '../models/recommendations'
import type {RecommendOptions, Who} from '../models/recommender'
import type {Carried} from './carried'
import type {Packed} from './packed'

/** What a thread of a service is asked. */
export type Task =
  | {do: 'read'; path: string}
  | {do: 'take'; packed: Packed}
  | {do: 'recommend'; who: Who; o: RecommendOptions}
  | {do: 'similar'; movieId: MovieId; o: {n?: number; includeSelf?: boolean}}
  | {do: 'explain'; who: Who; movieId: MovieId}
  | {do: 'predict'; who: Who; movieId: MovieId; o: {timestamp?: number}}

/** A task on its way to a thread. */
export interface Sent {
  id: number
  task: Task
}

/** What comes back, and how many milliseconds it took. */
export type Reply = {id: number; ms: number} & ({answer: unknown} | {error: Carried})

/** Who answers from now on. */
export interface Taken {
  /** Name of the engine: "ease". */
  name: string
  /** "Ease() on 671 users × 9,066 movies" */
  text: string
}

/** A list as it is sent: a table would arrive as a plain array. */
export interface SentList {
  rows: Recommendation[]
  leftOut: readonly MovieId[]
  note: string | undefined
}
