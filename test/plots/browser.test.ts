import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import {type Figure, plotMovieMap, plotSimilarity} from 'movie-recs'
import type {Browser} from 'playwright-core'
import {afterAll, beforeAll, expect, it} from 'vitest'

const EVIL = '<script>alert(1)</script>'
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-figure-'))
let browser: Browser
beforeAll(async () => {
  const {launchBrowser} = await import('../../scripts/notebooks/browser.mjs')
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, {recursive: true, force: true})
})

/** The texts that a figure's page draws; fails for a request, an error or a dialog. */
async function drawn(figure: Figure): Promise<string[]> {
  const file = path.join(folder, 'figure.html')
  writeFileSync(file, figure.toHTML())
  const page = await browser.newPage({viewport: {width: 400, height: 800}})
  const trouble: string[] = []
  page.on('request', request => {
    if (!/^(file|data|blob):/.test(request.url())) trouble.push(request.url())
  })
  page.on('console', message => message.type() === 'error' && trouble.push(message.text()))
  page.on('pageerror', error => trouble.push(error.message))
  page.on('dialog', dialog => {
    trouble.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(pathToFileURL(file).href)
  await page.waitForSelector('.main-svg')
  const texts = await page.locator('#figure svg text').allTextContents()
  expect(await page.locator('#figure svg b, #figure svg script, #figure svg a').count()).toBe(0)
  expect(await page.locator('#figure').getAttribute('aria-label')).toBe(figure.alt)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
  expect(trouble).toEqual([])
  await page.close()
  return texts
}

it('draws a figure offline, with titles that look like markup shown as they are', async () => {
  const points = [EVIL, '<b>Bold</b>', 'Five $ or $ ten'].map((title, k) => ({title, x: k, y: k}))
  const texts = await drawn(plotMovieMap(points))
  for (const {title} of points) expect(texts).toContain(title)
  const heat = plotSimilarity({
    movieIds: [1, 2],
    titles: ['<b>Bold</b>', 'A & B'],
    values: [
      [1, 0],
      [0, 1]
    ]
  })
  expect((await drawn(heat)).map(text => text.trim())).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^<b>Bold<\/b>\s+1$/),
      expect.stringMatching(/^A & B\s+2$/)
    ])
  )
})
