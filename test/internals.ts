/**
 * What tests and the bench look into beside the public library, each part from where it stands in the built package. They import it as
 * `#internals`, so that a file which moves is named here and nowhere else.
 */
export {main} from '../lib/dist/cli/main.js'
export {fetchFile} from '../lib/dist/data/movieLens/fetchFile.js'
export {checkMemory, memoryFor} from '../lib/dist/data/movieLens/movieLens.js'
export {fingerprint, readCheckpoint, writeCheckpoint} from '../lib/dist/engines/checkpoint.js'
export {loadTensorFlow} from '../lib/dist/engines/deep/tensorflow.js'
export {Neighbourhood} from '../lib/dist/engines/neighbours/similarities.js'
export {Run} from '../lib/dist/engines/run.js'
export {ArrayFileError} from '../lib/dist/errors.js'
export {
  type ArrayFileContent,
  type ArrayFormat,
  type NumberArray,
  readArrayFile,
  writeArrayFile
} from '../lib/dist/files/arrayFile.js'
export {Arena, pointer} from '../lib/dist/kernels/arena.js'
export {invertNegated, invertScratch, invertSize} from '../lib/dist/kernels/invert.js'
export {MOST_CALLS} from '../lib/dist/kernels/job.js'
export {blocks, weightedBlocks, withPool} from '../lib/dist/kernels/pool.js'
export {Team} from '../lib/dist/kernels/team.js'
export {dismiss, engage} from '../lib/dist/kernels/threads.js'
export {catchUp, kernelConstants, kernelModule, kernelsOn} from '../lib/dist/kernels/wasm.js'
export {cholesky, choleskySolve} from '../lib/dist/math/cholesky.js'
export {principalPlaces, symmetricEigen} from '../lib/dist/math/jacobi.js'
export {lanczos} from '../lib/dist/math/lanczos.js'
export {density, upperTail} from '../lib/dist/math/normal.js'
export {Random} from '../lib/dist/math/random.js'
export {topN} from '../lib/dist/math/topN.js'
export {tridiagonalEigen, tridiagonalise} from '../lib/dist/math/tridiagonal.js'
export {Draws} from '../lib/dist/models/draws.js'
export type {NeighbourStore} from '../lib/dist/models/neighbourModel.js'
export {type Spoken, sentenceOf} from '../lib/dist/models/sentences.js'
export {connect, inKernel} from '../lib/dist/notebook/kernel.js'
export {literal, PALETTE, shortened} from '../lib/dist/plots/style.js'
export {describeProgress, duration, TerminalLine} from '../lib/dist/show/progressLine.js'
export {tokens} from '../lib/dist/text/tfidf.js'
