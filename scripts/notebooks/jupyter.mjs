// Jupyter's surroundings: everything that it reads and writes stays inside the project.
import fs from 'node:fs'
import path from 'node:path'
import {bin, cache, root, venv} from '../setup/setup.mjs'
import {asTyped, Remedy} from '../terminal.mjs'

const home = path.join(cache, 'jupyter')

/** @returns {NodeJS.ProcessEnv} */
export function jupyterEnvironment() {
  const names = [
    'JUPYTER_CONFIG_DIR',
    'JUPYTER_DATA_DIR',
    'JUPYTER_RUNTIME_DIR',
    'IPYTHONDIR',
    'JUPYTERLAB_SETTINGS_DIR',
    'JUPYTERLAB_WORKSPACES_DIR'
  ]
  const folders = ['config', 'data', 'runtime', 'ipython', 'settings', 'workspaces'].map(name =>
    path.join(home, name)
  )
  for (const folder of folders) fs.mkdirSync(folder, {recursive: true})
  return {
    ...process.env,
    ...Object.fromEntries(names.map((name, i) => [name, folders[i]])),
    JUPYTER_PATH: path.join(venv, 'share/jupyter'),
    JUPYTER_PREFER_ENV_PATH: '1',
    JUPYTER_PLATFORM_DIRS: '1',
    MOVIE_RECS_DATA: process.env.MOVIE_RECS_DATA
      ? asTyped(process.env.MOVIE_RECS_DATA)
      : path.join(root, 'data'),
    // Where Python finds the project's exporter, which JupyterLab then offers (export_report.py).
    PYTHONPATH: [path.join(root, 'scripts/notebooks'), process.env.PYTHONPATH]
      .filter(Boolean)
      .join(path.delimiter),
    PATH: [bin, path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
    PYTHONUTF8: '1',
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL || '2'
  }
}

/**
 * JupyterLab itself refuses to run as root, deep in its log.
 * @param {string[]} given what was typed after the command @param {number} [user] the number of the account
 */
export function refuseRoot(given, user = process.getuid?.()) {
  if (user !== 0 || given.includes('--allow-root')) return
  throw new Remedy(
    'You are root, and JupyterLab does not run as root unasked: whoever reached it could do anything on this machine. Use an account of your own or, in a container that is yours alone, type `npm run lab -- --allow-root`.'
  )
}

/** What JupyterLab's settings are here where a person has chosen nothing: no question about news, and the theme of her desktop. */
const SETTINGS = {
  '@jupyterlab/apputils-extension:notification': {fetchNews: 'false', checkForUpdates: false},
  '@jupyterlab/apputils-extension:themes': {'adaptive-theme': true}
}

/**
 * The styles that JupyterLab gets beside its own: figures on the dark ground of a dark theme. Word clouds are pictures on white, and
 * say so; a stored figure is its picture until somebody points at it. Both are turned into pictures on black that let the ground through.
 */
const labStyles = () => `[data-jp-theme-light='false'] {
${fs.readFileSync(path.join(root, 'scripts/template/movie-recs/figures-dark.css'), 'utf8')}
:is(.jp-RenderedImage img.jp-needs-light-background, .jp-RenderedPlotly img) { background: none; filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; }
}
`

/**
 * What Python gets to start JupyterLab on a folder, asking nothing of the network and passing on whatever a cell puts out. Writes the
 * settings and styles that it starts with.
 * @param {string} folder
 */
export function labArguments(folder) {
  const config = path.join(home, 'config')
  for (const [file, text] of [
    ['labconfig/default_setting_overrides.json', JSON.stringify(SETTINGS, null, 2)],
    ['custom/custom.css', labStyles()]
  ]) {
    fs.mkdirSync(path.join(config, path.dirname(file)), {recursive: true})
    fs.writeFileSync(path.join(config, file), text)
  }
  return [
    '-m',
    'jupyterlab',
    `--ServerApp.root_dir=${folder}`,
    '--LabApp.news_url=None',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    '--LabApp.extension_manager=readonly',
    '--LabApp.custom_css=True',
    '--ZMQChannelsWebsocketConnection.limit_rate=False'
  ]
}
