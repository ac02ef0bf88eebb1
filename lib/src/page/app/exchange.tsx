import type {JSX} from 'preact'
import {useId} from 'preact/hooks'
import {readProfile} from '../../models/readProfile'
import {count} from '../../show/numbers'
import {ratingsCsv} from '../csv'
import {ratedAll, withoutRatings} from '../visit'
import {useShared} from './context'

/** Ratings in and out as a file: read in the browser, written by it. */
export function Exchange({who}: {who: number}): JSX.Element {
  const {page, visit, profile, change, notify, nameOf} = useShared()
  const {movies, scale} = page.recommender.directory
  const id = useId()
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    try {
      const {profile: added, unmatched, said} = readProfile(await file.text(), movies, {scale})
      const text = [
        `${file.name}: ${count(added.length)} ${added.length === 1 ? 'rating' : 'ratings'} read.`,
        ...said,
        ...(unmatched.length === 0 ? [] : [`${count(unmatched.length)} titles are not in this page:`])
      ].join(' ')
      const notice = {text, list: unmatched}
      if (added.length === 0) notify(notice)
      else change(ratedAll(visit, who, added), {notice: {...notice, before: visit}})
    } catch (error) {
      notify({text: `${file.name} was not read. ${(error as Error).message}`})
    }
  }
  const clear = (): void => {
    const notice = {text: `${count(profile(who).length)} ratings are removed.`, before: visit}
    change(withoutRatings(visit, who), {notice})
    document.getElementById(`rated-${who}`)?.focus()
  }
  const save = (): void => {
    const address = URL.createObjectURL(new Blob([ratingsCsv(profile(who), movies)], {type: 'text/csv'}))
    const link = document.createElement('a')
    link.href = address
    link.download = `ratings-${nameOf(who).replace(/[^\p{L}\p{N}]+/gu, '-')}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 1000)
  }
  return (
    <div class="exchange">
      <label for={id} class="file">
        Import<span class="sr"> ratings for {nameOf(who)}: an export of Letterboxd or IMDb, or any CSV</span>
        <input
          id={id}
          type="file"
          accept=".csv,text/csv,text/plain"
          onChange={event => {
            const input = event.currentTarget
            void read(input.files?.[0]).then(() => {
              input.value = ''
            })
          }}
        />
      </label>
      {profile(who).length > 0 && (
        <>
          <button type="button" class="quiet" onClick={save}>
            Export
          </button>
          <button type="button" class="quiet" onClick={clear}>
            Clear all<span class="sr"> ratings of {nameOf(who)}</span>
          </button>
        </>
      )}
      <p class="note">From Letterboxd or IMDb, or any CSV with titles and ratings</p>
    </div>
  )
}
