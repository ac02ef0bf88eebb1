import type {ArrayFileContent, ArrayFormat} from '../../files/arrayFile'

/** Model files: the container's magic and version, and what to do about one that is refused. */
export const FORMAT: ArrayFormat = {
  magic: 'MOVIEREC',
  version: 3,
  noun: 'model',
  ifForeign: 'Make one with saveEngine() or movie-recs fit.',
  ifBroken: 'Fit and save it again.'
}

/** @internal */
export type ModelContent = Pick<ArrayFileContent, 'header' | 'arrays'>
