import type {Engine} from '../../engines/engine'
import {PageError} from '../../errors'
import {BlendModel} from '../../models/blend'
import {ItemWeights} from '../../models/itemWeights'
import {type Model, Support} from '../../models/model'
import {Posterior} from '../../models/posterior'
import type {Work} from '../../work'
import type {Measure} from '../pageFile'
import {ratersOfMember} from '../restorePage'
import {fewerWeights, neededWeights} from './fewerWeights'
import {meanDraw} from './meanDraw'

/** What is measured where weights are left out. */
export const NDCG_LOST =
  'nDCG@10 lost, on people who were held out from a second fit, by few of their ratings or by most: the larger loss'
export const NDCG_ERROR = 'its standard error, by the people'

/** A model for a page, and what it lost where that was measured on the way. */
export interface Slim<M extends Model = Model> {
  readonly model: M
  readonly measured: readonly Measure[]
}

/**
 * The model with what a page has room for: a posterior as its mean draw, weights between movies as the largest of each; others as they
 * are. @throws PageError for one that answers from the ratings of others
 */
export async function slimModel(engine: Engine<any, any>, raters: Int32Array, work: Work): Promise<Slim> {
  const {model} = engine
  if (!(model instanceof ItemWeights)) return {model: await slimMember(model, raters, work), measured: []}
  const {kept, loss} = await neededWeights(engine, work)
  const support = new Support(new Int32Array(0), raters)
  return {
    model: await fewerWeights(model, kept, support, work),
    measured: [
      {what: 'weights kept of each movie', value: kept},
      ...(loss === undefined
        ? []
        : [
            {what: NDCG_LOST, value: loss.lost},
            {what: NDCG_ERROR, value: loss.error}
          ])
    ]
  }
}

async function slimMember(model: Model, raters: Int32Array, work: Work): Promise<Model> {
  const support = new Support(new Int32Array(0), raters)
  if (model instanceof Posterior) return meanDraw(model, support, work)
  if (model instanceof ItemWeights) return fewerWeights(model, undefined, support, work)
  if (!(model instanceof BlendModel)) return model
  const members: Array<BlendModel['members'][number]> = []
  for (const member of model.members) {
    const theirs = member.own === undefined ? raters : ratersOfMember(member.own, raters)
    members.push({...member, model: await slimMember(member.model, theirs, work)})
  }
  return new BlendModel(members, support, model.stars)
}

/** Whether a model, or a member of it, is one of this kind. */
export function has(model: Model, kind: Model['kind']): boolean {
  return (
    model.kind === kind || (model instanceof BlendModel && model.members.some(one => has(one.model, kind)))
  )
}

/** Refuses it before any work. @throws PageError for a model that answers from the ratings of others */
export function checkPage({model, name}: Engine<any, any>): void {
  if (!has(model, 'neighbours')) return
  throw new PageError(
    name,
    `${name} answers from the ratings of others, which no page carries${name === 'blend' ? ': it has a member that is a neighbour model' : ''}. Engines that a page can be made of: popularity, baseline, content, truncated-svd, mf, als, bayesian, embedding-net, auto-rec, click-neighbours, random-walk, graph-filter, slim, ease, and blends of these.`
  )
}
