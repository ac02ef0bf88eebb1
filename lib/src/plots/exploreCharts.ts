/** Figures of what the ratings are like, before any engine: each takes the data, counts by `explore/` and says its finding. */
import type {Movies} from '../data/movies'
import {Ratings} from '../data/ratings'
import {ratingStatistics} from '../data/statistics'
import {byDecade, ratingByGenre} from '../explore/movies'
import {longTail, ratingCounts, ratingsOverTime, ratingsPerMovie, ratingsPerUser} from '../explore/ratings'
import {count, percent} from '../show/numbers'
import type {Figure, Layout} from './figure'
import {type Axis, axis, bars, line, lyingBars, NAMES, sketch} from './marks'
import {colour, literal, QUIET} from './style'

/** Histogram of the ratings, in stars. */
export function plotRatings(ratings: Ratings): Figure {
  const rows = ratingCounts(ratings)
  const {mean} = ratingStatistics(ratings)
  const top = rows.reduce((best, row) => (row.ratings > best.ratings ? row : best))
  return sketch({
    title: 'How ratings are distributed',
    x: {title: 'rating (stars)', more: {tickvals: rows.column('rating')}},
    y: {title: 'ratings', format: ',.0f'},
    data: [
      bars(
        rows.column('rating'),
        rows.column('ratings'),
        '%{x} stars: %{y:,.0f} ratings (%{customdata:.1%})',
        {customdata: rows.column('share')}
      )
    ],
    alt: `Bar chart of ${count(ratings.length)} ratings, mean ${mean.toFixed(2)} stars. ${rows
      .map(row => `${row.rating}: ${percent(row.share)}`)
      .join(', ')}. Most frequent: ${top.rating} stars.`
  })
}

/** Number of movies of every genre. */
export function plotGenres(of: Movies | Ratings): Figure {
  const movies = of instanceof Ratings ? of.movies : of
  const rows = movies.genres()
  const first = rows.slice(0, 5).map(row => `${row.genre} ${count(row.movies)}`)
  return sketch({
    title: 'Movies of each genre',
    x: {title: 'movies', format: ',.0f', grid: true},
    y: NAMES,
    data: [lyingBars(rows.column('genre'), rows.column('movies'), '%{y}: %{x:,.0f} movies')],
    height: 110 + 22 * rows.length,
    alt: `Bar chart of ${rows.length} genres over ${count(movies.length)} movies. Most frequent: ${first.join(', ')}.`
  })
}

/** Share of all ratings that the most rated movies hold, against the share of movies. */
export function plotLongTail(ratings: Ratings): Figure {
  const sizes = ratingsPerMovie(ratings)
  const x = [0]
  const y = [0]
  const step = Math.max(1, Math.floor(sizes.length / 150))
  let sum = 0
  for (let k = 0; k < sizes.length; k++) {
    sum += sizes[k]
    if ((k + 1) % step === 0 || k + 1 === sizes.length) {
      x.push((k + 1) / sizes.length)
      y.push(sum / ratings.length)
    }
  }
  const told = longTail(ratings, {shares: [0.1, 0.2, 0.5]})
  return sketch({
    title: 'The long tail',
    x: {
      title: 'share of movies, most rated first',
      format: '.0%',
      range: [0, 1],
      more: {tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1]}
    },
    y: {title: 'share of ratings', format: '.0%', range: [0, 1.02]},
    data: [
      line(x, y, 'top %{x:.1%} of movies: %{y:.1%} of ratings', {
        mode: 'lines',
        fill: 'tozeroy',
        fillcolor: 'rgba(0, 114, 178, 0.12)'
      }),
      line([0, 1], [0, 1], '', {
        mode: 'lines',
        hoverinfo: 'skip',
        hovertemplate: undefined,
        line: {color: QUIET, width: 1, dash: 'dot'}
      })
    ],
    more: {annotations: [note('all rated equally often', {x: 0.5, y: 0.46, xanchor: 'left'})]},
    legend: false,
    alt: `Curve of ${count(sizes.length)} movies: ${told
      .map(row => `the ${percent(row.topMovies, 0)} most rated hold ${percent(row.shareOfRatings, 0)}`)
      .join(', ')} of the ratings.`
  })
}

/** Users by how many ratings they gave, on a logarithmic axis. */
export function plotActivity(ratings: Ratings): Figure {
  const sizes = ratingsPerUser(ratings)
  const {labels, counts} = octaves(sizes)
  const half = sizes[Math.floor(sizes.length / 2)]
  return sketch({
    title: 'How many ratings a user gives',
    x: {title: 'ratings given (each bar doubles the last)', more: {type: 'category', tickangle: 'auto'}},
    y: {title: 'users', format: ',.0f'},
    data: [bars(labels, counts, '%{x} ratings: %{y:,.0f} users')],
    alt: `Bar chart of ${count(sizes.length)} users by number of ratings, from ${count(sizes[sizes.length - 1])} to ${count(sizes[0])}; half of them gave ${count(half)} or fewer. ${labels.map((label, k) => `${label}: ${count(counts[k])}`).join(', ')}.`
  })
}

/** Ratings and mean rating by calendar time: two panels over one axis. Ratings without timestamps make a figure that says so. */
export function plotRatingsOverTime(ratings: Ratings, o: {by?: 'year' | 'month'} = {}): Figure {
  if (ratings.rows.t === undefined) return untimed()
  const rows = ratingsOverTime(ratings, o)
  const busiest = rows.reduce((best, row) => (row.ratings > best.ratings ? row : best))
  const rated = rows.filter(row => row.ratings >= FEWEST)
  return panels({
    title: 'Ratings over time',
    axisTitle: `${o.by ?? 'year'} of the rating`,
    names: rows.column('period'),
    heights: rows.column('ratings'),
    heightTitle: 'ratings',
    means: rows.map(row => (row.ratings >= FEWEST ? row.mean : null)),
    alt: `Two charts by ${o.by ?? 'year'}, ${rows[0].period} to ${rows[rows.length - 1].period}. Ratings: most in ${busiest.period} with ${count(busiest.ratings)}. Mean rating: ${rangeOf(rated.map(row => [row.period, row.mean as number]))}.`
  })
}

