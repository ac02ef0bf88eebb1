// Draws docs/page.png anew, the page to share as README shows it: wide with a reason open, and dark on a phone, made from
// the data that ship. `node scripts/pagePicture.mjs`, after a build.
import fs from 'node:fs'
import {createRequire} from 'node:module'
import os from 'node:os'
import path from 'node:path'
import url from 'node:url'
import {launchBrowser} from './notebooks/browser.mjs'
import {root} from './setup/setup.mjs'

const require = createRequire(import.meta.url)
/** @type {typeof import('movie-recs')} */
const {BayesianFactorization, loadMovieLens, writePage} = require('movie-recs')
/** @type {typeof import('../.cache/types/page/address.js')} */
const {addressOf} = require(path.join(root, 'lib/dist/page/address.js'))

/** Pulp Fiction, The Godfather, American Beauty, The Silence of the Lambs, The Royal Tenenbaums, Toy Story, Forrest Gump. */
const ratings = [
  [296, 5],
  [858, 5],
  [2858, 5],
  [593, 4.5],
  [4979, 4.5],
  [1, 3],
  [356, 2]
].map(([movieId, rating]) => ({movieId, rating}))
const WIDE = {width: 1100, height: 1000}
const PHONE = {width: 375, height: 830}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-picture-'))
const browser = await launchBrowser()
try {
  const engine = await new BayesianFactorization({seed: 1}).fit(await loadMovieLens('latest-small'))
  const file = path.join(folder, 'page.html')
  await writePage(engine, file)
  const address = `${url.pathToFileURL(file).href}#${addressOf({visitors: [{name: '', ratings}], view: 'first', notAgain: [], genres: []})}`
  const wide = await picture(address, WIDE, 'light', async page => {
    await page.getByRole('button', {name: /^Why/}).first().click()
  })
  const phone = await picture(address, PHONE, 'dark', async page => {
    await page.evaluate("document.querySelector('.list').scrollIntoView()")
  })
  const page = await browser.newPage({viewport: {width: 1240, height: 850}})
  await page.setContent(`<!doctype html><style>
    body { margin: 0; height: 850px; background: #d8d5cd; position: relative; overflow: hidden }
    img { position: absolute; box-shadow: 0 10px 40px #0006 }
    .wide { left: 24px; top: 24px; width: 882px; border-radius: 10px }
    .phone { right: 24px; bottom: 24px; width: 276px; border-radius: 26px; border: 8px solid #0c0e12 }
    </style><img class="wide" src="data:image/png;base64,${wide}"><img class="phone" src="data:image/png;base64,${phone}">`)
  await page.waitForTimeout(300)
  const made = path.join(root, 'docs/page.png')
  await page.screenshot({path: made})
  console.log(`docs/page.png: ${fs.statSync(made).size} bytes`)
} finally {
  await browser.close()
  fs.rmSync(folder, {recursive: true, force: true})
}

/**
 * @param {string} address @param {{width: number, height: number}} viewport @param {'light' | 'dark'} colorScheme
 * @param {(page: import('playwright-core').Page) => Promise<void>} act @returns {Promise<string>} a PNG in base64
 */
async function picture(address, viewport, colorScheme, act) {
  const page = await browser.newPage({viewport, colorScheme, reducedMotion: 'reduce'})
  await page.goto(address)
  await page.waitForSelector('html[data-ready]', {state: 'attached'})
  await act(page)
  await page.waitForTimeout(300)
  return (await page.screenshot()).toString('base64')
}
