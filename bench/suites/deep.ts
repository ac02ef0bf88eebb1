import path from 'node:path'
import {EmbeddingNet} from 'movie-recs'
import type {Bench} from '../harness'
import {readMillionSplit} from '../splits'

/** The article's network: dot product of two embeddings of 100, no biases, AdaMax. Its step length is ours for batches of 8,192. */
const ARTICLE = {
  biases: false,
  regularization: 0,
  shrinkage: 0,
  decay: 1,
  batchSize: 8192,
  learningRate: 0.01
} as const
/** The best validation error of the article, after three hours. */
const PUBLISHED = 0.8616

/** An epoch of the article's network against Keras on the same machine, and the seconds until its published error. */
export async function deep(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('deep: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const file = path.join(folder, 'ratings.csv')
  const {train, test} = await readMillionSplit(folder, 1)
  await bench.row({
    work: "an epoch of the article's network, batch 8,192, MovieLens 1M",
    ours: async () => {
      const {history} = await new EmbeddingNet({...ARTICLE, epochs: 3, patience: 0}).fit(train)
      return {seconds: (history[2].seconds - history[0].seconds) / 2}
    },
    peer: {name: 'Keras 3.15 on TensorFlow 2.21', venv: 'keras', script: 'keras_article.py', args: [file]},
    goal: 1
  })
  await bench.row({
    work: `the article's network until its published validation error, ${PUBLISHED}`,
    ours: async () => {
      const {history} = await new EmbeddingNet({...ARTICLE, epochs: 14, patience: 0}).fit(train, {
        validation: test
      })
      const reached = history.find(({validation}) => (validation as number) <= PUBLISHED)
      if (reached === undefined)
        throw new Error(`The article's error was not reached in ${history.length} epochs.`)
      return {seconds: reached.seconds, rmse: reached.validation as number}
    },
    runs: 1,
    warmUp: false,
    note: 'the article took three hours; goal: 60 s'
  })
}
