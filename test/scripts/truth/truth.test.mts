import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {loadMovieLens} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {datasetFor} from '../../../scripts/notebooks/dataset.mjs'
import {parametersOf} from '../../../scripts/notebooks/parameters.mjs'
import {root} from '../../../scripts/setup/setup.mjs'
import {gridOf, numbersIn} from '../../../scripts/truth/evidence.mjs'
import {complaintsOf, saidIn} from '../../../scripts/truth/judge.mjs'
import {readAllowed, titlesToFind, typedIn, wordsOfSay} from '../../../scripts/truth/prose.mjs'

const folder = path.join(root, 'notebooks')
const names = readdirSync(folder)
  .filter(file => file.endsWith('.ipynb'))
  .map(file => path.basename(file, '.ipynb'))
const read = (name: string): any => JSON.parse(readFileSync(path.join(folder, `${name}.ipynb`), 'utf8'))
const sourceOf = (cell: any): string => [cell.source].flat().join('')
const allowed = readAllowed()
const titles = titlesToFind(
  [...(await loadMovieLens('latest-small', {dir: path.join(root, 'data')})).movies].map(m => m.title)
)
const listOf = (name: string): Array<{text: string; why: string}> => [
  ...allowed[''],
  ...(allowed[name] ?? [])
]

describe.for(names)('%s', name => {
  const notebook = read(name)

  it('has no number, title or comparison typed that is not in the list', () => {
    expect(typedIn(notebook, listOf(name), titles).complaints).toEqual([])
  })

  it('says what its outputs show', () => {
    expect(saidIn(notebook)).toBeGreaterThan(8)
    expect(complaintsOf(notebook)).toEqual([])
  })

  it('takes for the shipped run the parameters that it has', () => {
    const [, now, shipped] =
      /shippedRun\(\s*(\[[\w\s,]*\]),\s*(\[[\s\S]*?\])\s*\)/.exec(notebook.cells.map(sourceOf).join('\n')) ??
      []
    const cell = notebook.cells.find((one: any) => one.metadata.tags?.includes('parameters'))
    const parameters = parametersOf(sourceOf(cell))
    const asked = (now ?? '').replace(/[[\]\s]/g, '').split(',')
    expect(asked).toEqual(parameters.map(parameter => parameter.name))
    expect((shipped ?? '').replace(/\s+/g, '')).toBe(
      `[${parameters.map(({value}) => value.replace(/\s+/g, '')).join(',')}]`
    )
  })

  it('folds the cells that only speak, and no others', () => {
    for (const cell of notebook.cells.filter((one: any) => one.cell_type === 'code')) {
      const folded = cell.metadata.jupyter?.source_hidden === true
      expect(folded, sourceOf(cell)).toBe(/^say[.`]|^const shipped =/m.test(sourceOf(cell)))
      if (folded) expect(sourceOf(cell)).not.toMatch(/\.show\(|\.fit\(/)
    }
  })

  it('asks for a prediction, ends with three questions, and says what to try', () => {
    const prose = notebook.cells
      .filter((one: any) => one.cell_type === 'markdown')
      .map(sourceOf)
      .join('\n')
    expect(prose.match(/<details><summary>.+\?<\/summary>/g)).toHaveLength(3)
    expect(prose.match(/\*\*Before you run it:\*\*/g)?.length).toBeGreaterThan(6)
    expect(prose.match(/\*\*Try\*\*/g)?.length).toBeGreaterThan(1)
  })
})

it('01-explore says what the rows of the file add up to, counted here by hand', () => {
  const file = path.join(root, 'data/ml-latest-small/ratings.csv')
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const rows = lines.map(line => line.split(',').map(Number))
  const stars = rows.map(row => row[2])
  const mean = stars.reduce((sum, one) => sum + one, 0) / stars.length
  const deviation = Math.sqrt(stars.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (stars.length - 1))
  const sizes = (column: number): number[] => {
    const counts = new Map<number, number>()
    for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1)
    return [...counts.values()].sort((a, b) => b - a)
  }
  const [users, movies] = [sizes(0), sizes(1)]
  const share = (part: number, all: number, decimals = 1): string =>
    `${((100 * part) / all).toFixed(decimals)} %`
  const tenth = movies.slice(0, Math.round(movies.length / 10)).reduce((sum, one) => sum + one, 0)
  const four = stars.filter(one => one === 4).length
  const said = read('01-explore')
    .cells.flatMap((cell: any) => cell.outputs ?? [])
    .map((output: any) => [output.data?.['text/markdown'] ?? ''].flat().join(''))
    .join('\n')
    .replace(/\s+/g, ' ')
  for (const sentence of [
    `${rows.length.toLocaleString('en-US')} ratings by ${users.length} users on ${movies.length.toLocaleString('en-US')} movies fill ${share(rows.length, users.length * movies.length, 2)} of that table.`,
    `The mean is ${mean.toFixed(2)} with a deviation of ${deviation.toFixed(2)} stars`,
    `The answer given most often is 4 (${share(four, rows.length)})`,
    `leads: ${share(movies[0], users.length)} of all users rated it.`,
    `the first tenth holds ${share(tenth, rows.length)}`,
    `For every second movie an engine has ${movies[movies.length >> 1]} ratings or fewer`,
    `the most active ${users[0].toLocaleString('en-US')}, nobody fewer than ${users[users.length - 1]}.`
  ])
    expect(said).toContain(sentence)
})

it('the list of what may be typed gives a reason for each piece and has none that no text has', () => {
  expect(Object.keys(allowed).filter(name => name !== '' && !names.includes(name))).toEqual([])
  for (const one of Object.values(allowed).flat()) expect(one.why.length, one.text).toBeGreaterThan(15)
  const unused = names.map(name => new Set(typedIn(read(name), listOf(name), titles).unused))
  for (const [k, name] of names.entries())
    expect((allowed[name] ?? []).filter(({text}) => unused[k].has(text))).toEqual([])
  expect(allowed[''].filter(({text}) => unused.every(set => set.has(text)))).toEqual([])
})

describe('a false sentence is found', () => {
  const notebook = (name: string): any => structuredClone(read(name))
  const planted = (name: string, at: string, plant: (output: any, cell: any) => void): string[] => {
    const copy = notebook(name)
    const cell = copy.cells.find((one: any) => one.cell_type === 'code' && sourceOf(one).includes(at))
    plant(
      cell.outputs.find((output: any) => output.metadata?.['movie-recs']?.said),
      cell
    )
    return complaintsOf(copy)
  }
  const partsOf = (output: any): any[] => output.metadata['movie-recs'].said.parts
  /** Says the record again, so that only its truth is in question. */
  const respeak = (output: any, from: string, to: string): void => {
    const spoken = [output.data['text/markdown']].flat().join('')
    expect(spoken).toContain(from)
    output.data['text/markdown'] = spoken.replace(from, to)
  }
  const typed = (name: string, cell: any): string[] => {
    const copy = notebook(name)
    copy.cells.push({metadata: {}, ...cell})
    return typedIn(copy, listOf(name), titles).complaints
  }

  it('where its number was changed after it was said', () => {
    const found = planted('01-explore', 'ratingStatistics(ratings)\nsay', output =>
      respeak(output, '100,004 ratings', '100,005 ratings')
    )
    expect(found.join()).toContain('its record says "100,004 ratings')
  })

  it('where it says a number that no output shows', () => {
    const found = planted('01-explore', 'ratingStatistics(ratings)\nsay', output => {
      partsOf(output).find(part => part.value === 671).value = 672
      respeak(output, '671 users', '672 users')
    })
    expect(found.join()).toContain('672 is in no output')
  })

  it('where an output has become another, as in a run that was not told again', () => {
    const copy = notebook('01-explore')
    const cell = copy.cells.find((one: any) => sourceOf(one).startsWith('describeRatings'))
    const {data} = cell.outputs[0]
    data['text/plain'] = [data['text/plain']].flat().join('').replace('1.64 %', '4.47 %')
    expect(complaintsOf(copy).join()).toContain('is in no output')
  })

  it('where a number is given to another name', () => {
    const found = planted('01-explore', 'const middle', () => {})
    expect(found).toEqual([])
    const wrong = planted('01-explore', 'words[0]?.titles', output => {
      const cells = partsOf(output).filter(part => part.kind === 'cell')
      const [first, second] = cells.map(part => part.value)
      cells[0].value = second
      cells[1].value = first
      respeak(output, `${first} titles`, `${second} titles`)
      respeak(output, `"love" in ${second}`, `"love" in ${first}`)
    })
    expect(wrong.join()).toMatch(/no output shows 96 for man.*no output shows 156 for love/)
  })

  it('where a superlative is said of the other end', () => {
    const found = planted('01-explore', 'const byGenre', output => {
      const [high, low] = partsOf(output).filter(part => part.kind === 'extreme')
      high.pick = 'lowest'
      low.pick = 'highest'
      respeak(
        output,
        'Film-Noir (3.96) leads, Horror (3.32) ends',
        'Horror (3.32) leads, Film-Noir (3.96) ends'
      )
    })
    expect(found.join()).toContain('"leads" is said of the lowest in mean')
  })

  it('where an engine is said to beat one that it cannot be told apart from', () => {
    const found = planted('03-neighbours', 'onSample, ', output => {
      partsOf(output).find(part => part.kind === 'beats').one.group = 'z'
      const spoken = [output.data['text/markdown']].flat().join('')
      output.data['text/markdown'] = spoken.replace(
        / ties with (\S+) within the uncertainty of these test ratings/,
        ' loses to $1'
      )
    })
    expect(found.join()).toContain('letters for item-neighbours, not z')
  })

  it('where the words of a choice are those of the other side', () => {
    const found = planted('03-neighbours', 'shrunkBest', output =>
      respeak(output, 'Shrinkage keeps every pair', 'On these data it is enough')
    )
    expect(found.join()).toContain('its record says')
  })

  it('where it is no sentence of say', () => {
    const found = planted('01-explore', 'ratingStatistics(ratings)\nsay', output => {
      delete output.metadata['movie-recs']
    })
    expect(found.join()).toContain('has no record of its claims')
  })

  it.each([
    ['markdown', 'The mean is 3.54 stars.', 'the number "3.54"'],
    ['markdown', 'The mean of three hundred users.', 'the number "hundred"'],
    ['markdown', 'Neighbours among movies beat those among users.', 'the comparison "beat"'],
    ['markdown', 'See how Pulp Fiction stands on the left.', 'the title "Pulp Fiction"'],
    ['markdown', 'Most of them are Dramas.', 'the genre "Dramas"'],
    ['code', 'say`The error is $' + '{x}, better than 0.9.`', 'the number "0.9"'],
    ['code', 'say`It $' + "{say.choose(1, '<', 2, 'is worse by half', 'is not')}.`", 'the number "half"']
  ])('that is typed in a cell of %s: %s', (kind, source, what) => {
    expect(typed('03-neighbours', {cell_type: kind, source}).join('\n')).toContain(what)
  })

  it('in a worked example that speaks of the data', () => {
    const cell = {cell_type: 'markdown', source: 'The mean is 3.54.', metadata: {tags: ['worked-example']}}
    expect(typed('03-neighbours', cell)).toEqual([
      'a cell after the data were loaded is no worked example: "The mean is 3.54."'
    ])
  })
})

describe('the reader of outputs', () => {
  it('reads numbers as they are shown', () => {
    expect(numbersIn('12,324.34 of −0.36, 47.7 % and 5').map(({value}) => Number(value.toFixed(9)))).toEqual([
      12324.34, -0.36, 0.477, 5
    ])
    expect(numbersIn('3.54')[0].tolerance).toBeCloseTo(0.005)
  })

  it('reads a table by its columns', () => {
    expect(gridOf('name   n  group\n─────  ─  ─────\na b    1  a\nc         b')).toEqual({
      header: ['name', 'n', 'group'],
      rows: [
        ['a b', '1', 'a'],
        ['c', '', 'b']
      ]
    })
    expect(gridOf('no table')).toBeUndefined()
  })

  it('reads what say is given', () => {
    expect(wordsOfSay('say.when(x)`a $' + "{y} b`\nshowWhere(x, () => y, 'no y')")).toEqual([
      'a  …  b',
      'no y'
    ])
  })
})

describe('DATASET on a command line', () => {
  it('is an edition, or a path from where it was typed', () => {
    expect(datasetFor('1m', folder, root)).toBe('1m')
    expect(datasetFor('data/ml-latest-small/ratings.csv', folder, root)).toBe(
      '../data/ml-latest-small/ratings.csv'
    )
    expect(datasetFor('01-explore.ipynb', folder, folder)).toBe('./01-explore.ipynb')
    expect(existsSync(path.join(folder, 'nowhere.csv'))).toBe(false)
    expect(datasetFor('nowhere.csv', folder, folder)).toBe('nowhere.csv')
  })
})
