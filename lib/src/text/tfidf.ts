/**
 * Term weights of short documents, as scikit-learn's TfidfVectorizer computes them with `analyzer='word'` and l2 norm:
 *
 *   tf(d, t)   how often t stands in d                  df(t)   documents with t                  N   documents
 *   idf(t)   = ln((1 + N) / (1 + df(t))) + 1            'smooth': as if one more document had every term
 *            = ln(N / df(t)) + 1                        'plain'
 *            = 1                                        'none'
 *   w(d, t)  = tf(d, t) · idf(t) / sqrt(sum over t of (tf(d, t) · idf(t))²)
 *
 * The cosine of two documents is then the sum of w(a, t) · w(b, t) over the terms they share (Salton and Buckley 1988).
 */

import {ArgumentError, checkCount} from '../errors'
import {log} from '../math/logarithms'
import {Table} from '../show/table'
import {STOP_WORDS} from './stopWords'

/** How rare terms are favoured, df of N texts having the term: ln((1 + N) / (1 + df)) + 1 (smooth), ln(N / df) + 1 (plain), or not at all (none). */
export type Idf = 'smooth' | 'plain' | 'none'

/** How texts become weighted terms. */
export interface TfidfOptions {
  /** Terms are words and runs of up to this many words. @default 2 */
  ngrams?: number
  /** How rare terms are favoured: see `Idf`. @default 'smooth' */
  idf?: Idf
  /** Words that are no terms. Runs are made of what is left. */
  stopWords?: ReadonlySet<string>
}

/** Documents by terms in compressed rows: the weights of document `d` stand at `start[d]` to `start[d + 1] - 1`, terms ascending. */
export class TermMatrix {
  /** Sorted; the columns. */
  readonly terms: readonly string[]
  /** [documents + 1] */
  readonly start: Int32Array
  /** [entries] column of each weight */
  readonly term: Int32Array
  /** [entries] */
  readonly weight: Float64Array
  #byTerm: {start: Int32Array; document: Int32Array; weight: Float64Array} | undefined

  constructor(terms: readonly string[], start: Int32Array, term: Int32Array, weight: Float64Array) {
    this.terms = terms
    this.start = start
    this.term = term
    this.weight = weight
  }

  /** Number of documents. */
  get length(): number {
    return this.start.length - 1
  }

  /** Documents and terms, as in numpy. */
  get shape(): [documents: number, terms: number] {
    return [this.length, this.terms.length]
  }

  /** The weight of a term in a document; 0 where it does not stand. */
  at(d: number, t: number): number {
    for (let n = this.start[d]; n < this.start[d + 1]; n++) if (this.term[n] === t) return this.weight[n]
    return 0
  }

  /** Dot products of all documents with a vector over the terms. [documents] */
  times(vector: Float64Array): Float64Array {
    const {start, term, weight} = this
    const product = new Float64Array(this.length)
    for (let d = 0; d < product.length; d++) {
      let sum = 0
      for (let n = start[d]; n < start[d + 1]; n++) sum += weight[n] * vector[term[n]]
      product[d] = sum
    }
    return product
  }

  /** Cosine of every document with document `d`, by the documents of its terms only. [documents] */
  cosinesTo(d: number, into: Float64Array = new Float64Array(this.length)): Float64Array {
    const {start, document, weight} = this.byTerm
    into.fill(0)
    for (let n = this.start[d]; n < this.start[d + 1]; n++) {
      const t = this.term[n]
      const mine = this.weight[n]
      for (let m = start[t]; m < start[t + 1]; m++) into[document[m]] += mine * weight[m]
    }
    return into
  }

  /**
   * All cosines. [documents × documents], row-major. Documents with the same terms have the same row: it is made once for each
   * distinct one (3,883 movies have 301 lists of genres) and copied.
   */
  cosines(): Float32Array {
    const n = this.length
    const {distinct, groupOf} = this.withoutRepetition()
    const all = new Float32Array(n * n)
    const made = new Int32Array(distinct.length).fill(-1)
    const row = new Float64Array(distinct.length)
    for (let d = 0; d < n; d++) {
      const group = groupOf[d]
      if (made[group] >= 0) all.copyWithin(d * n, made[group] * n, (made[group] + 1) * n)
      else {
        distinct.cosinesTo(group, row)
        for (let other = 0; other < n; other++) all[d * n + other] = row[groupOf[other]]
        made[group] = d
      }
    }
    return all
  }

  /** The weights as a table for reading: one row a document under these names, one column a term. For a few documents. */
  toTable(names: readonly string[], o: {decimals?: number} = {}): Table<Record<string, string | number>> {
    if (names.length !== this.length)
      throw new ArgumentError(`Expected ${this.length} names, one a document, got ${names.length}.`)
    const {decimals = 3} = o
    const rows = names.map((name, d) => {
      const row: Record<string, string | number> = {'': name}
      for (const [t, term] of this.terms.entries()) row[term] = this.at(d, t)
      return row
    })
    const places = Object.fromEntries(this.terms.map(term => [term, decimals]))
    return new Table(rows, {columns: ['', ...this.terms], decimals: places})
  }

