import type {Bench} from '../harness'
import {kernels} from './kernels'
import {read} from './read'

/** Every suite by its name; one file each. */
export const SUITES: Record<string, (bench: Bench) => Promise<void>> = {kernels, read}
