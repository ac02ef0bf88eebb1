// The one wasm module: every kernel is a file of its own and is exported here.
export * from './dot'
export { sgd } from './sgd'
export { squaredErrors } from './squaredErrors'
export { svdpp, svdppFactors } from './svdpp'
export {neighbourScores, neighbourStore} from './neighbourScores'
export {similarityRow} from './similarityRow'
export {weighNearest} from './weighNearest'
