/** What the contract test must know of an engine to run it on a small world in a moment. Engines not listed run with their defaults. */
export interface Settings {
  /** Options that make a fit on a few hundred ratings quick. */
  small?: Record<string, unknown>
  /** Options under which the checkerboard is learned, over `small`. */
  checkerboard?: Record<string, unknown>
  /** What must be set beside an option for it to have an effect. */
  with?: Record<string, Record<string, unknown>>
  /** A value to change an option to, where the test's own choice would be too slow or out of place. */
  other?: Record<string, unknown>
  /** True for an engine that gives everyone the same list. */
  impersonal?: boolean
  /** Largest difference between one prediction and the same one in a batch. @default 1e-5 */
  batchTolerance?: number
  /** Largest difference between a score of somebody taken in by an update and that of her ratings typed in. @default 1e-5 */
  updateTolerance?: number
}

export const SETTINGS: Record<string, Settings> = {
  popularity: {impersonal: true, with: {damping: {by: 'mean'}}},
  baseline: {impersonal: true},
  content: {other: {text: 'overview'}, with: {textWeight: {text: 'overview'}}},
  'user-neighbours': {small: {k: 5}, other: {minSupport: 15, minK: 5}},
  'item-neighbours': {small: {k: 5}, other: {minSupport: 15, minK: 5}},
  'truncated-svd': {small: {factors: 5}, checkerboard: {factors: 2, missing: 'user-mean'}},
  als: {
    small: {factors: 4, epochs: 6},
    with: {confidence: {feedback: 'implicit'}, regularizationExponent: {feedback: 'implicit'}}
  },
  bayesian: {
    small: {factors: 4, sweeps: 40, burnIn: 10, samples: 40},
    // A place is kept in bytes.
    updateTolerance: 0.02,
    checkerboard: {sweeps: 60},
    other: {samples: 20}
  },
  'click-neighbours': {
    small: {neighbours: 8},
    checkerboard: {neighbours: 20},
    other: {atLeast: 4}
  },
  'random-walk': {small: {neighbours: 8}, other: {atLeast: 4}},
  slim: {other: {atLeast: 4, epochs: 1, tolerance: 0.1, neighbours: 3}},
  ease: {small: {regularization: 5}, other: {atLeast: 4}},
  blend: {
    small: {
      members: [
        'baseline',
        {engine: 'als', options: {factors: 4, epochs: 6}},
        {engine: 'item-neighbours', options: {k: 5}}
      ]
    },
    checkerboard: {members: ['item-neighbours', 'als'], weights: [0.5, 0.5]},
    other: {members: ['baseline', 'user-neighbours'], weights: [1, 3, 2], validationShare: 0.4}
  },
  'graph-filter': {small: {factors: 6}, other: {atLeast: 4, share: 3}},
  mf: {
    small: {factors: 8, epochs: 30},
    checkerboard: {epochs: 200, patience: 0, learningRate: 0.05, decay: 1},
    with: {epochs: {patience: 0}, patience: {patience: 0}},
    other: {patience: 1}
  },
  'embedding-net': {
    small: {factors: 6, epochs: 6, batchSize: 128, stepsPerEpoch: 1, learningRate: 0.05},
    checkerboard: {factors: 4, epochs: 60, learningRate: 0.1, decay: 1, patience: 0, regularization: 0.001},
    with: {
      stepsPerEpoch: {batchSize: 1000},
      patience: {learningRate: 0.5, epochs: 12, regularization: 0},
      validationShare: {refit: false}
    },
    other: {batchSize: 100, epochs: 2, hidden: [5], dropout: 0.5, validationShare: 0.3, patience: 0}
  },
  'auto-rec': {
    small: {
      hidden: 6,
      epochs: 20,
      learningRate: 0.02,
      regularization: 1,
      batches: 3,
      inputDropout: 0.2,
      dropout: 0.1
    },
    checkerboard: {epochs: 100, regularization: 0.01, inputDropout: 0.5, dropout: 0},
    with: {validationShare: {patience: 1, learningRate: 0.3}, patience: {learningRate: 0.3}},
    other: {patience: 1, networks: 2, hidden: 9, batches: 1, epochs: 5, validationShare: 0.4}
  }
}
