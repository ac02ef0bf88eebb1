import type {Progress} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {describeProgress, duration} from '#internals'

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
