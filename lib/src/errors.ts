import {brief, printable, shown} from './printable'

/** Characters of a message, at most: what was got may be a whole file in one line. */
const MOST = 1500

/** Every error of this library says what was wrong, what was got and what to do; the values are fields. */
export class MovieRecsError extends Error {
  override name = 'MovieRecsError'
  constructor(message?: string, options?: ErrorOptions) {
    super(message === undefined ? undefined : brief(printable(message), MOST), options)
  }
}

/** An option that is unknown, of the wrong type or out of its range. */
export class OptionError extends MovieRecsError {
  override name = 'OptionError'
  constructor(
    /** The name of the option. */
    readonly option: string,
    /** What was given. */
    readonly value: unknown,
    message: string
  ) {
    super(message)
  }
}

/** An argument of a call that makes no sense: a negative n, an empty profile, rows that are not rows. */
export class ArgumentError extends MovieRecsError {
  override name = 'ArgumentError'
}

/** Refuses what is no whole number from 1 up. */
export function checkCount(name: string, n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`Expected ${name} to be a whole number from 1 up, got ${n}.`)
}

/** Refuses what is no path: no compiler has seen a call from JavaScript. */
export function checkPath(path: unknown): void {
  if (typeof path !== 'string') throw new ArgumentError(`Expected the path of a file, got ${shown(path)}.`)
}

/** A user or movie id that was not in the ratings the engine was fitted on. */
export class UnknownIdError extends MovieRecsError {
  override name = 'UnknownIdError'
  constructor(
    /** Whose id it is. */
    readonly kind: 'user' | 'movie',
    /** The id that was asked for. */
    readonly id: number | string,
    message: string
  ) {
    super(message)
  }
}

/** An engine was asked before it was fitted. */
export class NotFittedError extends MovieRecsError {
  override name = 'NotFittedError'
}

/** An engine that takes in no new ratings: it has to be fitted again on all of them. */
export class UpdateError extends MovieRecsError {
  override name = 'UpdateError'
}

/** A fit that ran away: NaN or infinity in what was learned. `option` is the one to change. */
export class DivergedError extends MovieRecsError {
  override name = 'DivergedError'
  constructor(
    message: string,
    /** The option to change. */
    readonly option: string
  ) {
    super(message)
  }
}

/** Work that was stopped by its AbortSignal: Ctrl-C, a kernel interrupt, or the caller. */
export class InterruptedError extends MovieRecsError {
  override name = 'AbortError'
}

/** A line of a file that is not what its layout asks for. `line` counts from 1; 0 where no line is to blame. */
export class DataFormatError extends MovieRecsError {
  override name = 'DataFormatError'
  constructor(
    /** The file that was read. */
    readonly file: string,
    /** From 1; 0 where no line is to blame. */
    readonly line: number,
    /** What its layout asks for. */
    readonly expected: string,
    /** What stands there. */
    readonly got: string,
    remedy = ''
  ) {
    super(
      `${file}${line > 0 ? `:${line}` : ''}: expected ${expected}, got ${got}.${remedy === '' ? '' : ` ${remedy}`}`
    )
  }
}

/** A Parquet file that cannot be read, or has not what is needed of it. `line` is the row, from 1; 0 where no row is to blame. */
export class ParquetError extends DataFormatError {
  override name = 'ParquetError'
  constructor(
    /**
     * `foreign`: no Parquet file, or no part of one; `cut`: its end is missing; `damaged`: what it says of itself does not hold; `encrypted`, `compression`:
     * packed in a way that is not read; `column`: one is missing; `type`: one holds something else; `value`: one of its rows does.
     */
    readonly reason:
      | 'foreign'
      | 'cut'
      | 'damaged'
      | 'encrypted'
      | 'compression'
      | 'column'
      | 'type'
      | 'value',
    file: string,
    line: number,
    expected: string,
    got: string,
    remedy = ''
  ) {
    super(file, line, expected, got, remedy)
  }
}

/** A line that was left out because `onBadLine: 'skip'` asked for it. `line` counts from 1. */
export interface SkippedLine {
  /** From 1. */
  readonly line: number
  /** What was wrong with it. */
  readonly reason: string
}

/** An edition of MovieLens could not be fetched or unpacked; `reason` says why, the message what to do. */
export class DownloadError extends MovieRecsError {
  override name = 'DownloadError'
  constructor(
    /** Why, in a word. */
    readonly reason:
      | 'unreachable'
      | 'status'
      | 'certificate'
      | 'checksum'
      | 'archive'
      | 'disk'
      | 'permission',
    message: string
  ) {
    super(message)
  }
}

