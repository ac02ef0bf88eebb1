import type {JSX} from 'preact'
import type {MovieId} from '../../data/ids'
import {barsOf, roundedToSum} from '../bars'
import {useShared} from './context'
import {clipped, plain, rangeOf, signed, surenessText} from './scores'

/** How finely a score is told. */
const DECIMALS = {stars: 2, score: 3, people: 0} as const
/** The axis has at least this share of the scale. */
const LEAST_SPAN = 0.1

/** Why a film has its score: bars, each beginning where the one above it ended, which sum to the score. */
export function Why({who, movieId}: {who: number; movieId: MovieId}): JSX.Element {
  const {page, profile, explain, nameOf, visit} = useShared()
  const {recommender} = page
  const {scale} = recommender.directory
  const explanation = explain(who, movieId)
  const {score} = explanation
  const {unit} = recommender.model
  const {genres = [], year} = recommender.directory.movies.get(movieId) ?? {}
  const bars = barsOf({terms: explanation.terms, unit, genres, ...(year === undefined ? {} : {year})})
  const decimals = DECIMALS[unit]
  const shown = roundedToSum(
    bars.map(({value}) => value),
    decimals
  )
  const ends = bars.map((_, k) => bars.slice(0, k + 1).reduce((sum, {value}) => sum + value, 0))
  const froms = ends.map((end, k) => (bars[k].start ? end : end - bars[k].value))
  // The axis leaves out what lies before the first bar: small reasons are seen beside a large beginning.
  const [low, high] = [Math.min(...froms, ...ends), Math.max(...froms, ...ends)]
  // Hardly anything is not drawn as if it were much.
  const span = Math.max(high - low, unit === 'stars' ? LEAST_SPAN * (scale[1] - scale[0]) : 0) || 1
  const at = (value: number): number => (100 * (value - (low + high - span) / 2)) / span
  const alone = visit.visitors[1] === undefined
  const range = rangeOf(page.sureness(profile(who), movieId), score, scale)
  const sure = surenessText(alone ? 'you' : nameOf(who), range)
  return (
    <div class="why" data-who={who}>
      <h4>{alone ? 'How the score comes about' : `The score for ${nameOf(who)}`}</h4>
      <ol>
        {bars.map(({label, value, start}, k) => (
          <li
            key={label}
            class={start ? 'start' : shown[k] < 0 ? 'down' : shown[k] > 0 ? 'up' : 'still'}
            data-value={value}
          >
            <span class="reason">{label}</span>
            <span class="number">{(start || unit === 'people' ? plain : signed)(shown[k], decimals)}</span>
            <span class="bar" aria-hidden="true">
              <span
                style={{
                  left: `${at(Math.min(froms[k], ends[k]))}%`,
                  width: `${at(Math.max(froms[k], ends[k])) - at(Math.min(froms[k], ends[k]))}%`
                }}
              />
            </span>
          </li>
        ))}
        <li class="total" data-score={score}>
          <span class="reason">{unit === 'stars' ? 'Stars in all' : 'In all'}</span>
          <span class="number">{plain(roundedToSum([score], decimals)[0], decimals)}</span>
          <span class="bar" aria-hidden="true">
            <span style={{left: `${at(score)}%`}} />
          </span>
        </li>
      </ol>
      {unit === 'stars' && clipped(score, scale) !== score && (
        <p class="note">Shown as {clipped(score, scale).toFixed(1)} in the list, where the scale ends.</p>
      )}
      {sure !== '' && <p class="note">{sure}</p>}
    </div>
  )
}
