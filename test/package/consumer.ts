// Compiled, never run: a reader of the package's types, through the notebook kernel's TypeScript 5.0.4 as well.
// A type that this compiler cannot read would reach notebooks as `any`; each line below fails to compile for `any`.
import {
  AlternatingLeastSquares,
  Baseline,
  ContentBased,
  EmbeddingNet,
  type Engine,
  evaluate,
  type Figure,
  ItemNeighbours,
  type ItemNeighboursOptions,
  isRatingEngine,
  loadEngine,
  MatrixFactorization,
  plotExplanation,
  plotRatings,
  plotSearch,
  plotSimilarity,
  progress,
  RatingEngine,
  Ratings,
  randomSearch,
  type SearchResult,
  type Service,
  type StopSignal,
  saveEngine,
  serveEngine,
  split,
  streamLists,
  Table,
  tfidf,
  titleWords,
  UserNeighbours,
  wordCloud
} from 'movie-recs'

type IsAny<T> = 0 extends 1 & T ? true : false
function known<T>(_: IsAny<T> extends true ? never : T): void {}

export async function read(): Promise<void> {
  const ratings: Ratings = Ratings.from([{userId: 1, movieId: 2, rating: 3}])
  const {train, test} = split(ratings, {seed: 1})
  const model = await new Baseline().fit(train)
  known<number>(ratings.length)
  known<typeof model>(model)
  known<number>(model.predict(1, 2))
  known<Float32Array>(model.predictAll(test))
  known<ReturnType<typeof evaluate>>(evaluate(model, test))
  known<ReturnType<typeof model.recommend>>(model.recommend(1))
  known<Table<{a: number}>>(new Table([{a: 1}]))
  const content = await new ContentBased({titleWeight: 0.5}).fit(ratings.movies, progress())
  known<ContentBased>(content)
  known<Float32Array>(content.cosines())
  known<Float64Array>(tfidf(['Drama']).weight)
  const figures: Figure[] = [
    plotRatings(ratings),
    plotSimilarity(content.similarities([2])),
    plotExplanation(content.explain(1, 2))
  ]
  known<string>(figures[0].alt)
  known<readonly string[]>(wordCloud(titleWords(ratings.movies), {seed: 1}).leftOut)
  known<number[]>(titleWords(ratings.movies).toDataFrame().shape)
}

/** A service answers with the types of its engine. */
export async function serve(): Promise<void> {
  const service: Service = await serveEngine('model.mrec', {workers: 1, queue: 10})
  const list = await service.recommend([{movieId: 1, rating: 4}], {n: 3})
  known<typeof list>(list)
  known<string>(list[0].title)
  known<readonly (number | string)[]>(list.leftOut)
  known<number>(await service.predict(1, 2))
  known<string>((await service.explain(1, 2)).sentence)
  // @ts-expect-error no such option
  await service.similar(1, {m: 3})
}

/** Lists come one by one, of people in a file. */
export async function stream(engine: Engine<any>): Promise<void> {
  for await (const list of streamLists(engine, {users: 'userFactors', part: [1, 2]})) {
    known<typeof list>(list)
    known<string>(list.movies[0].title)
  }
}

/** What is loaded has `predict` where it predicts. */
export async function load(path: string): Promise<number[]> {
  const engine: Engine<any> = await loadEngine(path)
  // @ts-expect-error not every engine predicts stars
  engine.predict(1, 2)
  const rates: RatingEngine = await loadEngine(path, RatingEngine)
  const factors: MatrixFactorization = await loadEngine(path, MatrixFactorization)
  known<typeof rates>(rates)
  known<number>(factors.model.qi.length)
  await saveEngine(factors, path, {ratings: false})
  // @ts-expect-error no such option
  await saveEngine(factors, path, {rating: false})
  return isRatingEngine(engine) ? [engine.predict(1, 2), rates.predict(1, 2)] : []
}

/** The signal of an AbortController of any library of types. */
export function stopped(ratings: Ratings, signal: StopSignal): Promise<Baseline> {
  return new Baseline().fit(ratings, {signal})
}

/** A search knows the options of the class it is given. */
export async function search(ratings: Ratings): Promise<void> {
  const space = {factors: {from: 10, to: 100}, feedback: ['explicit' as const, 'implicit' as const]}
  const found: SearchResult<AlternatingLeastSquares> = await randomSearch(
    AlternatingLeastSquares,
    space,
    ratings,
    {options: {epochs: 5}, minutes: 1}
  )
  known<AlternatingLeastSquares>(found.engine)
  known<number>(found.value)
  known<Table>(found.table())
  known<string>(plotSearch(found).alt)
  // @ts-expect-error no such option
  await randomSearch(Baseline, {factors: [3]}, ratings)
  // @ts-expect-error no such value of the choice
  await randomSearch(AlternatingLeastSquares, {feedback: ['x']}, ratings)
  // @ts-expect-error a range is of numbers
  await randomSearch(AlternatingLeastSquares, {feedback: {from: 0, to: 1}}, ratings)
  // @ts-expect-error no such figure
  await randomSearch(Baseline, {epochs: [3]}, ratings, {aim: 'auc@3'})
}

/** Options are checked where they are typed in: names, values of a choice, lists. */
export function options(): object[] {
  const item: ItemNeighboursOptions = {k: 20, similarity: 'cosine', fallback: 'mean'}
  known<number | undefined>(item.k)
  known<'common' | 'all' | undefined>(item.over)
  known<number | undefined>(new AlternatingLeastSquares({feedback: 'implicit', factors: 3}).options.factors)
  known<readonly number[] | undefined>(new EmbeddingNet({hidden: [8, 4]}).options.hidden)
  return [
    new ItemNeighbours(item),
    // @ts-expect-error no such value of the choice
    new AlternatingLeastSquares({feedback: 'x'}),
    // @ts-expect-error no such option
    new AlternatingLeastSquares({factorz: 3}),
    // @ts-expect-error a number, not its text
    new AlternatingLeastSquares({factors: '3'}),
    // @ts-expect-error a list of widths
    new EmbeddingNet({hidden: 8}),
    // @ts-expect-error the share of the ratings has a name of its own
    new EmbeddingNet({validation: 0.1}),
    // @ts-expect-error no such similarity
    new UserNeighbours({similarity: 'manhattan'}),
    // @ts-expect-error the option of another engine
    new Baseline({factors: 3})
  ]
}
