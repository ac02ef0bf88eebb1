// What engines and explorations make for plots to draw.

/** A movie at a place of a map. */
export interface MapPoint {
  title: string
  /** Place on the first axis. */
  x: number
  /** Place on the second axis. */
  y: number
  /** Points of one group share a colour and a mark: a genre, a decade. */
  group?: string
}

/** A layer of a network, for its drawing and its table. */
export interface NetworkLayer {
  /** What the layer is called. */
  name: string
  /** Numbers that come out of it for one rating. */
  width: number
  /** Numbers that are learned. */
  weights: number
  /** Names of the layers it takes its input from; none for an input. */
  from: readonly string[]
}
