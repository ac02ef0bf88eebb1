// The first import of every command: says in one line what an old Node needs. Written in the JavaScript of 2018,
// and the modules that a command imports statically avoid named imports that old versions lack, so that the line
// comes before any syntax or link error.
const wanted = [20, 19]
const have = process.versions.node.split('.').map(Number)
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  console.error(
    'Node.js ' +
      process.versions.node +
      ' is too old: install Node.js 20.19 or later (https://nodejs.org), then run the command again.'
  )
  process.exit(1)
}
