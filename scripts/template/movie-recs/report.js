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

async function draw(figure) {
  const {data, layout = {}, config = {}} = JSON.parse(figure.querySelector('script').textContent)
  const place = figure.querySelector('.live')
  figure.classList.add('drawn')
  try {
    const {width, ...fluid} = layout
    await Plotly.newPlot(place, data, themed(fluid), {responsive: true, displaylogo: false, ...config})
    dark.addEventListener('change', () => Plotly.relayout(place, {template: themed(fluid).template}))
  } catch (error) {
    figure.classList.remove('drawn') // the still picture stays
    console.error(error)
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
  .then(() => document.documentElement.setAttribute('data-ready', String(figures.length)))
