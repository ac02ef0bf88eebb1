/** What prose claims, as a record that a machine can judge, and the words that follow from it. */

import {ArgumentError} from '../errors'
import {duration} from '../show/progressLine'
import {countText, escapeMarkdown, listText, numberText, shareText} from '../show/wording'

/** Decimals, or '%' for a share. */
export type Digits = number | '%'

/** How two numbers stand. */
export type Relation = '<' | '<=' | '=' | '>=' | '>'

/**
 * One claim of a sentence. It holds the values it is made of, never its own words: those follow from the values, so whoever reads the
 * record can say them again and compare. A fault is what could not be said: it is an error only where it is spoken, so that a sentence
 * which is left out for want of data needs no data.
 */
export type Claim =
  | {kind: 'words'; words: string}
  | {kind: 'text'; parts: readonly Claim[]}
  | {kind: 'name'; name: string}
  | {kind: 'number'; value: number; digits?: Digits}
  | {kind: 'share'; value: number; decimals?: number}
  | {kind: 'seconds'; value: number}
  | {kind: 'count'; value: number; noun: string; plural: string}
  | {kind: 'cell'; row: string; column: string; value: number; digits?: Digits}
  | {kind: 'list'; of: readonly Claim[]}
  | {kind: 'range'; low: number; high: number; digits?: Digits}
  | {kind: 'difference'; of: readonly [number, number]; digits?: Digits}
  | {kind: 'sum'; of: readonly number[]; digits?: Digits}
  | {kind: 'ratio'; of: readonly [number, number]}
  | {kind: 'part'; of: readonly [number, number]; decimals?: number}
  | {kind: 'change'; from: number; to: number; digits?: Digits}
  | {
      kind: 'extreme'
      pick: 'highest' | 'lowest'
      column: string
      names: readonly string[]
      values: readonly number[]
      digits?: Digits
    }
  | {
      kind: 'tally'
      column: string
      wanted: string
      noun: string
      names: readonly string[]
      have: readonly boolean[]
    }
  | {kind: 'choice'; of: readonly [Claim, Claim]; relation: Relation; yes: Claim; no: Claim}
  | {kind: 'beats'; one: Measured; other: Measured; lowIsGood: boolean; told: string; digits?: Digits}
  | {kind: 'fault'; fault: string}
  | {kind: 'order'; of: readonly Measured[]; lowIsGood: boolean; digits?: Digits}

/** An engine's figure in a comparison; those whose letters have one in common cannot be told apart. */
export interface Measured {
  name: string
  /** The figure. */
  value: number
  /** Letters: those that share one cannot be told apart. */
  group: string
}

/** The words of a claim, as Markdown. */
export function wordsOf(claim: Claim): string {
  switch (claim.kind) {
    case 'words':
      return claim.words
    case 'text':
      return claim.parts.map(wordsOf).join('')
    case 'name':
      return escapeMarkdown(claim.name)
    case 'number':
      return said(claim.value, claim.digits)
    case 'share':
      return shareText(claim.value, claim.decimals)
    case 'seconds':
      return duration(claim.value)
    case 'count':
      return countText(claim.value, claim.noun, claim.plural)
    case 'cell':
      return said(claim.value, claim.digits)
    case 'list':
      return listText(claim.of.map(wordsOf))
    case 'range':
      return `${said(claim.low, claim.digits)} to ${said(claim.high, claim.digits)}`
    case 'difference':
      return said(Math.abs(claim.of[0] - claim.of[1]), claim.digits)
    case 'sum':
      return said(
        claim.of.reduce((sum, one) => sum + one, 0),
        claim.digits
      )
    case 'ratio':
      return ratioText(claim.of)
    case 'part':
      return shareText(claim.of[0] / claim.of[1], claim.decimals)
    case 'change':
      return changeText(claim)
    case 'extreme':
      return extremeText(claim)
    case 'choice':
      return wordsOf(
        holds([amountOf(claim.of[0]), amountOf(claim.of[1])], claim.relation) ? claim.yes : claim.no
      )
    case 'tally':
      return countText(claim.have.filter(Boolean).length, claim.noun)
    case 'beats':
      return beatsText(claim)
    case 'order':
      return orderText(claim)
    case 'fault':
      throw new ArgumentError(`say: ${claim.fault}`)
  }
}

