import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {ArgumentError, recordedTable} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const folder = mkdtempSync(path.join(os.tmpdir(), 'record-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const written = (name: string, text: string): string => {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('recordedTable', () => {
  const rows = [
    {engine: 'mf', rmse: '0.8350', fit: '9', interval: '0.83 to 0.84', year: 2009},
    {engine: 'als', rmse: 0.85, fit: '', interval: '', year: 2008}
  ]
  const file = written('record.json', JSON.stringify({tables: [{title: 'Errors of engines', rows}]}))

  it('reads numbers as numbers, with as many decimals as were written', () => {
    const table = recordedTable(file, 'Errors')
    expect(table.toJSON()).toEqual([
      {engine: 'mf', rmse: 0.835, fit: 9, interval: '0.83 to 0.84', year: 2009},
      {engine: 'als', rmse: 0.85, fit: null, interval: null, year: 2008}
    ])
    expect(String(table)).toContain('0.8350')
    expect(String(table)).toContain('0.8500')
    expect(String(table)).toContain('2009')
    expect(table.caption).toBe('Errors of engines')
  })

  it('says what there is where the table, the record or the file is missing', () => {
    expect(() => recordedTable(file, 'Lists')).toThrow('It has Errors of engines.')
    expect(() => recordedTable(written('list.json', '[]'), 'Errors')).toThrow(/record with tables/)
    expect(() => recordedTable(written('torn.json', '{'), 'Errors')).toThrow(ArgumentError)
    expect(() => recordedTable(path.join(folder, 'none.json'), 'Errors')).toThrow(/bench\/results.json/)
  })
})

describe('bench/published.json', () => {
  const {tables} = JSON.parse(readFileSync(path.join(ROOT, 'bench/published.json'), 'utf8'))

  it('says of each figure what it was measured on, and of the literature where it stands', () => {
    const [article, literature] = tables
    expect(tables).toHaveLength(2)
    for (const row of article.rows) expect(row['measured on'].length, row.ours).toBeGreaterThan(10)
    for (const row of literature.rows) {
      expect(row.RMSE, row.model).toBeGreaterThan(0.8)
      expect(row.RMSE, row.model).toBeLessThan(0.85)
      expect(row['epoch chosen'].length, row.model).toBeGreaterThan(5)
      expect(row.source.length, row.model).toBeGreaterThan(10)
    }
  })

  it('names engines of ours that the record of accuracies has', () => {
    const engines = recordedTable(path.join(ROOT, 'bench/results.json'), 'Accuracy').map(({engine}) => engine)
    for (const {ours} of tables[0].rows.slice(1)) expect(engines).toContain(ours)
  })
})
