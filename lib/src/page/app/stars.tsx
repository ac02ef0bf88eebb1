import type {JSX} from 'preact'
import {useId, useRef, useState} from 'preact/hooks'
import {ratingText} from '../scale'
import {useShared} from './context'

interface StarsProps {
  /** What is rated, for who cannot see where the stars stand: "Your rating of Fargo". */
  label: string
  rating: number | undefined
  /** `pointed` where a finger or a mouse chose, so that nobody goes on by arrow keys. */
  onRate(rating: number, pointed: boolean): void
}

/** Stars as a radio group: a tap, or the arrow keys. A scale that is no stars is a slider. */
export function Stars(props: StarsProps): JSX.Element {
  return useShared().choice.stars ? <StarGroup {...props} /> : <Slider {...props} />
}

function StarGroup({label, rating, onRate}: StarsProps): JSX.Element {
  const {choice} = useShared()
  const name = useId()
  const [hovered, setHovered] = useState<number>()
  const pointed = useRef(false)
  const shown = hovered ?? rating ?? 0
  const halves = choice.values[0] === 0.5
  return (
    <fieldset
      class={!halves && choice.values.length > 5 ? 'stars many' : 'stars'}
      onPointerDown={() => (pointed.current = true)}
      onKeyDown={() => (pointed.current = false)}
      onPointerLeave={() => setHovered(undefined)}
    >
      <legend class="sr">{label}</legend>
      {choice.values.map((value, k) => (
        <label
          key={value}
          title={ratingText(value, choice)}
          class={`${halves ? (k % 2 === 0 ? 'left' : 'right') : 'whole'}${value <= shown ? ' on' : ''}`}
          onPointerEnter={event => event.pointerType === 'mouse' && setHovered(value)}
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === rating}
            onChange={() => onRate(value, pointed.current)}
          />
          <span class="sr">{ratingText(value, choice)}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Slider({label, rating, onRate}: StarsProps): JSX.Element {
  const {choice, page} = useShared()
  const [min, max] = page.recommender.directory.scale
  return (
    <label class="slider">
      <span class="sr">{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={page.step}
        value={rating ?? (min + max) / 2}
        aria-valuetext={rating === undefined ? 'not rated' : ratingText(rating, choice)}
        onChange={event => onRate(Number(event.currentTarget.value), false)}
      />
      <output>{rating === undefined ? '–' : ratingText(rating, choice)}</output>
    </label>
  )
}
