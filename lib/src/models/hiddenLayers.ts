import type {Arrays} from '../files/arrayFile'

/**
 * The hidden layers of EmbeddingNet once trained: y = v · relu(… relu(x W0 + c0) …), for one input at a time, with the gradient
 * of y by x. Predicting needs no TensorFlow.
 */
export class Perceptron {
  private readonly layers: Array<{w: Float32Array; c?: Float32Array; ins: number; outs: number}> = []

  /** `sizes` are the widths from the input to the last hidden layer; arrays w0, c0, w1, … as in EmbeddingNetwork. */
  constructor(sizes: readonly number[], arrays: Arrays) {
    for (let k = 0; k < sizes.length; k++) {
      const outs = k + 1 < sizes.length ? sizes[k + 1] : 1
      this.layers.push({w: arrays[`w${k}`], c: arrays[`c${k}`], ins: sizes[k], outs})
    }
  }

  /** y for an input, and dy/dx into `gradient` where it is given. */
  value(x: Float64Array, gradient?: Float64Array): number {
    const seen: Float64Array[] = []
    let layer = x
    for (const {w, c, ins, outs} of this.layers) {
      seen.push(layer)
      const next = new Float64Array(outs)
      if (c !== undefined) next.set(c)
      for (let a = 0; a < ins; a++) {
        if (layer[a] === 0) continue
        for (let b = 0; b < outs; b++) next[b] += layer[a] * w[a * outs + b]
      }
      if (c !== undefined) for (let b = 0; b < outs; b++) next[b] = Math.max(0, next[b])
      layer = next
    }
    if (gradient !== undefined) this.back(seen, gradient)
    return layer[0]
  }

  private back(seen: Float64Array[], gradient: Float64Array): void {
    let above = Float64Array.of(1)
    for (let k = this.layers.length - 1; k >= 0; k--) {
      const {w, ins, outs} = this.layers[k]
      const below = new Float64Array(ins)
      for (let a = 0; a < ins; a++) {
        if (k > 0 && seen[k][a] <= 0) continue
        for (let b = 0; b < outs; b++) below[a] += w[a * outs + b] * above[b]
      }
      above = below
    }
    gradient.set(above)
  }
}
