/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The page in a real browser, opened from disk with the network blocked: what a friend sees and does.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import {
  BayesianFactorization,
  loadMovieLens,
  MatrixFactorization,
  type MovieId,
  Movies,
  type Profile,
  Ratings,
  readProfile,
  writePage
} from 'movie-recs'
import type {Browser, BrowserContextOptions, Locator, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {addressOf, NOTHING_YET, openPage, readAddress, type Visit} from '#internals'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

const AXE = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
const PHONE: BrowserContextOptions = {viewport: {width: 375, height: 812}, hasTouch: true}
const WIDE: BrowserContextOptions = {viewport: {width: 1280, height: 900}}
/** Pulp Fiction, The Silence of the Lambs, The Usual Suspects, Toy Story, Forrest Gump. */
const MINE: Profile = [
  [296, 5],
  [593, 4.5],
  [50, 4],
  [1, 3],
  [356, 2]
].map(([movieId, rating]) => ({movieId, rating}))
const FRIEND: Profile = [
  [1, 5],
  [588, 4.5],
  [356, 5],
  [593, 1.5]
].map(([movieId, rating]) => ({movieId, rating}))
const ONE: Visit = {...NOTHING_YET, visitors: [{name: '', ratings: MINE}]}
const TWO: Visit = {
  visitors: [
    {name: 'Ann', ratings: MINE},
    {name: 'Ben', ratings: FRIEND}
  ],
  view: 'both',
  notAgain: [318],
  genres: []
}

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-page-'))
const file = path.join(folder, 'page.html')
const other = path.join(folder, 'other.html')
let browser: Browser
let engine: MatrixFactorization
beforeAll(async () => {
  const {launchBrowser} = await import('../../scripts/notebooks/browser.mjs')
  engine = await new MatrixFactorization({factors: 10, epochs: 8}).fit(await loadMovieLens('latest-small'))
  await writePage(engine, file, {numbers: 'single'})
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, {recursive: true, force: true})
})

/** Opens the page with a visit in its address; fails for a request, a dialog, and whatever is written to the console but what is expected. */
async function opened(
  visit: Visit | string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
  o: {expected?: RegExp; file?: string} = {}
): Promise<void> {
  const context = await browser.newContext({offline: true, reducedMotion: 'reduce', ...options})
  const trouble: string[] = []
  try {
    const page = await context.newPage()
    const address = pathToFileURL(o.file ?? file).href
    page.on('request', request => {
      if (request.url().split('#')[0] !== address && !request.url().startsWith('blob:'))
        trouble.push(`asks for ${request.url()}`)
    })
    page.on(
      'console',
      message =>
        o.expected?.test(message.text()) === true || trouble.push(`${message.type()}: ${message.text()}`)
    )
    page.on('pageerror', error => trouble.push(`throws ${error.message}`))
    page.on('dialog', dialog => {
      trouble.push(`opens a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.goto(typeof visit === 'string' ? `${address}#${visit}` : `${address}#${addressOf(visit)}`)
    await page.waitForSelector('html[data-ready]', {state: 'attached'})
    await look(page)
    expect(trouble).toEqual([])
  } finally {
    await context.close()
  }
}

/** It fits its width, and axe finds nothing. */
async function expectForEverybody(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    const {violations} = await (window as any).axe.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    })
    return violations.map(
      ({id, nodes}: any) =>
        `${id}: ${nodes.length}, ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`
    )
  })
  expect(violations).toEqual([])
}

/** The visit that stands in the address. */
async function visitOf(page: Page): Promise<Visit> {
  const hash = await page.evaluate(() => location.hash)
  const {scale} = engine.train
  const genres = [...engine.movies.genres()].map(({genre}) => genre)
  const {visit, trouble} = readAddress(hash, {movieId: id => engine.movies.get(id)?.movieId, scale, genres})
  expect(trouble).toEqual([])
  return visit
}

const listed = (page: Page): Promise<Array<{movieId: MovieId; score: number}>> =>
  page.$$eval('.films > li', rows =>
    (rows as HTMLElement[]).map(({dataset: {movie, score}}) => ({
      movieId: Number(movie),
      score: Number(score)
    }))
  )

