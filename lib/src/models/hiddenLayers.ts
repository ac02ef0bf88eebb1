/**
 * The hidden layers of a network once trained: y = v · relu(… relu(x W0 + c0) …), for one input at a time, with the gradient of y by x.
 * Predicting needs no TensorFlow. Arrays: w0, c0, w1, c1, …: weights [in × out] and offsets [out]; the last w gives one number, without
 * offset.
 */
export class HiddenLayers {
  /** w0, c0, w1, c1, …: the arrays of these layers alone. */
  readonly arrays: Readonly<Record<string, Float32Array>>
  private readonly layers: ReadonlyArray<{w: Float32Array; c?: Float32Array; ins: number; outs: number}>

  /** @internal */
  constructor(
    /** From the input to the last hidden layer. */
    readonly widths: readonly number[],
    arrays: Readonly<Record<string, Float32Array>>
  ) {
    this.layers = widths.map((ins, k) => {
      const c = arrays[`c${k}`]
      return {w: arrays[`w${k}`], ...(c === undefined ? {} : {c}), ins, outs: widths[k + 1] ?? 1}
    })
    this.arrays = Object.fromEntries(
      this.layers.flatMap(({w, c}, k) => [
        [`w${k}`, w] as const,
        ...(c === undefined ? [] : [[`c${k}`, c] as const])
      ])
    )
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

  private back(seen: readonly Float64Array[], gradient: Float64Array): void {
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
