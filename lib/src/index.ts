// The map of the library, in the order in which a notebook uses it.

import {connect} from './notebook/kernel'

// what to ask somebody
export {type Question, type RateNextOptions, rateNext} from './ask/rateNext'
// data
export type {Duplicates} from './data/duplicates'
export type {MovieId, UserId} from './data/ids'
export {type Downloaded, type DownloadOptions, downloadMovieLens} from './data/movieLens/download'
export {loadRatings} from './data/movieLens/loadRatings'
export {type Edition, type LoadMovieLensOptions, loadMovieLens} from './data/movieLens/movieLens'
export {type Movie, Movies} from './data/movies'
export {type RatingInput, type RatingRow, Ratings, type User, type Withheld} from './data/ratings'
export type {RatingColumnNames} from './data/reading/ratingColumns'
export type {MovieColumnNames} from './data/reading/readCatalogue'
export {
  type ReadMoviesOptions,
  type ReadRatingsOptions,
  readMovies,
  readRatings
} from './data/reading/readers'
export {kFold, type Split, type SplitOptions, split, splitRows} from './data/split'
// exploration
export {describeRatings, type RatingStatistics, ratingStatistics} from './data/statistics'
export {type SyntheticOptions, syntheticRatings} from './data/synthetic'
export type {DateFormat} from './data/times'
// engines: what learns
export {Baseline, type BaselineOptions} from './engines/baseline'
export {
  BayesianFactorization,
  type BayesianFactorizationOptions
} from './engines/bayesian/bayesianFactorization'
export {Blend, type BlendOptions} from './engines/blend/blend'
export {ContentBased, type ContentBasedOptions} from './engines/contentBased'
export {AutoRec, type AutoRecOptions} from './engines/deep/autoRec'
export {EmbeddingNet, type EmbeddingNetOptions} from './engines/deep/embeddingNet'
export {type TensorFlowBackend, tensorFlowBackend, useTensorFlow} from './engines/deep/tensorflow'
export type {OnSpark} from './engines/elsewhere'
export {Engine, type EngineClass} from './engines/engine'
export {
  AlternatingLeastSquares,
  type AlternatingLeastSquaresOptions
} from './engines/factors/alternatingLeastSquares'
export {GraphFilter, type GraphFilterOptions} from './engines/factors/graphFilter'
export {MatrixFactorization, type MatrixFactorizationOptions} from './engines/factors/matrixFactorization'
export {TruncatedSvd, type TruncatedSvdOptions} from './engines/factors/truncatedSvd'
export {ClickNeighbours, type ClickNeighboursOptions} from './engines/linear/clickNeighbours'
export {Ease, type EaseOptions} from './engines/linear/ease'
export {RandomWalk, type RandomWalkOptions} from './engines/linear/randomWalk'
export {Slim, type SlimOptions} from './engines/linear/slim'
export {type LoadableEngine, loadEngine} from './engines/modelFile/load'
export {type SaveOptions, saveEngine} from './engines/modelFile/save'
export {ItemNeighbours, type NeighbourRow, Neighbours, UserNeighbours} from './engines/neighbours/neighbours'
export type {
  ItemNeighboursOptions,
  NeighboursOptions,
  SimilarityName,
  UserNeighboursOptions
} from './engines/neighbours/options'
export type {EngineSpec, Member, OptionSpec, OptionsOf} from './engines/options'
export {Popularity, type PopularityOptions} from './engines/popularity'
export {type FallbackOption, isRatingEngine, RatingEngine} from './engines/ratingEngine'
export {engineByName, engines} from './engines/registry'
export type {FitRun, HistoryEntry} from './engines/run'
export {Updated, type UpdateKind} from './engines/update'
// errors
export {
  ArgumentError,
  CheckpointError,
  DataFormatError,
  DivergedError,
  DownloadError,
  FileError,
  InterruptedError,
  MemoryError,
  MissingPackageError,
  ModelFileError,
  MovieRecsError,
  NotFittedError,
  OptionError,
  PageError,
  ParquetError,
  RatingsNeededError,
  ServiceError,
  type SkippedLine,
  SparkError,
  UnknownIdError,
  UpdateError
} from './errors'
// evaluation
export type {Aim, Aimed} from './evaluate/aim'
export {
  type AskedPeople,
  type AskedRow,
  type Asking,
  type AskingOptions,
  askStrangers
} from './evaluate/asking'
export {
  type ComparedEngine,
  type ComparedPair,
  type CompareOptions,
  type Comparison,
  compareEvaluations,
  compareOverSplits,
  type ErrorsByUser
} from './evaluate/comparison'
export {type CostRow, errorsOverSplits, type MeasuredErrors, measureErrors} from './evaluate/costs'
export {type Doubted, doubtsOf} from './evaluate/doubts'
export {type Evaluation, evaluate, evaluateAsync} from './evaluate/errors'
export type {ListTraits} from './evaluate/exposure'
export {type ErrorsByGroup, errorsByGroup, type Grouping, type GroupRow} from './evaluate/groups'
export {meanInterval} from './evaluate/intervals'
export {type LeftOut, leaveOneOut, type PlacesRow} from './evaluate/leaveOneOut'
export {type ListRow, measureLists} from './evaluate/listTraits'
export {crossValidate, errorByProtocol, type FoldRow, type ProtocolRow} from './evaluate/protocols'
export {
  type EvaluateRankingOptions,
  evaluateLists,
  evaluateRanking,
  type RankingEvaluation,
  type RankingOptions,
  type RankingRow
} from './evaluate/ranking'
export {gridSearch, randomSearch} from './evaluate/search'
export type {Measurement} from './evaluate/searchLog'
export type {OfClass, SearchableEngine, SearchOptions} from './evaluate/searchPlan'
export {type SearchParts, SearchResult, type Trial} from './evaluate/searchResult'
export type {OptionRange, Options, SearchedOption, SearchSpace} from './evaluate/searchSpace'
export {errorBySupport, type SupportRow, type SweepRow, sweep, sweepSize} from './evaluate/sweep'
// lists for everyone
export {type StreamListsOptions, streamLists} from './everyone/streamLists'
export {type WriteListsOptions, type WrittenLists, writeLists} from './everyone/writeLists'
export {
  axisExtremes,
  type Factored,
  type FactorPlace,
  type FactorRow,
  factorPlaces,
  factorTable,
  largestBiases,
  movieMap,
  placesOnMap,
  type Sureness,
  sureAndUnsure
} from './explore/factors'
export {
  bestRated,
  byDecade,
  coldMovies,
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
export {
  type ListChange,
  type ListChanges,
  listsAsRatingsCome,
  type SideBySide,
  sideBySide
} from './explore/sideBySide'
export {similaritiesSideBySide} from './explore/similarities'
export {
  type DataHold,
  dataHold,
  enoughRatings,
  movieFor,
  moviesFor,
  pairsFor,
  profileFor,
  userFor
} from './explore/standIns'
export {figuresOf, type RankingConventions, type RankingFigure} from './math/rankingFigures'
// models: what was learned, and what it answers
export type {Biases, BiasNumbers} from './models/biases'
export type {BlendModel, Slopes, Span, StarTerms} from './models/blend'
export type {Draw, DrawShape, Draws} from './models/draws'
export type {FactorModel, FactorNumbers} from './models/factorModel'
export type {Filters} from './models/filters'
export type {HiddenLayers} from './models/hiddenLayers'
export type {ItemWeights} from './models/itemWeights'
export type {
  Fallback,
  Model,
  ModelKind,
  PredictionDetails,
  RatingModel,
  TermKind
} from './models/model'
export type {NeighbourModel} from './models/neighbourModel'
export type {PopularityModel} from './models/popularityModel'
export type {Posterior} from './models/posterior'
export type {DetailedPrediction, Predictions} from './models/rater'
export {type ProfileFile, readProfile} from './models/readProfile'
export {type Recommendation, Recommendations, type Similar} from './models/recommendations'
export type {
  Explanation,
  Profile,
  RecommendOptions,
  SimilarityMatrix,
  Term,
  Who
} from './models/recommender'
export type {TermModel} from './models/termModel'
export {type TypedProfile, typedProfile} from './models/typedProfile'
// in a notebook
export type {Claim, Digits, Measured, Relation} from './notebook/claims'
export {progress} from './notebook/progress'
export {recordedTable} from './notebook/record'
export {
  type Compares,
  Said,
  type Say,
  type Sayable,
  type Speak,
  say,
  shippedRun,
  showWhere
} from './notebook/say'
// a page to share
export type {Measure} from './page/pageFile'
export {type PageOptions, type WrittenPage, writePage} from './page/writePage'
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
export {plotByGroup, plotCosts, plotTwoFigures} from './plots/compareCharts'
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
export {plotSearch} from './plots/searchChart'
export {type WordCloud, type WordCloudOptions, type WordWeights, wordCloud} from './plots/wordCloud'
// many questions at once, answered by threads
export {type CallOptions, type ServeOptions, Service, serveEngine} from './serve/service'
export type {DataFrame} from './show/dataFrame'
export {type Display, type MimeBundle, setDisplay} from './show/display'
export type {MapPoint, NetworkLayer} from './show/drawn'
export {Table, type TableOptions} from './show/table'
export {type Idf, TermMatrix, type TfidfOptions, termTable, tfidf} from './text/tfidf'
export type {Progress, StopSignal, WatchOptions, WorkOptions} from './work'

connect()
