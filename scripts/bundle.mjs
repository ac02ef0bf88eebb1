// Programs of the workbench (bench, torture) as one file each. Parts of the built library stay where they are: they read files beside them.
import path from 'node:path'
import url from 'node:url'

const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '..')

/** @param {string} entry its first file @param {string} outfile */
export async function bundled(entry, outfile) {
  const {build} = await import('esbuild')
  await build({
    entryPoints: [path.join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [
      {
        name: 'built-library',
        setup(bundler) {
          bundler.onResolve({filter: /^#dist\//}, args => ({
            path: path.join(root, 'lib/dist', args.path.slice('#dist/'.length)),
            external: true
          }))
          bundler.onResolve({filter: /^#(internals|paths)$/}, args => ({
            path: path.join(root, `test/${args.path.slice(1)}.ts`)
          }))
        }
      }
    ]
  })
}
