// Reports as PDF, by the browser that draws the figures: pages with margins and numbers, bookmarks from the headings, tags for readers
// that cannot see.
import url from 'node:url'
import {launchBrowser} from './browser.mjs'

/**
 * Writes a PDF beside each report.
 * @param {string[]} reports HTML files @param {(file: string) => void} [onFile] hears which is next
 * @returns {Promise<string[]>} the PDFs
 */
export async function printed(reports, onFile = () => {}) {
  const browser = await launchBrowser()
  try {
    const files = []
    for (const report of reports) {
      const file = report.replace(/\.html$/, '.pdf')
      onFile(file)
      const page = await browser.newPage()
      await page.goto(url.pathToFileURL(report).href)
      await page.waitForSelector('html[data-ready]', {state: 'attached', timeout: 120_000})
      await page.pdf({
        path: file,
        format: 'A4',
        printBackground: true,
        preferCSSPageSize: true,
        displayHeaderFooter: true,
        headerTemplate: '<span></span>',
        footerTemplate:
          '<div style="width: 100%; margin: 0 16mm; color: #555; font: 8px sans-serif; display: flex; justify-content: space-between"><span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>',
        margin: {top: '18mm', right: '16mm', bottom: '20mm', left: '16mm'},
        tagged: true,
        outline: true
      })
      await page.close()
      files.push(file)
    }
    return files
  } finally {
    await browser.close()
  }
}
