import type {ComponentChildren, JSX} from 'preact'
import {useId, useMemo, useState} from 'preact/hooks'
import type {Filters as LibraryFilters} from '../../models/filters'
import type {Visit} from '../visit'
import {useShared} from './context'

/** The filters of a visit, as the library takes them. */
export function filtersOf({genres, years}: Visit): Pick<LibraryFilters, 'genres' | 'years'> {
  return {...(genres.length > 0 ? {genres} : {}), ...(years === undefined ? {} : {years})}
}

/** Which films are listed: of some genres, of some years. */
export function Filters({children}: {children: ComponentChildren}): JSX.Element {
  const {page, visit, change} = useShared()
  const {movies} = page.recommender.directory
  const genres = useMemo(() => movies.genres().map(({genre}) => genre), [movies])
  const span = useMemo(() => spanOf(movies), [movies])
  const [open, setOpen] = useState(false)
  const id = useId()
  const said = [...visit.genres, ...(visit.years === undefined ? [] : [visit.years.join('–')])]
  const toggle = (genre: string): void => {
    const others = visit.genres.filter(one => one !== genre)
    change({...visit, genres: others.length < visit.genres.length ? others : [...others, genre]})
  }
  const {years: _, ...anyYear} = visit
  return (
    <div class="filters">
      <div class="filters-head">
        <button
          type="button"
          class="quiet"
          hidden={genres.length === 0 && span === undefined}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {said.length === 0 ? 'Genres and years' : `Only ${said.join(', ')}`}
        </button>
        {said.length > 0 && (
          <button type="button" class="quiet" onClick={() => change({...anyYear, genres: []})}>
            All films
          </button>
        )}
        {children}
      </div>
      <div id={id} hidden={!open}>
        {genres.length > 0 && (
          <fieldset class="chips">
            <legend class="sr">Genres</legend>
            {genres.map(genre => (
              <button
                key={genre}
                type="button"
                class="chip"
                aria-pressed={visit.genres.includes(genre)}
                onClick={() => toggle(genre)}
              >
                {genre}
              </button>
            ))}
          </fieldset>
        )}
        {span !== undefined && <Years span={span} />}
      </div>
    </div>
  )
}

function Years({span: [first, last]}: {span: readonly [number, number]}): JSX.Element {
  const {visit, change, notify} = useShared()
  const [from, to] = visit.years ?? [first, last]
  const set = (one: number, other: number): void => {
    const {years: _, ...anyYear} = visit
    if (!(one >= 1000 && other <= 9999)) return
    if (one > other) notify({text: `${one} is after ${other}: the first year comes first.`})
    else if (one <= first && other >= last) change(anyYear)
    else change({...visit, years: [one, other]})
  }
  return (
    <div class="years">
      <label>
        From{' '}
        <input
          type="number"
          inputMode="numeric"
          min={first}
          max={last}
          value={from}
          onChange={event => set(Number(event.currentTarget.value), to)}
        />
      </label>
      <label>
        to{' '}
        <input
          type="number"
          inputMode="numeric"
          min={first}
          max={last}
          value={to}
          onChange={event => set(from, Number(event.currentTarget.value))}
        />
      </label>
    </div>
  )
}

/** The first and the last year of the catalogue. */
function spanOf(movies: Iterable<{year?: number}>): [number, number] | undefined {
  const years = [...movies].flatMap(({year}) => year ?? [])
  return years.length === 0
    ? undefined
    : years.reduce(([low, high], year) => [Math.min(low, year), Math.max(high, year)], [years[0], years[0]])
}
