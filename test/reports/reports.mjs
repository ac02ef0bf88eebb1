/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The reports in a real browser, opened from disk with the network blocked: what a reader sees, wide and on a phone.
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'
import {faceOf} from '../../scripts/notebooks/index-page.mjs'
import {printed} from '../../scripts/notebooks/print.mjs'
import {must} from '../../scripts/results.mjs'
import {root} from '../../scripts/setup/setup.mjs'

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */

/**
 * Opens a file and keeps what must not happen.
 * @param {Browser} browser @param {string} file
 * @param {import('playwright-core').BrowserContextOptions} options
 * @param {(page: Page) => Promise<void>} look
 */
async function opened(browser, file, options, look) {
  const context = await browser.newContext({offline: true, ...options})
  /** @type {string[]} */
  const wrong = []
  try {
    const page = await context.newPage()
    const address = url.pathToFileURL(file).href
    page.on('request', request => {
      const asked = request.url()
      if (asked.split('#')[0] !== address && !/^(data|blob):/.test(asked)) wrong.push(`asks for ${asked}`)
    })
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type()))
        wrong.push(`console ${message.type()}: ${message.text().slice(0, 300)}`)
    })
    page.on('pageerror', error => wrong.push(`throws ${error.message}`))
    page.on('dialog', dialog => {
      wrong.push(`opens a dialog: ${dialog.message()}`)
      dialog.dismiss()
    })
    await page.goto(address)
    await look(page)
    must(wrong.length === 0, wrong.join('\n'))
  } finally {
    await context.close()
  }
}

/** @param {Page} page */
const ready = page => page.waitForSelector('html[data-ready]', {state: 'attached', timeout: 60_000})

/** @param {Page} page */
async function fitsItsWidth(page) {
  const {width, wide} = await page.evaluate(() => ({
    width: innerWidth,
    wide: document.documentElement.scrollWidth
  }))
  if (wide <= width) return
  const widest = await page.evaluate(() => {
    const scrolls = (/** @type {Element | null} */ e) => {
      for (; e; e = e.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)) return true
      return false
    }
    return [...document.querySelectorAll('main *')]
      .filter(element => element.getBoundingClientRect().right > innerWidth && !scrolls(element))
      .map(element => element.outerHTML.slice(0, 120))[0]
  })
  throw new Error(`The page is ${wide} px wide in a window of ${width} px: ${widest}`)
}

/** @param {Page} page every figure drawn, as large as a figure should be, with something in it */
async function figuresAreDrawn(page) {
  const figures = await page.$$eval('figure.plot', all =>
    all.map(figure => {
      const box = figure.querySelector('.main-svg')?.getBoundingClientRect()
      const marks = figure.querySelectorAll(
        '.main-svg path, .main-svg image, .main-svg .slice, .gl-canvas'
      ).length
      return {
        label: figure.getAttribute('aria-label') || '',
        width: box?.width ?? 0,
        height: box?.height ?? 0,
        marks
      }
    })
  )
  figures.forEach((figure, i) => {
    const name = `Figure ${i + 1} (${figure.label.slice(0, 60)})`
    must(figure.width > 150 && figure.height > 100, `${name} is drawn ${figure.width} × ${figure.height} px`)
    must(figure.marks > 0, `${name} is empty`)
  })
}

/** @param {Page} page the title of each figure whole, its legend clear of the axis, its visible labels clear of each other */
async function nothingIsCutOrCollides(page) {
  const wrong = await page.$$eval('figure.plot .live', all =>
    all.flatMap(place => {
      /** @type {string[]} */
      const found = []
      const frame = /** @type {Element} */ (place.querySelector('.main-svg')).getBoundingClientRect()
      const title = place.querySelector('.gtitle')
      const name = title?.textContent ?? 'A figure'
      const box = title?.getBoundingClientRect()
      if (box && (box.left < frame.left || box.right > frame.right || box.top < frame.top))
        found.push(`${name}: its title is cut`)
      const legend = place.querySelector('.legend .bg')?.getBoundingClientRect()
      const axis = place.querySelector('.xtitle')?.getBoundingClientRect()
      if (legend && axis && legend.top < axis.bottom - 2 && legend.bottom > axis.top)
        found.push(`${name}: its legend lies on its axis`)
      for (const kind of ['.textpoint text', '.xtick text']) {
        const labels = [...place.querySelectorAll(kind)].filter(
          e => getComputedStyle(e).visibility !== 'hidden'
        )
        const boxes = labels.map(label => label.getBoundingClientRect())
        for (const [k, a] of boxes.entries())
          for (const b of boxes.slice(k + 1))
            if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
              found.push(`${name}: ${labels[k].textContent} collides`)
      }
      return found
    })
  )
  must(wrong.length === 0, wrong.join('; '))
}