/** The list is the engine's own, score for score. */
async function expectList(
  page: Page,
  profile: Profile,
  o: Parameters<typeof engine.recommend>[1] = {}
): Promise<void> {
  const own = engine.recommend(profile, {n: 10, ...o})
  const shown = await listed(page)
  expect(shown.map(({movieId}) => movieId)).toEqual(own.map(({movieId}) => movieId))
  for (const [k, {score}] of own.entries()) expect(Math.abs(shown[k].score - score)).toBeLessThan(1e-6)
}

/** Thirty people's ratings of twenty films, of these stars. */
function worldOf(values: readonly number[]): Ratings {
  const rows = Array.from({length: 600}, (_, k) => ({userId: 1 + (k % 30), movieId: 1 + Math.floor(k / 30)}))
  return Ratings.from(
    rows.map((row, k) => ({...row, rating: values[(row.userId * 7 + row.movieId * 3 + k) % values.length]})),
    Movies.from(Array.from({length: 20}, (_, k) => ({movieId: 1 + k, title: `Film ${k} (${1980 + k})`})))
  )
}

/** Imports one film that there is, and sixty that there are not. */
async function importUnknown(page: Page): Promise<void> {
  const unknown = Array.from({length: 60}, (_, k) => `Never made ${'so '.repeat(k % 9)}${k},2031,3`)
  const text = ['Title,Year,Rating', 'Fargo,1996,4', ...unknown].join('\n')
  await page.setInputFiles('input[type=file]', {
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text)
  })
  await page.locator('.toast li').last().waitFor()
}

const star = (place: Locator, rating: string): Locator => place.locator(`input[value="${rating}"]`)
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? '')

