import type {JSX} from 'preact'
import {useEffect, useId, useMemo, useState} from 'preact/hooks'
import type {Movie} from '../../data/movies'
import {count} from '../../show/numbers'
import {ratingText} from '../scale'
import {lookedAt, ratingOf} from '../visit'
import {useShared} from './context'
import {Tile} from './filmHead'
import {setTitle} from './titles'

/** A combobox: titles while one is typed, by keyboard or finger. */
export function Search(): JSX.Element {
  const {page, finder, open} = useShared()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [shown, setShown] = useState(false)
  const id = useId()
  const found = useMemo(() => (text.trim() === '' ? [] : finder().find(text)), [text, finder])
  const expanded = shown && found.length > 0
  const movies = page.recommender.directory.items.length

  // Made once, before the first letter waits for it.
  useEffect(() => {
    const later = setTimeout(finder, 300)
    return () => clearTimeout(later)
  }, [finder])

  const choose = (movie: Movie | undefined): void => {
    if (movie === undefined) return
    setText('')
    setShown(false)
    open(movie.movieId)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      setShown(true)
      setActive(expanded ? (active + step + found.length) % found.length : 0)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (expanded) choose(found[active])
    } else if (event.key === 'Escape') {
      if (!expanded) setText('')
      setShown(false)
    }
  }
  return (
    <div class="search">
      <label for={`${id}-input`} class="sr">
        Find a film by its title
      </label>
      <span class="lens" aria-hidden="true" />
      <input
        id={`${id}-input`}
        type="text"
        role="combobox"
        placeholder={`Find a film among ${count(movies)}`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="search"
        aria-autocomplete="list"
        aria-expanded={expanded}
        aria-controls={`${id}-list`}
        aria-activedescendant={expanded ? `${id}-${active}` : undefined}
        value={text}
        onInput={event => {
          setText(event.currentTarget.value)
          setActive(0)
          setShown(true)
        }}
        onKeyDown={onKeyDown}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
      />
      <div
        id={`${id}-list`}
        class="found"
        role="listbox"
        aria-label="Films with this title"
        hidden={!expanded}
      >
        {found.map((movie, k) => (
          <Found
            key={movie.movieId}
            id={`${id}-${k}`}
            movie={movie}
            active={k === active}
            onChoose={() => choose(movie)}
          />
        ))}
      </div>
      <p class="none" role="status">
        {shown && text.trim() !== '' && found.length === 0 ? `No film here is called “${text.trim()}”.` : ''}
        {expanded && <span class="sr">{found.length === 1 ? '1 film' : `${found.length} films`}</span>}
      </p>
    </div>
  )
}

interface FoundProps {
  id: string
  movie: Movie
  active: boolean
  onChoose(): void
}

function Found({id, movie, active, onChoose}: FoundProps): JSX.Element {
  const {visit, choice} = useShared()
  const ratings = lookedAt(visit).flatMap(who => ratingOf(visit, who, movie.movieId) ?? [])
  return (
    // The arrow keys of the combobox move in it: an option has no focus of its own.
    // biome-ignore lint/a11y/useFocusableInteractive: the combobox names the active option
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
    <div
      id={id}
      role="option"
      aria-selected={active}
      class={active ? 'option active' : 'option'}
      data-movie={movie.movieId}
      onPointerDown={event => event.preventDefault()}
      onClick={onChoose}
    >
      <Tile movie={movie} mark={setTitle(movie).main.charAt(0)} />
      <span class="option-text">
        <FilmLine movie={movie} />
      </span>
      {ratings.length > 0 && (
        <span class="given">
          <span aria-hidden="true">{ratings.map(one => `★ ${one}`).join('  ')}</span>
          <span class="sr">, rated {ratings.map(one => ratingText(one, choice)).join(' and ')}</span>
        </span>
      )}
    </div>
  )
}

/** Title and facts in a place where no heading may stand. */
function FilmLine({movie}: {movie: Movie}): JSX.Element {
  const {main, other, year} = setTitle(movie)
  return (
    <>
      <span class="film-title">
        {main}
        {other !== '' && <span class="other-title">{other}</span>}
      </span>{' '}
      <span class="facts">{[year, ...movie.genres].filter(one => one !== '').join(' · ')}</span>
    </>
  )
}
