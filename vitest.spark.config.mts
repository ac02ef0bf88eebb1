import {mergeConfig} from 'vitest/config'
import base from './vitest.config.mts'

// What needs Java, and installs Spark at the first run: `npm test -- spark`.
const config = mergeConfig(base, {test: {maxWorkers: 1, testTimeout: 900_000, hookTimeout: 900_000}})
config.test.include = ['test/spark/**/*.spark.ts']
export default config
