/** The page to share, in a browser: reads what it carries and shows it. */
import {render} from 'preact'
import {openPage} from '../openPage'
import type {PageFile} from '../pageFile'
import {App} from './app'

const place = document.getElementById('app') as HTMLElement
try {
  const carried = document.getElementById('movie-recs-page')?.textContent ?? ''
  const page = openPage(JSON.parse(carried) as PageFile)
  place.textContent = ''
  render(<App page={page} />, place)
  document.documentElement.dataset.ready = ''
} catch (error) {
  place.innerHTML = ''
  render(
    <main class="opening">
      <h1>{document.title}</h1>
      <p role="alert">
        This page cannot be opened: it was cut or changed on its way. Ask for the file once more. (
        {String(error)})
      </p>
    </main>,
    place
  )
}
