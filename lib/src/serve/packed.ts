import type {Engine} from '../engines/engine'
import {engineOf, readContent} from '../engines/modelFile/load'
import {contentOf} from '../engines/modelFile/save'
import {engineByName} from '../engines/registry'
import {ArgumentError} from '../errors'
import type {Arrays} from '../files/arrayFile'
import type {NumberArray} from '../sound/arrays'
import {Work} from '../work'

/** A model as a file has it, in memory that all threads share: it is handed on without a copy. */
export interface Packed {
  /** Where it is from, for messages. */
  from: string
  /** JSON, in UTF-8 */
  header: Uint8Array
  arrays: Arrays<NumberArray>
}

/** Numbers that are copied at a time: a few milliseconds. */
const PIECE = 1 << 20

/** A model file. Where it is big, its header takes longest to make out: read it where nobody waits. */
export async function packFile(path: string): Promise<Packed> {
  const {header, arrays} = await readContent(path, {shared: true})
  return {from: path, header: headerBytes(header), arrays}
}

/** A fitted engine, as it is now. Its arrays are copied piece by piece, with breath in between. */
export async function packEngine(engine: Engine<any>): Promise<Packed> {
  if (engineByName(engine.name) !== engine.constructor)
    throw new ArgumentError(
      `${engine.constructor.name} is no engine of this library: other threads do not know it. Serve one of those that movie-recs engines lists.`
    )
  const {header, arrays} = contentOf(engine)
  const work = new Work(`serving ${engine.name}`)
  const copies: Arrays<NumberArray> = {}
  for (const [name, array] of Object.entries(arrays)) {
    const Type = array.constructor as new (buffer: SharedArrayBuffer) => NumberArray
    const copy = new Type(new SharedArrayBuffer(array.byteLength))
    for (let at = 0; at < array.length; at += PIECE) {
      if (work.outOfBreath) await work.breathe()
      copy.set(array.subarray(at, at + PIECE), at)
    }
    copies[name] = copy
  }
  await work.breathe()
  return {from: engine.name, header: headerBytes(header), arrays: copies}
}

/** The engine, around arrays that other threads have, too. */
export function unpack({from, header, arrays}: Packed): Engine<any> {
  // A text decoder takes no shared memory.
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8')
  return engineOf(from, {header: JSON.parse(text), arrays})
}

function headerBytes(header: unknown): Uint8Array {
  const text = JSON.stringify(header)
  const bytes = new Uint8Array(new SharedArrayBuffer(Buffer.byteLength(text)))
  Buffer.from(bytes.buffer).write(text, 'utf8')
  return bytes
}
