import {execFileSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {
  crossValidate,
  Figure,
  InterruptedError,
  MatrixFactorization,
  type Progress,
  progress,
  setDisplay,
  syntheticRatings
} from 'movie-recs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {connect, inKernel, setSurroundings} from '#internals'

const require = createRequire(__filename)
const KERNEL = '/elsewhere/node_modules/tslab/dist/jupyter.js'

interface Message {
  data: Record<string, string>
  metadata: Record<string, unknown>
  transient: {display_id?: string}
}

/** A kernel as far as the library can see one: tslab's module in Node's cache. */
function fakeKernel(): {
  messages: Array<Message & {update: boolean}>
  nextCell(): typeof messages
  run(cell: () => Promise<unknown>): Promise<void>
} {
  const messages: Array<Message & {update: boolean}> = []
  const writer =
    (to: typeof messages) =>
    (message: Message, update: boolean): void => {
      to.push({...message, update})
    }
  class JupyterHandlerImpl {
    async handleExecuteImpl(cell: () => Promise<unknown>, ..._writers: unknown[]): Promise<void> {
      await cell()
    }
  }
  const exports = {lastWriteDisplayData: writer(messages), JupyterHandlerImpl}
  require.cache[KERNEL] = {exports} as NodeJS.Module
  return {
    messages,
    run: cell =>
      new JupyterHandlerImpl().handleExecuteImpl(
        cell,
        () => undefined,
        () => undefined
      ),
    nextCell() {
      const next: typeof messages = []
      exports.lastWriteDisplayData = writer(next)
      return next
    }
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const step = (done: number, more: Partial<Progress> = {}): Progress => ({
  task: 'fitting mf',
  done,
  total: 4,
  seconds: done,
  ...more
})

describe('the library in plain Node', () => {
  it('loads neither the kernel nor TensorFlow, danfojs, canvas or plotly', () => {
    const script = `require('movie-recs'); console.log(Object.keys(require.cache).filter(file => /node_modules.(tslab|@tslab|@tensorflow|danfojs|@napi-rs|plotly)/.test(file)).length)`
    expect(execFileSync(process.execPath, ['-e', script], {encoding: 'utf8'}).trim()).toBe('0')
  })

  it('shows nothing and does not fail', () => {
    expect(inKernel()).toBe(false)
    new Figure({data: [], layout: {}, alt: ''}).show()
    const {onProgress} = progress()
    onProgress(step(1))
    onProgress(step(4))
  })
})

describe('in a kernel', () => {
  let kernel: ReturnType<typeof fakeKernel>
  beforeEach(() => {
    kernel = fakeKernel()
  })
  afterEach(async () => {
    delete require.cache[KERNEL]
    setDisplay(undefined)
    setSurroundings(undefined)
    await turn()
    process.removeAllListeners('SIGINT')
  })

  it('draws in the cell that runs, not in the one where it was connected', () => {
    connect()
    const figure = new Figure({data: [], layout: {}, alt: 'A figure.'})
    figure.show()
    const second = kernel.nextCell()
    figure.show()
    expect(kernel.messages).toHaveLength(1)
    expect(second).toHaveLength(1)
    expect(second[0].metadata).toEqual({'movie-recs': {alt: 'A figure.'}})
  })

  it('has one progress line, replaced in place, whose last state has no bar', () => {
    const {onProgress} = progress()
    onProgress(step(1))
    onProgress(step(2)) // too soon after the first: not sent
    onProgress(step(4, {validation: 0.8765}))
    expect(kernel.messages.map(message => message.update)).toEqual([false, true])
    expect(new Set(kernel.messages.map(message => message.transient.display_id)).size).toBe(1)
    expect(kernel.messages[0].data['text/html']).toContain('<progress value="1" max="4">')
    expect(kernel.messages[1].data).toEqual({
      'text/html': '<div role="status">fitting mf: 4 of 4 in 4.0 s, validation 0.8765</div>',
      'text/plain': 'fitting mf: 4 of 4 in 4.0 s, validation 0.8765'
    })
  })

  it('hears the interrupt only after a turn of the event loop, stops the fit, and leaves no listener', async () => {
    const before = process.listenerCount('SIGINT')
    const run = progress()
    expect(process.listenerCount('SIGINT')).toBe(before)
    await turn()
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    const fit = new MatrixFactorization({epochs: 5000, factors: 32}).fit(
      syntheticRatings({users: 50, movies: 40, ratings: 500}),
      run
    )
    process.emit('SIGINT')
    await expect(fit).rejects.toThrow(InterruptedError)
    expect(process.listenerCount('SIGINT')).toBe(before)
  })

  it('stops the work of the cell that is interrupted, watched or not, and no other', async () => {
    connect()
    await turn()
    const ratings = syntheticRatings({users: 50, movies: 40, ratings: 500})
    const endless = (): Promise<unknown> =>
      new MatrixFactorization({epochs: 10_000, factors: 32, patience: 0}).fit(ratings)
    const outcomes: string[] = []
    const noting = (name: string, fit: Promise<unknown>): Promise<unknown> =>
      fit.then(
        () => outcomes.push(`${name} is fitted`),
        (error: unknown) => outcomes.push(`${name}: ${error instanceof InterruptedError ? 'stopped' : error}`)
      )
    const earlier = new MatrixFactorization({epochs: 400, factors: 32, patience: 0}).fit(ratings)
    await kernel.run(async () => void noting('not awaited', earlier))
    const own = new AbortController()
    const interrupted = kernel.run(() =>
      Promise.all([
        noting('plain', endless()),
        noting(
          'with a signal of its own',
          new MatrixFactorization({epochs: 10_000, factors: 32, patience: 0}).fit(ratings, {
            signal: own.signal
          })
        ),
        noting(
          'cross-validation',
          crossValidate(() => new MatrixFactorization({epochs: 10_000, patience: 0}), ratings)
        )
      ])
    )
    await turn()
    process.emit('SIGINT')
    await interrupted
    expect(outcomes.sort()).toEqual([
      'cross-validation: stopped',
      'plain: stopped',
      'with a signal of its own: stopped'
    ])
    expect((await earlier).fitted).toBe(true)
    await kernel.run(() => noting('the next cell', new MatrixFactorization({epochs: 2}).fit(ratings)))
    expect(outcomes).toContain('the next cell is fitted')
  })

  it('gives the interrupt to the latest work only', async () => {
    const before = process.listenerCount('SIGINT')
    const first = progress()
    await turn()
    const second = progress()
    await turn()
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    process.emit('SIGINT')
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true])
  })
})
