/** The one place that knows tslab, the kernel of the notebooks. Outside of it nothing here does anything, and tslab is never loaded. */
import {type MimeBundle, setDisplay} from '../show/display'

interface Message {
  data: MimeBundle
  metadata: Record<string, unknown>
  transient: {display_id?: string}
}

/** tslab's module as it stands in memory: `lastWriteDisplayData` is replaced whenever a cell begins to run. */
interface Jupyter {
  lastWriteDisplayData: ((message: Message, update: boolean) => void) | null
}

const JUPYTER = /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/

/** The module that the running kernel loaded; undefined outside of a kernel. Looked up in Node's cache, so nothing is loaded for it. */
function jupyter(): Jupyter | undefined {
  const path = Object.keys(require.cache).find(file => JUPYTER.test(file))
  return path === undefined ? undefined : (require.cache[path]?.exports as Jupyter)
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

/** Lets figures and tables draw in the kernel's cells. Runs once, when the library is imported in a kernel. */
export function connect(): void {
  if (inKernel()) setDisplay((bundle, metadata) => send(bundle, metadata))
}