/** @param {Page} page nothing that axe finds fault with */
async function isForEverybody(page) {
  await page.evaluate(AXE)
  // A drawing is one image: what is inside of it is not read.
  const {violations} = await page.evaluate(() =>
    /** @type {any} */ (window).axe.run({exclude: [['.main-svg > *']]})
  )
  const said = violations.map(
    (/** @type {any} */ {id, nodes}) => `${id}: ${nodes.length}, for example ${nodes[0].html.slice(0, 160)}`
  )
  must(said.length === 0, said.join('\n'))
}

const AXE = fs.readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8')
const SHOWN =
  /^(\S.* · )?(parameters as shipped|changed: .+) · \d{1,2} \w+ \d{4} · movie-recs \d+\.\d+\.\d+ · ran in \d+ s$/

/**
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {Browser} browser @param {string} file a report
 */
export async function checkReport(results, browser, file) {
  const name = `report ${path.basename(file)}`
  await results.check(`${name}: drawn from disk without a request or an error`, () =>
    opened(browser, file, {viewport: {width: 1280, height: 900}}, async page => {
      await ready(page)
      await figuresAreDrawn(page)
      await fitsItsWidth(page)
      must((await page.title()) !== '', 'It has no title')
      const run = (await page.textContent('.run')) ?? ''
      must(SHOWN.test(run), `The line on top of it says: ${run}`)
    })
  )
  await results.check(`${name}: every figure and picture has a text alternative`, () =>
    opened(browser, file, {}, async page => {
      await ready(page)
      const missing = await page.$$eval('figure.plot .live, img', all =>
        all
          .map(e => (e.tagName === 'IMG' ? e : e.querySelector('.main-svg[role="img"]')))
          .map(e => (e?.getAttribute('alt') || e?.getAttribute('aria-label') || '').trim())
          .filter(text => text.length < 8)
      )
      must(missing.length === 0, `${missing.length} are without a text alternative`)
    })
  )
  for (const width of [1200, 400])
    await results.check(`${name}: at ${width} px, light and dark, it fits and is for everybody`, () =>
      opened(browser, file, {viewport: {width, height: 800}, bypassCSP: true}, async page => {
        await ready(page)
        for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
          await page.emulateMedia({colorScheme})
          await page.waitForTimeout(300) // figures are drawn again
          await figuresAreDrawn(page)
          await fitsItsWidth(page)
          await nothingIsCutOrCollides(page)
          await isForEverybody(page)
        }
      })
    )
  await results.check(`${name}: its links lead to what is there, and back to the index`, () =>
    opened(browser, file, {javaScriptEnabled: false}, async page => {
      const links = await page.$$eval('a[href]', all =>
        all.map(a => /** @type {HTMLAnchorElement} */ (a).href)
      )
      const gone = links
        .filter(link => link.startsWith('file:'))
        .map(link => url.fileURLToPath(link.split('#')[0]))
        .filter(place => !fs.existsSync(place))
      must(gone.length === 0, `Links lead nowhere: ${gone.join(', ')}`)
      must((await page.getAttribute('.home', 'href')) === 'index.html', 'No link leads to the index')
    })
  )
  await results.check(`${name}: its code folds away and its contents lead to its sections`, () =>
    opened(browser, file, {viewport: {width: 1280, height: 900}}, async page => {
      await ready(page)
      const visible = () =>
        page.$$eval('details.code .highlight', all => all.filter(e => e.checkVisibility()).length)
      must((await visible()) > 0, 'No code is shown at first')
      await page.click('#toggle-code')
      must((await visible()) === 0, 'Code is still shown')
      await page.click('#toggle-code')
      must((await visible()) > 0, 'Code does not come back')
      const dead = await page.$$eval('.contents a', all =>
        all
          .map(a => decodeURIComponent(/** @type {HTMLAnchorElement} */ (a).hash.slice(1)))
          .filter(id => !document.getElementById(id))
      )
      must(dead.length === 0, `Contents lead nowhere: ${dead.join(', ')}`)
    })
  )
  await results.check(`${name}: readable without scripts`, () =>
    opened(browser, file, {javaScriptEnabled: false, viewport: {width: 400, height: 800}}, async page => {
      const bare = await page.locator('figure.plot:not(:has(img.still))').count()
      must(bare === 0, `${bare} figures have no still picture`)
      for (const still of await page.locator('img.still').all()) {
        const box = await still.boundingBox()
        must(box && box.width > 150 && box.width <= 400, `A still picture is ${box?.width} px wide at 400 px`)
      }
    })
  )
}

