import type {RatingColumnNames} from '../data/reading/ratingColumns'

/** Ratings that stay where they are, and the Spark that learns from them there: what `engine.fit` takes in place of `Ratings`. */
export interface OnSpark {
  /** Spark's master: `local[2]`, `local[*]`, `local-cluster[2,1,1024]`, `spark://host:7077`, `yarn` or `k8s://https://host:443`. */
  on: string
  /**
   * One path or more, as Spark's workers see them, with its wildcards: files and folders of parts, `s3a://…/part-*`, `hdfs://…`. Parquet, or
   * text in columns, also packed by gzip: with a header or not, divided by `::`, tab, `;` or `,`.
   */
  ratings: string | readonly string[]
  /** A catalogue on this machine. */
  movies?: string
  /** Names of the columns where they have none of the usual; `rating: 'none'` takes each row for a click. */
  columns?: Pick<RatingColumnNames, 'user' | 'movie' | 'rating'>
  /** Whether text begins with the names of its columns. @default by whether the first line ends in a number */
  header?: boolean
  /** What becomes of a pair of user and movie that comes more than once. @default 'error'; 'sum' of clicks */
  duplicates?: 'error' | 'mean' | 'sum'
  /**
   * Where the job leaves its Parquet (`users`, `movies`, `ratings`) and checkpoints: a folder or URL that all of Spark's workers write to and that
   * stays, for lists for everyone; on a cluster on shared storage. @default a folder for temporary files, which is removed at the end
   */
  work?: string
  /** Whether users' factors and their ratings come back into the model; without them it answers for profiles. @default true up to 50 million ratings */
  keep?: boolean
  /** More of Spark's configuration: `{'spark.executor.memory': '8g'}`. */
  conf?: Readonly<Record<string, string>>
}

/** @internal Whether a fit is to learn on Spark. */
export function isOnSpark(train: unknown): train is OnSpark {
  return typeof train === 'object' && train !== null && typeof (train as OnSpark).on === 'string'
}
