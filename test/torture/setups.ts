import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {ROOT} from '#paths'
import {promised, type Subject} from './subject'

/** A set-up that is killed at any moment and begun again at once gets as far as one that was left alone. */
export const setUps: Subject = {
  name: 'kill-set-up',
  about: 'the set-up of a copy, killed at any moment, and begun again at once',
  skip: () => (process.platform === 'win32' ? 'its Python is a shell script' : undefined),
  async prepare() {
    const {copySetUp, startSetUp} = await import('../scripts/setup/copy.mjs')
    return async ({random, folder}) => {
      copySetUp(ROOT, folder)
      const first = startSetUp(folder)
      await Promise.race([first.ended, new Promise(resolve => setTimeout(resolve, random.below(4000)))])
      first.kill()
      await first.ended
      const again = startSetUp(folder)
      await again.ended
      promised(
        !/^ +at |another set-up works/im.test(again.said()),
        `Begun again: ${again.said().slice(0, 800)}`
      )
      const ready = path.join(folder, '.venv/.ready')
      promised(
        existsSync(ready) && readFileSync(ready, 'utf8').length === 64,
        `No environment: ${again.said().slice(0, 800)}`
      )
      return 'recovered'
    }
  }
}
