// What each module of a folder imports, read from its syntax tree: every form counts, since a type that comes from
// above ties two rooms together as firmly as a value does. Bundlers show what is left once the types are gone.
import fs from 'node:fs'
import path from 'node:path'
import ts from '@tslab/typescript-for-tslab'
import {varyingIn} from './varying.mjs'

/**
 * @typedef {object} Import
 * @property {string} specifier as it is written; the name of a global of Node's where no import is needed
 * @property {string} [module] what it means, where that is a module of the folder: `models/ridge`
 * @property {boolean} typeOnly nothing is left of it when the types are gone
 * @property {boolean} [isGlobal] there without being imported
 * @property {number} line
 */
/**
 * @typedef {object} Module
 * @property {string} name its path in the folder, without `.ts`; that of a `.tsx` keeps its ending
 * @property {Import[]} imports
 * @property {import('./varying.mjs').Varying[]} varying what may be another number or text on another machine
 * @property {number} [unreadable] the line that does not parse: what it imports is not known
 */

/** What the library calls itself: by this name a module could reach all of it. */
const OWN_PACKAGE = 'movie-recs'
const NODE_GLOBALS = 'process Buffer __dirname __filename setImmediate clearImmediate global'.split(' ')

/** @param {string} folder @returns {Map<string, Module>} by name, sorted */
export function readModules(folder) {
  const names = fs
    .readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter(file => /\.tsx?$/.test(file))
    .map(file => file.replace(/\.ts$/, '').replaceAll('\\', '/'))
    .sort()
  const known = new Set(names)
  return new Map(names.map(name => [name, readModule(folder, name, known)]))
}

/** The file of a module in the folder. @param {string} name */
export const fileOf = name => (name.endsWith('.tsx') ? name : `${name}.ts`)

/** @param {string} folder @param {string} name @param {Set<string>} known @returns {Module} */
function readModule(folder, name, known) {
  const file = path.join(folder, fileOf(name))
  const tree = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const lineAt = (/** @type {number} */ place) => tree.getLineAndCharacterOfPosition(place).line + 1
  /** @type {Import[]} */
  const imports = []
  /** @type {Import[]} */
  const globals = []
  const declared = new Set()
  const visit = (/** @type {ts.Node} */ node) => {
    const found = importOf(node)
    const module = found && moduleOf(found.specifier, name, known)
    if (found) imports.push({...found, ...(module && {module}), line: lineAt(node.getStart())})
    if (isNodeGlobal(node)) globals.push({...nodeGlobal(node.text), line: lineAt(node.getStart())})
    if (isDeclaration(node) && ts.isIdentifier(node.name)) declared.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  const [error] =
    /** @type {{parseDiagnostics?: ts.DiagnosticWithLocation[]}} */ (tree).parseDiagnostics ?? []
  return {
    name,
    imports: [...imports, ...globals.filter(({specifier}) => !declared.has(specifier))],
    varying: varyingIn(tree),
    ...(error && {unreadable: lineAt(error.start)})
  }
}

/**
 * @param {ts.Node} node
 * @returns {Omit<Import, 'line'> | undefined}
 */
function importOf(node) {
  if (ts.isImportDeclaration(node)) return quoted(node.moduleSpecifier, erased(node.importClause))
  if (ts.isExportDeclaration(node)) return quoted(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isExternalModuleReference(node))
    return quoted(node.expression, ts.isImportEqualsDeclaration(node.parent) && node.parent.isTypeOnly)
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? quoted(node.argument.literal, true) : undefined
  if (!ts.isCallExpression(node)) return undefined
  const required = ts.isIdentifier(node.expression) && node.expression.text === 'require'
  if (!required && node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined
  // What is made up as the program runs cannot be followed, only be kept out of the browser's rooms.
  return quoted(node.arguments[0], false) ?? nodeGlobal('require')
}

/** @param {ts.Node | undefined} node @param {boolean} typeOnly */
function quoted(node, typeOnly) {
  return node && ts.isStringLiteralLike(node) ? {specifier: node.text, typeOnly} : undefined
}

/** Whether an import is of types alone. @param {ts.ImportClause | undefined} clause none where all is run for its effect */
function erased(clause) {
  if (!clause) return false
  if (clause.isTypeOnly) return true
  const names = clause.namedBindings
  const listed = names && ts.isNamedImports(names) ? names.elements : []
  return !clause.name && listed.length > 0 && listed.every(({isTypeOnly}) => isTypeOnly)
}

/** @param {string} name */
const nodeGlobal = name => ({specifier: name, typeOnly: false, isGlobal: true})

/** Whether it is a global of Node's, used as a value. @param {ts.Node} node @returns {node is ts.Identifier} */
function isNodeGlobal(node) {
  if (!ts.isIdentifier(node) || !NODE_GLOBALS.includes(node.text)) return false
  const {parent} = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis'
  return /** @type {{name?: ts.Node}} */ (parent).name !== node && !ts.isTypeReferenceNode(parent)
}

/** @param {ts.Node} node @returns {node is ts.Node & {name: ts.Node}} */
function isDeclaration(node) {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isImportSpecifier(node) ||
    (ts.isImportClause(node) && node.name !== undefined)
  )
}

/** @param {string} specifier @param {string} from @param {Set<string>} known @returns {string | undefined} */
function moduleOf(specifier, from, known) {
  if (specifier === OWN_PACKAGE) return 'index'
  if (!specifier.startsWith('.')) return undefined
  const place = path.posix.join(path.posix.dirname(from), specifier).replace(/\.[jt]s$/, '')
  return [place, `${place}.tsx`, path.posix.join(place, 'index')].find(name => known.has(name))
}
