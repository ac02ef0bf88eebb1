import {readFileSync} from 'node:fs'
import {runInThisContext} from 'node:vm'
import {UnknownIdError} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {describeError} from '#internals'

describe('an error in a cell', () => {
  it('begins with its message, whatever Node put before its stack', () => {
    let decorated: Error | undefined
    try {
      runInThisContext("const f = () => { throw new RangeError('too far') }\nf()")
    } catch (error) {
      decorated = error as Error
    }
    expect(decorated?.stack?.startsWith('RangeError')).toBe(false)
    expect(describeError(decorated as Error).split('\n')[0]).toBe('RangeError: too far')
    expect(describeError(decorated as Error)).not.toContain('evalmachine')
  })

  it('of the library has no line of the library; of a file keeps that file', () => {
    const unknown = new UnknownIdError('movie', 7, 'Unknown movieId 7.')
    unknown.stack = [
      'UnknownIdError: Unknown movieId 7.',
      `    at Recommender.similar (${require.resolve('movie-recs').replace('index.js', 'models/recommender.js')}:1:1)`,
      '    at mine (/home/me/mine.ts:3:4)',
      '    at node:internal/process/task_queues:105:5'
    ].join('\n')
    expect(describeError(unknown)).toBe(
      'UnknownIdError: Unknown movieId 7.\n    at mine (/home/me/mine.ts:3:4)'
    )
  })

  it('tells its causes, too', () => {
    const error = new Error('cannot read', {cause: new Error('no such file')})
    error.stack = ''
    ;(error.cause as Error).stack = ''
    expect(describeError(error)).toBe('Error: cannot read\nCaused by Error: no such file')
    const several = new AggregateError(['a', 'b'], 'both failed')
    several.stack = ''
    expect(describeError(several)).toBe('AggregateError: both failed\nCaused by a\nCaused by b')
  })

  it('that is an interrupt says so, in words the kernel still uses', () => {
    const executor = readFileSync(require.resolve('tslab/dist/executor.js'), 'utf8')
    const kernels = /new Error\("(Interrupted asynchronously)"\)/.exec(executor)?.[1]
    expect(describeError(new Error(kernels))).toBe(
      'Interrupted: this cell was stopped. What earlier cells made is still there.'
    )
  })
})
