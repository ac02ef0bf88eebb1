import {FileError} from '../errors'

/** What the system's refusals mean, and what to do. `%` stands for the path. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file %. Check the path.',
  ENOTDIR: 'There is a file where a folder of % would be. Check the path.',
  EISDIR: '% is a folder. Name a file.',
  ENOSPC: 'The disk of % is full. Free some space, or name a place on another disk; no half file was left.',
  EDQUOT:
    'Your share of the disk of % is used up. Free some space, or name a place on another disk; no half file was left.',
  EFBIG:
    '% would be larger than files may be here (ulimit -f, or the file system). Name another disk, or raise the limit.',
  EROFS: '% is on a disk that is read-only. Name another place.',
  EACCES: '% may not be read or written. Check its permissions.',
  EPERM: '% may not be read or written. Check its permissions.',
  ENAMETOOLONG: 'The name % is too long for this file system. Name it shorter.',
  ELOOP: '% is a link that leads to itself. Name the file itself.',
  ENXIO: 'Nobody reads at the other end of %. Start the reader first.',
  EPIPE: 'The reader of % has gone. Keep it open, or write to a file.',
  EMFILE: 'There are too many open files for one more, %. Raise the limit (ulimit -n 1024).',
  ENFILE: 'There are too many open files on this machine for one more, %. Close some programs.',
  EIO: 'The disk of % failed. Check it, and name a place on another.',
  ETXTBSY: '% is a program that is running. Name another place.',
  EBUSY: '% is in use. Name another place.'
}

/** An error of the file system as one that names the remedy; undefined for what is no such error. */
export function remedyFor(error: unknown, file?: string): FileError | undefined {
  if (error instanceof FileError) return error
  const {code = '', path, message = ''} = error as NodeJS.ErrnoException
  if (code === 'ERR_INVALID_ARG_VALUE' && message.includes('null bytes'))
    return new FileError(file ?? '', code, 'There is a NUL byte in the name of a file. Check the path.')
  if (!Object.hasOwn(REMEDIES, code)) return undefined
  const named = shortened(file ?? path ?? 'a file')
  const words = REMEDIES[code].replaceAll('%', named)
  return new FileError(file ?? path ?? '', code, words[0].toUpperCase() + words.slice(1))
}

/** A path of some length; of a longer one its two ends. */
function shortened(path: string): string {
  return path.length <= 300 ? path : `${path.slice(0, 150)}…${path.slice(-100)}`
}