function said(value: number, digits?: Digits): string {
  return digits === '%' ? shareText(value) : numberText(value, digits)
}

/** The number that a claim comes to; NaN where it is none. */
export function amountOf(claim: Claim): number {
  switch (claim.kind) {
    case 'number':
    case 'share':
    case 'seconds':
    case 'count':
    case 'cell':
      return claim.value
    case 'difference':
      return Math.abs(claim.of[0] - claim.of[1])
    case 'sum':
      return claim.of.reduce((sum, one) => sum + one, 0)
    case 'ratio':
    case 'part':
      return claim.of[0] / claim.of[1]
    case 'extreme':
      return claim.pick === 'highest' ? Math.max(...claim.values) : Math.min(...claim.values)
    case 'tally':
      return claim.have.filter(Boolean).length
    default:
      return Number.NaN
  }
}

/** Whether two numbers stand so. */
export function holds([a, b]: readonly [number, number], relation: Relation): boolean {
  if (relation === '<') return a < b
  if (relation === '<=') return a <= b
  if (relation === '>') return a > b
  if (relation === '>=') return a >= b
  return a === b
}

/** "36 times", "1.7 times"; whole from ten on. */
function ratioText([a, b]: readonly [number, number]): string {
  const ratio = a / b
  return `${said(ratio, ratio >= 9.95 ? 0 : 1)} times`
}

/** "falls from 0.886 to 0.870"; what is the same once it is rounded stays. */
function changeText({from, to, digits}: Claim & {kind: 'change'}): string {
  const [before, after] = [said(from, digits), said(to, digits)]
  if (before === after) return `stays at ${after}`
  return `${to > from ? 'rises' : 'falls'} from ${before} to ${after}`
}

/** "Film-Noir (3.96)", "Jaws (1975) with 3.71"; several that share the place are all named, up to three. */
function extremeText({pick, names, values, digits}: Claim & {kind: 'extreme'}): string {
  const best = pick === 'highest' ? Math.max(...values) : Math.min(...values)
  const there = names.filter((_, k) => values[k] === best).map(escapeMarkdown)
  const named = there.length > 3 ? `${there[0]} and ${there.length - 1} others` : listText(there)
  return named.endsWith(')') ? `${named} with ${said(best, digits)}` : `${named} (${said(best, digits)})`
}

/** "AutoRec beats the baseline, 0.844 to 0.885", or that it ties with it, or loses to it. */
function beatsText({one, other, lowIsGood, told, digits}: Claim & {kind: 'beats'}): string {
  const values = `${said(one.value, digits)} to ${said(other.value, digits)}`
  const [a, b] = [escapeMarkdown(one.name), escapeMarkdown(other.name)]
  if (tie(one, other)) return `${a} ties with ${b} within the uncertainty of ${told}, ${values}`
  const ahead = lowIsGood ? one.value < other.value : one.value > other.value
  return ahead ? `${a} beats ${b}, ${values}` : `${a} loses to ${b}, ${values}`
}

/** "AutoRec (0.844), mf (0.860) and baseline (0.885), best first; mf and baseline cannot be told apart". */
function orderText({of, lowIsGood, digits}: Claim & {kind: 'order'}): string {
  const sorted = [...of].sort((a, b) => (lowIsGood ? a.value - b.value : b.value - a.value))
  const named = sorted.map(({name, value}) => `${escapeMarkdown(name)} (${said(value, digits)})`)
  const ties = lettersOf(sorted)
    .map(letter => sorted.filter(({group}) => group.includes(letter)))
    .filter(together => together.length > 1)
    .map(together => listText(together.map(({name}) => escapeMarkdown(name))))
  const [first, ...others] = ties
  const apart =
    first === undefined
      ? ''
      : `; ${first} cannot be told apart${others.map(one => `, nor can ${one}`).join('')}`
  return `${listText(named)}, best first${apart}`
}

function lettersOf(engines: readonly Measured[]): string[] {
  return [...new Set(engines.flatMap(({group}) => group.match(/[a-z]\d*/g) ?? []))].sort()
}

function tie(one: Measured, other: Measured): boolean {
  return lettersOf([one]).some(letter => lettersOf([other]).includes(letter))
}
