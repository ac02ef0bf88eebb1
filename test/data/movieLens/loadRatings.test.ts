import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {loadRatings} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const small = path.join(ROOT, 'data/ml-latest-small')
const cases = path.join(ROOT, 'test/fixtures/cases')

describe('ratings by what a person calls them', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-ratings-'))
  })
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  it('are an edition, its folder, its file', async () => {
    for (const name of ['latest-small', small, path.join(small, 'ratings.csv')])
      expect((await loadRatings(name)).length, name).toBe(100_004)
  })

  it('are a file in another layout, without titles, times or numbers for ids', async () => {
    const books = await loadRatings(path.join(cases, '09-books/BX-Book-Ratings.csv'))
    expect(typeof books.frame.movieIds.ids[0]).toBe('string')
    expect(
      (
        await loadRatings(path.join(cases, '29-implicit/filmtrust.txt'), {
          header: false,
          columns: {user: '1', movie: '2', rating: '3'}
        })
      ).length
    ).toBeGreaterThan(1)
  })

  it('are the only file of a folder that says so', async () => {
    writeFileSync(path.join(folder, 'ours-ratings.csv'), 'user,movie,rating\na,x,1\nb,x,2\n')
    writeFileSync(path.join(folder, 'notes.txt'), 'nothing')
    expect((await loadRatings(folder)).length).toBe(2)
    writeFileSync(path.join(folder, 'old-ratings.csv'), 'user,movie,rating\na,x,1\n')
    await expect(loadRatings(folder)).rejects.toThrow('2 files: old-ratings.csv, ours-ratings.csv')
  })

  it('are refused with the remedy where nothing is there', async () => {
    await expect(loadRatings('./nowhere/ratings.csv')).rejects.toThrow(
      /nothing at that place.*name an edition: latest-small/
    )
    await expect(loadRatings('2m')).rejects.toThrow('Unknown edition "2m"')
  })
})
