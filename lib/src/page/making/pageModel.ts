import type {BlendModel} from '../../models/blend'
import type {Model, ModelState} from '../../models/model'
import {lengthOf, type PackedArray, pack, type Writing} from '../numbers'
import type {PageModel} from '../pageFile'

/** How each array is written, by its path in the tree of models: "0.qi" is the qi of a blend's first member. */
export type Writings = ReadonlyMap<string, Writing>

/** Arrays of a model's state that hold rows of users, or nothing that a page is asked for. */
const OF_USERS = ['bu', 'pu', 'singularValues']
/** Arrays of rows of factors, which share a scale where they are written as bytes. */
const BY_FACTORS = ['qi', 'yj']
/** Numbers that an array must have for its room to be worth a loss. */
const LARGE = 4096

/** A model's numbers for a page, without rows of users. What is in `done` was written like this before, and what is written is put there. */
export function pageModelOf(
  model: Model,
  writings: Writings = new Map(),
  done: Map<string, PackedArray> = new Map(),
  path = ''
): PageModel {
  if (model.kind === 'blend') return blendOf(model as BlendModel, writings, done, path)
  const {values, arrays} = model.state()
  const packed = Object.entries(arrays).map(([name, array]): [string, PackedArray] => {
    if (OF_USERS.includes(name)) return [name, pack(new Float32Array(0))]
    const as = writings.get(path + name) ?? withoutLoss(array)
    const known = `${path}${name} ${as}`
    const written =
      done.get(known) ?? pack(array, as, BY_FACTORS.includes(name) ? (values.factors as number) : undefined)
    done.set(known, written)
    return [name, written]
  })
  return {kind: model.kind, values, arrays: Object.fromEntries(packed)}
}

/** The arrays that may be written in fewer bytes, the largest first. */
export function largeArrays({arrays, members}: PageModel, path = ''): string[] {
  return sizes({arrays, members} as PageModel, path)
    .sort((a, b) => b.size - a.size)
    .map(({name}) => name)
}

/** The arrays of few weights for each movie. */
export function fewWeights(model: Model, path = ''): string[] {
  if (model.kind === 'blend')
    return (model as BlendModel).members.flatMap((member, k) => fewWeights(member.model, `${path}${k}.`))
  const {start, weights} = model.state().arrays
  return start === undefined || weights === undefined ? [] : [`${path}weights`]
}

function sizes({arrays, members = []}: PageModel, path: string): Array<{name: string; size: number}> {
  const own = Object.entries(arrays)
    .filter(([, {type, length, as}]) => type.startsWith('Float') && length >= LARGE && as !== 'steps')
    .map(([name, packed]) => ({name: path + name, size: lengthOf(packed)}))
  return [...own, ...members.flatMap((member, k) => sizes(member, `${path}${k}.`))]
}

/** Whole numbers by their gaps; doubles in single precision where there are many: scores differ by less than a millionth. */
function withoutLoss(array: ModelState['arrays'][string]): Writing {
  if (array instanceof Int32Array) return 'gaps'
  return array instanceof Float64Array && array.length >= LARGE ? 'single' : 'whole'
}

function blendOf(
  {members, stars}: BlendModel,
  writings: Writings,
  done: Map<string, PackedArray>,
  path: string
): PageModel {
  return {
    kind: 'blend',
    values: {
      members: members.map(({weight, slopes, mean, deviation}) => ({
        weight,
        mean,
        deviation,
        ...(slopes === undefined ? {} : {slopes})
      })),
      ...(stars === undefined ? {} : {stars})
    },
    arrays: {},
    members: members.map(({model, own}, k) => ({
      ...pageModelOf(model, writings, done, `${path}${k}.`),
      ...(own === undefined ? {} : {own: pack(own, 'gaps')})
    }))
  }
}
