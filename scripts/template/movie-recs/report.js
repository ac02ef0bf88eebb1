// Runs in the report: draws the figures, folds the code away, marks the section in view.
const dark = matchMedia('(prefers-color-scheme: dark)')

/** What a figure leaves open is drawn in the page's colours; what it states stays. */
function pageColours() {
  const ink = dark.matches ? '#e3e7ee' : '#1d2330'
  const line = dark.matches ? '#313846' : '#dfe3ea'
  const axis = {gridcolor: line, linecolor: line, zerolinecolor: line, automargin: true}
  const sans =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: {color: ink, family: sans},
    xaxis: axis,
    yaxis: axis
  }
}

function themed(layout) {
  const template = layout.template ?? {}
  return {...layout, template: {...template, layout: {...pageColours(), ...template.layout}}}
}

/** Words on as many lines as they need, by their own width in pixels. */
function wrapped(text, font, width) {
  const pen = document.createElement('canvas').getContext('2d')
  pen.font = font
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (pen.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.filter(Boolean)
}

/** The layout for a place of so many pixels: the title on several lines where one is too short for it. */
function fitted({width: _, ...layout}, width) {
  const title = layout.title?.text
  if (!title || title.includes('<br>')) return layout
  const {size = 17} = layout.title.font ?? {}
  const family = layout.title.font?.family ?? layout.font?.family ?? pageColours().font.family
  const lines = wrapped(title, `${size}px ${family}`, (width - 28) * 0.97)
  const more = (lines.length - 1) * size * 1.3
  // Plotly hangs several lines by their middle.
  const pad = {...layout.title.pad, t: (layout.title.pad?.t ?? 0) + more / 2}
  const {margin = {}, height = 450} = layout
  return {
    ...layout,
    height: height + more,
    margin: {...margin, t: (margin.t ?? 100) + more},
    title: {...layout.title, pad, text: lines.join('<br>')}
  }
}

/** Names under a plot take as much room as they have lines; the plot was made for one, under labels that lie. */
async function makeRoomForNames(place) {
  const {legend, height} = place._fullLayout
  const names = place.querySelector('.legend .bg')?.getBoundingClientRect()
  if (legend?.orientation !== 'h' || !names) return
  const axis = place.querySelector('.xtitle')?.getBoundingClientRect()
  const collides = axis && names.top < axis.bottom
  const lines = names.height
  if (!collides && (lines < 32 || place.clientWidth > 560)) return
  const flat = Object.fromEntries(
    Object.keys(place._fullLayout)
      .filter(name => /^xaxis\d*$/.test(name))
      .map(name => [`${name}.tickangle`, 0])
  )
  await Plotly.relayout(place, {...flat, height: height + Math.max(0, lines - 20)})
}

/** Labels of points and ticks that would lie on one another or leave the drawing are left out; a point still tells its name. */
function thinOut(place) {
  const frame = place.querySelector('.main-svg').getBoundingClientRect()
  for (const kind of ['.textpoint text', '.xtick text', '.ytick text']) {
    const kept = []
    for (const label of place.querySelectorAll(kind)) {
      label.style.visibility = ''
      const box = label.getBoundingClientRect()
      const meets = kept.some(
        other =>
          box.left < other.right - 1 &&
          box.right > other.left + 1 &&
          box.top < other.bottom - 2 &&
          box.bottom > other.top + 2
      )
      if (meets || box.left < frame.left - 1 || box.right > frame.right + 1) label.style.visibility = 'hidden'
      else kept.push(box)
    }
  }
}

/** Draws a figure as wide as its place is now. */
async function drawFitting(place, {data, layout = {}, config = {}}) {
  place.style.minWidth = `${layout.meta?.minWidth ?? 0}px`
  const fits = fitted(layout, place.clientWidth)
  place.style.height = `${fits.height ?? 450}px`
  await Plotly.react(place, data, themed(fits), {displaylogo: false, ...config, responsive: false})
  await makeRoomForNames(place)
  place.style.height = `${place._fullLayout.height}px`
  if (!layout.meta?.minWidth) thinOut(place)
}

async function draw(figure) {
  const parts = JSON.parse(figure.querySelector('script').textContent)
  const place = figure.querySelector('.live')
  figure.classList.add('drawn')
  try {
    await drawFitting(place, parts)
    describe(place, figure.dataset.alt)
    let width = place.clientWidth
    const again = () => {
      width = place.clientWidth
      return drawFitting(place, parts).then(() => describe(place, figure.dataset.alt))
    }
    dark.addEventListener('change', again)
    addEventListener('resize', () => requestAnimationFrame(() => place.clientWidth !== width && again()))
  } catch (error) {
    figure.classList.remove('drawn') // the still picture stays
    console.error(error)
  }
}

/** The drawing is one image with its text alternative; its buttons stand beside it and are of use to a mouse alone. */
function describe(place, alt) {
  const [drawing, ...layers] = place.querySelectorAll('.main-svg')
  drawing.setAttribute('role', 'img')
  drawing.setAttribute('aria-label', alt)
  for (const layer of layers) layer.setAttribute('aria-hidden', 'true')
}

/** What scrolls in its own box can be reached by the keyboard, and only that. */
function reachable() {
  for (const box of document.querySelectorAll('pre, .plot, .output, .html, .table-box, .formula')) {
    if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0
    else box.removeAttribute('tabindex')
  }
}

const toggle = document.getElementById('toggle-code')
const folds = [...document.querySelectorAll('details.code')]
toggle.hidden = folds.length === 0
toggle.addEventListener('click', () => {
  const hide = toggle.getAttribute('aria-pressed') === 'false'
  folds.forEach(fold => {
    fold.open = !hide
  })
  toggle.setAttribute('aria-pressed', String(hide))
  toggle.textContent = hide ? 'Show code' : 'Hide code'
})

const contents = document.querySelector('.contents details')
if (matchMedia('(max-width: 63.99rem)').matches) contents.open = false
const entries = new Map(
  [...document.querySelectorAll('.contents a')].map(link => [
    document.getElementById(decodeURIComponent(link.hash.slice(1))),
    link
  ])
)
const headings = [...entries.keys()].filter(Boolean)
addEventListener(
  'scroll',
  () => {
    const passed = headings.filter(heading => heading.getBoundingClientRect().top < 120).at(-1)
    for (const [heading, link] of entries) link.classList.toggle('here', heading === passed)
  },
  {passive: true}
)

const figures = [...document.querySelectorAll('figure.plot')]
figures
  .reduce((before, figure) => before.then(() => draw(figure)), Promise.resolve())
  .then(reachable)
  .then(() => document.documentElement.setAttribute('data-ready', String(figures.length)))
addEventListener('resize', reachable)
