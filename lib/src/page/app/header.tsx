import type {JSX} from 'preact'
import {useState} from 'preact/hooks'
import {addressOf} from '../address'
import {NOTHING_YET} from '../visit'
import {useShared} from './context'

/** Copies the address, in which the ratings are; there is nothing to copy before there are any. */
export function CopyLink(): JSX.Element | null {
  const {notify, visit} = useShared()
  if (visit === NOTHING_YET) return null
  const copy = async (): Promise<void> => {
    const own =
      location.protocol === 'file:'
        ? ' It opens for whoever has this file in the same place: send the file along.'
        : ''
    try {
      await navigator.clipboard.writeText(`${location.href.split('#')[0]}#${addressOf(visit)}`)
      notify({text: `The link is copied, your ratings in it.${own}`})
    } catch {
      notify({
        text: `This browser does not let a page copy: take the address above, your ratings are in it.${own}`
      })
    }
  }
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      Copy link
    </button>
  )
}

/** Light or dark, where it should be other than the device has it. */
export function Theme(): JSX.Element {
  const [theme, setTheme] = useState(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  )
  const toggle = (): void => {
    const next = theme === 'dark' ? 'light' : 'dark'
    document.documentElement.dataset.theme = next
    setTheme(next)
  }
  return (
    <button type="button" class="quiet theme" aria-pressed={theme === 'dark'} onClick={toggle}>
      <span aria-hidden="true">◐</span>
      <span class="sr">Dark</span>
    </button>
  )
}