describe('somebody who was sent the link', () => {
  it('rates a film by a tap and sees the list at once, the first of it in sight on a phone', () =>
    opened('', PHONE, async page => {
      expect(await page.locator('.films > li').count()).toBe(0)
      expect(await page.locator('.asked > li').count()).toBe(5)
      const first = page.locator('.asked > li').first()
      const movieId = Number(await first.getAttribute('data-movie'))
      await first.locator('label', {hasText: '4.5 stars'}).tap()
      await expectList(page, [{movieId, rating: 4.5}])
      const [best] = engine.recommend([{movieId, rating: 4.5}], {n: 1})
      const title = best.title.replace(/ \(.*/, '')
      expect(await page.locator('.peek').textContent()).toContain(title)
      await page.waitForFunction(
        wanted => document.querySelector('.announcer')?.textContent?.includes(wanted),
        title
      )
      expect(await page.locator('.announcer').textContent()).toContain('4.5 stars')
      await page.locator('.peek').tap()
      expect(await focused(page)).toBe('For you')
      await expect.poll(() => page.locator('.peek').count()).toBe(0)
    }))

  it('is asked for other films as she rates, while those under her finger stay', () =>
    opened('', PHONE, async page => {
      const asked = (): Promise<Array<string | null>> =>
        page.$$eval('.asked > li', rows => rows.map(row => row.getAttribute('data-movie')))
      const before = await asked()
      await star(page.locator('.asked > li').nth(1), '4').check({force: true})
      expect(await asked()).toEqual(before)
      await star(page.locator('.asked > li').nth(3), '2').check({force: true})
      await expect
        .poll(async () => (await asked()).map((one, k) => one === before[k]))
        .toEqual([true, false, true, true, true])
      await page.locator('.asked > li').nth(0).getByText('Not seen').tap()
      await expect.poll(async () => (await asked())[0]).not.toBe(before[0])
      expect(new Set(await asked()).size).toBe(5)
      expect((await visitOf(page)).visitors[0].ratings.map(({rating}) => rating).sort()).toEqual([2, 4])
    }))

  it('finds a film in spite of a slip, rates it by a tap, and takes it back', () =>
    opened('', PHONE, async page => {
      await page.getByRole('combobox').fill('shawshenk')
      await page.getByRole('option').first().tap()
      const sheet = page.getByRole('dialog')
      expect(await sheet.textContent()).toContain('The Shawshank Redemption')
      await sheet.locator('label', {hasText: '5 stars'}).last().tap()
      expect(await sheet.count()).toBe(0)
      await expectList(page, [{movieId: 318, rating: 5}])
      await page.getByRole('button', {name: 'Undo'}).tap()
      expect((await visitOf(page)).visitors[0].ratings).toEqual([])
      await page.getByRole('combobox').fill('zzzyqx')
      expect(await page.locator('.none').textContent()).toContain('No film here is called “zzzyqx”')
    }))
})

describe('the list', () => {
  it('says why: bars that sum to the score, which is the library’s own', () =>
    opened(ONE, WIDE, async page => {
      await expectList(page, MINE)
      await page.getByRole('button', {name: /^Why/}).nth(2).click()
      const row = page.locator('.films > li').nth(2)
      const explanation = engine.explain(MINE, Number(await row.getAttribute('data-movie')))
      const bars = await row.locator('.why li[data-value]').evaluateAll(all =>
        (all as HTMLElement[]).map(({dataset, innerText}) => ({
          value: Number(dataset.value),
          text: innerText
        }))
      )
      expect(bars.length).toBeGreaterThan(3)
      expect(bars.reduce((sum, {value}) => sum + value, 0)).toBeCloseTo(explanation.score, 5)
      expect(Number(await row.locator('.total').getAttribute('data-score'))).toBeCloseTo(explanation.score, 6)
      const general = explanation.terms.filter(({kind}) => kind === 'mean' || kind === 'movie')
      expect(bars[0].text).toContain('People in general give it')
      expect(bars[0].value).toBeCloseTo(
        general.reduce((sum, {value}) => sum + value, 0),
        6
      )
      const own = explanation.terms.filter(({kind}) => kind === 'rated')
      const strongest = own.reduce((best, one) => (Math.abs(one.value) > Math.abs(best.value) ? one : best))
      expect(bars[2].value).toBeCloseTo(strongest.value, 6)
      // What is shown in hundredths sums to what is shown below.
      const shown = await row.locator('.why .number').allTextContents()
      const [total, ...parts] = shown.map(text => Number(text.replace('−', '-'))).reverse()
      expect(parts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 9)
    }))

  it('holds more, other genres and years, and what is not for her no more', () =>
    opened(ONE, WIDE, async page => {
      await page.getByRole('button', {name: 'Show more'}).click()
      await expectList(page, MINE, {n: 20})
      await page.getByRole('button', {name: 'Genres and years'}).click()
      await page.getByRole('button', {name: 'Horror'}).click()
      await page.getByLabel('From').fill('1960')
      await page.getByLabel('to', {exact: true}).fill('1979')
      await page.getByLabel('to', {exact: true}).blur()
      await expectList(page, MINE, {n: 20, genres: ['Horror'], years: [1960, 1979]})
      const [first, second] = await listed(page)
      await page.locator('.films > li').first().getByText('Not for me').click()
      await expectList(page, MINE, {n: 20, genres: ['Horror'], years: [1960, 1979], except: [first.movieId]})
      expect((await listed(page))[0]).toEqual(second)
      expect(await focused(page)).toMatch(/^Not for me/)
      expect(await visitOf(page)).toMatchObject({
        notAgain: [first.movieId],
        genres: ['Horror'],
        years: [1960, 1979]
      })
      await page.getByRole('button', {name: 'All films'}).click()
      await page.getByRole('button', {name: /^Show again/}).click()
      await expectList(page, MINE, {n: 20})
    }))

  it('is for two, with either one’s score and reasons', () =>
    opened(TWO, WIDE, async page => {
      expect(await page.locator('#list-title').textContent()).toBe('For both of you')
      const films = page.locator('.films > li')
      expect(await films.count()).toBe(10)
      await films.first().getByRole('button', {name: /^Why/}).click()
      const movieId = Number(await films.first().getAttribute('data-movie'))
      expect([...MINE, ...FRIEND].some(one => one.movieId === movieId) || movieId === 318).toBe(false)
      const scores = await films
        .first()
        .locator('.score')
        .evaluateAll(all => all.map(one => Number((one as HTMLElement).dataset.score)))
      for (const [who, profile] of [MINE, FRIEND].entries()) {
        const {score} = engine.explain(profile, movieId)
        expect(scores[who]).toBeCloseTo(score, 5)
        const sum = films.first().locator(`.why[data-who="${who}"] .total`)
        expect(Number(await sum.getAttribute('data-score'))).toBeCloseTo(score, 6)
      }
      await page.getByRole('combobox').fill('fargo')
      await page.keyboard.press('Enter')
      await star(page.locator('.sheet-rate[data-who="1"]'), '3.5').check({force: true})
      await page.getByRole('button', {name: 'Done'}).click()
      const fargo = {movieId: 608, rating: 3.5}
      expect(
        (await visitOf(page)).visitors.map(one => one?.ratings.find(({movieId}) => movieId === 608))
      ).toEqual([undefined, fargo])
      await page.goBack()
      await page.getByRole('button', {name: 'Ben', exact: true}).click()
      await expectList(page, FRIEND, {except: [318]})
      await page.getByRole('button', {name: 'Ann', exact: true}).click()
      await expectList(page, MINE, {except: [318]})
      await page.getByRole('button', {name: 'Remove Ben'}).click()
      expect((await visitOf(page)).visitors).toHaveLength(1)
      await page.getByRole('button', {name: 'Undo'}).click()
      expect((await visitOf(page)).visitors[1]?.name).toBe('Ben')
    }))

  it('asks a second one in', () =>
    opened(ONE, PHONE, async page => {
      await page.getByRole('button', {name: 'For two'}).tap()
      expect(await page.locator('#list-title').textContent()).toBe('For Friend')
      await page.getByLabel('Second name').fill('Ben')
      await star(page.locator('.asked > li').first(), '5').check({force: true})
      await page.getByRole('button', {name: 'Both'}).tap()
      expect(await page.locator('.films > li').count()).toBe(10)
      const {visitors, view} = await visitOf(page)
      expect([visitors[1]?.name, visitors[1]?.ratings.length, view]).toEqual(['Ben', 1, 'both'])
    }))
})

describe('what she rated', () => {
  it('stands in the address: sent, it comes back, and Back takes a change back', () =>
    opened(ONE, WIDE, async page => {
      await star(page.locator('.rated-films > li[data-movie="1"]'), '4.5').check({force: true})
      await page.locator('.rated-films > li[data-movie="356"]').getByText('Remove').click()
      const changed = MINE.filter(({movieId}) => movieId !== 356).map(one =>
        one.movieId === 1 ? {...one, rating: 4.5} : one
      )
      await expectList(page, changed)
      await page.goBack()
      await expectList(page, [...changed, {movieId: 356, rating: 2}])
      await page.goBack()
      await expectList(page, MINE)
      await page.goForward()
      await page.goForward()
      await expectList(page, changed)
      const address = page.url()
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.getByRole('button', {name: 'Copy link'}).click()
      await page.locator('.toast').waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)
      await page.reload()
      await page.waitForSelector('html[data-ready]', {state: 'attached'})
      expect(page.url()).toBe(address)
      await expectList(page, changed)
    }))

  it.each([
    ['1&r=5:88.nu', /cut or changed/],
    ['somewhere', /not written by this page/],
    ['9&r=5:88', /another version/]
  ])('is told where the address makes no sense (%s), which is left as it is', (address, told) =>
    opened(address, PHONE, async page => {
      expect(await page.getByRole('alert').textContent()).toMatch(told)
      expect(page.url()).toContain(`#${address}`)
      await star(page.locator('.asked > li').first(), '4').check({force: true})
      expect(await page.getByRole('alert').count()).toBe(0)
      await page.goBack()
      expect(page.url()).toContain(`#${address}`)
    })
  )

  it('comes in from an export of Letterboxd or IMDb, and goes out as it came', () =>
    opened('', WIDE, async page => {
      const own = path.join(folder, 'letterboxd.csv')
      writeFileSync(
        own,
        'Date,Name,Year,Letterboxd URI,Rating\n2026-01-01,Fargo,1996,x,4.5\n2026-01-02,"A Film, Unheard of",2025,y,3\n2026-01-02,Amélie,2001,z,4\n'
      )
      await page.setInputFiles('input[type=file]', own)
      const toast = page.locator('.toast')
      await toast.waitFor()
      expect(await toast.textContent()).toMatch(
        /letterboxd\.csv: 2 ratings read\..*1 titles? are not in this page.*A Film, Unheard of \(2025\)/
      )
      const expected = readProfile(readFileSync(own, 'utf8'), engine.movies, {
        scale: engine.train.scale
      }).profile
      await expectList(page, expected)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', {name: 'Export', exact: true}).click()
      ])
      const saved = path.join(folder, 'saved.csv')
      await download.saveAs(saved)
      expect(readProfile(readFileSync(saved, 'utf8'), engine.movies).profile).toEqual(expected)
      writeFileSync(own, 'nothing\nof,the,kind\n')
      await page.setInputFiles('input[type=file]', own)
      await page.waitForFunction(() =>
        document.querySelector('.toast')?.textContent?.includes('was not read')
      )
      await expectList(page, expected)
      await page.getByRole('button', {name: /^Clear all/}).click()
      expect((await visitOf(page)).visitors[0].ratings).toEqual([])
      await page.getByRole('button', {name: 'Undo'}).click()
      await expectList(page, expected)
    }))
})