function untimed(): Figure {
  const text = 'These ratings have no timestamps.'
  return sketch({
    title: 'Ratings over time',
    x: {more: {visible: false}},
    y: {more: {visible: false}},
    data: [],
    more: {annotations: [note(text, {x: 0.5, y: 0.5, xref: 'paper', yref: 'paper'})]},
    height: 160,
    alt: text
  })
}

/** A mean over fewer ratings is left out of a line of means: one enthusiast's 5 stars are no trend. */
const FEWEST = 30

/** Listed movies and mean rating by decade of release: two panels over one axis. */
export function plotByDecade(ratings: Ratings): Figure {
  const rows = byDecade(ratings).filter(row => row.decade !== 'unknown')
  const most = rows.reduce((best, row) => (row.movies > best.movies ? row : best))
  const rated = rows.filter(row => row.ratings >= FEWEST)
  return panels({
    title: 'Movies by decade of release',
    axisTitle: 'decade of release',
    names: rows.map(row => row.decade),
    heights: rows.map(row => row.movies),
    heightTitle: 'movies',
    means: rows.map(row => (row.ratings >= FEWEST ? row.mean : null)),
    alt: `Two charts by decade, ${rows[0].decade} to ${rows[rows.length - 1].decade}. Movies: most in the ${most.decade} with ${count(most.movies)}. Mean rating: ${rangeOf(rated.map(row => [`the ${row.decade}`, row.mean as number]))}.`
  })
}

/** Mean rating of every genre beside the mean of all ratings. */
export function plotRatingByGenre(ratings: Ratings): Figure {
  const rows = ratingByGenre(ratings).filter(row => row.mean !== null)
  const names = rows.map(row => literal(row.genre))
  const means = rows.map(row => row.mean as number)
  return sketch({
    title: 'Mean rating of each genre',
    x: {title: 'mean rating (stars)', format: '.2f', grid: true},
    y: NAMES,
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: means,
        y: names,
        customdata: rows.map(row => row.ratings),
        marker: {color: colour(0), size: 10},
        hovertemplate: '%{y}: %{x:.3f} over %{customdata:,.0f} ratings<extra></extra>'
      }
    ],
    more: {
      shapes: [verticalLine(ratings.mean)],
      annotations: [
        note('all ratings', {x: ratings.mean, y: 1, yref: 'paper', xanchor: 'left', yanchor: 'top'})
      ]
    },
    height: 110 + 22 * rows.length,
    alt: `Dot plot of ${rows.length} genres by mean rating; ${rangeOf(rows.map(row => [row.genre, row.mean as number]))}; mean of all ratings ${ratings.mean.toFixed(2)}.`
  })
}

/** Bars above, a line of means below, over the same names. */
function panels(o: {
  title: string
  axisTitle: string
  names: readonly string[]
  heights: readonly number[]
  heightTitle: string
  means: readonly (number | null)[]
  alt: string
}): Figure {
  const shared: Axis = {grid: false, title: o.axisTitle, more: {type: 'category', anchor: 'y2', nticks: 12}}
  return sketch({
    title: o.title,
    x: shared,
    y: {title: o.heightTitle, format: ',.0f', more: {domain: [0.48, 1]}},
    data: [
      bars(o.names, o.heights, `%{x}: %{y:,.0f} ${o.heightTitle}`),
      line(o.names, o.means, '%{x}: mean %{y:.2f} stars', {
        yaxis: 'y2',
        line: {color: colour(1), width: 2},
        marker: {color: colour(1), size: 7},
        connectgaps: true
      })
    ],
    more: {
      yaxis2: axis({title: 'mean (stars)', format: '.1f', grid: true, more: {domain: [0, 0.4]}})
    },
    legend: false,
    height: 460,
    alt: o.alt
  })
}

/** Counts in bins that double: 1, 2-3, 4-7, 8-15 …, from the first to the last that is not empty. */
function octaves(sizes: Int32Array): {labels: string[]; counts: number[]} {
  const octave = (size: number): number => 31 - Math.clz32(size)
  const first = octave(sizes[sizes.length - 1])
  const counts = new Array<number>(octave(sizes[0]) - first + 1).fill(0)
  for (const size of sizes) counts[octave(size) - first]++
  const labels = counts.map((_, k) => {
    const from = 2 ** (first + k)
    return from === 1 ? '1' : `${count(from)}–${count(2 * from - 1)}`
  })
  return {labels, counts}
}

function rangeOf(named: ReadonlyArray<readonly [string, number]>): string {
  if (named.length === 0) return `none over at least ${FEWEST} ratings`
  const high = named.reduce((best, one) => (one[1] > best[1] ? one : best))
  const low = named.reduce((best, one) => (one[1] < best[1] ? one : best))
  return `highest ${high[0]} with ${high[1].toFixed(2)}, lowest ${low[0]} with ${low[1].toFixed(2)}`
}

function verticalLine(x: number): object {
  return {
    type: 'line',
    x0: x,
    x1: x,
    yref: 'paper',
    y0: 0,
    y1: 1,
    line: {color: QUIET, width: 1, dash: 'dot'}
  }
}

function note(text: string, place: Layout): object {
  return {text, showarrow: false, font: {size: 12, color: QUIET}, ...place}
}
