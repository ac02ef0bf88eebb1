import {execFile, spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {main} from '#internals'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-cli-'))
const ratings = path.join(folder, 'ratings.csv')
const movies = path.join(folder, 'movies.csv')
afterAll(() => rmSync(folder, {recursive: true, force: true}))

beforeAll(() => {
  const world = smallWorld()
  const rows = [...world].map(row => `${row.userId},${row.movieId},${row.rating},${row.timestamp}`)
  writeFileSync(ratings, `userId,movieId,rating,timestamp\n${rows.join('\n')}\n`)
  const list = [...world.movies].map(
    movie => `${movie.movieId},"${movie.originalTitle}",${movie.genres.join('|')}`
  )
  writeFileSync(movies, `movieId,title,genres\n${list.join('\n')}\n`)
})

/** Runs a command line inside this process. */
function cli(...argv: string[]): Promise<{status: number; out: string; notes: string}> {
  return cliUntil(new AbortController().signal, ...argv)
}

/** The same, with the signal that Ctrl-C would abort. */
async function cliUntil(
  signal: AbortSignal,
  ...argv: string[]
): Promise<{status: number; out: string; notes: string}> {
  const out: string[] = []
  const notes: string[] = []
  const status = await main(argv, {out: text => out.push(text), note: text => notes.push(text), signal})
  return {status, out: out.join('\n'), notes: notes.join('\n')}
}

describe('movie-recs', () => {
  it('reads a scale of its own, leaves bad lines out where asked to, and says so', async () => {
    const own = path.join(folder, 'own.csv')
    const good = [...smallWorld()].map(row => `${row.userId},${row.movieId},${2 * row.rating}`)
    writeFileSync(own, `userId,movieId,rating\n${good.join('\n')}\n1,1\n1,2,11\n`)
    const args = ['evaluate', '--engine', 'baseline', '--ratings', own, '--holdout', '0.2', '--json']
    expect(await cli(...args)).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/own\.csv:\d+: expected a rating from 0.5 to 5, got .*scale: \[1, 10\]/)
    })
    const read = await cli(...args, '--scale', '1,10', '--skip-bad-lines')
    expect(read).toMatchObject({
      status: 0,
      notes: expect.stringMatching(/left out 2 bad lines; the first is line \d+/)
    })
    expect(await cli(...args, '--scale', '10')).toMatchObject({status: 2})
  })

  it('evaluates on a holdout, as JSON, the same for one worker and two', async () => {
    const predictions = path.join(folder, 'predictions.txt')
    const args = [
      'evaluate',
      '--engine',
      'baseline',
      '--ratings',
      ratings,
      '--holdout',
      '0.2',
      '--seed',
      '3',
      '--json',
      '--predictions',
      predictions
    ]
    const one = await cli(...args, '--workers', '1')
    const first = readFileSync(predictions, 'utf8')
    const two = await cli(...args, '--workers', '2')
    expect(one).toMatchObject({status: 0, notes: ''})
    const result = JSON.parse(one.out)
    expect(result).toMatchObject({engine: 'baseline', seed: 3, workers: 1})
    expect(result.train.ratings + result.test.ratings).toBe(smallWorld().length)
    for (const field of ['rmse', 'mae', 'fitSeconds', 'predictSeconds', 'peakMemoryMB'])
      expect(result[field]).toBeGreaterThan(0)
    expect(result.rmse).toBeLessThan(1.2)
    expect(JSON.parse(two.out).rmse).toBe(result.rmse)
    expect(readFileSync(predictions, 'utf8')).toBe(first)
    expect(first.trim().split('\n').length).toBe(result.test.ratings)
  })

  it('evaluates on two files and on row numbers', async () => {
    const lines = readFileSync(ratings, 'utf8').trim().split('\n')
    const rows = lines.slice(1)
    const picked = rows.map((_, k) => k).filter(k => k % 10 === 9)
    const [train, test, numbers] = ['train.csv', 'test.csv', 'rows.txt'].map(name => path.join(folder, name))
    writeFileSync(train, `${[lines[0], ...rows.filter((_, k) => k % 10 !== 9)].join('\n')}\n`)
    writeFileSync(test, `${[lines[0], ...picked.map(k => rows[k])].join('\n')}\n`)
    writeFileSync(numbers, `${picked.join('\n')}\n`)
    const files = JSON.parse(
      (await cli('evaluate', '--engine', 'baseline', '--train', train, '--test', test, '--json')).out
    )
    const byRow = JSON.parse(
      (await cli('evaluate', '--engine', 'baseline', '--ratings', ratings, '--test-rows', numbers, '--json'))
        .out
    )
    expect(files.test.ratings).toBe(picked.length)
    expect(byRow.rmse).toBeCloseTo(files.rmse, 6)
  })

  it('evaluates on rows of the file, though some of them are bad lines', async () => {
    const [own, numbers, table] = ['gaps.csv', 'gaps.txt', 'gaps-p.csv'].map(name => path.join(folder, name))
    const [head, ...rows] = readFileSync(ratings, 'utf8').trim().split('\n')
    writeFileSync(own, `${[head, rows[0], 'x', ...rows.slice(1), rows[2]].join('\n')}\n`)
    writeFileSync(numbers, `1\n5\n${rows.length + 1}\n`)
    const {status, notes} = await cli(
      ...['evaluate', '--engine', 'baseline', '--ratings', own, '--test-rows', numbers],
      ...['--skip-bad-lines', '--duplicates', 'first', '--predictions', table]
    )
    expect(status, notes).toBe(0)
    expect(notes).toMatch(/gaps\.txt: 2 of 3 rows were left out when the ratings were read/)
    // Row 5 of the file, counted from 0, is the fifth rating: row 1 is a bad line.
    const [, ...tested] = readFileSync(table, 'utf8').trim().split('\n')
    expect(tested.map(row => row.split(',').slice(0, 2))).toEqual([rows[4].split(',').slice(0, 2)])
  })

  it('evaluates a model file as the engine that was saved, with predictions beside what they are of', async () => {
    const lines = readFileSync(ratings, 'utf8').trim().split('\n')
    const [train, test, model, table, other] = [
      'half.csv',
      'rest.csv',
      'half.mrec',
      'rest-p.csv',
      'rest-q.csv'
    ].map(name => path.join(folder, name))
    writeFileSync(train, `${[lines[0], ...lines.slice(1).filter((_, k) => k % 5 !== 4)].join('\n')}\n`)
    const rest = lines.slice(1).filter((_, k) => k % 5 === 4)
    writeFileSync(test, `${[lines[0], ...rest, '99999,100,3,1000000000'].join('\n')}\n`)
    const work = ['--engine', 'item-neighbours', '--set', 'k=7']
    expect(await cli('fit', ...work, '--ratings', train, '--out', model)).toMatchObject({status: 0})
    const saved = await cli('evaluate', '--model', model, '--test', test, '--predictions', table, '--json')
    expect(saved).toMatchObject({
      status: 0,
      notes: expect.stringMatching(
        /^\d+ of \d+ test ratings are older than a rating of the same user in train/
      )
    })
    const fitted = await cli(
      'evaluate',
      ...work,
      '--train',
      train,
      '--test',
      test,
      '--predictions',
      other,
      '--json'
    )
    const {rmse, engine, options, train: of} = JSON.parse(fitted.out)
    expect(JSON.parse(saved.out)).toMatchObject({rmse, engine, options, train: of})
    const rows = readFileSync(table, 'utf8').trim().split('\n')
    expect(readFileSync(other, 'utf8').trim().split('\n')).toEqual(rows)
    expect(rows[0]).toBe('user,movie,actual,predicted,fallback')
    expect(rows.length).toBe(rest.length + 2)
    expect(rows.slice(1).map(row => row.split(',').slice(0, 3).join())).toEqual(
      [...rest, '99999,100,3,'].map(row => row.split(',').slice(0, 3).join())
    )
    expect(rows.at(-1)).toMatch(/^99999,100,3,\d\.\d{6},unknown user$/)
    const again = await cli('evaluate', '--model', model, '--test', train, '--json')
    expect(again.notes).toMatch(/^(\d+) of \1 test ratings are in train/)
    expect(await cli('evaluate', '--model', model, '--test', test, '--holdout', '0.1')).toMatchObject({
      status: 2
    })
    expect(await cli('evaluate', '--model', model)).toMatchObject({status: 2})
  })

  it('compares engines with options of their own', async () => {
    const work = ['compare', '--engines', 'baseline,mf', '--ratings', ratings, '--folds', '2', '--json']
    const rmse = (out: string): number[] => JSON.parse(out).engines.map((one: {rmse: number}) => one.rmse)
    const plain = rmse((await cli(...work)).out)
    const set = rmse((await cli(...work, '--set', 'mf.factors=2', '--set', 'mf.epochs=1')).out)
    expect(set[0]).toBe(plain[0])
    expect(set[1]).not.toBe(plain[1])
    expect(await cli(...work, '--set', 'factors=2')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(
        /--set factors=2: expected one of the engines that are compared and a point/
      )
    })
    expect(await cli(...work, '--set', 'mf.factor=2')).toMatchObject({status: 2})
    expect(await cli(...work, '--set', 'ease.regularization=2')).toMatchObject({status: 2})
  })

  it('takes new ratings into a model, says what became of them and refuses what does not fit', async () => {
    const old = path.join(folder, 'old.csv')
    const fresh = path.join(folder, 'new.csv')
    const model = path.join(folder, 'ease.mrec')
    const newer = path.join(folder, 'newer.mrec')
    const rows = [...smallWorld()]
    const csv = (some: typeof rows): string =>
      `userId,movieId,rating\n${some.map(row => `${row.userId},${row.movieId},${row.rating}`).join('\n')}\n`
    const isNew = ({userId, movieId}: (typeof rows)[number]): boolean => userId === 109 || movieId === 116
    writeFileSync(old, csv(rows.filter(row => !isNew(row))))
    const known = rows.filter(row => !isNew(row)).slice(0, 2)
    const later = [...rows.filter(isNew), ...known.map(row => ({...row, rating: 6 - row.rating}))]
    writeFileSync(fresh, csv(later))
    await cli('fit', '--engine', 'ease', '--ratings', old, '--movies', 'none', '--out', model)
    const args = ['update', '--model', model, '--ratings', fresh, '--movies', 'none', '--out', newer]
    const unlearned = rows.filter(row => row.movieId === 116).length
    const done = await cli(...args)
    expect(done).toMatchObject({
      status: 0,
      out: expect.stringContaining(
        `${later.length} new ratings: 1 new person, 1 new movie, 2 replaced. 1 rated movie is not learned (${unlearned} ratings): fit again to have it scored. ${later.length} ratings since the fit, `
      )
    })
    expect(await cli('recommend', '--model', newer, '--user', '109', '--n', '3')).toMatchObject({status: 0})
    expect(await cli('recommend', '--model', model, '--user', '109')).toMatchObject({status: 1})
    expect(JSON.parse((await cli(...args, '--json')).out)).toMatchObject({
      engine: 'ease',
      updates: 'people',
      ratings: later.length,
      newUsers: 1,
      notLearned: {movies: [116], ratings: unlearned}
    })
    writeFileSync(fresh, csv(later.filter(row => row.userId !== 109)))
    const twice = await cli(
      'update',
      '--model',
      newer,
      '--ratings',
      fresh,
      '--movies',
      'none',
      '--out',
      newer
    )
    expect(twice.out).toContain(', 0 new movies,')
    writeFileSync(
      fresh,
      csv(Array.from({length: 90}, (_, n) => ({userId: 900 + n, movieId: 100, rating: 5})))
    )
    expect((await cli(...args)).notes).toMatch(
      /of the ratings are newer than the fit, more than 10 %: fit again/
    )
    writeFileSync(fresh, csv([{userId: 10, movieId: 100, rating: 9}]))
    expect(await cli(...args)).toMatchObject({status: 1, notes: expect.stringMatching(/from 1 to 5, got/)})
    expect(await cli(...args, '--scale', '1,10')).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/outside the scale of the training ratings, 1 to 5: the first is 9/)
    })
    writeFileSync(fresh, csv([{userId: 'anna', movieId: 100, rating: 4}] as never))
    expect(await cli(...args)).toMatchObject({status: 1, notes: expect.stringMatching(/of another kind/)})
    expect(await cli('update', '--model', model, '--out', newer)).toMatchObject({status: 2})
    expect((await cli('engines', 'mf')).out).toContain('update: people and movies')
  })

  it('fits, saves, recommends, explains and finds similar movies from the model', async () => {
    const model = path.join(folder, 'baseline.mrec')
    const fitted = await cli(
      'fit',
      '--engine',
      'baseline',
      '--ratings',
      ratings,
      '--movies',
      movies,
      '--out',
      model
    )
    expect(fitted.status, fitted.notes).toBe(0)
    const list = JSON.parse(
      (await cli('recommend', '--model', model, '--user', '10', '-n', '4', '--explain', '--json')).out
    )
    expect(list.length).toBe(4)
    for (const row of list) {
      expect(row.title).toMatch(/Story \d+ \(\d{4}\)/)
      const sum = row.terms.reduce((total: number, term: {value: number}) => total + term.value, 0)
      expect(Math.abs(sum - row.score)).toBeLessThan(1e-5)
    }
    const direct = await cli(
      'recommend',
      '--engine',
      'baseline',
      '--ratings',
      ratings,
      '--movies',
      movies,
      '--user',
      '10',
      '-n',
      '4',
      '--json'
    )
    expect(JSON.parse(direct.out).map((row: {movieId: number}) => row.movieId)).toEqual(
      list.map((row: {movieId: number}) => row.movieId)
    )
    const typed = await cli(
      'recommend',
      '--model',
      model,
      '--profile',
      '100=5,River Story 0 (1980)=5',
      '--json'
    )
    expect(typed.status).toBe(1)
    expect(typed.notes).toMatch(/movie 100 is rated twice/)
    const explained = JSON.parse(
      (
        await cli(
          'explain',
          '--model',
          model,
          '--profile',
          '100=5,102=1',
          '--movie',
          'Mountain Story 1 (1981)',
          '--json'
        )
      ).out
    )
    expect(explained).toMatchObject({movieId: 102, title: 'Mountain Story 1 (1981)'})
    const near = JSON.parse(
      (await cli('similar', '--model', model, '--movie', '100', '-n', '3', '--include-self', '--json')).out
    )
    expect(near.length).toBe(3)
  })

  it('writes a list for everyone', async () => {
    const out = path.join(folder, 'lists.csv')
    const {status, notes} = await cli(
      'recommend',
      '--engine',
      'popularity',
      '--ratings',
      ratings,
      '--movies',
      movies,
      '--all-users',
      '-n',
      '2',
      '--out',
      out
    )
    expect(status, notes).toBe(0)
    const lines = readFileSync(out, 'utf8').trim().split('\n')
    expect(lines[0]).toBe('userId,rank,movieId,title,score')
    expect(lines.length).toBe(1 + 2 * 36)
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  it('lists the engines with their options', async () => {
    const list = JSON.parse((await cli('engines', '--json')).out)
    const popularity = list.find((engine: {name: string}) => engine.name === 'popularity')
    expect(popularity.options.by.default).toBe('count')
    expect((await cli('engines')).out).toContain('baseline')
  })

  it('says what is wrong with a command line, exit status 2', async () => {
    const cases: Array<[string[], RegExp]> = [
      [['fly'], /There is no command "fly"/],
      [
        ['recommend', '--engine', 'nope', '--ratings', ratings, '--user', '1'],
        /There is no engine "nope": expected one of popularity/
      ],
      [['recommend', '--ratings', ratings, '--user', '1'], /--engine is missing/],
      [['engines', 'mf', 'nope'], /There is no engine "nope": expected one of popularity/],
      [
        ['recommend', '--engine', 'als', '--ratings', ratings],
        /Name one of --user ID, --profile .* and --profile-file/
      ],
      [
        ['recommend', '--engine', 'popularity', '--ratings', ratings, '--user', '10', '-n', 'ten'],
        /-n.*whole number/
      ],
      [
        ['recommend', '--engine', 'popularity', '--ratings', ratings, '--user', '10', '--profile', '100=5'],
        /one of --user/
      ],
      [['recommend', '--engine', 'popularity', '--ratings', ratings, '--profile', '100'], /--profile takes/],
      [
        ['evaluate', '--engine', 'baseline', '--ratings', ratings, '--holdout', '2'],
        /--holdout takes a number from 0 to 1/
      ],
      [['evaluate', '--engine', 'popularity', '--ratings', ratings, '--holdout', '0.1'], /predicts no stars/],
      [
        ['evaluate', '--engine', 'baseline', '--ratings', ratings, '--holdout', '0.1', '--set', 'nope=1'],
        /has no option nope/
      ],
      [['evaluate', '--engine', 'baseline', '--ratings', ratings], /Say what to test on/],
      [['similar', '--engine', 'popularity', '--ratings', ratings, '--movie', '100', '--fast'], /fast/],
      [
        ['similar', '--model', 'm', '--movie', '100', '--engine', 'mf'],
        /a fitted engine: leave --engine out/
      ],
      [['similar', '--model', 'm', '--movie', '100', '--ratings', ratings], /leave --ratings out/],
      [['similar', '--model', 'm', '--movie', '100', '--set', 'k=1'], /leave --set out/]
    ]
    for (const [argv, message] of cases) {
      const {status, notes, out} = await cli(...argv)
      expect(status, `${argv.join(' ')}: ${notes}`).toBe(2)
      expect(notes).toMatch(message)
      expect(notes.split('\n').length).toBe(1)
      expect(out).toBe('')
    }
  })

  it('refuses a place that nothing can be written to before the work', async () => {
    writeFileSync(path.join(folder, 'a file'), '')
    const nowhere = path.join(folder, 'a file', 'below', 'out')
    const work = ['--engine', 'baseline', '--ratings', path.join(folder, 'none.csv')]
    for (const [argv, message] of [
      [
        ['fit', ...work, '--out', nowhere],
        /out cannot be written: a file stands where the folder .*a file.below would\. Name/
      ],
      [['fit', ...work, '--out', folder], /it is a folder/],
      [['evaluate', ...work, '--holdout', '0.1', '--predictions', nowhere], /a file stands/],
      [['recommend', ...work, '--all-users', '--out', nowhere], /a file stands/]
    ] as const)
      expect(await cli(...argv)).toMatchObject({status: 1, notes: expect.stringMatching(message)})
    const fit = ['fit', '--engine', 'bayesian', '--ratings', ratings, '--out', path.join(folder, 'x.mrec')]
    expect(await cli(...fit, '--checkpoint', nowhere)).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/a file stands/)
    })
  })

  it('reads an edition of MovieLens by its name', async () => {
    const evaluate = ['evaluate', '--engine', 'baseline', '--holdout', '0.1', '--ratings']
    expect((await cli(...evaluate, 'latest-small')).out).toContain('on 10,000 test ratings')
    expect(await cli(...evaluate, 'latest-small', '--scale', '1,5')).toMatchObject({
      status: 2,
      notes: 'movie-recs: latest-small is an edition of MovieLens, which is read as it is: leave --scale out.'
    })
    expect((await cli(...evaluate, 'latest-smal')).notes).toMatch(/got no file of that name/)
  })

  it('says what a model file has of people, and leaves it out on request', async () => {
    const model = path.join(folder, 'held.mrec')
    const fit = ['fit', '--engine', 'als', '--set', 'factors=2', '--ratings', ratings, '--out', model]
    expect((await cli(...fit)).notes).toMatch(
      /^It holds the [\d,]+ ratings of [\d,]+ users that it was fitted on: /
    )
    expect((await cli(...fit, '--without-ratings')).notes).toMatch(/^It has no ratings and knows no users/)
    const {out} = await cli(...fit, '--without-ratings', '--json')
    expect(JSON.parse(out)).toMatchObject({ratings: 0})
    const who = ['recommend', '--model', model]
    expect(await cli(...who, '--user', '1')).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/was saved without its ratings and knows no users/)
    })
    expect(await cli(...who, '--profile', '100=4')).toMatchObject({status: 0})
    const tested = await cli('evaluate', '--model', model, '--test', ratings)
    expect(tested.notes).toMatch(
      /saved without its ratings and knows no users: all are measured as strangers/
    )
    expect(tested.notes).not.toMatch(/check that both files/)
    const near = ['fit', '--engine', 'user-neighbours', '--ratings', 'none.csv', '--out', model]
    expect(await cli(...near, '--without-ratings')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/answers out of the ratings themselves/)
    })
  })

  it('makes the folders of what it writes', async () => {
    const predictions = path.join(folder, 'made', 'for', 'predictions.txt')
    const args = ['evaluate', '--engine', 'baseline', '--ratings', ratings, '--holdout', '0.1']
    expect(await cli(...args, '--predictions', predictions)).toMatchObject({status: 0})
    expect(existsSync(predictions)).toBe(true)
  })

  it('makes no page of neighbours, nor where it is not told where to', async () => {
    const work = ['page', '--ratings', ratings, '--out', path.join(folder, 'page.html')]
    expect(await cli(...work, '--engine', 'item-neighbours', '--set', 'k=5')).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/item-neighbours answers from the ratings of others.*mf, als/)
    })
    expect(existsSync(path.join(folder, 'page.html'))).toBe(false)
    expect(await cli('page', '--engine', 'mf', '--ratings', ratings)).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/--out is missing: the HTML file to write/)
    })
    expect(await cli(...work, '--engine', 'mf', '--numbers', 'tiny')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/--numbers takes small or single, got "tiny"/)
    })
    expect(await cli('page', '--engine', 'mf', '--ratings', ratings, '--out', folder)).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/it is a folder/)
    })
  })

  it.skipIf(!existsSync(path.join(ROOT, 'lib/dist/page/app.js')))(
    'writes a page, says how large it is and what it lost, and that it is not to be passed on',
    async () => {
      const out = path.join(folder, 'made', 'page.html')
      const work = ['page', '--engine', 'baseline', '--ratings', ratings, '--movies', movies, '--out', out]
      expect(await cli(...work)).toMatchObject({
        status: 0,
        out: expect.stringMatching(/written to .*page\.html: 0\.\d\d MB.*\n.*first ten movies/),
        notes: expect.stringMatching(/do not redistribute/)
      })
      expect(readFileSync(out, 'utf8')).toContain('River Story 0 (1980)')
      const {out: json} = await cli(...work, '--json')
      expect(JSON.parse(json)).toMatchObject({engine: 'baseline', file: out, redistribute: false})
      expect(JSON.parse(json).bytes).toBe(readFileSync(out).length)
    }
  )

  it('has every option of a command in its help', async () => {
    for (const command of ['evaluate', 'recommend', 'similar', 'explain', 'fit', 'page', 'compare', 'data']) {
      const {out, status} = await cli(command, '--help')
      expect(status).toBe(0)
      const {notes} = await cli(command, '--no-such-option')
      expect(notes).toMatch(new RegExp(`See movie-recs ${command} --help`))
      expect(out).not.toMatch(/undefined/)
      expect(out).toMatch(/^ {2}--json +print JSON$/m)
    }
    const {out} = await cli('recommend', '--help')
    for (const option of [
      'columns',
      'scale',
      'skip-bad-lines',
      'users',
      'duplicates',
      'date-format',
      'movie-columns'
    ])
      expect(out).toMatch(new RegExp(`^ {2}--${option} .*`, 'm'))
  })

  it('takes a profile from a file, or typed with titles that hold commas, and tells what it took for what', async () => {
    const list = path.join(folder, 'named.csv')
    const rows = [...smallWorld().movies].map(({movieId}, k) => {
      const title = ['Hope, Lost (1990)', '106 (2007)', 'Heat (1995)'][k] ?? `Film ${k} (2000)`
      return `${movieId},"${title}",Drama`
    })
    writeFileSync(list, `movieId,title,genres\n${rows.join('\n')}\n`)
    const ids = [...smallWorld().movies].map(({movieId}) => movieId)
    const own = path.join(folder, 'own-profile.csv')
    writeFileSync(
      own,
      'Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,Heat,1995,x,4.5\n2024-01-02,Elsewhere,1999,x,3\n'
    )
    const work = [
      'recommend',
      '--engine',
      'item-neighbours',
      '--ratings',
      ratings,
      '--movies',
      list,
      '--json'
    ]
    const byFile = await cli(...work, '--profile-file', own)
    expect(byFile.status).toBe(0)
    expect(byFile.notes).toMatch(
      /1 of 2 rated movies are not in the catalogue and are left out: Elsewhere \(1999\)\./
    )
    expect(JSON.parse(byFile.out)).toEqual(JSON.parse((await cli(...work, '--profile', `${ids[2]}=4.5`)).out))
    const typed = await cli(...work, '--profile', 'Hope, Lost (1990)=5,Heat=4')
    expect(JSON.parse(typed.out)).toEqual(
      JSON.parse((await cli(...work, '--profile', `${ids[0]}=5,${ids[2]}=4`)).out)
    )
    const number = await cli(...work, '--profile', '106=4')
    expect(ids).toContain(106)
    expect(number.notes).toMatch(/106 is taken for the id of .* \[106\], not for 106 \(2007\) \[/)
    writeFileSync(own, 'Name,Year,Rating\nElsewhere,1999,3\n')
    expect(await cli(...work, '--profile-file', own)).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/not one of its movies/)
    })
    expect(await cli(...work, '--profile-file', own, '--user', '1')).toMatchObject({status: 2})
  })

  it('leaves unknown movies of a profile out with a word, and suggests what may have been meant', async () => {
    const work = ['--engine', 'baseline', '--ratings', ratings, '--movies', movies]
    const list = ['recommend', ...work, '--json', '--profile']
    const known = await cli(...list, '100=5')
    expect(known).toMatchObject({status: 0, notes: ''})
    const some = await cli(...list, 'Riverr Story 2 (1982)=1,100=5,No Such Film=2,99999=3')
    expect(some).toMatchObject({status: 0, out: known.out})
    expect(some.notes.split('\n')).toEqual([
      expect.stringMatching(
        /^--profile: left out, no movie is called "Riverr Story 2 \(1982\)"\. Did you mean .*River Story .*\?$/
      ),
      '--profile: left out, no movie is called "No Such Film".',
      '--profile: left out, no movie is called "99999".'
    ])
    expect(await cli(...list, 'No Such Film=2')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/--profile: not one of its movies is in the catalogue: .*"No Such Film"/)
    })
    const why = ['explain', ...work, '--profile', '100=5', '--movie', 'Riverr Story 0']
    expect(await cli(...why)).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/Did you mean River Story 0 \(1980\) \[100\]/)
    })
    const own = path.join(folder, 'slips.csv')
    writeFileSync(own, 'title,year,stars\nRivr Story 0,1980,4\nRiver Story 0,1980,5\nElsewhere,1999,1\n')
    const file = await cli('recommend', ...work, '--json', '--profile-file', own)
    expect(file).toMatchObject({status: 0, out: known.out})
    expect(file.notes).toMatch(
      /2 of 3 rated .*: Rivr Story 0 \(1980\); Elsewhere \(1999\)\.\n.*Rivr Story 0 \(1980\) is not in the catalogue\. Did you mean River Story 0 \(1980\) \[100\]/
    )
  })

  it('builds terms from a column of the catalogue that --set text names', async () => {
    const list = path.join(folder, 'plots.csv')
    const words = ['heist', 'wedding', 'storm', 'trial', 'flood']
    const rows = [...smallWorld().movies].map(
      ({movieId}, k) => `${movieId},Film ${k} (2000),Drama,${words[k % 5]}`
    )
    writeFileSync(list, `movieId,title,genres,plot\n${rows.join('\n')}\n`)
    const work = ['--engine', 'content', '--movies', list]
    const ids = [...smallWorld().movies].map(({movieId}) => movieId)
    const alike = (...more: string[]): Promise<{status: number; out: string; notes: string}> =>
      cli('similar', ...work, '--movie', String(ids[0]), '-n', '3', '--json', ...more)
    const plot = await alike('--set', 'text=plot')
    const found = JSON.parse(plot.out).map(({movieId}: {movieId: number}) => movieId)
    expect(found).toEqual([ids[5], ids[10], ids[15]])
    expect((await alike('--set', 'text=overview', '--movie-columns', 'overview=plot')).out).toBe(plot.out)
    expect(await alike('--set', 'text=overview')).toMatchObject({
      status: 1,
      notes: expect.stringMatching(
        /a column called "overview" \(text\), got the columns movieId, title, genres, plot/
      )
    })
    expect(await alike('--movie-columns', 'overview=plot')).toMatchObject({status: 2})
    const model = path.join(folder, 'plots.mrec')
    const rated = ['--ratings', ratings, '--set', 'text=plot']
    expect(await cli('fit', ...work, ...rated, '--out', model)).toMatchObject({status: 0})
    const listOf = ['--user', '10', '--explain', '--json']
    const direct = await cli('recommend', ...work, ...rated, ...listOf)
    expect(direct.out).toMatch(/its description has/)
    expect((await cli('recommend', '--model', model, ...listOf)).out).toBe(direct.out)
  })

  it('says which movies of a profile nobody rated, and knows rated ones that no catalogue lists', async () => {
    const [few, list] = ['few.csv', 'few-movies.csv'].map(name => path.join(folder, name))
    writeFileSync(few, 'userId,movieId,rating\n1,10,5\n1,20,3\n2,10,4\n2,30,1\n3,20,5\n3,30,4\n')
    writeFileSync(
      list,
      'movieId,title,genres\n10,Heat (1995),Crime\n20,Fargo (1996),Crime\n40,Unseen (1999),Drama\n'
    )
    const work = ['--engine', 'baseline', '--ratings', few, '--movies', list, '--json']
    const {status, notes} = await cli('recommend', ...work, '--profile', 'Heat=5,Unseen=2,30=4')
    expect(status, notes).toBe(0)
    expect(notes).toBe(
      '1 of 3 movies of the profile were not rated in training and say nothing: Unseen (1999).'
    )
    const near = await cli('similar', ...work, '--movie', '30')
    expect(near, near.notes).toMatchObject({status: 0})
    expect(JSON.parse((await cli('explain', ...work, '--user', '1', '--movie', '30')).out).movieId).toBe(30)
  })

  it('measures lists at several lengths, by whatever engine, with conventions that are named', async () => {
    const args = ['evaluate', '--ratings', ratings, '--holdout', '0.3', '--ranking', '--k', '3,5', '--json']
    for (const engine of ['ease', 'baseline', 'als']) {
      const {status, out} = await cli(...args, '--engine', engine)
      expect(status).toBe(0)
      const {ranking, users, withoutList, rmse} = JSON.parse(out)
      expect(ranking.map((row: {k: number}) => row.k)).toEqual([3, 5])
      expect(ranking[1].recall).toBeGreaterThanOrEqual(ranking[0].recall)
      expect(Object.keys(ranking[0])).toEqual(
        expect.arrayContaining(['precision', 'recall', 'hitRate', 'mrr', 'map', 'ndcg', 'coverage', 'gini'])
      )
      expect(users).toBeGreaterThan(20)
      for (const [n, {k, recall, ndcg}] of JSON.parse(out).intervals.entries()) {
        expect(k).toBe(ranking[n].k)
        expect(recall[0]).toBeLessThanOrEqual(ranking[n].recall)
        expect(ndcg[1]).toBeGreaterThanOrEqual(ranking[n].ndcg)
      }
      expect(withoutList).toBe(0)
      expect(rmse).toBeUndefined()
    }
    const reachable = await cli(...args, '--engine', 'ease', '--convention', 'recallOver=reachable')
    const plain = await cli(...args, '--engine', 'ease')
    expect(JSON.parse(reachable.out).ranking[0].recall).toBeGreaterThan(
      JSON.parse(plain.out).ranking[0].recall
    )
    const good = await cli(...args, '--engine', 'ease', '--relevant', '4')
    expect(JSON.parse(good.out).ranking[0].precision).toBeLessThan(JSON.parse(plain.out).ranking[0].precision)
    const words = await cli(...args.slice(0, -1), '--engine', 'ease')
    expect(words.out).toMatch(/lists of \d+ users\n.*k .*precision .*recall .*ndcg/)
    expect(words.out).toMatch(/95 %, by drawing users: recall@3 0\.\d{4} to 0\.\d{4}, ndcg@3/)
  })

  it('measures the lists of a model, and leaves out those of a third part', async () => {
    const model = path.join(folder, 'lists.mrec')
    const test = path.join(folder, 'lists-test.csv')
    const rows = readFileSync(ratings, 'utf8').trim().split('\n')
    const [train, rest] = [rows.filter((_, n) => n % 3 > 0 || n === 0), rows.filter((_, n) => n % 3 === 0)]
    const trained = path.join(folder, 'lists-train.csv')
    writeFileSync(trained, `${train.join('\n')}\n`)
    writeFileSync(test, `${rest.join('\n')}\n`)
    expect(await cli('fit', '--engine', 'slim', '--ratings', trained, '--out', model)).toMatchObject({
      status: 0
    })
    const args = ['evaluate', '--model', model, '--test', test, '--ranking', '--json']
    const {ranking} = JSON.parse((await cli(...args)).out)
    expect(ranking[0].k).toBe(10)
    expect(ranking[0].recall).toBeGreaterThan(0)
    const none = JSON.parse((await cli(...args, '--masked', test)).out)
    expect(none.ranking[0].recall).toBe(0)
    const fitted = await cli(
      'evaluate',
      '--engine',
      'slim',
      '--train',
      trained,
      '--test',
      test,
      '--ranking',
      '--json'
    )
    expect(JSON.parse(fitted.out).ranking).toEqual(ranking)
  })

  it('says what --ranking cannot be asked for', async () => {
    const args = ['evaluate', '--ratings', ratings, '--holdout', '0.3', '--engine', 'ease']
    for (const [given, message] of [
      [['--k', '5'], /--k goes with --ranking/],
      [['--ranking', '--k', 'ten'], /--k takes lengths of lists, as in 10,20, got "ten"/],
      [['--ranking', '--convention', 'recallOver=k'], /recallOver is relevant or reachable/],
      [['--ranking', '--convention', 'recall=k'], /expected one of precisionOver, recallOver/],
      [['--ranking', '--count-users', 'some'], /--count-users is relevant or all/],
      [['--ranking', '--predictions', 'p.csv'], /leave --predictions out/],
      [[], /ease ranks movies and predicts no stars.*--ranking measures its lists/]
    ] as const)
      expect(await cli(...args, ...given)).toMatchObject({status: 2, notes: expect.stringMatching(message)})
    expect(await cli(...args, '--ranking', '--relevant', '9')).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/Not one of \d+ test ratings is relevant: none has 9 stars or more/)
    })
  })

  it('compares fitted models on one test part, by errors and by lists', async () => {
    const args = ['compare', '--ratings', ratings, '--holdout', '0.3', '--json']
    const errors = JSON.parse(
      (await cli(...args, '--engines', 'baseline,mf,als', '--set', 'mf.factors=4')).out
    )
    expect(errors).toMatchObject({compares: 'fitted models on one test part', figure: 'rmse'})
    expect(errors.engines.map((row: {engine: string}) => row.engine).sort()).toEqual([
      'als',
      'baseline',
      'mf'
    ])
    expect(errors.pairs).toHaveLength(3)
    for (const {value, low, high, group} of errors.engines) {
      expect(low).toBeLessThan(value)
      expect(value).toBeLessThan(high)
      expect(group).toMatch(/^[abc]+$/)
    }
    const alone = JSON.parse(
      (await cli('evaluate', '--engine', 'baseline', '--ratings', ratings, '--holdout', '0.3', '--json')).out
    )
    expect(errors.engines.find((row: {engine: string}) => row.engine === 'baseline').value).toBeCloseTo(
      alone.rmse,
      9
    )
    const lists = await cli(
      ...args,
      '--engines',
      'popularity,ease',
      '--ranking',
      '--k',
      '5',
      '--figure',
      'recall'
    )
    expect(JSON.parse(lists.out)).toMatchObject({figure: 'recall@5', pairs: [{adjusted: expect.any(Number)}]})
    const words = await cli(...args.slice(0, -1), '--engines', 'popularity,ease', '--ranking')
    expect(words.out).toMatch(
      /engine +ndcg@10 +low +high +group[\s\S]*These fitted models on this one test part/
    )
  })

  it('compares engines over several splits', async () => {
    const args = [
      'compare',
      '--engines',
      'baseline,mf',
      '--ratings',
      ratings,
      '--holdout',
      '0.3',
      '--splits',
      '3'
    ]
    const over = JSON.parse((await cli(...args, '--seed', '4', '--json')).out)
    expect(over).toMatchObject({compares: 'engines over splits', figure: 'rmse', splits: 3, seed: 4})
    const alone = JSON.parse(
      (
        await cli(
          'evaluate',
          '--engine',
          'baseline',
          '--ratings',
          ratings,
          '--holdout',
          '0.3',
          '--seed',
          '5',
          '--json'
        )
      ).out
    )
    expect(over.figures.baseline[1]).toBeCloseTo(alone.rmse, 12)
    expect((await cli(...args)).out).toMatch(/fitted anew on 3 splits of the same ratings \(seeds 1 to 3\)/)
  })

  it('draws the test part as --by says', async () => {
    const args = ['evaluate', '--engine', 'baseline', '--ratings', ratings, '--json']
    const cold = JSON.parse((await cli(...args, '--holdout', '0.25', '--by', 'cold-users')).out)
    expect(cold.fallbacks['unknown user']).toBe(cold.test.ratings)
    const last = JSON.parse((await cli(...args, '--by', 'leave-last-out')).out)
    expect(last.test.ratings).toBe(36)
    for (const [given, message] of [
      [['--holdout', '0.2', '--by', 'week'], /--by is one of random, user, time, leave-last-out, cold-users/],
      [['--holdout', '0.2', '--by', 'leave-last-out'], /leave --holdout out/],
      [['--by', 'time'], /--by goes with --holdout/]
    ] as const)
      expect(await cli(...args, ...given)).toMatchObject({status: 2, notes: expect.stringMatching(message)})
  })

  it('says what a comparison cannot be asked for', async () => {
    const args = ['compare', '--ratings', ratings, '--engines', 'baseline,mf']
    for (const [given, message] of [
      [['--figure', 'mae'], /--figure goes with one test part/],
      [['--holdout', '0.3', '--folds', '3'], /--folds goes with cross-validation/],
      [
        ['--holdout', '0.3', '--figure', 'ndcg'],
        /--figure is one of rmse, mae, or with --ranking one of lists/
      ],
      [['--ranking'], /Say what to test on/],
      [['--splits', '3'], /--splits goes with --holdout/],
      [['--holdout', '0.3', '--k', '5'], /--k goes with --ranking/]
    ] as const)
      expect(await cli(...args, ...given)).toMatchObject({status: 2, notes: expect.stringMatching(message)})
    expect(
      await cli('compare', '--ratings', ratings, '--engines', 'baseline,ease', '--holdout', '0.3')
    ).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/no engine "ease" that predicts stars/)
    })
  })

  it('searches options, measures the best on the test part, and writes its model and its figure', async () => {
    const [model, figure, log] = ['found.mrec', 'found.html', 'found.jsonl'].map(name =>
      path.join(folder, name)
    )
    const args = [
      ...['search', '--engine', 'mf', '--space', 'factors=2..20,decay=0.9/0.96', '--set', 'epochs=9'],
      ...['--ratings', ratings, '--holdout', '0.2', '--seed', '3', '--trials', '9', '--log', log]
    ]
    const {status, out, notes} = await cli(...args, '--out', model, '--figure', figure)
    expect(status, notes).toBe(0)
    expect(out).toMatch(/^trial +factors +decay +epochs +rmse +seconds +outcome/)
    expect(out).toMatch(/Drawn: factors 2 to 20, whole numbers, log-uniform; decay one of 0\.9, 0\.96\./)
    expect(readFileSync(figure, 'utf8')).toMatch(/aria-label="rmse, less is better, of 9 candidates/)
    const again = await cli(...args, '--resume', '--workers', '1', '--json')
    expect(again.status, again.notes).toBe(0)
    const result = JSON.parse(again.out)
    expect(result).toMatchObject({engine: 'mf', aim: 'rmse', finished: true, refitted: true, leftOut: []})
    expect(result.trials).toHaveLength(9)
    expect(out).toContain(`Chosen: factors=${result.chosen.options.factors} decay=`)
    // The test part is the one that evaluate draws, and the model is the one that fit makes of the rest.
    const set = Object.entries(result.options).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    const measured = ['evaluate', '--ratings', ratings, '--holdout', '0.2', '--seed', '3', '--json']
    const alone = JSON.parse((await cli(...measured, '--engine', 'mf', ...set)).out)
    expect(result.test).toEqual({ratings: alone.test.ratings, rmse: alone.rmse, mae: alone.mae})
    expect(out).toContain(
      `On the test part, ${alone.test.ratings} ratings measured once: rmse ${alone.rmse.toFixed(4)}`
    )
  })

  it('searches for lists, on a grid, and tells how to fit what it chose', async () => {
    const args = ['search', '--engine', 'ease', '--ratings', ratings, '--aim', 'ndcg@5', '--rungs', '1']
    const {status, out, notes} = await cli(
      ...[...args, '--space', 'regularization=0.1..10', '--space', 'dropout=0/0.5', '--grid', '--steps', '3']
    )
    expect(status, notes).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^trial +regularization +dropout +users +ndcg@5 +seconds/)
    expect(out).toMatch(/ease by ndcg@5 on 0\.1 of the training ratings \(random\): 6 candidates in/)
    const [, line] = /To fit it: movie-recs (.*) --out model\.mrec/.exec(out) ?? []
    const model = path.join(folder, 'chosen.mrec')
    expect(await cli(...line.split(' '), '--out', model)).toMatchObject({status: 0})
    const folds = await cli(...args, '--space', 'dropout=0/0.5', '--inner-folds', '2', '--json')
    expect(JSON.parse(folds.out).trials[0].measured[0].values).toHaveLength(2)
  })

  it('keeps the minutes of a search, and stops at Ctrl-C with what can be gone on from', async () => {
    const log = path.join(folder, 'cut.jsonl')
    const args = ['search', '--engine', 'baseline', '--space', 'userDamping=0.1..50', '--ratings', ratings]
    const timed = await cli(...args, '--minutes', '0.03', '--json')
    expect(JSON.parse(timed.out).trials.length).toBeGreaterThan(0)
    const stop = new AbortController()
    const cut = cliUntil(stop.signal, ...args, '--trials', '100000', '--log', log)
    while (!existsSync(log)) await new Promise(resolve => setTimeout(resolve, 5))
    stop.abort()
    expect(await cut).toMatchObject({
      status: 130,
      notes: expect.stringMatching(
        /search of baseline: stopped after .* measurements (?:are|is) in .*cut\.jsonl/
      )
    })
    expect((await cli(...args, '--trials', '2', '--log', log, '--resume')).status).toBe(0)
  })

  it('says what a search cannot be asked for', async () => {
    const args = ['search', '--engine', 'mf', '--ratings', ratings]
    const space = ['--space', 'factors=2..20']
    for (const [more, message] of [
      [[], /--space is missing/],
      [['--space', 'factors'], /takes options with their values, as in factors=20\.\.200/],
      [['--space', 'factor=2..20'], /mf has no option factor\. Did you mean factors\?/],
      [['--space', 'factors=2..'], /a range is from\.\.to/],
      [['--space', 'factors=2..9..cubic'], /a range is from\.\.to/],
      [['--space', 'factors=20..2'], /expected a range from a number to a larger one/],
      [['--space', 'factors=a/b'], /expected a whole number from 1 to 4096/],
      [['--space', 'factors=2,factors=3'], /names factors twice/],
      [[...space, '--set', 'factors=3'], /Option factors of mf is searched and set/],
      [[...space, '--grid', '--trials', '3'], /--trials goes without --grid/],
      [[...space, '--steps', '3'], /--steps goes with --grid/],
      [[...space, '--resume'], /--resume needs the log/],
      [[...space, '--aim', 'auc'], /Option aim: expected rmse, mae, or one of/],
      [[...space, '--relevant', '4'], /--relevant goes with an --aim of lists/],
      [[...space, '--minutes', '0'], /expected a number above 0/],
      [[...space, '--inner-by', 'chance'], /--inner-by is one of random/],
      [[...space, '--inner-folds', '3', '--inner-share', '0.2'], /folds goes without validationShare/]
    ] as ReadonlyArray<[string[], RegExp]>) {
      const {status, notes} = await cli(...args, ...more)
      expect(notes, more.join(' ')).toMatch(message)
      expect(status, notes).toBe(2)
      expect(notes.split('\n')).toHaveLength(1)
    }
  })

  it('lists what most people rated for nobody in particular, and for somebody unknown where that was asked for', async () => {
    const of = (...argv: string[]): ReturnType<typeof cli> =>
      cli('recommend', '--ratings', ratings, '-n', '3', '--json', ...argv)
    const forAll = await of('--engine', 'popularity')
    expect(forAll).toMatchObject({status: 0, notes: ''})
    const forStranger = await of('--engine', 'als', '--user', '4711', '--unknown', 'popular')
    expect(forStranger.notes).toMatch(/Nothing is known of whom this list is for/)
    expect(JSON.parse(forStranger.out)).toEqual(JSON.parse(forAll.out))
    expect(await of('--engine', 'als', '--user', '4711')).toMatchObject({status: 1})
    const [first, second] = JSON.parse(forAll.out)
    const less = await of('--engine', 'popularity', '--except', String(first.movieId), '--except', 'nobody')
    expect(JSON.parse(less.out)[0]).toEqual(second)
    const years = await of('--engine', 'popularity', '--years', `${first.year}`, '--min-ratings', '1')
    for (const row of JSON.parse(years.out)) expect(row.year).toBe(first.year)
    expect(await of('--engine', 'popularity', '--years', 'nineties')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/--years takes years as in 1990-1999/)
    })
  })

  it('blends engines that --set names, each with its options', async () => {
    const model = path.join(folder, 'blend.mrec')
    const members = 'members=ease(stars=0, dropout=0.3) + popularity'
    const args = ['--engine', 'blend', '--ratings', ratings]
    expect(
      await cli(
        'fit',
        ...args,
        '--set',
        'for=lists',
        '--set',
        members,
        '--set',
        'weights=1,0.5',
        '--out',
        model
      )
    ).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^Blend\(for=lists, members=ease\(stars=0, dropout=0\.3\) \+ popularity, weights=1,0\.5\) on/
      )
    })
    const list = await cli('recommend', '--model', model, '--user', '10', '--n', '2', '--json')
    expect(JSON.parse(list.out)).toHaveLength(2)
    expect(await cli('fit', ...args, '--set', 'members=eese', '--out', model)).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/no engine "eese" that can be a member/)
    })
  })

  it('refuses what would have no effect', async () => {
    const work = ['--engine', 'baseline', '--ratings', ratings]
    for (const [argv, message] of [
      [['evaluate', ...work, '--holdout', '0.1', '--test', ratings], /--test goes with --train/],
      [
        ['evaluate', '--engine', 'baseline', '--train', ratings, '--test', ratings, '--holdout', '0.1'],
        /leave --holdout out/
      ],
      [['recommend', ...work, '--user', '1', '--out', 'x.csv'], /--out goes with --all-users/],
      [['recommend', ...work, '--all-users', '--out', 'x.csv', '--explain'], /leave --explain out/],
      [
        ['recommend', ...work, '--all-users', '--out', 'x.csv', '--unknown', 'popular'],
        /leave --unknown out/
      ],
      [
        ['recommend', ...work, '--user', '10', '--seed', '3'],
        /--seed has no effect: baseline draws no random/
      ],
      [
        ['evaluate', ...work.slice(0, 2), '--train', ratings, '--test', ratings, '--seed', '3'],
        /leave it out/i
      ],
      [['recommend', ...work, '--user', '1', '--user', '2'], /--user is given twice/],
      [['evaluate', ...work, '--holdout', '0.1', '--json', '--json'], /--json is given twice/]
    ] as const)
      expect(await cli(...argv)).toMatchObject({status: 2, notes: expect.stringMatching(message)})
  })

  it('takes a seed where something is drawn: by the engine, or for the part that is held out', async () => {
    const held = (seed: string): Promise<{status: number; out: string}> =>
      cli(
        'evaluate',
        '--engine',
        'baseline',
        '--ratings',
        ratings,
        '--holdout',
        '0.2',
        '--json',
        '--seed',
        seed
      )
    const [one, other] = await Promise.all([held('1'), held('2')])
    expect(JSON.parse(one.out).rmse).not.toBe(JSON.parse(other.out).rmse)
    const drawn = ['recommend', '--engine', 'als', '--ratings', ratings, '--user', '10', '--seed', '3']
    expect(await cli(...drawn)).toMatchObject({status: 0, notes: ''})
  })

  it('goes on from a checkpoint to the same model', async () => {
    const [whole, resumed, checkpoint] = ['whole.mrec', 'resumed.mrec', 'fit.ckpt'].map(name =>
      path.join(folder, name)
    )
    const fit = ['fit', '--engine', 'bayesian', '--ratings', ratings, '--set', 'sweeps=3000']
    const stop = new AbortController()
    const stopping = cliUntil(stop.signal, ...fit, '--out', resumed, '--checkpoint', checkpoint)
    setTimeout(() => stop.abort(), 300)
    expect(await stopping).toMatchObject({status: 130, notes: expect.stringMatching(/stopped after/)})
    expect(existsSync(resumed)).toBe(false)
    const going = await cli(...fit, '--out', resumed, '--checkpoint', checkpoint, '--resume')
    expect(going).toMatchObject({status: 0})
    expect(await cli(...fit, '--out', whole)).toMatchObject({status: 0})
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true)
  })

  it('refuses a checkpoint that has no effect before it reads a file', async () => {
    const [out, absent] = ['x.mrec', 'absent.csv'].map(name => path.join(folder, name))
    for (const [argv, message] of [
      [['--engine', 'als', '--ratings', absent, '--checkpoint', 'c'], /the fit of als writes no checkpoint/],
      [['--engine', 'content', '--movies', absent, '--checkpoint', 'c'], /the fit of content writes no/],
      [['--engine', 'bayesian', '--ratings', absent, '--resume'], /--resume needs the checkpoint/],
      [['--engine', 'content', '--movies', absent, '--resume'], /--resume needs the checkpoint/]
    ] as const)
      expect(await cli('fit', '--out', out, ...argv)).toMatchObject({
        status: 2,
        notes: expect.stringMatching(message)
      })
  })

  it('says in one line why work failed, exit status 1', async () => {
    const broken = path.join(folder, 'broken.csv')
    writeFileSync(broken, 'userId,movieId,rating\n1,2,five\n')
    const cases: Array<[string[], RegExp]> = [
      [
        ['recommend', '--engine', 'popularity', '--ratings', path.join(folder, 'absent.csv'), '--user', '1'],
        /absent\.csv/
      ],
      [
        ['recommend', '--engine', 'popularity', '--ratings', broken, '--user', '1'],
        /broken\.csv:2: expected .*got/
      ],
      [
        ['recommend', '--engine', 'popularity', '--ratings', ratings, '--user', '4711'],
        /Unknown userId 4711: 36 users/
      ],
      [
        [
          'similar',
          '--engine',
          'popularity',
          '--ratings',
          ratings,
          '--movies',
          movies,
          '--movie',
          'Rivr Story'
        ],
        /No movie is called "Rivr Story"\. 29 movies are listed/
      ],
      [['explain', '--model', ratings, '--user', '1', '--movie', '2'], /not a movie-recs model/],
      [['recommend', '--model', path.join(folder, 'absent.mrec'), '--user', '1'], /There is no model file/]
    ]
    for (const [argv, message] of cases) {
      const {status, notes, out} = await cli(...argv)
      expect(status, notes).toBe(1)
      expect(notes).toMatch(message)
      expect(notes.split('\n').length).toBe(1)
      expect(out).toBe('')
    }
  })

  it('runs as a command of the shell, with nothing but JSON on standard output', async () => {
    const bin = path.join(ROOT, 'lib/bin/movie-recs.js')
    const latest = path.join(ROOT, 'data/ml-latest-small/ratings.csv')
    expect(existsSync(latest)).toBe(true)
    const {stdout, stderr} = await promisify(execFile)(process.execPath, [
      bin,
      'recommend',
      '--engine',
      'popularity',
      '--ratings',
      latest,
      '--user',
      '15',
      '-n',
      '3',
      '--json'
    ])
    const list = JSON.parse(stdout)
    expect(list.length).toBe(3)
    expect(list[0].title).toMatch(/\(\d{4}\)$/)
    expect(stderr).toBe('')
  })
})

