// A headless Chromium for the pictures of the figures and for the tests: the one that is installed, or the one that
// the npm package @sparticuz/chromium carries (Linux).
import fs from 'node:fs'
import module from 'node:module'
import os from 'node:os'
import path from 'node:path'
import {root} from '../setup/setup.mjs'

const require = module.createRequire(path.join(root, 'package.json'))

/** Where Chrome, Chromium and Edge are usually installed. @returns {string | undefined} */
function installedBrowser() {
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge']
  const candidates = [
    process.env.CHROME_PATH,
    ...(process.env.PATH || '')
      .split(path.delimiter)
      .flatMap(folder => names.map(name => path.join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...programs.flatMap(folder =>
      folder
        ? [
            `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
            `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`
          ]
        : []
    )
  ]
  return candidates.find(file => file && fs.existsSync(file))
}

/** Unpacks the packaged Chromium inside the project. @returns {Promise<string | undefined>} */
async function packagedBrowser() {
  if (process.platform !== 'linux') return undefined
  const before = process.env.TMPDIR
  process.env.TMPDIR = path.join(root, '.cache/chromium')
  fs.mkdirSync(process.env.TMPDIR, {recursive: true})
  // Told that it runs on a bare server, the package also unpacks the system libraries it brings, used where there are none.
  try {
    const chromium = require('@sparticuz/chromium')
    return await (chromium.default || chromium).executablePath()
  } catch {
    return undefined
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

/** Why there is no browser, and what to do. */
export class NoBrowser extends Error {}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--hide-scrollbars'
]

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launchBrowser() {
  const executablePath = installedBrowser() || (await packagedBrowser())
  const remedy = `install Chrome or Chromium${os.platform() === 'linux' ? ' (Debian, Ubuntu: `sudo apt install chromium`)' : ''}, or name one by CHROME_PATH`
  if (!executablePath) throw new NoBrowser(`No Chrome or Chromium was found: ${remedy}.`)
  try {
    return await require('playwright-core').chromium.launch({
      executablePath,
      headless: true,
      args: flags,
      timeout: 60_000
    })
  } catch (error) {
    const library = /([\w.+-]+\.so[.\d]*): cannot open/.exec(String(error))
    const reason = library ? `${library[1]} is missing` : String(error).split('\n')[0]
    throw new NoBrowser(`${path.basename(executablePath)} does not start (${reason}): ${remedy}.`)
  }
}