/**
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {Browser} browser @param {string} file index.html
 */
export async function checkIndex(results, browser, file) {
  await results.check(
    'report index.html: reports in the order of reading, with what each shows; for everybody at 1200 and 400 px',
    () =>
      opened(browser, file, {viewport: {width: 400, height: 800}, bypassCSP: true}, async page => {
        const links = await page.$$eval('a', all => all.map(a => a.href))
        must(links.length > 0, 'It has no links')
        for (const link of links) must(fs.existsSync(url.fileURLToPath(link)), `${link} does not exist`)
        const cards = await page.$$eval('ol > li', all =>
          all.map(card => ({
            link: card.querySelector('h2 a')?.getAttribute('href') ?? '',
            title: card.querySelector('h2')?.textContent ?? '',
            says: card.querySelector('p')?.textContent ?? '',
            run: card.querySelector('.run')?.textContent ?? '',
            picture: card.querySelector('img')?.getAttribute('alt') ?? ''
          }))
        )
        const names = cards.map(card => card.link)
        must(String(names) === String([...names].sort()), `The order is ${names.join(', ')}`)
        for (const {link, ...face} of cards)
          for (const [part, text] of Object.entries(face)) must(text.length > 5, `${link} has no ${part}`)
        for (const width of [1200, 400])
          for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
            await page.setViewportSize({width, height: 800})
            await page.emulateMedia({colorScheme})
            await fitsItsWidth(page)
            await isForEverybody(page)
          }
      })
  )
}

/**
 * Another run of a report beside the shipped ones.
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {string} shipped the report that is there @param {string} other that of the other run
 * @param {string} changed what the other one says it changed
 */
export async function checkOtherRun(results, shipped, other, changed) {
  await results.check(
    'reports of another run: a folder of their own, with their own pictures, found from the index',
    async () => {
      const [before, after] = [shipped, other].map(file => faceOf(file))
      must(before?.run.includes('parameters as shipped'), `The shipped report says: ${before?.run}`)
      must(after?.run.includes(changed), `The other one says: ${after?.run}`)
      must(
        before?.picture && after?.picture && before.picture !== after.picture,
        'They have the same picture'
      )
      const [above, own] = [shipped, other].map(file =>
        fs.readFileSync(path.join(path.dirname(file), 'index.html'), 'utf8')
      )
      must(
        above.includes(`href="${path.basename(path.dirname(other))}/index.html"`),
        'No link leads to the other run'
      )
      must(
        own.includes(after?.picture ?? '?') && own.includes('href="../index.html"'),
        'Its index lacks its picture, or the way back'
      )
    }
  )
}

/**
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {string} file a report
 */
export async function checkPrint(results, file) {
  await results.check(
    `report ${path.basename(file)}: as PDF it has pages of A4, bookmarks and tags`,
    async () => {
      const [pdf] = await printed([file])
      const text = fs.readFileSync(pdf, 'latin1')
      must(/MediaBox ?\[0 0 59[45][.\d]* 84[12]/.test(text), 'Its pages are not A4')
      must(text.includes('/Outlines'), 'It has no bookmarks')
      must(text.includes('/StructTreeRoot'), 'It has no tags')
    }
  )
}
