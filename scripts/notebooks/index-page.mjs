// index.html of a folder of reports: each report with what it shows and a picture of it, in the order of reading.
import fs from 'node:fs'
import path from 'node:path'

/** @param {string} text */
const escaped = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)

/** The attributes of the first tag that `tag` finds, as they stand in the HTML (so escaped already). @param {string} html @param {RegExp} tag */
const attributesOf = (html, tag) =>
  Object.fromEntries(
    [...(tag.exec(html)?.[0] ?? '').matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])
  )

/**
 * What a report tells of itself; undefined for any other page.
 * @param {string} file
 */
export function faceOf(file) {
  const html = fs.readFileSync(file, 'utf8')
  const meta = (/** @type {string} */ name) =>
    attributesOf(html, new RegExp(`<meta [^>]*name="${name}"[^>]*>`)).content
  const run = meta('movie-recs-run')
  if (run === undefined) return undefined
  const {src, alt} = attributesOf(html, /<img [^>]*class="(?:still|picture)\b[^>]*>/)
  return {
    title: /<title>([^<]*)<\/title>/.exec(html)?.[1] || path.basename(file, '.html'),
    about: meta('description') ?? '',
    sections: [...html.matchAll(/<li class="level-2"><a [^>]*>(.*?)<\/a><\/li>/g)].map(found =>
      found[1].replace(/<[^>]*>/g, '').trim()
    ),
    run,
    picture: src ?? '',
    alt: alt ?? ''
  }
}

/**
 * Writes index.html for the reports that stand in a folder, and for the folders of other runs below it.
 * @param {string} folder
 * @param {{about?: string, home?: boolean}} options what sets these runs apart, for people; whether the folder above has an index, too
 */
export function writeIndex(folder, {about = '', home = false} = {}) {
  const entries = fs.readdirSync(folder, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1))
  const cards = entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.html') && entry.name !== 'index.html')
    .flatMap(({name}) => card(name, faceOf(path.join(folder, name))))
  const others = entries.filter(entry => entry.isDirectory()).flatMap(({name}) => otherRun(folder, name))
  fs.writeFileSync(path.join(folder, 'index.html'), page({about, home, cards, others}))
}

/** @param {string} name @param {ReturnType<typeof faceOf>} face */
function card(name, face) {
  if (!face) return []
  const {title, about, sections, run, picture, alt} = face
  const image = picture ? `<img src="${picture}" alt="${alt}">` : '<div class="blank"></div>'
  const shows = sections.length ? `<p class="shows"><b>In it:</b> ${sections.join(' · ')}</p>` : ''
  return [
    `<li>${image}<div><h2><a href="${encodeURIComponent(name)}">${title}</a></h2><p>${about}</p>${shows}<p class="run">${run}</p></div></li>`
  ]
}

/** What sets the runs apart that the index of a folder lists; undefined where it has none of ours. @param {string} folder */
export function aboutIndex(folder) {
  const index = path.join(folder, 'index.html')
  if (!fs.existsSync(index)) return undefined
  return /<meta name="movie-recs-index" content="([^"]*)">/.exec(fs.readFileSync(index, 'utf8'))?.[1]
}

/** A folder of another run, where it has an index. @param {string} folder @param {string} name */
function otherRun(folder, name) {
  const about = aboutIndex(path.join(folder, name))
  return about === undefined
    ? []
    : [`<li><a href="${encodeURIComponent(name)}/index.html">${about || escaped(name)}</a></li>`]
}

/** @param {{about: string, home: boolean, cards: string[], others: string[]}} parts */
function page({about, home, cards, others}) {
  const elsewhere = others.length
    ? `<h2 class="others">Other runs</h2>\n<ul>\n${others.join('\n')}\n</ul>\n`
    : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="movie-recs-index" content="${escaped(about)}">
<title>Movie recommenders: reports${about && escaped(`, ${about}`)}</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<main>
${home ? '<p class="home"><a href="../index.html">The shipped reports</a></p>\n' : ''}<h1>Movie recommenders</h1>
<p class="lead">${about ? `${escaped(about)}. ` : ''}What each method of recommending movies does, how well, and why. Read them in this order: each begins where the one before ended. Every report is one file and needs no network.</p>
<ol>
${cards.join('\n')}
</ol>
${elsewhere}</main>
</body>
</html>
`
}

const style = `:root { color-scheme: light dark; --paper: #fff; --ink: #1d2330; --quiet: #5b6475; --line: #dfe3ea; --accent: #0b5fa5; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171d; --ink: #e3e7ee; --quiet: #9ca6b8; --line: #313846; --accent: #7dbdf5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { margin: 0; font-size: 2.2rem; letter-spacing: -0.02em; line-height: 1.2; }
.lead { max-width: 44rem; margin: 0.5rem 0 2.5rem; color: var(--quiet); font-size: 1.1rem; }
ol, ul { margin: 0; padding: 0; list-style: none; }
ol > li { position: relative; display: grid; grid-template-columns: minmax(0, 17rem) minmax(0, 1fr); gap: 1.5rem; padding: 1.5rem 0; border-top: 1px solid var(--line); }
img, .blank { display: block; width: 100%; aspect-ratio: 16 / 10; object-fit: contain; background: #fff; border: 1px solid var(--line); border-radius: 0.4rem; }
.blank { background: linear-gradient(135deg, var(--line), transparent); }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; }
h2.others { margin: 2.5rem 0 0.5rem; }
a { color: var(--accent); }
ol a { text-decoration: none; }
ol a::after { content: ''; position: absolute; inset: 0; }
ol > li:hover a { text-decoration: underline; }
ol a:focus-visible { outline: none; }
ol a:focus-visible::after { outline: 2px solid var(--accent); outline-offset: -2px; }
p { margin: 0.4rem 0 0; overflow-wrap: break-word; }
.shows, .run { color: var(--quiet); font-size: 0.9rem; }
.home { margin: 0 0 1rem; font-size: 0.9rem; }
@media (max-width: 40rem) { ol > li { grid-template-columns: minmax(0, 1fr); gap: 1rem; } h1 { font-size: 1.7rem; } main { padding-top: 2rem; } }
@media print { :root { --paper: #fff; --ink: #000; --quiet: #444; } ol > li { break-inside: avoid; } }
@page { margin: 18mm 16mm; }
`
