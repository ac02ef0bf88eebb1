import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {aboutIndex, faceOf, writeIndex} from '../../../scripts/notebooks/index-page.mjs'
import {jupyterEnvironment, refuseRoot} from '../../../scripts/notebooks/jupyter.mjs'
import {override} from '../../../scripts/notebooks/parameters.mjs'
import {aboutRun, datasetName, folderOfRun, provenance} from '../../../scripts/notebooks/provenance.mjs'

const out = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-provenance-'))
afterAll(() => rmSync(out, {recursive: true, force: true}))

const notebook = (): any => ({
  cells: [
    {
      cell_type: 'code',
      source: "const DATASET = 'latest-small'\nconst K = 40 // neighbours\nconst NAME = 'Heat'",
      metadata: {tags: ['parameters']}
    }
  ]
})
const runOf = (values: Record<string, string>): ReturnType<typeof provenance> => {
  const changed = notebook()
  override(changed, new Map(Object.entries(values)))
  return provenance(notebook(), changed)
}

describe('what a report says of its run', () => {
  it('is data, date, version, and each parameter that is not as shipped', () => {
    const {dataset, changed, date, version} = runOf({})
    expect([dataset, changed]).toEqual(['MovieLens latest-small', []])
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(runOf({K: '20', NAME: 'Jaws', DATASET: '1m'})).toMatchObject({
      dataset: 'MovieLens 1M',
      changed: ['K = 20 (shipped: 40)', 'NAME = Jaws (shipped: Heat)']
    })
    expect(runOf({K: '40'}).changed).toEqual([])
    expect(datasetName('../shop/ratings.csv')).toBe('ratings.csv')
  })

  it.each([
    [{}, '', ''],
    [{DATASET: '1m'}, '1m', 'MovieLens 1M'],
    [{DATASET: '1m', K: '20'}, '1m-K-20', 'MovieLens 1M, K = 20'],
    [{DATASET: '../my shop/Café ratings.csv.gz'}, 'Cafe-ratings', 'Café ratings.csv.gz'],
    [{LIST: '[1, 2]'}, 'LIST-1-2', 'LIST = [1, 2]'],
    [{K: '-1'}, 'K-minus-1', 'K = -1'],
    [{NAME: '../..'}, 'NAME', 'NAME = ../..']
  ])('%j has the folder "%s"', (values, folder, about) => {
    const given = new Map(Object.entries(values) as Array<[string, string]>)
    expect(folderOfRun(given)).toBe(folder)
    expect(aboutRun(given)).toBe(about)
  })
})

describe('the index of a folder', () => {
  const report = (title: string, picture: string): string =>
    `<title>${title}</title><meta content="What ${title} shows." name="description"/><meta content="on data" name="movie-recs-run"/>
     <li class="level-2"><a href="#a">A <em>section</em></a></li><img alt="A bar" class="still" src="data:image/png;base64,${picture}"/>`

  it('has the reports in order with what each shows, and leads to other runs and back', () => {
    writeFileSync(path.join(out, '02-b.html'), report('B', 'bbb'))
    writeFileSync(path.join(out, '01-a.html'), report('A &amp; co', 'aaa'))
    writeFileSync(path.join(out, 'mine.html'), '<title>No report</title>')
    mkdirSync(path.join(out, '1m'))
    mkdirSync(path.join(out, 'empty'))
    writeFileSync(path.join(out, '1m/01-a.html'), report('A', 'ccc'))
    writeIndex(path.join(out, '1m'), {about: 'MovieLens 1M', home: true})
    writeIndex(out)
    expect(faceOf(path.join(out, '01-a.html'))).toEqual({
      title: 'A &amp; co',
      about: 'What A &amp; co shows.',
      sections: ['A section'],
      run: 'on data',
      picture: 'data:image/png;base64,aaa',
      alt: 'A bar'
    })
    expect(faceOf(path.join(out, 'mine.html'))).toBeUndefined()
    const index = readFileSync(path.join(out, 'index.html'), 'utf8')
    expect(index.indexOf('01-a.html')).toBeLessThan(index.indexOf('02-b.html'))
    for (const part of [
      'What B shows.',
      'A section',
      'base64,aaa',
      '<a href="1m/index.html">MovieLens 1M</a>'
    ])
      expect(index).toContain(part)
    expect(index).not.toMatch(/mine\.html|empty|\.\.\/index/)
    const below = readFileSync(path.join(out, '1m/index.html'), 'utf8')
    expect(below).toContain('base64,ccc')
    expect(below).toContain('<a href="../index.html">')
    expect([aboutIndex(out), aboutIndex(path.join(out, '1m')), aboutIndex(path.join(out, 'empty'))]).toEqual([
      '',
      'MovieLens 1M',
      undefined
    ])
  })
})

describe('JupyterLab', () => {
  it('is not started as root unless that is asked for, and says what to do', () => {
    expect(() => refuseRoot([], 0)).toThrow(/You are root.*npm run lab -- --allow-root/)
    expect(() => refuseRoot(['--allow-root'], 0)).not.toThrow()
    expect(() => refuseRoot([], 1000)).not.toThrow()
  })

  it('gets MOVIE_RECS_DATA from where the command was typed', () => {
    const {MOVIE_RECS_DATA, INIT_CWD} = process.env
    try {
      Object.assign(process.env, {MOVIE_RECS_DATA: '../data', INIT_CWD: path.join(out, '1m')})
      expect(jupyterEnvironment().MOVIE_RECS_DATA).toBe(path.join(out, 'data'))
    } finally {
      for (const [name, value] of Object.entries({MOVIE_RECS_DATA, INIT_CWD}))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    }
  })
})