  /** The distinct rows, and which of them each document has. */
  private withoutRepetition(): {distinct: TermMatrix; groupOf: Int32Array} {
    const groups = new Map<string, number>()
    const groupOf = new Int32Array(this.length)
    const start = [0]
    const term: number[] = []
    const weight: number[] = []
    for (let d = 0; d < this.length; d++) {
      const mine = this.term.subarray(this.start[d], this.start[d + 1])
      const weights = this.weight.subarray(this.start[d], this.start[d + 1])
      const key = `${mine};${weights}`
      const known = groups.get(key)
      groupOf[d] = known ?? groups.size
      if (known !== undefined) continue
      groups.set(key, groups.size)
      term.push(...mine)
      weight.push(...weights)
      start.push(term.length)
    }
    const distinct = new TermMatrix(
      this.terms,
      Int32Array.from(start),
      Int32Array.from(term),
      Float64Array.from(weight)
    )
    return {distinct, groupOf}
  }

  /** The same weights by term. Made on first use. */
  private get byTerm(): {start: Int32Array; document: Int32Array; weight: Float64Array} {
    if (this.#byTerm === undefined) {
      const start = new Int32Array(this.terms.length + 1)
      for (const t of this.term) start[t + 1]++
      for (let t = 0; t < this.terms.length; t++) start[t + 1] += start[t]
      const next = start.slice()
      const document = new Int32Array(this.term.length)
      const weight = new Float64Array(this.term.length)
      for (let d = 0; d < this.length; d++) {
        for (let n = this.start[d]; n < this.start[d + 1]; n++) {
          const to = next[this.term[n]]++
          document[to] = d
          weight[to] = this.weight[n]
        }
      }
      this.#byTerm = {start, document, weight}
    }
    return this.#byTerm
  }
}

/** Weights of the terms of documents. */
export function tfidf(documents: Iterable<string>, o: TfidfOptions = {}): TermMatrix {
  return termWeights(documents, o).matrix
}

/** How often each term stands, in how many documents, and what that makes its weight, before the rows are normed; by term. */
export function termTable(
  documents: Iterable<string>,
  o: TfidfOptions = {}
): Table<{term: string; documents: number; idf: number}> {
  const {matrix, df, idf} = termWeights(documents, o)
  return new Table(
    matrix.terms.map((term, t) => ({term, documents: df[t], idf: idf[t]})),
    {decimals: {idf: 3}}
  )
}

/** Runs of two and more letters, digits and underscores, in lower case: scikit-learn's token_pattern `(?u)\b\w\w+\b`. */
export function tokens(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []
}

function termWeights(
  documents: Iterable<string>,
  o: TfidfOptions
): {matrix: TermMatrix; df: Float64Array; idf: Float64Array} {
  const {ngrams = 2, idf: kind = 'smooth', stopWords = STOP_WORDS} = o
  checkCount('ngrams', ngrams)
  const columns = new Map<string, number>()
  // Equal texts, of which genres have many, are counted once and share what was counted.
  const known = new Map<string, Map<number, number>>()
  const counted: Array<Map<number, number>> = []
  for (const text of documents) {
    let counts = known.get(text)
    if (counts === undefined) {
      counts = new Map()
      for (const run of runs(
        tokens(text).filter(word => !stopWords.has(word)),
        ngrams
      )) {
        let column = columns.get(run)
        if (column === undefined) columns.set(run, (column = columns.size))
        counts.set(column, (counts.get(column) ?? 0) + 1)
      }
      known.set(text, counts)
    }
    counted.push(counts)
  }
  const terms = [...columns.keys()].sort()
  const order = new Int32Array(terms.length)
  for (const [t, name] of terms.entries()) order[columns.get(name) as number] = t
  const df = new Float64Array(terms.length)
  for (const counts of counted) for (const column of counts.keys()) df[order[column]]++
  const idf = df.map(documentsWith => inverse(kind, documentsWith, counted.length))
  return {matrix: weigh(terms, counted, order, idf), df, idf}
}

function weigh(
  terms: readonly string[],
  counted: ReadonlyArray<ReadonlyMap<number, number>>,
  order: Int32Array,
  idf: Float64Array
): TermMatrix {
  const start = new Int32Array(counted.length + 1)
  for (const [d, counts] of counted.entries()) start[d + 1] = start[d] + counts.size
  const term = new Int32Array(start[counted.length])
  const weight = new Float64Array(term.length)
  const weighed = new Map<ReadonlyMap<number, number>, number>()
  for (let d = 0; d < counted.length; d++) {
    const counts = counted[d]
    const same = weighed.get(counts)
    if (same !== undefined) {
      term.copyWithin(start[d], start[same], start[same + 1])
      weight.copyWithin(start[d], start[same], start[same + 1])
      continue
    }
    weighed.set(counts, d)
    const entries = Array.from(counts, ([column, tf]) => ({t: order[column], tf})).sort((a, b) => a.t - b.t)
    let square = 0
    for (const {t, tf} of entries) square += (tf * idf[t]) ** 2
    for (const [k, {t, tf}] of entries.entries()) {
      term[start[d] + k] = t
      weight[start[d] + k] = (tf * idf[t]) / Math.sqrt(square)
    }
  }
  return new TermMatrix(terms, start, term, weight)
}

function inverse(kind: Idf, df: number, n: number): number {
  if (kind === 'none') return 1
  return (kind === 'smooth' ? log((1 + n) / (1 + df)) : log(n / df)) + 1
}

/** "a b c" → a, b, c, "a b", "b c" for runs of up to two. */
function runs(words: readonly string[], ngrams: number): string[] {
  const all = [...words]
  for (let length = 2; length <= ngrams; length++)
    for (let k = 0; k + length <= words.length; k++) all.push(words.slice(k, k + length).join(' '))
  return all
}
