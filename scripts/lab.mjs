// npm run lab: JupyterLab on notebooks/, with the TypeScript kernel and the plotly extension, all inside the project.
import './setup/require-node.mjs'
import child from 'node:child_process'
import {jupyterEnvironment, labArguments, refuseRoot} from './notebooks/jupyter.mjs'
import {notebooksFolder} from './notebooks/notebooks.mjs'
import {python, root, setUp} from './setup/setup.mjs'
import {runCommand} from './terminal.mjs'

runCommand('npm run lab', async () => {
  refuseRoot(process.argv.slice(2))
  await setUp('npm run lab')
  console.log('JupyterLab opens in your browser; Ctrl-C here stops it.')
  const argv = [...labArguments(notebooksFolder), ...process.argv.slice(2)]
  const lab = child.spawn(python, argv, {cwd: root, env: jupyterEnvironment(), stdio: 'inherit'})
  process.removeAllListeners('SIGINT').on('SIGINT', () => {}) // JupyterLab asks on its own
  return new Promise(resolve => lab.on('close', code => resolve(code ?? 1)))
})
