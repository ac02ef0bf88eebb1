import type {JSX} from 'preact'
import {joined, left, named, type View} from '../visit'
import {useShared} from './context'

const VIEWS: readonly View[] = ['first', 'second', 'both']

/** The way to ask somebody in. */
export function Invite(): JSX.Element {
  const {visit, change} = useShared()
  const invite = (): void => {
    change(joined(visit), {
      notice: {text: 'Now it is the second one’s turn: rate a few films.', before: visit}
    })
    requestAnimationFrame(() => {
      const turn = document.querySelector<HTMLElement>('.turns [aria-pressed="true"]')
      turn?.scrollIntoView({block: 'center'})
      turn?.focus()
    })
  }
  return (
    <button type="button" class="quiet invite" onClick={invite}>
      For two
    </button>
  )
}

/** Whose turn it is, where two watch together. */
export function People(): JSX.Element | null {
  const {visit, change, nameOf} = useShared()
  const {visitors, view} = visit
  if (visitors[1] === undefined) return null
  return (
    <div class="people">
      <fieldset class="turns">
        <legend class="sr">Whose ratings and list</legend>
        {VIEWS.map(one => (
          <button
            key={one}
            type="button"
            aria-pressed={one === view}
            onClick={() => change({...visit, view: one})}
          >
            {one === 'both' ? 'Both' : nameOf(one === 'first' ? 0 : 1)}
          </button>
        ))}
      </fieldset>
      <div class="names">
        {[0, 1].map(who => (
          <label key={who}>
            <span>{who === 0 ? 'First name' : 'Second name'}</span>
            <input
              type="text"
              maxLength={24}
              placeholder={who === 0 ? 'You' : 'Friend'}
              value={visitors[who]?.name}
              onInput={event => change(named(visit, who, event.currentTarget.value), {what: `name ${who}`})}
            />
          </label>
        ))}
        <button
          type="button"
          class="quiet"
          onClick={() =>
            change(left(visit), {notice: {text: `${nameOf(1)} left, with all ratings.`, before: visit}})
          }
        >
          Remove {nameOf(1)}
        </button>
      </div>
    </div>
  )
}
