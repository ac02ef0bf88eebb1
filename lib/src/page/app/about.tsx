import type {JSX} from 'preact'
import {count} from '../../show/numbers'
import {numberText} from '../../show/wording'
import {useShared} from './context'

/** What stands behind the page: engine, data, what was measured, and that nothing leaves it. */
export function About(): JSX.Element {
  const {about} = useShared().page
  return (
    <footer class="about">
      <details>
        <summary>About this page</summary>
        <p>
          Nothing leaves this page: it asks no server, keeps no cookies, and works without a network. Your
          ratings stand in its address and nowhere else; whoever you send the address to sees them.
        </p>
        <p>
          It carries what an engine learned from {count(about.ratings)} ratings of {count(about.movies)} films
          by {count(about.people)} people, and nobody’s ratings. What it says of a film is a guess from what
          people with similar ratings gave.
        </p>
        <dl>
          <dt>Engine</dt>
          <dd>
            {about.engine}
            {about.options !== '' && <span class="note"> {about.options}</span>}
          </dd>
          {about.data !== '' && (
            <>
              <dt>Data</dt>
              <dd>{about.data}</dd>
            </>
          )}
          {about.cite !== undefined && (
            <>
              <dt>Cite</dt>
              <dd>{about.cite}</dd>
            </>
          )}
          <dt>Made by</dt>
          <dd>movie-recs {about.version}</dd>
        </dl>
        {about.measured.length > 0 && (
          <>
            <h2>The page beside the engine itself</h2>
            <dl>
              {about.measured.map(({what, value}) => (
                <div key={what}>
                  <dt>{what.charAt(0).toUpperCase() + what.slice(1)}</dt>
                  <dd data-value={value}>{numberText(value)}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </details>
      {!about.redistribute && <p class="note own-use">For your own use, do not redistribute.</p>}
    </footer>
  )
}
