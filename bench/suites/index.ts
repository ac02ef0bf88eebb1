import type {Bench} from '../harness'
import {accuracy} from './accuracy'
import {bayesian, bayesianCurves, bayesianRecord, bayesianRecordCurves} from './bayesian'
import {busy} from './busy'
import {content} from './content'
import {deep} from './deep'
import {factorization, factorizationCurves} from './factorization'
import {growth} from './growth'
import {kernels} from './kernels'
import {limits} from './limits'
import {lists} from './lists'
import {neighbours} from './neighbours'
import {page} from './page'
import {listsAndStars, ranking} from './ranking'
import {read} from './read'
import {serving} from './serving'
import {small} from './small'
import {spark} from './spark'
import {update, updateMillion} from './update'

/** Every suite by its name; one file each. */
export const SUITES: Record<string, (bench: Bench) => Promise<void>> = {
  accuracy,
  busy,
  content,
  deep,
  factorization,
  'factorization-curves': factorizationCurves,
  growth,
  kernels,
  limits,
  lists,
  neighbours,
  page,
  ranking,
  'lists-and-stars': listsAndStars,
  read,
  serving,
  small,
  spark,
  update,
  'update-1m': updateMillion,
  bayesian,
  'bayesian-1m': bayesianRecord,
  'bayesian-curves': bayesianCurves,
  'bayesian-1m-curves': bayesianRecordCurves
}
