import type {Progress} from 'movie-recs'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {describeProgress, duration, TerminalLine} from '#internals'

const step = (done: number, more: Partial<Progress> = {}): Progress => ({
  task: 'fitting mf',
  done,
  total: 4,
  seconds: done,
  ...more
})

describe('describeProgress', () => {
  it('tells the time left and the errors so far', () => {
    expect(describeProgress(step(1, {train: 0.81234, validation: 0.9}))).toBe(
      'fitting mf: 1 of 4, 3.0 s left, train 0.8123, validation 0.9000'
    )
    expect(describeProgress(step(0))).toBe('fitting mf: 0 of 4')
    expect(describeProgress({...step(2), seconds: 100})).toBe('fitting mf: 2 of 4, 1 min 40 s left')
    expect(describeProgress(step(4))).toBe('fitting mf: 4 of 4 in 4.0 s')
    expect(describeProgress(step(2, {train: 0.9}), true)).toBe('fitting mf: stopped at 2 of 4, train 0.9000')
  })

  it('says of learning that had enough where it stopped', () => {
    expect(describeProgress(step(4, {train: 0.9, early: {epoch: 22, epochs: 60}}))).toBe(
      'fitting mf: stopped early at epoch 22 of 60 in 4.0 s, train 0.9000'
    )
  })

  it('writes large numbers with separators', () => {
    expect(describeProgress({task: 'reading', done: 1_000_000, total: 1_000_209, seconds: 1})).toBe(
      'reading: 1,000,000 of 1,000,209, 0.0 s left'
    )
  })
})

describe('duration', () => {
  it('has tenths below ten seconds, and never sixty seconds beside its minutes', () => {
    expect([0.04, 9.94, 9.96, 89.4, 89.6, 119.7].map(duration)).toEqual([
      '0.0 s',
      '9.9 s',
      '10 s',
      '89 s',
      '1 min 30 s',
      '2 min 0 s'
    ])
  })
})

describe('TerminalLine', () => {
  afterEach(() => void vi.restoreAllMocks())

  /** What steps at these milliseconds write. */
  function written(terminal: boolean, steps: ReadonlyArray<readonly [at: number, done: number]>): string[] {
    const out: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation(text => out.push(String(text)) > 0)
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const line = new TerminalLine(terminal)
    for (const [at, done] of steps) {
      now.mockReturnValue(at)
      line.update(step(done))
    }
    line.clear()
    return out
  }

  it('shows the first state at once, none that nobody could read, the last always, and is taken away', () => {
    expect(
      written(true, [
        [0, 1],
        [100, 2],
        [200, 3],
        [210, 4]
      ])
    ).toEqual([
      '\r\u001b[2Kfitting mf: 1 of 4, 3.0 s left',
      '\r\u001b[2Kfitting mf: 3 of 4, 1.0 s left',
      '\r\u001b[2Kfitting mf: 4 of 4 in 4.0 s',
      '\r\u001b[2K'
    ])
  })

  it('is a line every ten seconds in a log, and nothing there for short work', () => {
    expect(
      written(false, [
        [0, 1],
        [9_999, 4]
      ])
    ).toEqual([])
    vi.restoreAllMocks()
    expect(
      written(false, [
        [10_000, 1],
        [19_999, 2],
        [20_000, 3],
        [20_001, 4]
      ])
    ).toEqual([
      'fitting mf: 1 of 4, 3.0 s left\n',
      'fitting mf: 3 of 4, 1.0 s left\n',
      'fitting mf: 4 of 4 in 4.0 s\n'
    ])
  })
})
