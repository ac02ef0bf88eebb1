// What the language leaves to each engine, processor, locale or time zone: two machines may answer differently, so lib/src does without.
import ts from '@tslab/typescript-for-tslab'

/** @typedef {{what: string, instead: string, line: number}} Varying */

const FUNCTIONS =
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh'.split(
    ' '
  )
const LOCALES =
  'localeCompare toLocaleLowerCase toLocaleUpperCase toLocaleDateString toLocaleTimeString'.split(' ')
const ZONES = 'getDate getDay getFullYear getHours getMinutes getMonth getTimezoneOffset'.split(' ')

/** @param {ts.SourceFile} tree @returns {Varying[]} */
export function varyingIn(tree) {
  /** @type {Varying[]} */
  const found = []
  const visit = (/** @type {ts.Node} */ node) => {
    const varying = varyingAt(node)
    if (varying) found.push({...varying, line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1})
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** @param {ts.Node} node @returns {Omit<Varying, 'line'> | undefined} */
function varyingAt(node) {
  if (ts.isBinaryExpression(node)) return power(node)
  if (!ts.isPropertyAccessExpression(node)) return undefined
  const {text} = node.name
  const owner = ts.isIdentifier(node.expression) ? node.expression.text : ''
  if (owner === 'Math' && FUNCTIONS.includes(text))
    return {what: `Math.${text}`, instead: 'take it from math/exponential, logarithms, cosine or hypot'}
  if (owner === 'Math' && text === 'random') return {what: 'Math.random', instead: 'take math/random'}
  if (owner === 'Intl') return {what: `Intl.${text}`, instead: 'write it as show/numbers does'}
  if (LOCALES.includes(text))
    return {what: text, instead: 'compare by <, write letters by toLowerCase or toUpperCase'}
  if (ZONES.includes(text)) return {what: text, instead: `take ${text.replace(/^get/, 'getUTC')}`}
  return text === 'toLocaleString' ? localeOf(node) : undefined
}

/** Squares and powers of 2 are the same everywhere; of others the last bit is not. @param {ts.BinaryExpression} node */
function power({operatorToken, left, right}) {
  const {AsteriskAsteriskToken, AsteriskAsteriskEqualsToken} = ts.SyntaxKind
  if (![AsteriskAsteriskToken, AsteriskAsteriskEqualsToken].includes(operatorToken.kind)) return undefined
  const is2 = (/** @type {ts.Node} */ side) => ts.isNumericLiteral(side) && side.text === '2'
  return is2(left) || is2(right) ? undefined : {what: '**', instead: 'take pow of math/exponential'}
}

/** @param {ts.PropertyAccessExpression} node */
function localeOf({parent}) {
  const named = ts.isCallExpression(parent) && parent.arguments[0] && ts.isStringLiteral(parent.arguments[0])
  return named ? undefined : {what: 'toLocaleString without a locale', instead: "name 'en-US'"}
}
