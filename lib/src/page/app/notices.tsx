import type {JSX} from 'preact'
import {useEffect, useState} from 'preact/hooks'
import {type Notice, useShared} from './context'
import {setTitle} from './titles'

/** Before something is said, in ms. */
const PAUSE = 500

interface NoticesProps {
  notice: Notice | undefined
  onUndo(): void
  onClose(): void
}

/** What was just done, with the way back; it stays until something else is done. */
export function Toast({notice, onUndo, onClose}: NoticesProps): JSX.Element | null {
  if (notice === undefined || notice.seen === true) return null
  const {text, before, list = []} = notice
  return (
    <section class="toast" aria-label="What was done">
      <div class="toast-text">
        <p>{text}</p>
        {list.length > 0 && (
          // Long lists scroll: the arrow keys need a place to do it from.
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
          <ul tabIndex={0} aria-label="Titles that were not found">
            {list.map(one => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
      </div>
      {before !== undefined && (
        <button type="button" class="quiet" onClick={onUndo}>
          Undo
        </button>
      )}
      <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
        ✕
      </button>
    </section>
  )
}

/** What was done and what then comes first, for who listens. Stars that are passed by arrow keys are not said one by one. */
export function Announcer({notice}: {notice: Notice | undefined}): JSX.Element {
  const {visit, listed} = useShared()
  const [top] = listed
  const [said, setSaid] = useState('')
  const text = notice?.text ?? ''
  useEffect(() => {
    const first = top === undefined ? '' : `First on the list: ${setTitle(top.movie).main}.`
    const later = setTimeout(() => setSaid(text === '' ? '' : `${text} ${first}`), PAUSE)
    return () => clearTimeout(later)
  }, [text, top, visit])
  return (
    <div class="sr announcer" aria-live="polite">
      {said}
    </div>
  )
}
