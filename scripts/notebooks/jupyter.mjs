// Jupyter's surroundings: everything that it reads and writes stays inside the project.
import fs from 'node:fs'
import path from 'node:path'
import {bin, cache, root, venv} from '../setup/setup.mjs'
import {asTyped} from '../terminal.mjs'

/** @returns {NodeJS.ProcessEnv} */
export function jupyterEnvironment() {
  const home = path.join(cache, 'jupyter')
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
    PATH: [bin, path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
    PYTHONUTF8: '1',
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL || '2'
  }
}

/**
 * What Python gets to start JupyterLab on a folder, asking nothing of the network.
 * @param {string} folder
 */
export const labArguments = folder => [
  '-m',
  'jupyterlab',
  `--ServerApp.root_dir=${folder}`,
  '--LabApp.news_url=None',
  '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
  '--LabApp.extension_manager=readonly'
]
