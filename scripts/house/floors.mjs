// The house of lib/src as data: which rooms stand on which floor. `rules.mjs` holds the code to it.

/**
 * Bottom to top; a file imports from its own room and from the floors below. A room is a folder (its own files, not
 * those of the folders in it), a file, or a list of files that belong together. Rooms of one floor stand apart.
 * @type {Array<Array<string | string[]>>}
 */
export const floors = [
  ['printable'],
  ['errors'],
  ['work'],
  ['sound'],
  ['math', 'show', 'files'],
  ['text', 'kernels', 'files/parquet'],
  ['data'],
  ['data/reading'],
  ['data/movieLens'],
  ['models'],
  ['engines/lists'],
  [
    [
      'engines/engine',
      'engines/elsewhere',
      'engines/ratingEngine',
      'engines/options',
      'engines/run',
      'engines/update',
      'engines/heldOut',
      'engines/likes',
      'engines/checkpoint'
    ]
  ],
  ['engines/popularity', 'engines/baseline', 'engines/contentBased'],
  ['engines/spark'],
  ['engines/neighbours', 'engines/factors', 'engines/linear', 'engines/bayesian', 'engines/deep'],
  ['engines/members'],
  ['engines/blend'],
  ['engines/registry'],
  ['engines/modelFile'],
  ['explore', 'ask', 'serve', 'everyone'],
  ['page'],
  ['page/making', 'page/app'],
  ['page/writePage'],
  ['evaluate'],
  ['plots'],
  ['notebook'],
  ['cli'],
  ['index']
]

/** What runs in a browser too: nothing of Node may be reached from here. */
export const browser = {
  rooms: ['math', 'text', 'show', 'sound', 'data', 'models', 'page', 'page/app'],
  /** A file of these rooms that is at home in a terminal. */
  except: ['show/progressLine'],
  /** What is loaded at the first call that needs it, and said to be missing where it is; what is bundled into the page. */
  packages: ['danfojs-node', 'fflate', 'preact', 'preact/hooks']
}

/** What a file may have of `varying.mjs`: pow leaves to the language only what has one right answer. */
export const mayVary = new Map([['math/exponential', '**']])
