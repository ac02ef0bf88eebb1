import {setImmediate} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {Streams} from '#internals'

describe('what a cell prints', () => {
  it('is joined into few messages, whole and in order', async () => {
    const sent: Array<[string, string]> = []
    const streams = new Streams((name, text) => sent.push([name, text]))
    const lines = Array.from({length: 1000}, (_, k) => `line ${k}\n`)
    for (const line of lines) streams.write('stdout', line)
    streams.write('stderr', 'oh\n')
    streams.write('stdout', 'and on\n')
    await setImmediate()
    await setImmediate()
    expect(sent.length).toBeLessThan(10)
    expect(sent.map(([, text]) => text).join('')).toBe(`${lines.join('')}oh\nand on\n`)
    expect(sent.slice(-2)).toEqual([
      ['stderr', 'oh\n'],
      ['stdout', 'and on\n']
    ])
  })

  it('does not wait for the end of the cell where it is much', () => {
    let sent = 0
    const streams = new Streams((_, text) => {
      sent += text.length
    })
    for (let k = 0; k < 100; k++) streams.write('stdout', 'x'.repeat(10_000))
    expect(sent).toBeGreaterThan(900_000)
    streams.flush()
    expect(sent).toBe(1_000_000)
  })
})
