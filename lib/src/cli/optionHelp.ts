/** What stands behind each option in the help: its value, what it does, and an example where the value has a form of its own. */
export const OPTION_HELP: Readonly<Record<string, readonly [value: string, about: string]>> = {
  engine: ['NAME', 'one of movie-recs engines'],
  engines: ['NAMES', 'several, as in baseline,mf'],
  set: ['NAME=VALUE', 'an option of the engine, as in factors=50; may come more than once'],
  seed: ['NUMBER', 'of the random numbers; the same seed gives the same numbers'],
  workers: ['NUMBER', 'threads; results do not depend on it'],
  ratings: [
    'FILE',
    'ratings in any layout: CSV with a header, tabs, ::, packed by gzip; Parquet; - is standard input; parts of one by giving it again, or their folder; or an edition of MovieLens, as in latest-small, which comes with the package'
  ],
  train: ['FILE', 'ratings to fit on, beside --test'],
  test: ['FILE', 'ratings to measure on'],
  'test-rows': [
    'FILE',
    'rows of --ratings to measure on, one number from 0 a line; bad lines count, header and blank ones do not'
  ],
  holdout: ['SHARE', 'of --ratings to measure on, as in 0.1; drawn at random, or as --by says'],
  by: [
    'HOW',
    'that share is drawn: random, user, time or cold-users; leave-last-out by itself: the last of every user'
  ],
  movies: ['FILE', 'titles and genres; none: do not look beside the ratings'],
  'movie-columns': [
    'NAMES',
    'columns of --movies, as in id=ISBN,title=Book-Title,genres=…,year=…; for --set text=overview also overview=plot'
  ],
  users: ['FILE', 'ages, genders, occupations; none: do not look beside the ratings'],
  columns: [
    'NAMES',
    'columns of the ratings, as in user=uid,movie=asin,rating=stars,timestamp=none; rating=none: clicks'
  ],
  'no-header': ['', 'the first line is a rating; --columns gives places, as in user=1,movie=2,rating=3'],
  scale: ['FROM,TO', 'ends of the ratings, as in -10,10; ratings outside are bad lines'],
  'date-format': ['FORM', 'of dates that are not ISO ones: d/m/y, m/d/y or y/m/d'],
  duplicates: ['HOW', 'a movie rated again: error, or keep the first, last, mean or sum'],
  'skip-bad-lines': ['', 'leave bad lines out, and count them'],
  model: ['FILE', 'a fitted engine, written by movie-recs fit'],
  user: ['ID', 'somebody of the training ratings'],
  profile: ['RATINGS', 'of somebody else, as in "2858=5,1=2"'],
  'profile-file': ['FILE', 'the same as a CSV: an export of Letterboxd or IMDb, or title,year,stars'],
  movie: ['TITLE', 'or its id'],
  n: ['NUMBER', 'length of the list'],
  genre: ['NAME', 'only movies of this genre; may come more than once'],
  except: ['ID', 'not this movie; may come more than once'],
  years: ['YEARS', 'only movies of these years: 1990-1999, 1990- or -1999'],
  'min-ratings': ['NUMBER', 'only movies that so many people rated'],
  unknown: ['HOW', 'what somebody unknown gets: error, or popular for what most people rated'],
  diversity: ['SHARE', 'from 0 to 1: how much a list should vary'],
  'include-rated': ['', 'list movies that were rated already, too'],
  'include-self': ['', 'list the movie itself, too'],
  explain: ['', 'say why, for each movie'],
  'all-users': ['', 'a list for everybody, written to --out'],
  'users-from': [
    'FILE',
    'of --all-users: factors of users in Parquet, streamed; --ratings beside it, sorted by user, are left out of the lists. What is there whole is kept'
  ],
  part: ['K/N', 'of the users of --users-from, as in 3/16: parts are made side by side'],
  out: ['FILE', 'to write; missing folders are made'],
  title: ['TEXT', 'of the page'],
  data: ['TEXT', 'what the ratings are called on the page'],
  numbers: [
    'HOW',
    'they are written: small, in as few bytes as leave lists what they are, or single, in single precision'
  ],
  checkpoint: ['FILE', 'written from time to time during the fit'],
  resume: ['', 'go on from --checkpoint'],
  on: [
    'MASTER',
    'of Spark, which learns (als): local[2], spark://host:7077, yarn or k8s://…; --ratings are paths that its workers see'
  ],
  work: [
    'FOLDER',
    'or URL, shared by the workers, where Spark leaves users, movies and ratings as Parquet; without it nothing stays'
  ],
  conf: [
    'NAME=VALUE',
    'more of Spark’s configuration, as in spark.executor.memory=8g; may come more than once'
  ],
  'without-ratings': [
    '',
    'leave out the training ratings and their users: the model then answers for --profile alone'
  ],
  predictions: [
    'FILE',
    'to write: one prediction a line; a name in .csv or .parquet: user, movie, actual, predicted, fallback'
  ],
  ranking: [
    '',
    'measure lists, over the whole catalogue: precision, recall, hit rate, MRR, MAP, nDCG and more'
  ],
  k: ['NUMBERS', 'lengths of the lists, as in 10,20'],
  relevant: ['STARS', 'from which on a test rating is relevant; every one where it is not given'],
  masked: ['FILE', 'ratings that are left out of lists beside those of train: a validation part'],
  'count-users': ['WHOM', 'the means are over: relevant, those who have something relevant, or all'],
  convention: [
    'NAME=VALUE',
    'how figures are computed, as in recallOver=reachable, min(k, relevant), or averageOver, idealOver, precisionOver, discount; may come more than once'
  ],
  figure: [
    'NAME',
    'that engines are compared by: rmse or mae; of lists precision, recall, hitRate, mrr, map, ndcg'
  ],
  splits: ['NUMBER', 'splits by --holdout, from --seed on, that engines are fitted and measured on'],
  folds: ['NUMBER', 'of the cross-validation'],
  space: [
    'OPTIONS',
    'what to try: ranges factors=20..200 and lists decay=0.9/0.96, with commas between; ranges are drawn uniformly, log-uniformly from ten times the smaller end on or by 20..200..log; nothing needs quotes'
  ],
  aim: [
    'FIGURE',
    'to make small or large: rmse, mae, or of lists precision, recall, hitRate, mrr, map, ndcg with their length, as in ndcg@10'
  ],
  trials: ['NUMBER', 'candidates to draw: 27, or as many as --minutes allow'],
  grid: ['', 'try all combinations instead of drawing some'],
  steps: ['NUMBER', 'values of a range in --grid, both ends included: 4'],
  minutes: ['NUMBER', 'the search ends within them, its last fit included; says what it left out'],
  rungs: [
    'NUMBER',
    '3: a ninth of the epochs (or users) for all candidates, a third for the better third of them, all for the best; 1 discards none'
  ],
  'inner-folds': ['NUMBER', 'measure each candidate on so many folds of the training ratings'],
  'inner-share': ['SHARE', 'of the training ratings to measure candidates on: 0.1'],
  'inner-by': ['HOW', 'that share is drawn, as --by; as it says where it is given'],
  log: ['FILE', 'of JSON lines, one for each measurement as soon as it is made; --resume goes on from it'],
  dir: ['FOLDER', 'where editions of MovieLens stand'],
  from: ['FILE', 'an archive that is here already'],
  mirror: ['URL', 'to fetch the archive from'],
  json: ['', 'print JSON']
}

/** A line for each option of a command, aligned; `own` is what it says of some of them itself. */
export function optionLines(
  options: Readonly<Record<string, {short?: string}>>,
  own: Readonly<Record<string, readonly [value: string, about: string]>> = {}
): string[] {
  const names = Object.keys(options).map(name => {
    const [value] = own[name] ?? OPTION_HELP[name]
    return `${options[name].short === name ? '-' : '--'}${name}${value === '' ? '' : ` ${value}`}`
  })
  const width = Math.max(...names.map(name => name.length))
  return Object.keys(options).map(
    (name, k) => `  ${names[k].padEnd(width)}  ${(own[name] ?? OPTION_HELP[name])[1]}`
  )
}
