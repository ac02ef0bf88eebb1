// The first snippets of the two READMEs, word for word as files of a folder with nothing but the package in it.
import fs from 'node:fs'
import path from 'node:path'
import {must} from '../../scripts/results.mjs'
import {root} from '../../scripts/setup/setup.mjs'

/** What takes minutes, or a connection. */
const LONG = /^(search|data [^-]|compare)|--engine bayesian/

/**
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {string} folder where the package is installed
 * @param {(...args: string[]) => string} node runs Node there
 */
export async function firstSteps(results, folder, node) {
  for (const file of ['README.md', 'lib/README.md'])
    await results.check(`package: the first snippet of ${file} prints what it shows`, () => {
      const readme = fs.readFileSync(path.join(root, file), 'utf8')
      const [, snippet, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(readme) ?? []
      must(snippet !== undefined, 'It has none.')
      fs.writeFileSync(path.join(folder, 'first.mjs'), snippet)
      const printed = node('first.mjs')
      must(printed.trim() === output.trim(), `It prints\n${printed}`)
    })
  await results.check('package: the other snippets of lib/README.md are typed right', () => {
    const readme = fs.readFileSync(path.join(root, 'lib/README.md'), 'utf8')
    const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, snippet]) => snippet).slice(1)
    must(snippets.length > 0, 'It has none.')
    const compilerOptions = {noEmit: true, strict: true, target: 'es2022', module: 'node16', types: []}
    const files = snippets.map((snippet, k) => {
      fs.writeFileSync(path.join(folder, `snippet${k}.mts`), snippet)
      return `snippet${k}.mts`
    })
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions, files}))
    node(path.join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')
  })
  await results.check(
    'package: a folder that is named is not stood in for by the ratings of the package',
    () => {
      const code =
        "require('movie-recs').loadMovieLens('latest-small', {dir: 'nowhere'}).catch(error => console.log(error.name))"
      must(node('-e', code).trim() === 'DataFormatError', 'it was read')
    }
  )
  for (const file of ['lib/README.md', 'README.md'])
    await results.check(`package: the first commands of ${file} run`, () => {
      const readme = fs.readFileSync(path.join(root, file), 'utf8')
      const blocks = [...readme.matchAll(/```sh\n(npx movie-recs [\s\S]*?)```/g)].map(([, block]) => block)
      // Ratings that came since, of somebody new and of somebody known.
      fs.writeFileSync(path.join(folder, 'new.csv'), 'userId,movieId,rating\n9001,1,5\n9001,318,4\n15,2,3\n')
      const commands = [
        ...blocks
          .slice(0, 2)
          .join('')
          .matchAll(/^npx movie-recs (.*?)(?: +#.*)?$/gm)
      ]
        .map(([, command]) => command)
        .filter(command => !LONG.test(command))
      must(commands.length > 4, `It has ${commands.length}.`)
      for (const command of commands) {
        const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
        node('node_modules/movie-recs/bin/movie-recs.js', ...words)
      }
    })
}
