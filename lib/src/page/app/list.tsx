import type {JSX} from 'preact'
import {useMemo, useState} from 'preact/hooks'
import type {Movie} from '../../data/movies'
import type {Model} from '../../models/model'
import type {Explanation} from '../../models/recommender'
import {reasons} from '../../models/sentences'
import {count} from '../../show/numbers'
import {barsOf} from '../bars'
import {dismissed, lookedAt} from '../visit'
import {type ListedFilm, useShared} from './context'
import {FilmHead, Tile} from './filmHead'
import {Filters} from './filters'
import {Invite} from './people'
import {clipped, plain, rangeOf} from './scores'
import {setTitle} from './titles'
import {Why} from './why'

/** What to watch: for the one whose turn it is, or for both. */
export function List(): JSX.Element {
  const {page, visit, profile, nameOf, listed, showMore} = useShared()
  const who = lookedAt(visit)
  const empty = who.filter(one => profile(one).length === 0)
  const alone = visit.visitors[1] === undefined
  const title = visit.view === 'both' ? 'For both of you' : alone ? 'For you' : `For ${nameOf(who[0])}`
  return (
    <section class="list" aria-labelledby="list-title">
      <h2 id="list-title" tabIndex={-1}>
        {title}
      </h2>
      {empty.length > 0 ? (
        <Nothing who={empty} />
      ) : (
        <>
          <Filters>{alone && <Invite />}</Filters>
          {listed.length === 0 && <p class="nothing">No film is left by these filters.</p>}
          <ol class="films">
            {listed.map((film, k) => (
              <Film key={film.movie.movieId} {...film} rank={k + 1} best={listed[0].score} />
            ))}
          </ol>
          {showMore !== undefined && (
            <button type="button" class="more" onClick={showMore}>
              Show more
            </button>
          )}
          {page.recommender.model.unit === 'people' && (
            <p class="note">
              This page knows only what most people rated: the list is the same for everyone.
            </p>
          )}
        </>
      )}
    </section>
  )
}

/** What is said while nobody has rated. */
function Nothing({who}: {who: readonly number[]}): JSX.Element {
  const {visit, nameOf} = useShared()
  const alone = visit.visitors[1] === undefined
  return (
    <div class="nothing">
      <p>
        {alone
          ? 'Give one film its stars, and your list is here.'
          : visit.view === 'both'
            ? `A list for both is here once ${who.map(one => nameOf(one)).join(' and ')} rated a film.`
            : `A list for ${nameOf(who[0])} is here once a film has its stars.`}
      </p>
      <div class="ghosts" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
    </div>
  )
}

function Film({movie, score, scores, rank, best}: ListedFilm & {rank: number; best: number}): JSX.Element {
  const {page, visit, explain, change, open, nameOf} = useShared()
  const [why, setWhy] = useState(false)
  const who = lookedAt(visit)
  const {main} = setTitle(movie)
  const explained = useMemo(() => who.map(one => explain(one, movie.movieId)), [explain, visit.view, movie])
  const dismiss = (event: MouseEvent): void => {
    const row = (event.currentTarget as Element).closest('li')
    const next = row?.nextElementSibling ?? row?.previousElementSibling
    change(dismissed(visit, movie.movieId, true), {
      notice: {text: `${main} is not shown again.`, before: visit}
    })
    const heir = next?.querySelector<HTMLElement>('button.dismiss') ?? document.getElementById('list-title')
    heir?.focus()
  }
  return (
    <li class="film" data-movie={movie.movieId} data-score={score}>
      <Tile movie={movie} mark={String(rank)} />
      <div class="name">
        <FilmHead movie={movie} onOpen={() => open(movie.movieId)} />
      </div>
      <div class="body">
        {explained.map((explanation, k) => (
          <p key={who[k]} class="because">
            {who.length > 1 && <b>{nameOf(who[k])}: </b>}
            {becauseOf(movie, explanation, page.recommender.model.unit, who.length > 1)}
          </p>
        ))}
        <div class="actions">
          <button type="button" class="plain" aria-expanded={why} onClick={() => setWhy(!why)}>
            Why<span class="sr"> {main}</span>
          </button>
          <button type="button" class="plain" onClick={() => open(movie.movieId)}>
            Seen it<span class="sr">: rate {main}</span>
          </button>
          <button type="button" class="plain dismiss" onClick={dismiss}>
            Not for me<span class="sr">: never show {main} again</span>
          </button>
        </div>
        {why && who.map(one => <Why key={one} who={one} movieId={movie.movieId} />)}
      </div>
      <div class="scores">
        {scores.map((one, k) => (
          <Score
            key={who[k]}
            score={one}
            best={best}
            movie={movie}
            who={who[k]}
            name={who.length > 1 ? nameOf(who[k]) : undefined}
          />
        ))}
      </div>
    </li>
  )
}

/** "Because you gave Fargo 5": her loudest reasons in the library's words, else what people in general give it. */
function becauseOf(movie: Movie, {terms, score}: Explanation, unit: Model['unit'], other: boolean): string {
  const {title, genres, year} = movie
  const spoken = {title, genres, unit, score, terms, stranger: false, unrated: false}
  const text = reasons(year === undefined ? spoken : {...spoken, year})
  if (text !== '') return other ? text : text.charAt(0).toUpperCase() + text.slice(1)
  if (unit === 'people') return `${count(score)} people rated it`
  const [start] = barsOf({terms, unit, genres})
  return start?.start === true
    ? `${start.label} ${start.value.toFixed(1)}`
    : 'Nothing that you rated speaks for it'
}

interface ScoreProps {
  score: number
  best: number
  movie: Movie
  who: number
  name: string | undefined
}

/** A score: stars of the scale, with where nine of ten ratings lie; a bar beside the best one where it is no stars. */
function Score({score, best, movie, who, name}: ScoreProps): JSX.Element {
  const {page, profile} = useShared()
  const {scale} = page.recommender.directory
  const {unit} = page.recommender.model
  const range = useMemo(
    () => rangeOf(page.sureness(profile(who), movie.movieId), score, scale),
    [page, profile, who, movie, score, scale]
  )
  if (unit !== 'stars')
    return (
      <div class="score points" data-score={score}>
        {name !== undefined && <span class="whose">{name}</span>}
        <span class="points-of">
          <span class="sr">{unit === 'people' ? 'people' : 'score'} </span>
          {unit === 'people' ? count(score) : plain(score, 2)}
        </span>
        <span class="range" aria-hidden="true">
          <span
            class="likely"
            style={{left: '0', width: `${Math.max(0, Math.min(100, (100 * score) / best))}%`}}
          />
        </span>
      </div>
    )
  const [min, max] = scale
  const at = (value: number): string => `${(100 * (value - min)) / (max - min)}%`
  return (
    <div class="score" data-score={score}>
      {name !== undefined && <span class="whose">{name}</span>}
      <span class="stars-of">
        {clipped(score, scale).toFixed(1)}
        <span aria-hidden="true" class="star">
          ★
        </span>
        <span class="sr"> stars</span>
      </span>
      {range !== undefined && (
        <span class="range" title={`nine times out of ten ${range[0].toFixed(1)} to ${range[1].toFixed(1)}`}>
          <span class="likely" style={{left: at(range[0]), right: `calc(100% - ${at(range[1])})`}} />
          <span class="middle" style={{left: at(clipped(score, scale))}} />
          <span class="sr">{` nine times out of ten ${range[0].toFixed(1)} to ${range[1].toFixed(1)}`}</span>
        </span>
      )}
    </div>
  )
}
