/** The one place that knows tslab, the kernel of the notebooks. Outside of it nothing here does anything, and tslab is never loaded. */
import timers from 'node:timers'
import {type MimeBundle, setDisplay} from '../show/display'
import {setSurroundings} from '../work'
import {printErrorsForPeople} from './errors'
import {drawn} from './lastValue'
import {type Publisher, Streams, sendAll} from './streams'

/** As it is when the library is loaded: what a test framework puts in its place would never come back. */
const {setImmediate} = timers

interface Message {
  data: MimeBundle
  metadata: Record<string, unknown>
  transient: {display_id?: string}
}

type WriteStream = (name: string, text: string) => void
type WriteDisplay = (message: Message, update: boolean) => void

/** What runs the cells. */
interface Handler {
  handleExecuteImpl(request: object, writeStream: WriteStream, writeDisplay: WriteDisplay): Promise<unknown>
}

/** tslab's module as it stands in memory: `lastWriteDisplayData` is replaced whenever a cell begins to run. */
interface Jupyter {
  lastWriteDisplayData: WriteDisplay | null
  JupyterHandlerImpl: {prototype: Handler}
}

const JUPYTER = /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/
const ZEROMQ = /[\\/]zeromq[\\/]lib[\\/]index\.js$/
/** The name under which a cell hands the value of its last expression to the kernel. */
const LAST_VALUE = 'tsLastExpr'

/** A module that the running kernel loaded. Looked up in Node's cache, so nothing is loaded for it. */
function loaded<Exports>(file: RegExp): Exports | undefined {
  const path = Object.keys(require.cache).find(name => file.test(name))
  return path === undefined ? undefined : (require.cache[path]?.exports as Exports)
}

/** Undefined outside of a kernel. */
function jupyter(): Jupyter | undefined {
  return loaded<Jupyter>(JUPYTER)
}

/** True in a cell of a notebook. */
export function inKernel(): boolean {
  return typeof jupyter()?.lastWriteDisplayData === 'function'
}

/**
 * Sends one output in several forms to the cell that runs. An output with an `id` is replaced by the next one with that id, wherever
 * it stands. The function is read from the module at each call: one that was kept would go on writing into the cell it came from.
 */
export function send(
  data: MimeBundle,
  metadata: Record<string, unknown> = {},
  o: {id?: string; update?: boolean} = {}
): void {
  const transient = o.id === undefined ? {} : {display_id: o.id}
  jupyter()?.lastWriteDisplayData?.({data, metadata, transient}, o.update ?? false)
}

/**
 * Lets figures, tables and ratings draw in the kernel's cells, also as a cell's last value; lets errors begin with their message; and
 * keeps output whole, however long it is. Runs once, when the library is imported in a kernel.
 */
export function connect(): void {
  const kernel = jupyter()
  if (kernel === undefined || !inKernel()) return
  setDisplay((bundle, metadata) => send(bundle, metadata))
  printErrorsForPeople()
  stopWithCell(kernel.JupyterHandlerImpl.prototype)
  const zeromq = loaded<{Publisher?: {prototype: Publisher}}>(ZEROMQ)
  if (zeromq?.Publisher !== undefined) sendAll(zeromq.Publisher.prototype)
  joinStreams(kernel.JupyterHandlerImpl.prototype)
  drawLastValues()
}

/**
 * An interrupt stops the work of the cell that runs, whether or not somebody watches it by `progress()`: the kernel itself only no longer
 * waits for it. What earlier cells began and did not await goes on.
 */
function stopWithCell(handler: Handler): void {
  let cell = new AbortController()
  const run = handler.handleExecuteImpl
  handler.handleExecuteImpl = function (...call) {
    cell = new AbortController()
    return run.apply(this, call)
  }
  setSurroundings(() => cell.signal)
  afterThisTurn(() => process.on('SIGINT', () => cell.abort()))
}

/**
 * The kernel runs the synchronous part of a cell with signal handlers of its own; a listener that is added in it makes the next interrupt kill
 * the kernel. One that is added after a turn of the event loop is heard.
 */
export function afterThisTurn(listen: () => void): void {
  setImmediate(listen)
}

/** From the next cell on, what a cell prints goes through `Streams`, and what it draws waits for what it printed before. */
function joinStreams(handler: Handler): void {
  const run = handler.handleExecuteImpl
  handler.handleExecuteImpl = async function (request, writeStream, writeDisplay) {
    const streams = new Streams(writeStream)
    try {
      return await run.call(
        this,
        request,
        (name, text) => streams.write(name, text),
        (message, update) => {
          streams.flush()
          writeDisplay(message, update)
        }
      )
    } finally {
      streams.flush()
    }
  }
}

/**
 * The kernel has no hook for last values: it reads them from the object of the cells' variables and prints them. A property of that
 * object's prototype stands in between, draws what can be drawn, and gives the kernel the rest to print.
 */
function drawLastValues(): void {
  const {exports} = (globalThis as {__tslab__?: {exports: object}}).__tslab__ ?? {}
  if (exports === undefined) return
  // The cell that imports the library may have put its own there, empty as yet.
  delete (exports as {[LAST_VALUE]?: unknown})[LAST_VALUE]
  let value: unknown
  const between = Object.create(Object.prototype, {
    [LAST_VALUE]: {
      set(given: unknown): void {
        value = given
      },
      get(): unknown {
        if (drawn(value)) value = undefined
        return value
      }
    }
  })
  Object.setPrototypeOf(exports, between)
}
