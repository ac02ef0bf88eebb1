// The rules of the house, held for lib/src: no arrow upward, rooms of one floor apart, no circle, nothing of Node
// reached from what runs in a browser too, nothing that differs between machines. One line for each place that breaks one: file, what it imports, rule, remedy.
import path from 'node:path'
import url from 'node:url'
import {browser, floors, mayVary} from './floors.mjs'
import {fileOf, readModules} from './imports.mjs'

/** @typedef {import('./imports.mjs').Module} Module */
/** @typedef {import('./imports.mjs').Import} Import */

/** A reader that finds no modules finds no fault either: fewer than the library has had for long is one. */
const FEWEST_MODULES = 100

/** @type {Map<string, {place: string, room: string | string[], floor: number}>} where a file or the files of a folder stand */
const places = new Map(
  floors.flatMap((rooms, floor) =>
    rooms.flatMap(room => [room].flat().map(place => [place, {place, room, floor}]))
  )
)
/** @param {string} name a module's */
const placeOf = name => places.get(name) ?? places.get(path.posix.dirname(name))

/** @param {string} folder lib/src or a copy of it @returns {string[]} what breaks a rule, a line each */
export function brokenRules(folder) {
  const modules = readModules(folder)
  const all = [...modules.values()]
  return [
    ...tooFew(modules.size),
    ...all.flatMap(unreadable),
    ...all.flatMap(homeless),
    ...all.flatMap(forbiddenArrows),
    ...all.flatMap(varies),
    ...circles(modules),
    ...nodeReached(modules)
  ]
}

/** @param {string} name @param {number} [line] */
const at = (name, line) => `lib/src/${fileOf(name)}${line ? `:${line}` : ''}`

/** @param {number} count */
const tooFew = count =>
  count < FEWEST_MODULES
    ? [`lib/src: saw ${count} modules, fewer than ${FEWEST_MODULES}: the check reads the wrong folder.`]
    : []

/** @param {Module} module @returns {string[]} */
function unreadable({name, unreadable, imports}) {
  const lost = imports.filter(
    ({specifier, module}) => specifier.startsWith('.') && !module && !specifier.endsWith('.json')
  )
  return [
    ...(unreadable
      ? [
          `${at(name, unreadable)} does not parse: write it in the syntax of TypeScript 5.0, which reads it here.`
        ]
      : []),
    ...lost.map(
      ({specifier, line}) =>
        `${at(name, line)} imports ${specifier}: no module of lib/src; name the file itself.`
    )
  ]
}

/** @param {Module} module */
const homeless = ({name}) =>
  placeOf(name) ? [] : [`${at(name)} stands on no floor: give it one in scripts/house/floors.mjs.`]

/** @param {Module} from @returns {string[]} */
function forbiddenArrows(from) {
  return from.imports.flatMap(({module: to, line}) => {
    const rule = to && ruleAgainst(from.name, to)
    return rule ? [`${at(from.name, line)} imports ${to}: ${rule}`] : []
  })
}

/** @param {string} from @param {string} to @returns {string | undefined} */
function ruleAgainst(from, to) {
  const here = placeOf(from)
  const there = placeOf(to)
  if (!here || !there || here.room === there.room || there.floor < here.floor) return undefined
  return there.floor > here.floor
    ? `arrow upward, ${here.place} stands below ${there.place}; move what it needs down, or let its caller hand it in.`
    : `siblings apart, ${here.place} and ${there.place} share a floor; move what both need to a floor below.`
}

/** @param {Module} module */
const varies = ({name, varying}) =>
  varying
    .filter(({what}) => what !== mayVary.get(name))
    .map(({what, instead, line}) => `${at(name, line)} has ${what}: the same on every machine; ${instead}.`)

/**
 * Imports that go round. A way round through two rooms holds an arrow upward or between siblings, which is told
 * already: so it is sought inside each room, the shortest for every import, told once.
 * @param {Map<string, Module>} modules @returns {string[]}
 */
function circles(modules) {
  const inRoom = (/** @type {Module} */ {name, imports}) =>
    imports.flatMap(({module: to}) => (to && placeOf(to)?.room === placeOf(name)?.room ? [to] : []))
  const found = new Map()
  for (const from of modules.values())
    for (const to of inRoom(from)) {
      const back = shortestWay([to], from.name, name => inRoom(/** @type {Module} */ (modules.get(name))))
      if (!back) continue
      const round = back
        .slice(back.indexOf([...back].sort()[0]))
        .concat(back)
        .slice(0, back.length)
      found.set(round.join(), round)
    }
  return [...found.values()].map(round => {
    const [first, second] = [...round, ...round]
    const line = modules.get(first)?.imports.find(({module}) => module === second)?.line
    return `${at(first, line)} imports ${[...round.slice(1), first].join(' → ')}: no circle, imports of types count; move what both sides need to a file of its own.`
  })
}

/**
 * What is Node's and is left in a browser's bundle once the types are gone, with the way to it. Arrows that another
 * rule forbids are not followed: what lies behind them is no fault of its own.
 * @param {Map<string, Module>} modules @returns {string[]}
 */
function nodeReached(modules) {
  const rooms = new Set(browser.rooms)
  const starts = [...modules.keys()].filter(
    name => rooms.has(placeOf(name)?.place ?? '') && !browser.except.includes(name)
  )
  const onwards = (/** @type {string} */ name) =>
    (modules.get(name)?.imports ?? []).flatMap(({module: to, typeOnly}) =>
      to && !typeOnly && !ruleAgainst(name, to) ? [to] : []
    )
  return [...modules.values()].flatMap(({name, imports}) => {
    const nodes = imports.filter(isNodes)
    const way = nodes.length ? shortestWay(starts, name, onwards) : undefined
    return (way ? nodes : []).map(({specifier, line, isGlobal}) => {
      const [first, ...rest] = [.../** @type {string[]} */ (way), specifier]
      const start = modules.get(first)?.imports.find(({module, typeOnly}) => module === rest[0] && !typeOnly)
      return `${at(first, start?.line ?? line)} ${isGlobal && !start ? 'uses' : 'imports'} ${rest.join(' → ')}: nothing of Node, ${placeOf(first)?.place} runs in a browser too; do it without, or let an engine hand it in.`
    })
  })
}

/** Whether a browser lacks it: a module or global of Node's, or a package that is none of the library's own code. @param {Import} imported */
const isNodes = ({specifier, module: own, typeOnly}) =>
  !own && !typeOnly && !specifier.startsWith('.') && !browser.packages.includes(specifier)

/**
 * @param {string[]} starts @param {string} end @param {(name: string) => string[]} onwards
 * @returns {string[] | undefined} the modules from a start to the end, both included
 */
function shortestWay(starts, end, onwards) {
  /** @type {Map<string, string | undefined>} */
  const cameFrom = new Map(starts.map(name => [name, undefined]))
  // A map is walked in the order of its entries, those added meanwhile included: nearest first.
  for (const name of cameFrom.keys()) {
    if (name === end) {
      const way = []
      for (let step = /** @type {string | undefined} */ (name); step; step = cameFrom.get(step))
        way.unshift(step)
      return way
    }
    for (const next of onwards(name)) if (!cameFrom.has(next)) cameFrom.set(next, name)
  }
  return undefined
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '../..')
  const broken = brokenRules(path.resolve(process.argv[2] ?? path.join(root, 'lib/src')))
  for (const line of broken) console.log(line)
  process.exitCode = broken.length ? 1 : 0
}
