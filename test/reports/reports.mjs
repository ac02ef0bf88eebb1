/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The reports in a real browser, opened from disk with the network blocked: what a reader sees, wide and on a phone.
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'
import {must} from '../../scripts/results.mjs'

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
    })
  )
  await results.check(`${name}: every figure and picture has a text alternative`, () =>
    opened(browser, file, {}, async page => {
      const missing = await page.$$eval('figure.plot, img', all =>
        all
          .filter(
            e =>
              ((e.tagName === 'IMG' ? e.getAttribute('alt') : e.getAttribute('aria-label')) || '').length < 8
          )
          .map(e => e.outerHTML.slice(0, 100))
      )
      must(missing.length === 0, `Without a text alternative: ${missing.join('; ')}`)
    })
  )
  for (const colorScheme of /** @type {const} */ (['light', 'dark']))
    await results.check(`${name}: fits 400 px, ${colorScheme}`, () =>
      opened(browser, file, {viewport: {width: 400, height: 800}, colorScheme}, async page => {
        await ready(page)
        await figuresAreDrawn(page)
        await fitsItsWidth(page)
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
  await results.check('report index.html: every link leads to a report, fits 400 px', () =>
    opened(browser, file, {viewport: {width: 400, height: 800}}, async page => {
      const links = await page.$$eval('a', all => all.map(a => a.href))
      must(links.length > 0, 'It has no links')
      for (const link of links) must(fs.existsSync(url.fileURLToPath(link)), `${link} does not exist`)
      const blank = await page.$$eval(
        'li',
        all => all.filter(li => !li.querySelector('h2')?.textContent).length
      )
      must(blank === 0, `${blank} reports have no title`)
      await fitsItsWidth(page)
    })
  )
}
