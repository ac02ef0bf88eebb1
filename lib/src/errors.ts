/** Every error of this library says what was wrong, what was got and what to do; the values are fields. */
export class MovieRecsError extends Error {
  override name = 'MovieRecsError'
}

/** An option that is unknown, of the wrong type or out of its range. */
export class OptionError extends MovieRecsError {
  override name = 'OptionError'
  constructor(
    readonly option: string,
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

/** A user or movie id that was not in the ratings the engine was fitted on. */
export class UnknownIdError extends MovieRecsError {
  override name = 'UnknownIdError'
  constructor(
    readonly kind: 'user' | 'movie',
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

/** A fit that ran away: NaN or infinity in what was learned. `option` is the one to change. */
export class DivergedError extends MovieRecsError {
  override name = 'DivergedError'
  constructor(
    message: string,
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
    readonly file: string,
    readonly line: number,
    readonly expected: string,
    readonly got: string,
    remedy = ''
  ) {
    super(
      `${file}${line > 0 ? `:${line}` : ''}: expected ${expected}, got ${got}.${remedy === '' ? '' : ` ${remedy}`}`
    )
  }
}

/** A line that was left out because `onBadLine: 'skip'` asked for it. `line` counts from 1. */
export interface SkippedLine {
  readonly line: number
  readonly reason: string
}

/** An edition of MovieLens could not be fetched or unpacked; `reason` says why, the message what to do. */
export class DownloadError extends MovieRecsError {
  override name = 'DownloadError'
  constructor(
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

/** A model file that is foreign, of another version, cut, corrupt or not sound. */
export class ModelFileError extends MovieRecsError {
  override name = 'ModelFileError'
  constructor(
    readonly file: string,
    message: string
  ) {
    super(message)
  }
}

/** A checkpoint that cannot be written, or is foreign, of another version, cut, corrupt, or of another fit. */
export class CheckpointError extends MovieRecsError {
  override name = 'CheckpointError'
  constructor(
    readonly file: string,
    message: string
  ) {
    super(message)
  }
}

/** A page that cannot be made: of an engine that answers from the ratings of others, or without the app that it is made with. */
export class PageError extends MovieRecsError {
  override name = 'PageError'
  constructor(
    readonly engine: string,
    message: string
  ) {
    super(message)
  }
}

/** More memory would be needed than there is. */
export class MemoryError extends MovieRecsError {
  override name = 'MemoryError'
}
