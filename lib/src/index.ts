// The map of the library, in the order in which a notebook uses it.

import {connect} from './notebook/kernel'

// data
export type {SkippedLine} from './data/bytes'
export {type Downloaded, type DownloadOptions, downloadMovieLens} from './data/download'
export type {MovieId, UserId} from './data/ids'
export type {RatingColumnNames} from './data/layout'
export {type Edition, type LoadMovieLensOptions, loadMovieLens} from './data/movieLens'
export {type Movie, Movies} from './data/movies'
export {type RatingRow, Ratings, type User} from './data/ratings'
export {type ReadMoviesOptions, type ReadRatingsOptions, readMovies, readRatings} from './data/readers'
export {kFold, type Split, type SplitOptions, split, splitRows} from './data/split'
export {type SyntheticOptions, syntheticRatings} from './data/synthetic'

// engines
export {
  AlternatingLeastSquares,
  type AlternatingLeastSquaresOptions
} from './engines/alternatingLeastSquares'
export {AutoRec, type AutoRecOptions} from './engines/autoRec'
export {Baseline, type BaselineOptions} from './engines/baseline'
export {BayesianFactorization, type BayesianFactorizationOptions} from './engines/bayesianFactorization'
export {ContentBased, type ContentBasedOptions} from './engines/contentBased'
export {Ease, type EaseOptions} from './engines/ease'
export {EmbeddingNet, type EmbeddingNetOptions} from './engines/embeddingNet'
export {
  Engine,
  type EngineClass,
  type Explanation,
  type HistoryEntry,
  type Profile,
  type Recommendation,
  type RecommendOptions,
  type Similar,
  type SimilarityMatrix,
  type Term,
  type Who
} from './engines/engine'
export {FactorEngine, type FactorModel, type Taste} from './engines/factorEngine'
export {MatrixFactorization, type MatrixFactorizationOptions} from './engines/matrixFactorization'
export {loadEngine, saveEngine} from './engines/modelFile'
export {ItemNeighbours, type NeighbourRow, Neighbours, UserNeighbours} from './engines/neighbours'
export type {NeighboursOptions, SimilarityName} from './engines/neighboursOptions'
export {NetworkEngine} from './engines/network'
export type {EngineSpec, OptionSpec} from './engines/options'
export {Popularity, type PopularityOptions} from './engines/popularity'
export {
  type DetailedPrediction,
  type Fallback,
  type FallbackOption,
  RatingEngine
} from './engines/ratingEngine'
export {engineByName, engines} from './engines/registry'
export type {FitRun, Progress} from './engines/run'
export {type TensorFlowBackend, tensorFlowBackend, useTensorFlow} from './engines/tensorflow'
export {TruncatedSvd, type TruncatedSvdOptions} from './engines/truncatedSvd'
// errors
export {
  ArgumentError,
  CheckpointError,
  DataFormatError,
  DivergedError,
  DownloadError,
  InterruptedError,
  MemoryError,
  ModelFileError,
  MovieRecsError,
  NotFittedError,
  OptionError,
  UnknownIdError
} from './errors'
// evaluation
export {crossValidate, type Evaluation, evaluate, type FoldRow} from './evaluate/evaluate'
export {
  errorBySupport,
  type SupportRow,
  type SweepRow,
  similaritiesSideBySide,
  sweep,
  sweepSize
} from './evaluate/sweep'
// exploration
export {
  axisExtremes,
  type FactorPlace,
  type FactorRow,
  factorPlaces,
  factorTable,
  largestBiases,
  placesOnMap,
  type Sureness,
  sureAndUnsure
} from './explore/factors'
export {
  bestRated,
  byDecade,
  mostRated,
  type RatedMovie,
  ratingByGenre,
  titleWords
} from './explore/movies'
export {
  describeRatings,
  longTail,
  type RatingStatistics,
  ratingCounts,
  ratingStatistics,
  ratingsOverTime,
  ratingsPerMovie,
  ratingsPerUser,
  userActivity
} from './explore/ratings'
export {type RawRowError, rawRowNeighbours} from './explore/rawRows'
// terms
export {type Idf, TermMatrix, type TfidfOptions, termTable, tfidf} from './math/tfidf'
// in a notebook
export {progress} from './notebook/progress'
// what is shown
export {
  type Compared,
  type CurvePoint,
  type Learned,
  type MapPoint,
  plotComparison,
  plotCurve,
  plotExplanation,
  plotLearningCurve,
  plotMovieMap,
  plotSimilarity
} from './plots/charts'
export type {DataFrame} from './plots/dataFrame'
export {type Display, type MimeBundle, setDisplay} from './plots/display'
export {
  plotActivity,
  plotByDecade,
  plotGenres,
  plotLongTail,
  plotRatingByGenre,
  plotRatings,
  plotRatingsOverTime
} from './plots/exploreCharts'
export {Figure, type FigureParts, type Layout, type Trace} from './plots/figure'
export {type NetworkLayer, plotNetwork} from './plots/network'
export {Table, type TableOptions} from './plots/table'
export {type WordCloud, type WordCloudOptions, type WordWeights, wordCloud} from './plots/wordCloud'

connect()
