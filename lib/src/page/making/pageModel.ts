import {PageError} from '../../errors'
import type {BlendModel} from '../../models/blend'
import type {Model, ModelState} from '../../models/model'
import {type PageModel, pack} from '../pageFile'

/** Arrays of a model's state that hold rows of users, or nothing that a page is asked for. */
const OF_USERS = ['bu', 'pu', 'singularValues']

/** A model's numbers for a page, without rows of users. @throws PageError for a kind that needs the ratings of others to answer */
export function pageModelOf(model: Model, engine: string): PageModel {
  if (model.kind === 'blend') return blendOf(model as BlendModel, engine)
  if (model.kind === 'neighbours')
    throw new PageError(
      engine,
      `${engine} answers from the ratings of others, which no page carries. Make the page with an engine that learns numbers: mf, als, truncated-svd, bayesian, ease, slim, content or a blend of these.`
    )
  const {values, arrays} = model.state()
  return {kind: model.kind, values, arrays: packedArrays(arrays)}
}

function packedArrays(arrays: ModelState['arrays']): PageModel['arrays'] {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [
      name,
      pack(OF_USERS.includes(name) ? new Float32Array(0) : array)
    ])
  )
}

function blendOf({members, stars}: BlendModel, engine: string): PageModel {
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
    members: members.map(({model, own}) => ({
      ...pageModelOf(model, engine),
      ...(own === undefined ? {} : {own: pack(own)})
    }))
  }
}
