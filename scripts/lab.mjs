// npm run lab: JupyterLab on notebooks/, with the TypeScript kernel and the plotly extension, all inside the project.
import './setup/require-node.mjs'
import {jupyterEnvironment, labArguments, refuseRoot} from './notebooks/jupyter.mjs'
import {notebooksFolder} from './notebooks/notebooks.mjs'
import {python, root, setUp} from './setup/setup.mjs'
import {passedOn, runCommand} from './terminal.mjs'

runCommand('npm run lab', async () => {
  refuseRoot(process.argv.slice(2))
  await setUp('npm run lab')
  console.log('JupyterLab opens in your browser; Ctrl-C here stops it.')
  const argv = [...labArguments(notebooksFolder), ...process.argv.slice(2)]
  let interrupted = false
  // On a terminal JupyterLab hears Ctrl-C, too, and asks on its own.
  if (process.stdin.isTTY)
    process.removeAllListeners('SIGINT').on('SIGINT', () => {
      interrupted = true
    })
  const status = await passedOn([python, ...argv], {cwd: root, env: jupyterEnvironment()})
  return interrupted ? 130 : status
})