/** @internal A file of named arrays that cannot be read; model files and checkpoints pass it on as an error of their own. */
export class ArrayFileError extends MovieRecsError {
  override name = 'ArrayFileError'
  constructor(
    readonly file: string,
    readonly reason: 'foreign' | 'version' | 'cut' | 'corrupt' | 'shape',
    message: string
  ) {
    super(message)
  }
}

/** @internal Something in a file that is not what it should be; model files and checkpoints pass it on as an error of their own. */
export class UnsoundError extends MovieRecsError {
  override name = 'UnsoundError'
  constructor(
    /** Where it stands, from what it is in outwards: "movies[3].title". */
    readonly field: string,
    readonly expected: string,
    readonly got: string
  ) {
    super(`${field}: expected ${expected}, got ${got}`)
  }

  /** The same, of something that itself stands under a name, or at a place of a list: "[3]". */
  within(outer: string): UnsoundError {
    const {field, expected, got} = this
    const joint = field === '' || field.startsWith('[') || outer === '' ? '' : '.'
    return new UnsoundError(`${outer}${joint}${field}`, expected, got)
  }
}

/** A model file that is foreign, of another version, cut, corrupt or not sound. */
export class ModelFileError extends MovieRecsError {
  override name = 'ModelFileError'
  constructor(
    /** The model file. */
    readonly file: string,
    message: string
  ) {
    super(message)
  }
}

/** The training ratings are needed, for a question or to save a model without them, and cannot be had or done without. */
export class RatingsNeededError extends MovieRecsError {
  override name = 'RatingsNeededError'
}

/** A checkpoint that cannot be written, or is foreign, of another version, cut, corrupt, or of another fit. */
export class CheckpointError extends MovieRecsError {
  override name = 'CheckpointError'
  constructor(
    /** The checkpoint. */
    readonly file: string,
    message: string
  ) {
    super(message)
  }
}

/** A file that cannot be read or written: the disk is full or read-only, a permission or the file itself is missing. */
export class FileError extends MovieRecsError {
  override name = 'FileError'
  constructor(
    /** The path, as it was given. */
    readonly file: string,
    /** As the system has it: "ENOSPC" */
    readonly code: string,
    message: string
  ) {
    super(message)
  }
}

/** A page that cannot be made: of an engine that answers from the ratings of others, or without the app that it is made with. */
export class PageError extends MovieRecsError {
  override name = 'PageError'
  constructor(
    /** The name of the engine. */
    readonly engine: string,
    message: string
  ) {
    super(message)
  }
}

/** A service that cannot answer; `reason` says why, the message what to do. The same call may be answered later where it is `busy` or `died`. */
export class ServiceError extends MovieRecsError {
  override name = 'ServiceError'
  constructor(
    /** `busy`: too many calls wait; `closed`: it was ended; `died`: the thread that was to answer is gone. */
    readonly reason: 'busy' | 'closed' | 'died',
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options)
  }
}

/** A package that only this needs, and that is not installed or does not load. */
export class MissingPackageError extends MovieRecsError {
  override name = 'MissingPackageError'
  constructor(
    /** What npm installs it by. */
    readonly packages: readonly string[],
    message: string
  ) {
    super(message)
  }
}

/** Spark cannot be had or reached, or its job failed; `reason` says where, the message what to do. */
export class SparkError extends MovieRecsError {
  override name = 'SparkError'
  constructor(
    /** `java`, `python`, `install`: what it runs by; `spark`: Spark itself; `master`: nobody answers there; `ratings`: the data; `memory`; `job`: anything else. */
    readonly reason: 'java' | 'python' | 'install' | 'spark' | 'master' | 'ratings' | 'memory' | 'job',
    message: string
  ) {
    super(message)
  }
}

/** @internal What `load` gives of a package, or the error that says who needs it: "toDataFrame() needs the package danfojs-node". */
export function loadPackage<T>(load: () => T, need: string, install: string): T {
  try {
    return load()
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    throw new MissingPackageError(
      [install],
      `${need}, which could not be loaded (${why}). Install it: npm install ${install}.`
    )
  }
}

/** More memory would be needed than there is. */
export class MemoryError extends MovieRecsError {
  override name = 'MemoryError'
}
