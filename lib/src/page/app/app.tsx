import type {JSX} from 'preact'
import {useMemo, useState} from 'preact/hooks'
import type {MovieId} from '../../data/ids'
import type {OpenPage} from '../openPage'
import {lookedAt} from '../visit'
import {About} from './about'
import {type Notice, SharedContext} from './context'
import {CopyLink, Theme} from './header'
import {List} from './list'
import {Announcer, Toast} from './notices'
import {Peek} from './peek'
import {People} from './people'
import {NotAgain, RatedFilms} from './ratedFilms'
import {RateNext} from './rateNext'
import {Search} from './search'
import {Sheet} from './sheet'
import {useShare} from './useShare'
import {useVisit} from './useVisit'

/** The whole page. */
export function App({page}: {page: OpenPage}): JSX.Element {
  const {directory} = page.recommender
  const known = useMemo(
    () => ({
      movieId: (id: MovieId) => directory.movies.get(id)?.movieId,
      scale: directory.scale,
      genres: directory.movies.genres().map(({genre}) => genre)
    }),
    [directory]
  )
  const {visit, trouble, keep} = useVisit(known)
  const [notice, setNotice] = useState<Notice>()
  const [opened, setOpened] = useState<MovieId>()
  const shared = useShare(page, visit, {keep, setNotice, setOpened})
  const who = lookedAt(visit)
  const turn = who.length === 1 ? who[0] : undefined
  return (
    <SharedContext.Provider value={shared}>
      <header class="top">
        <h1>{page.about.title}</h1>
        <div class="tools">
          <CopyLink />
          <Theme />
        </div>
        <p>
          Give stars to a few films you know: the list changes with every star, and each film says why.{' '}
          <span class="private">Nothing leaves this page.</span>
        </p>
      </header>
      <main>
        {trouble.length > 0 && (
          <div class="trouble" role="alert">
            {trouble.map(text => (
              <p key={text}>{text}</p>
            ))}
          </div>
        )}
        <div class="columns">
          <div class="mine">
            <Search />
            <People />
            {turn !== undefined && (
              <section aria-labelledby="ask-title">
                <h2 id="ask-title">
                  {shared.profile(turn).length === 0 ? 'Or begin with one of these' : 'Rate next'}
                </h2>
                <RateNext key={turn} who={turn} />
              </section>
            )}
          </div>
          <List />
          <div class="kept">
            {who.map(one => (
              <RatedFilms key={one} who={one} />
            ))}
            <NotAgain />
          </div>
        </div>
      </main>
      <About />
      <Announcer notice={notice} />
      <div class="foot">
        <Toast
          notice={notice}
          onUndo={() => {
            if (notice?.before !== undefined) shared.change(notice.before, {notice: {text: 'Taken back.'}})
          }}
          onClose={() => setNotice(undefined)}
        />
        <Peek />
      </div>
      {opened !== undefined && <Sheet key={opened} movieId={opened} onClose={() => setOpened(undefined)} />}
    </SharedContext.Provider>
  )
}
