// The map of the library, in the order in which a notebook uses it.

import {connect} from './notebook/kernel'

export type {MovieId, UserId} from './data/ids'
export {type Downloaded, type DownloadOptions, downloadMovieLens} from './data/movieLens/download'
export {type Edition, type LoadMovieLensOptions, loadMovieLens} from './data/movieLens/movieLens'
export {type Movie, Movies} from './data/movies'
export {type RatingRow, Ratings, type User} from './data/ratings'
// data
export type {RatingColumnNames} from './data/reading/layout'
export {
  type ReadMoviesOptions,
  type ReadRatingsOptions,
  readMovies,
  readRatings
} from './data/reading/readers'
export {kFold, type Split, type SplitOptions, split, splitRows} from './data/split'
export {describeRatings, type RatingStatistics, ratingStatistics} from './data/statistics'
export {type SyntheticOptions, syntheticRatings} from './data/synthetic'
export {Baseline, type BaselineOptions} from './engines/baseline'
export {
  BayesianFactorization,
  type BayesianFactorizationOptions
} from './engines/bayesian/bayesianFactorization'
export {ContentBased, type ContentBasedOptions} from './engines/contentBased'
export {AutoRec, type AutoRecOptions} from './engines/deep/autoRec'
export {EmbeddingNet, type EmbeddingNetOptions} from './engines/deep/embeddingNet'
export {NetworkEngine} from './engines/deep/networkEngine'
export {type TensorFlowBackend, tensorFlowBackend, useTensorFlow} from './engines/deep/tensorflow'
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
// engines
export {
  AlternatingLeastSquares,
  type AlternatingLeastSquaresOptions
} from './engines/factors/alternatingLeastSquares'
export {MatrixFactorization, type MatrixFactorizationOptions} from './engines/factors/matrixFactorization'
export {TruncatedSvd, type TruncatedSvdOptions} from './engines/factors/truncatedSvd'
export {Ease, type EaseOptions} from './engines/linear/ease'
export {loadEngine, saveEngine} from './engines/modelFile'
export {ItemNeighbours, type NeighbourRow, Neighbours, UserNeighbours} from './engines/neighbours/neighbours'
export type {
  ItemNeighboursOptions,
  NeighboursOptions,
  SimilarityName,
  UserNeighboursOptions
} from './engines/neighbours/options'
export type {EngineSpec, OptionSpec, OptionsOf} from './engines/options'
export {Popularity, type PopularityOptions} from './engines/popularity'
export {
  type DetailedPrediction,
  type Fallback,
  type FallbackOption,
  RatingEngine
} from './engines/ratingEngine'
export {engineByName, engines} from './engines/registry'
export type {FitRun} from './engines/run'
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
  type SkippedLine,
  UnknownIdError
} from './errors'
// evaluation
export {crossValidate, type Evaluation, evaluate, type FoldRow} from './evaluate/errors'
export {
  errorBySupport,
  type SupportRow,
  type SweepRow,
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
  longTail,
  ratingCounts,
  ratingsOverTime,
  ratingsPerMovie,
  ratingsPerUser,
  userActivity
} from './explore/ratings'
export {type RawRowError, rawRowNeighbours} from './explore/rawRows'
export {similaritiesSideBySide} from './explore/similarities'
export {FactorEngine, type FactorModel, type Taste} from './models/factorModel'
// in a notebook
export {progress} from './notebook/progress'
// what is shown
export {
  type Compared,
  type CurvePoint,
  type Learned,
  plotComparison,
  plotCurve,
  plotExplanation,
  plotLearningCurve,
  plotMovieMap,
  plotSimilarity
} from './plots/charts'
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
export {plotNetwork} from './plots/network'
export {type WordCloud, type WordCloudOptions, type WordWeights, wordCloud} from './plots/wordCloud'
export type {DataFrame} from './show/dataFrame'
export {type Display, type MimeBundle, setDisplay} from './show/display'
export type {MapPoint, NetworkLayer} from './show/drawn'
export {Table, type TableOptions} from './show/table'
// terms
export {type Idf, TermMatrix, type TfidfOptions, termTable, tfidf} from './text/tfidf'

// long work
export type {Progress, WorkOptions} from './work'

connect()
