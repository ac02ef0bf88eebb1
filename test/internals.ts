/**
 * What tests and the bench look into beside the public library, each part from where it stands in the built package. They import it as
 * `#internals`, so that a file which moves is named here and nowhere else.
 */
export {Belief} from '#dist/ask/belief.js'
export {main} from '#dist/cli/main.js'
export {IdIndex, idsAsWritten} from '#dist/data/ids.js'
export {mergeRatings} from '#dist/data/merge.js'
export {fetchFile} from '#dist/data/movieLens/fetchFile.js'
export {checkMemory, memoryFor} from '#dist/data/movieLens/movieLens.js'
export {type Lines, LONGEST_RECORD, linesIn, Records} from '#dist/data/reading/records.js'
export {fingerprint, readCheckpoint, writeCheckpoint} from '#dist/engines/checkpoint.js'
export {loadTensorFlow} from '#dist/engines/deep/tensorflow.js'
export {listingOf, listsOfMany} from '#dist/engines/lists/lists.js'
export {Neighbourhood} from '#dist/engines/neighbours/similarities.js'
export {parseOption} from '#dist/engines/options.js'
export {Run} from '#dist/engines/run.js'
export {ArrayFileError} from '#dist/errors.js'
export {climb, costOf, kept} from '#dist/evaluate/halving.js'
export {drawsOf, gridOf, resolveSpace} from '#dist/evaluate/searchSpace.js'
export {
  type ArrayFileContent,
  type ArrayFormat,
  readArrayFile,
  writeArrayFile
} from '#dist/files/arrayFile.js'
export {withLock} from '#dist/files/lock.js'
export {openParquet, type ParquetTable} from '#dist/files/parquet/openParquet.js'
export type {RowGroup} from '#dist/files/parquet/rowGroup.js'
export {writeParquet} from '#dist/files/parquet/writeParquet.js'
export {checkWritable, writeWhole} from '#dist/files/writeWhole.js'
export {Arena, pointer} from '#dist/kernels/arena.js'
export {adjourn, announce, DONE, failureOf, MOST_CALLS, newBoard} from '#dist/kernels/board.js'
export type {Task} from '#dist/kernels/crew.js'
export {invertNegated, invertScratch, invertSize} from '#dist/kernels/invert.js'
export {blocks, weightedBlocks, withPool} from '#dist/kernels/pool.js'
export {Team} from '#dist/kernels/team.js'
export {dismiss, engage} from '#dist/kernels/threads.js'
export {catchUp, kernelConstants, kernelModule, kernelsOn} from '#dist/kernels/wasm.js'
export {cholesky, choleskySolve} from '#dist/math/cholesky.js'
export {cos} from '#dist/math/cosine.js'
export {exp, pow} from '#dist/math/exponential.js'
export {hypot} from '#dist/math/hypot.js'
export {principalPlaces, symmetricEigen} from '#dist/math/jacobi.js'
export {lanczos} from '#dist/math/lanczos.js'
export {log, log1p, log2, log10} from '#dist/math/logarithms.js'
export {density, upperTail} from '#dist/math/normal.js'
export {Random} from '#dist/math/random.js'
export {sortedOnce} from '#dist/math/search.js'
export {studentTwoSided} from '#dist/math/student.js'
export {topN} from '#dist/math/topN.js'
export {tridiagonalEigen, tridiagonalise} from '#dist/math/tridiagonal.js'
export {dotsWithRows} from '#dist/math/vectors.js'
export {Draws} from '#dist/models/draws.js'
export {FactorModel} from '#dist/models/factorModel.js'
export {type ListBlock, type ListsWanted, listsByScores} from '#dist/models/lists.js'
export {type Model, type Person, Support} from '#dist/models/model.js'
export type {NeighbourStore} from '#dist/models/neighbourModel.js'
export {Ridge, ridgeBySteps} from '#dist/models/ridge.js'
export {type Spoken, sentenceOf} from '#dist/models/sentences.js'
export {wordsOf} from '#dist/notebook/claims.js'
export {describeError} from '#dist/notebook/errors.js'
export {connect, inKernel} from '#dist/notebook/kernel.js'
export {Streams} from '#dist/notebook/streams.js'
export {addressOf, type KnownToAddress, readAddress} from '#dist/page/address.js'
export {barsOf, roundedToSum} from '#dist/page/bars.js'
export {ratingsCsv} from '#dist/page/csv.js'
export {Finder} from '#dist/page/finder.js'
export {dataWordsOf} from '#dist/page/making/dataWords.js'
export {toHtml} from '#dist/page/making/toHtml.js'
export {inSteps, type PackedArray, pack, unpack, type Writing} from '#dist/page/numbers.js'
export {openPage} from '#dist/page/openPage.js'
export type {PageFile, PageModel} from '#dist/page/pageFile.js'
export {restorePage} from '#dist/page/restorePage.js'
export {choiceOf, ratingText, stepOf} from '#dist/page/scale.js'
export {
  dismissed,
  joined,
  left,
  lookedAt,
  NOTHING_YET,
  named,
  rated,
  ratedAll,
  ratingOf,
  type Visit
} from '#dist/page/visit.js'
export {pageFileOf} from '#dist/page/writePage.js'
export {literal, PALETTE, shortened} from '#dist/plots/style.js'
export {arrived, carried} from '#dist/serve/carried.js'
export {describeProgress, duration, TerminalLine} from '#dist/show/progressLine.js'
export {bytes, type NumberArray, numbers} from '#dist/sound/arrays.js'
export type {StateShape} from '#dist/sound/state.js'
export {record, whole} from '#dist/sound/values.js'
export {slips} from '#dist/text/slips.js'
export {tokens} from '#dist/text/tfidf.js'
export {setSurroundings, Work} from '#dist/work.js'
