import {hypot} from '../math/hypot'
import {TermMatrix} from './tfidf'

/** One kind of terms of the same documents: genres, words of the title, the year. */
export interface Field {
  /** Its share in the cosine, relative to the other fields. */
  weight: number
  rows: TermMatrix
}

/** Fields side by side, each row normed again: the cosine is then the weighted mean of those of the fields a pair has. */
export function joinFields(fields: readonly Field[]): TermMatrix {
  if (fields.length === 1) return fields[0].rows
  const {length} = fields[0].rows
  const start = new Int32Array(length + 1)
  const term: number[] = []
  const weight: number[] = []
  for (let d = 0; d < length; d++) {
    const present = fields.filter(({rows}) => rows.start[d + 1] > rows.start[d])
    const norm = Math.sqrt(present.reduce((sum, field) => sum + field.weight, 0))
    let before = 0
    for (const field of fields) {
      const {rows} = field
      for (let n = rows.start[d]; n < rows.start[d + 1]; n++) {
        term.push(before + rows.term[n])
        weight.push((Math.sqrt(field.weight) * rows.weight[n]) / norm)
      }
      before += rows.terms.length
    }
    start[d + 1] = term.length
  }
  return new TermMatrix(
    fields.flatMap(({rows}) => rows.terms),
    start,
    Int32Array.from(term),
    Float64Array.from(weight)
  )
}

/**
 * A year as its place between two decades, norm 1: 1997 is 0.3 of "around 1990" and 0.7 of "around 2000", so that the cosine of
 * near years is high and falls to 0 over twenty. No year, no terms.
 */
export function yearTerms(years: ReadonlyArray<number | undefined>): TermMatrix {
  const known = years.filter(year => year !== undefined)
  const first = Math.floor(Math.min(...known, 2000) / 10)
  const last = Math.floor(Math.max(...known, 2000) / 10) + 1
  const start = new Int32Array(years.length + 1)
  const term: number[] = []
  const weight: number[] = []
  for (const [d, year] of years.entries()) {
    if (year !== undefined) {
      const decade = Math.floor(year / 10)
      const after = (year - 10 * decade) / 10
      const norm = hypot(1 - after, after)
      term.push(decade - first)
      weight.push((1 - after) / norm)
      if (after > 0) {
        term.push(decade + 1 - first)
        weight.push(after / norm)
      }
    }
    start[d + 1] = term.length
  }
  const terms = Array.from({length: last - first + 1}, (_, k) => `around ${10 * (first + k)}`)
  return new TermMatrix(terms, start, Int32Array.from(term), Float64Array.from(weight))
}