describe.runIf(process.platform === 'linux')('what the shell sees', () => {
  const bin = path.join(ROOT, 'lib/bin/movie-recs.js')
  const latest = path.join(ROOT, 'data/ml-latest-small/ratings.csv')
  const shell = (line: string): {status: number | null; stdout: string; stderr: string} => {
    const {status, stdout, stderr} = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: {...process.env, NODE: process.execPath, BIN: bin, LATEST: latest, OUT: folder}
    })
    return {status, stdout, stderr}
  }

  it.each([
    [
      'a full disk',
      '"$NODE" "$BIN" engines > /dev/full',
      1,
      /^movie-recs: the answer cannot be written to standard output: its disk is full\.\n$/
    ],
    ['a reader that has gone', 'set -o pipefail; "$NODE" "$BIN" engines | head -1 > /dev/null', 0, /^$/],
    [
      'a model that is written to a full disk',
      '"$NODE" "$BIN" fit --engine baseline --ratings "$LATEST" --out /dev/full',
      1,
      /movie-recs: The disk of \/dev\/full is full\./
    ],
    [
      'predictions for which there is no room, after the figure',
      '"$NODE" "$BIN" evaluate --engine baseline --ratings "$LATEST" --holdout 0.1 --predictions /dev/full',
      1,
      /movie-recs: The disk of \/dev\/full is full\./
    ],
    [
      'a file larger than is allowed',
      'trap "" XFSZ; ulimit -f 100; "$NODE" "$BIN" fit --engine baseline --ratings "$LATEST" --out "$OUT/large.mrec"',
      1,
      /movie-recs: .*larger than files may be here/
    ]
  ])('ends well with %s', (_, line, status, words) => {
    const ended = shell(line)
    expect(ended.stderr).toMatch(words)
    expect(ended.status).toBe(status)
    expect(ended.stderr).not.toMatch(/ at |bug/)
    if (line.includes('evaluate')) expect(ended.stdout).toMatch(/RMSE 0\.\d{4}/)
    expect(existsSync(path.join(folder, 'large.mrec'))).toBe(false)
  })

  it('writes a model to /dev/null, which stays a device', () => {
    const {status} = shell('"$NODE" "$BIN" fit --engine baseline --ratings "$LATEST" --out /dev/null')
    expect(status).toBe(0)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('ends with 130 at Ctrl-C', async () => {
    const argv = [
      bin,
      'fit',
      '--engine',
      'bayesian',
      '--ratings',
      latest,
      '--out',
      path.join(folder, 'x.mrec')
    ]
    const child = spawn(process.execPath, argv, {stdio: ['ignore', 'ignore', 'pipe']})
    let told = ''
    child.stderr.on('data', chunk => {
      told += chunk
    })
    const status = new Promise(resolve => child.on('close', resolve))
    while (!told.includes('fitting')) {
      if (child.exitCode !== null) break
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    child.kill('SIGINT')
    expect(await status).toBe(130)
    expect(told).toMatch(/stopped/i)
  })
})
