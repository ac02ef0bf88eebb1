// Other versions of Node.js, from the npm packages that hold nothing but its binary; kept in .cache/nodes.
import {execFileSync} from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import {cache, npm} from './setup.mjs'

/**
 * @param {string} version '22', '24.21.0' @param {'x64' | 'arm64'} [arch]
 * @returns {string} the binary, for Linux
 */
export function nodeBinary(version, arch = 'x64') {
  const name = `node-linux-${arch}`
  const prefix = path.join(cache, 'nodes', `${name}-${version}`)
  const binary = path.join(prefix, 'node_modules', name, 'bin/node')
  if (!fs.existsSync(binary)) {
    fs.mkdirSync(prefix, {recursive: true})
    const [command, ...first] = npm()
    // The package is for another machine where that is what is asked for.
    const install = [
      'install',
      '--prefix',
      prefix,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--force',
      '--silent'
    ]
    execFileSync(command, [...first, ...install, `${name}@${version}`], {
      stdio: ['ignore', 'ignore', 'inherit']
    })
  }
  return binary
}
