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
export {invertNegated, SWEEP_BLOCK, sweepScratch} from '../lib/dist/kernels/invert.js'
export {MOST_CALLS} from '../lib/dist/kernels/job.js'
export {blocks, weightedBlocks, withPool} from '../lib/dist/kernels/pool.js'
export {Team} from '../lib/dist/kernels/team.js'
export {dismiss, engage} from '../lib/dist/kernels/threads.js'
export {catchUp, kernelModule, kernelsOn} from '../lib/dist/kernels/wasm.js'
export {tridiagonalise} from '../lib/dist/math/band.js'
export {cholesky, choleskySolve} from '../lib/dist/math/cholesky.js'
export {symmetricEigen} from '../lib/dist/math/jacobi.js'
export {lanczos} from '../lib/dist/math/lanczos.js'
export {density, upperTail} from '../lib/dist/math/normal.js'
export {principalPlane} from '../lib/dist/math/principal.js'
export {Random} from '../lib/dist/math/random.js'
export {topN} from '../lib/dist/math/topN.js'
export {tridiagonalEigen} from '../lib/dist/math/tridiagonal.js'
export {PosteriorSamples} from '../lib/dist/models/draws.js'
export {connect, inKernel} from '../lib/dist/notebook/kernel.js'
export {describeProgress} from '../lib/dist/notebook/progress.js'
export {literal, PALETTE, shortened} from '../lib/dist/plots/style.js'
export {tokens} from '../lib/dist/text/tfidf.js'
