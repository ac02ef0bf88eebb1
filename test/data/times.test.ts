import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  Baseline,
  DataFormatError,
  type DateFormat,
  OptionError,
  Ratings,
  readRatings
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {main} from '#internals'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

const cases = path.join(ROOT, 'test/fixtures/cases')
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-times-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** The times of the ratings of one user's movies, as ISO texts, and what was said of them. */
async function read(
  times: readonly string[],
  dateFormat?: DateFormat
): Promise<{dates: string[]; said: string}> {
  const file = path.join(mkdtempSync(path.join(folder, 'f-')), 'ratings.csv')
  writeFileSync(file, `user,movie,rating,time\n${times.map((time, n) => `7,${n},4,${time}`).join('\n')}\n`)
  const ratings = await readRatings(file, dateFormat === undefined ? {} : {dateFormat})
  return {dates: datesOf(ratings), said: ratings.warnings.join('\n')}
}

function datesOf(ratings: Ratings): string[] {
  return Array.from(ratings.rows.t ?? [], seconds => new Date(seconds * 1000).toISOString())
}

describe('times', () => {
  it.each([
    ['1521691584', '2018-03-22T04:06:24.000Z', ''],
    ['1521691584.5', '2018-03-22T04:06:24.500Z', ''],
    ['1521691584000', '2018-03-22T04:06:24.000Z', 'milliseconds'],
    ['1521691584000000', '2018-03-22T04:06:24.000Z', 'microseconds'],
    ['1521691584000000000', '2018-03-22T04:06:24.000Z', 'nanoseconds'],
    ['20180322', '2018-03-22T00:00:00.000Z', 'days: 20180322 is 22 March 2018'],
    ['2018-03-22', '2018-03-22T00:00:00.000Z', ''],
    ['2018-03-22 04:06', '2018-03-22T04:06:00.000Z', ''],
    ['2018-03-22T04:06:24.25Z', '2018-03-22T04:06:24.250Z', ''],
    ['2018-03-22 04:06:24 +02:00', '2018-03-22T02:06:24.000Z', ''],
    ['2018-03-22T04:06:24-0530', '2018-03-22T09:36:24.000Z', '']
  ])('%s is %s, and what was guessed is said', async (text, date, said) => {
    const got = await read([text])
    expect(got.dates).toEqual([date])
    if (said === '') expect(got.said).toBe('')
    else expect(got.said).toMatch(new RegExp(`ratings\\.csv: The timestamps are read as ${said}`))
  })

  it('of a column are of one unit, and those that no rating has are counted', async () => {
    const got = await read(['1521691584000', '1525729668000', '12'])
    expect(got.dates.slice(0, 2)).toEqual(['2018-03-22T04:06:24.000Z', '2018-05-07T21:47:48.000Z'])
    expect((await read(['1521691584', '-5', '9999999999'])).said).toMatch(
      /2 of 3 timestamps are not between 1970 and 2100.*timestamp=none/
    )
  })

  it.each(['22/03/2018', '2024-02-30', '2018-13-01', '2018-03-22T25:00', 'yesterday', '3/22', '2018/03/22'])(
    '%s is refused, with the way out',
    async text => {
      const failure = await read([text]).catch(error => error)
      expect(failure).toBeInstanceOf(DataFormatError)
      expect(failure.message).toMatch(
        /ratings\.csv:2: expected a timestamp in seconds since 1970 or an ISO date, got .*dateFormat.*--date-format d\/m\/y.*timestamp=none/
      )
    }
  )

  it('in other forms are read as asked', async () => {
    expect((await read(['05/07/2018', '5.7.2018'], 'd/m/y')).dates[0]).toBe('2018-07-05T00:00:00.000Z')
    expect((await read(['05/07/2018', '5-7-2018'], 'm/d/y')).dates[1]).toBe('2018-05-07T00:00:00.000Z')
    expect((await read(['2018/03/22'], 'y/m/d')).dates).toEqual(['2018-03-22T00:00:00.000Z'])
    await expect(read(['30/02/2024'], 'd/m/y')).rejects.toThrow(
      /an ISO date or a date as d\/m\/y, got "30\/02\/2024"/
    )
    await expect(read(['05/07/18'], 'd/m/y')).rejects.toThrow(DataFormatError)
    await expect(read(['1'], 'dmy' as DateFormat)).rejects.toThrow(OptionError)
  })

  it('of files as people have them are in the right years, or asked about, or left out', async () => {
    const milliseconds = await readRatings(path.join(cases, '14-times/ms.csv'))
    expect(datesOf(milliseconds)[0]).toBe('2018-03-22T04:06:24.000Z')
    const file = path.join(cases, '14-times/dmy.csv')
    await expect(readRatings(file)).rejects.toThrow(/dmy\.csv:2: .*"22\/03\/2018"/)
    const days = datesOf(await readRatings(file, {dateFormat: 'd/m/y'})).map(date => date.slice(0, 10))
    expect(days.slice(0, 3)).toEqual(['2018-03-22', '2018-05-07', '2019-02-13'])
    const none = await readRatings(file, {columns: {timestamp: 'none'}})
    expect(none.rows.t).toBeUndefined()
    expect(none.length).toBe(days.length)
  })

  it('of rows in memory are numbers, dates or ISO texts', () => {
    const row = {userId: 1, rating: 3}
    const ratings = Ratings.from([
      {...row, movieId: 1, timestamp: new Date('2018-03-22')},
      {...row, movieId: 2, timestamp: '2018-03-22T10:00+02:00'},
      {...row, movieId: 3, timestamp: 1521676800}
    ])
    expect(Array.from(ratings.rows.t ?? [])).toEqual([1521676800, 1521705600, 1521676800])
    expect(Ratings.from([{...row, movieId: 1, timestamp: 1521676800000}])).toMatchObject({
      warnings: ['The timestamps are read as milliseconds since 1970.']
    })
    for (const timestamp of ['2024-02-30', new Date(Number.NaN), Number.NaN])
      expect(() => Ratings.from([{...row, movieId: 1, timestamp}])).toThrow(
        /Row 0: expected a timestamp in seconds since 1970, a Date or an ISO date/
      )
  })

  it('of a prediction are seconds', async () => {
    const engine = await new Baseline().fit(smallWorld())
    const {userId, movieId} = [...smallWorld()][0]
    expect(() => engine.predict(userId, movieId, {timestamp: 1521676800000})).toThrow(ArgumentError)
    expect(engine.predict(userId, movieId, {timestamp: 1521676800})).toBe(engine.predict(userId, movieId))
  })
})

