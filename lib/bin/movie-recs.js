#!/usr/bin/env node

const {existsSync} = require('node:fs')
const path = require('node:path')

const main = path.join(__dirname, '..', 'dist', 'cli', 'main.js')
if (!existsSync(main)) {
  process.stderr.write('movie-recs: the library is not built yet. Run npm run build in the project first.\n')
  process.exit(1)
}
require(main).run(process.argv.slice(2))
