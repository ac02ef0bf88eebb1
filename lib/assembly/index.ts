// The one wasm module: what is exported here is what lib/src can call.
export {gibbsCuts, gibbsCutsBytes} from './bayesian/gibbsCuts'
export {GIBBS_LINK_QUADS, gibbsLinks, gibbsLinksScratch} from './bayesian/gibbsLinks'
export {
  GIBBS_NOISE,
  GIBBS_SQUARES,
  gibbsBias,
  gibbsRows,
  gibbsRowsScratch,
  gibbsStride
} from './bayesian/gibbsRows'
export {gibbsScores} from './bayesian/gibbsScores'
export {randomFill} from './bayesian/stream'
export {weighDraws, weighDrawsStride} from './bayesian/weighDraws'
export {
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  autoDecode,
  autoEncode,
  autoLearn,
  autoLearnScratch,
  autoStride
} from './deep/autoRec'
export {dot} from './dot'
export {
  conjugateGradient,
  conjugateGradientScratch,
  conjugateGradientStride
} from './factors/conjugateGradient'
export {gramOfRows} from './factors/gramOfRows'
export {gramPairs, gramProduct, gramProductBytes, gramVectors} from './factors/gramProduct'
export {BASIS_ROWS, basisProducts, scaleInto, subtractBasis} from './factors/orthogonalize'
export {projectRows} from './factors/projectRows'
export {rotateBasis} from './factors/rotateBasis'
export {sgd, sgdStride} from './factors/sgd'
export {squaredErrors} from './factors/squaredErrors'
export {svdpp, svdppFactors, svdppScratch} from './factors/svdpp'
export {heapStart} from './heap'
export {invertPanel, invertPivotRows, invertUpdate, PIVOT_BLOCK} from './invert'
export {filterRows} from './linear/filterRows'
export {relatedRows, relatedRowsScratch} from './linear/relatedRows'
export {rowProducts} from './linear/rowProducts'
export {slimColumns, slimColumnsScratch} from './linear/slimColumns'
export {weighTogether} from './linear/weighTogether'
export {exactLists} from './lists/exactLists'
export {FACTOR_TILE, factorLists, factorListsScratch} from './lists/factorLists'
export {intoLists, listRoomBytes, setListRoom} from './lists/listRoom'
export {sparseLists, sparseListsScratch} from './lists/sparseLists'
export {WEIGHT_TILE, weightLists, weightListsScratch} from './lists/weightLists'
export {
  MEASURE_COSINE,
  MEASURE_DISTANCE,
  MEASURE_JACCARD,
  MEASURE_PEARSON,
  neighbourhoodBytes,
  setNeighbourhood,
  setPairs,
  setStore
} from './neighbours/neighbourhood'
export {neighbourScores, neighbourScratch, neighbourStore} from './neighbours/neighbourScores'
export {neighbourTile, neighbourTileScratch, TILE_MOVIE, TILE_PERSON} from './neighbours/neighbourTile'
export {similarityRow, similarityRowScratch} from './neighbours/similarityRow'
export {weighColumns, weighRows} from './neighbours/weighMany'
export {weighListScratch, weighNearest, weighNearestScratch} from './neighbours/weighNearest'