describe('a scale', () => {
  it('is compared as it is written', async () => {
    const ratings = await readRatings(path.join(cases, '30-scale/r.csv'))
    expect(ratings.scale).toEqual([3.3, 8.7])
    const engine = await new Baseline().fit(ratings)
    const {rating} = ratings.of(1).filter(({rating}) => rating < 4)[0]
    for (const kept of [8.7, 3.3, rating])
      expect(engine.predict([{movieId: 1, rating: kept}], 2)).toBeGreaterThan(3)
    expect(() => engine.predict([{movieId: 1, rating: 8.8}], 2)).toThrow(
      /expected a rating from 3\.3 to 8\.7, .*got 8\.8\. .*--scale 1,10/
    )
  })

  it('may begin below nought on the command line', async () => {
    const out: string[] = []
    const file = path.join(cases, '04-jester/single-tab.tsv')
    const args = ['evaluate', '--engine', 'baseline', '--ratings', file, '--holdout', '0.2', '--json']
    const io = {out: (text: string) => out.push(text), note: () => {}, signal: new AbortController().signal}
    expect(await main([...args, '--scale', '-10,10'], io)).toBe(0)
    const spaced = out.pop()
    expect(await main([...args, '--scale=-10,10'], io)).toBe(0)
    expect(JSON.parse(spaced as string).rmse).toBe(JSON.parse(out[0]).rmse)
    expect(await main(args, io)).toBe(1)
    expect(await main([...args, '--date-format', 'dmy'], io)).toBe(2)
  })
})
