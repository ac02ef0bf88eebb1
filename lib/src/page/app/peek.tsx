import type {JSX} from 'preact'
import {useEffect, useState} from 'preact/hooks'
import {useShared} from './context'
import {clipped} from './scores'
import {setTitle} from './titles'

/** On a narrow screen, while the list is out of sight: what is first on it, and the way there. */
export function Peek(): JSX.Element | null {
  const {page, listed} = useShared()
  const [top] = listed
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const list = document.querySelector('.list')
    if (list === null) return
    const observer = new IntersectionObserver(([entry]) => setSeen(entry.isIntersecting), {
      rootMargin: '0px 0px -160px 0px'
    })
    observer.observe(list)
    return () => observer.disconnect()
  }, [])
  if (top === undefined || seen) return null
  const {unit} = page.recommender.model
  const go = (): void => {
    const heading = document.getElementById('list-title')
    heading?.focus({preventScroll: true})
    heading?.scrollIntoView()
  }
  return (
    <button type="button" class="peek" onClick={go}>
      <span class="peek-what">
        <span class="note">First on your list</span> <b>{setTitle(top.movie).main}</b>
      </span>
      {unit === 'stars' && top.scores.length === 1 && (
        <span class="peek-score">{clipped(top.score, page.recommender.directory.scale).toFixed(1)} ★</span>
      )}
      <span class="peek-go">See the list</span>
    </button>
  )
}
