import {describe, expect, it} from 'vitest'
import {
  knownParameters,
  override,
  parametersOf,
  refuseUnknown
} from '../../../scripts/notebooks/parameters.mjs'

const source = `// What to change
const K: number = 5 // neighbours; a comment
const NAME = 'it; is' // text
const LIST = [
  1, 2,
  3
]
const FLAG = true;
const RATE = 1e-3`

const notebook = (text: string): any => ({
  cells: [
    {cell_type: 'markdown', source: '# title', metadata: {}},
    {cell_type: 'code', source: text, metadata: {tags: ['parameters']}},
    {cell_type: 'code', source: 'const K2 = 1', metadata: {}}
  ]
})
const overridden = (values: Record<string, string>, text: string = source): string => {
  const copy = notebook(text)
  override(copy, new Map(Object.entries(values)))
  return copy.cells[1].source
}

describe('parameters of a notebook', () => {
  it('are the constants of the tagged cell, with their whole values', () => {
    expect(parametersOf(source).map(p => [p.name, p.value])).toEqual([
      ['K', '5'],
      ['NAME', "'it; is'"],
      ['LIST', '[\n  1, 2,\n  3\n]'],
      ['FLAG', 'true'],
      ['RATE', '1e-3']
    ])
  })

  it('take a new value in place and leave the rest of the cell as it was', () => {
    expect(overridden({K: '40'})).toBe(source.replace('= 5', '= 40'))
    expect(overridden({FLAG: 'false', RATE: '.5', LIST: '[7]'})).toBe(
      source
        .replace('= true', '= false')
        .replace('1e-3', '.5')
        .replace(/\[[\s\S]*\]/, '[7]')
    )
  })

  it('keep strings strings, whatever is in them', () => {
    expect(overridden({NAME: '1m'})).toContain("NAME = '1m' // text")
    expect(overridden({NAME: "O'Brien\\"})).toContain("NAME = 'O\\'Brien\\\\' // text")
    expect(overridden({NAME: "'quoted already'"})).toContain("NAME = 'quoted already' // text")
  })

  it('read a source that is stored as lines', () => {
    const copy = notebook('')
    copy.cells[1].source = ['const A = 1\n', 'const B = 2']
    override(copy, new Map([['B', '3']]))
    expect(copy.cells[1].source).toBe('const A = 1\nconst B = 3')
  })

  it.each([
    ['K', 'many', 'K takes a number'],
    ['K', '1; process.exit()', 'K takes a number'],
    ['FLAG', '1', 'FLAG takes true or false'],
    ['LIST', '[1', 'LIST is [']
  ])('refuse %s=%s', (name, value, message) => {
    expect(() => overridden({[name]: value})).toThrow(message)
  })

  it('that nobody knows are refused with the names that are known', () => {
    const notebooks = [
      {name: '01-explore', notebook: notebook(source)},
      {name: '02-bare', notebook: {cells: []}}
    ]
    expect(() => refuseUnknown(notebooks, new Map([['KK', '1']]))).toThrow(
      'No parameter is called KK: 01-explore has K, NAME, LIST, FLAG, RATE; 02-bare has none.'
    )
    expect(() => refuseUnknown(notebooks, new Map([['K', '1']]))).not.toThrow()
    expect(knownParameters(notebooks[1].notebook)).toEqual([])
  })
})
