import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {Engine} from '../engines/engine'
import {PageError} from '../errors'
import {checkWritable, writeWhole} from '../files/writeWhole'
import {pageHeaderOf} from './making/pageHeader'
import {pageModelOf} from './making/pageModel'
import {toHtml} from './making/toHtml'
import type {PageFile} from './pageFile'

/** What a page is called and says of its data. */
export interface PageOptions {
  /** @default "What to watch" */
  title?: string
}

/** What was written. */
export interface WrittenPage {
  path: string
  bytes: number
}

/** The app in a browser, which the build leaves here. */
const APP = path.resolve(__dirname, 'app.js')

/** @internal What a page of this engine carries. */
export async function pageFileOf(engine: Engine<any, any>, o: PageOptions = {}): Promise<PageFile> {
  const model = pageModelOf(engine.model, engine.name)
  const words = {title: o.title ?? 'What to watch', data: '', redistribute: false}
  return {version: 1, header: pageHeaderOf(engine, words, []), model}
}

/** Writes one HTML file that answers by itself. */
export async function writePage(
  engine: Engine<any, any>,
  file: string,
  o: PageOptions = {}
): Promise<WrittenPage> {
  if (!existsSync(APP))
    throw new PageError(engine.name, `${APP} is not there: build the library (node scripts/build.mjs).`)
  await checkWritable(file)
  const page = await pageFileOf(engine, o)
  const [template, app, css] = await Promise.all(
    ['page.html', 'app.js', 'app.css'].map(name => readFile(path.resolve(__dirname, name), 'utf8'))
  )
  const html = toHtml(page, {template, app, css})
  await writeWhole(file, [html])
  return {path: file, bytes: Buffer.byteLength(html)}
}
