// reports/index.html: the reports with one sentence and a picture each.
import fs from 'node:fs'
import path from 'node:path'

/** @param {string} text */
const escaped = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)

/** @param {any} cell @returns {string} */
const sourceOf = cell => (Array.isArray(cell.source) ? cell.source.join('') : cell.source)

/** The words of a piece of Markdown. @param {string} markdown */
const words = markdown =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`$]/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Title, first sentence and first picture of an executed notebook.
 * @param {string} file
 */
export function faceOf(file) {
  const {cells} = JSON.parse(fs.readFileSync(file, 'utf8'))
  const prose = cells
    .filter((/** @type {any} */ c) => c.cell_type === 'markdown')
    .map(sourceOf)
    .join('\n\n')
  const title = /^# +(.+)$/m.exec(prose)
  const paragraph = title
    ? prose
        .slice(title.index + title[0].length)
        .trim()
        .split(/\n\s*\n/)[0]
    : ''
  const sentence = /^.*?[.!?](?=\s|$)/.exec(words(paragraph.startsWith('#') ? '' : paragraph))
  const output = cells
    .flatMap((/** @type {any} */ cell) => cell.outputs || [])
    .find((/** @type {any} */ output) => output.data?.['image/png'])
  const png = output && [output.data['image/png']].flat().join('').replace(/\n/g, '')
  return {
    title: title ? words(title[1]) : path.basename(file, '.ipynb'),
    sentence: sentence ? sentence[0] : words(paragraph),
    picture: png ? `data:image/png;base64,${png}` : '',
    alt: output?.metadata?.['movie-recs']?.alt || ''
  }
}

/** @param {Array<{name: string, executed: string, report: string, seconds: number}>} runs */
export function indexPage(runs) {
  const cards = runs.map(run => {
    const {title, sentence, picture, alt} = faceOf(run.executed)
    const image = picture ? `<img src="${picture}" alt="${escaped(alt)}">` : '<div class="blank"></div>'
    return `<li><a href="${encodeURIComponent(path.basename(run.report))}">${image}<h2>${escaped(title)}</h2></a><p>${escaped(sentence)}</p></li>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Movie recommenders: reports</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<main>
<h1>Movie recommenders</h1>
<p class="lead">What each method of recommending movies does, how well, and why. Every report is one file and needs no network.</p>
<ul>
${cards.join('\n')}
</ul>
</main>
</body>
</html>
`
}

const style = `:root { color-scheme: light dark; --paper: #fff; --ink: #1d2330; --quiet: #5b6475; --line: #dfe3ea; --accent: #0b5fa5; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171d; --ink: #e3e7ee; --quiet: #9ca6b8; --line: #313846; --accent: #7dbdf5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { margin: 0; font-size: 2.2rem; letter-spacing: -0.02em; line-height: 1.2; }
.lead { max-width: 40rem; margin: 0.5rem 0 2.5rem; color: var(--quiet); font-size: 1.1rem; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem; margin: 0; padding: 0; list-style: none; }
li { overflow: hidden; border: 1px solid var(--line); border-radius: 0.6rem; }
li:hover { border-color: var(--accent); }
a { display: block; color: inherit; text-decoration: none; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
img, .blank { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain; background: #fff; border-bottom: 1px solid var(--line); }
.blank { background: linear-gradient(135deg, var(--line), transparent); }
h2 { margin: 1rem 1.1rem 0; font-size: 1.15rem; line-height: 1.3; }
a:hover h2 { color: var(--accent); }
p { margin: 0.4rem 1.1rem 1.1rem; color: var(--quiet); font-size: 0.95rem; overflow-wrap: break-word; }
.lead { margin-left: 0; }
`