describe('the page', () => {
  it('does all of it by keyboard alone', () =>
    opened('', WIDE, async page => {
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key)
      }
      await press('Tab', 'Tab')
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox')
      await page.keyboard.type('godfather')
      await press('ArrowDown', 'ArrowUp', 'Enter')
      expect(await page.getByRole('dialog').textContent()).toContain('The Godfather')
      // The stars have the focus: the arrow keys walk through them, and the sheet stays.
      await press('ArrowRight', 'ArrowRight', 'ArrowLeft')
      expect((await visitOf(page)).visitors[0].ratings).toEqual([{movieId: 858, rating: 1}])
      await press('ArrowLeft', 'ArrowLeft')
      expect((await visitOf(page)).visitors[0].ratings).toEqual([{movieId: 858, rating: 5}])
      await press('Escape')
      expect(await page.getByRole('dialog').count()).toBe(0)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox')
      await expectList(page, [{movieId: 858, rating: 5}])
      // All that the arrow keys passed is one step of the way back.
      await page.goBack()
      expect((await visitOf(page)).visitors[0].ratings).toEqual([])
      await page.goForward()
      const reach = async (name: RegExp): Promise<void> => {
        for (let k = 0; k < 60 && !name.test(await focused(page)); k++) await press('Tab')
        expect(await focused(page)).toMatch(name)
      }
      await reach(/^Why/)
      await press('Enter')
      expect(await page.locator('.why').count()).toBe(1)
      await reach(/^Not for me/)
      const before = await listed(page)
      await press('Enter')
      expect((await listed(page))[0]).toEqual(before[1])
      expect(await focused(page)).toMatch(/^Not for me/)
    }))

  it('closes the sheet of a film that left the list, and the focus has a place', () =>
    opened(ONE, WIDE, async page => {
      await page.locator('.films > li').first().locator('.title-button').click()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => document.activeElement?.textContent === 'For you')
    }))

  it('forbids the network by its own policy', async () => {
    const html = readFileSync(file, 'utf8')
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'/)
    await opened(
      ONE,
      {...WIDE, offline: false},
      async page => {
        const blocked = await page.evaluate(async () => {
          const violated = new Promise<string>(resolve =>
            document.addEventListener('securitypolicyviolation', event => resolve(event.violatedDirective))
          )
          void fetch('https://example.org/').catch(() => undefined)
          return violated
        })
        expect(blocked).toBe('connect-src')
      },
      {expected: /Content Security Policy/}
    )
  })

  const looks = [
    {width: 1280, height: 900, colorScheme: 'light'},
    {width: 375, height: 812, colorScheme: 'dark'},
    {width: 320, height: 700, colorScheme: 'light'}
  ] as const
  const states: Array<[string, Visit, (page: Page) => Promise<unknown>]> = [
    ['empty', NOTHING_YET, async () => {}],
    ['searching', ONE, page => page.getByRole('combobox').fill('star')],
    [
      'rated, with a notice',
      ONE,
      page => page.locator('.films > li').first().getByText('Not for me').click()
    ],
    ['a reason open', ONE, page => page.getByRole('button', {name: /^Why/}).first().click()],
    ['filters open', {...ONE, genres: ['Drama']}, page => page.getByRole('button', {name: /^Only/}).click()],
    ['a film’s sheet', ONE, page => page.locator('.title-button').first().click()],
    ['titles that were not found', NOTHING_YET, importUnknown],
    ['two people', TWO, page => page.getByRole('button', {name: /^Why/}).first().click()],
    ['about', ONE, page => page.getByText('About this page').click()]
  ]
  it.each(states)('is for everybody: %s; wide, on a phone, dark, at 320 px', (_, visit, act) =>
    opened(visit, {...WIDE, bypassCSP: true}, async page => {
      await act(page)
      for (const {colorScheme, ...viewport} of looks) {
        await page.setViewportSize(viewport)
        await page.emulateMedia({colorScheme})
        await page.waitForTimeout(50)
        await expectForEverybody(page)
      }
    })
  )

  it.each([
    ['ten stars', [1, 2, 4, 7, 8, 9, 10], '9'],
    ['a slider', [-10, -3.7, 0, 2.5, 8.1, 10], '-4']
  ])('has %s where the scale is such', async (_, values, rating) => {
    await writePage(await new MatrixFactorization({factors: 2, epochs: 8}).fit(worldOf(values)), other)
    const look = async (page: Page): Promise<void> => {
      const first = page.locator('.asked > li').first()
      if (values[0] < 0) await first.locator('input[type=range]').fill(rating)
      else await star(first, rating).check({force: true})
      expect(await page.locator('.films > li').count()).toBe(10)
      expect(await page.locator('.rated-films > li').getAttribute('data-rating')).toBe(rating)
      expect(await page.locator('.own-use').textContent()).toBe('For your own use, do not redistribute.')
      await expectForEverybody(page)
    }
    await opened('', {viewport: {width: 320, height: 700}, bypassCSP: true}, look, {file: other})
  })

  it('says how sure it is where the model knows', async () => {
    const unsure = await new BayesianFactorization({factors: 4, sweeps: 40, burnIn: 10, samples: 20}).fit(
      smallWorld()
    )
    await writePage(unsure, other)
    const profile = [
      {movieId: 100, rating: 5},
      {movieId: 102, rating: 1}
    ]
    const html = readFileSync(other, 'utf8')
    const {sureness} = openPage(JSON.parse(/id="movie-recs-page">(.*?)<\/script>/.exec(html)?.[1] ?? ''))
    const look = async (page: Page): Promise<void> => {
      const first = page.locator('.films > li').first()
      await first.getByRole('button', {name: /^Why/}).click()
      const {interval = [Number.NaN, Number.NaN]} =
        sureness(profile, Number(await first.getAttribute('data-movie'))) ?? {}
      const [low, high] = interval.map(one => Math.min(5, Math.max(1, one)).toFixed(1))
      expect(Number(high)).toBeGreaterThan(Number(low))
      expect(await first.locator('.why').textContent()).toContain(
        `you would give it between ${low} and ${high}.`
      )
      expect(await first.locator('.range').textContent()).toContain(`${low} to ${high}`)
      await expectForEverybody(page)
    }
    const visit: Visit = {...NOTHING_YET, visitors: [{name: '', ratings: profile}]}
    await opened(visit, {...PHONE, bypassCSP: true}, look, {file: other})
  })

  it('prints the list with its reasons and nothing to press', () =>
    opened(ONE, WIDE, async page => {
      await page.emulateMedia({media: 'print'})
      const visible = (what: string): Promise<number> =>
        page.$$eval(what, all => all.filter(one => one.checkVisibility()).length)
      expect(await visible('.films > li')).toBe(10)
      expect(await visible('.because')).toBe(10)
      expect(await visible('input[role=combobox], .asked, .plain, .quiet, .foot')).toBe(0)
    }))

  it('says what it is made of, and that it is not to be passed on where that is so', () =>
    opened(ONE, WIDE, async page => {
      await page.getByText('About this page').click()
      const about = (await page.locator('.about').textContent()) ?? ''
      expect(about).toContain('Nothing leaves this page')
      expect(about).toContain('mf')
      expect(about).toContain('factors=10, epochs=8')
      expect(about).toContain('100,004 ratings')
      expect(about).toContain('MovieLens latest-small')
      expect(about).toContain('Harper')
      expect(about).toContain("Share of the first ten movies that are the engine's own1")
      expect(about).not.toContain('do not redistribute')
    }))
})
