import {defineConfig} from 'vitest/config'

// Tests import the built package `movie-recs` (lib/dist), so what is tested is what ships: run `npm run build` first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,mts}'],
    globalSetup: 'test/temporary.ts',
    // Internals are then the very modules that the package itself uses.
    server: {deps: {external: [/lib[\\/]dist/]}},
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000
  }
})
