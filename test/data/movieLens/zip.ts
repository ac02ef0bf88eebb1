import * as zlib from 'node:zlib'

/** One file of an archive for tests; the optional fields are what broken or hostile archives claim. */
export interface ZipEntry {
  name: string
  content: string | Buffer
  /** Unix mode, type bits included. */
  mode?: number
  claimedSize?: number
  claimedCrc?: number
  encrypted?: boolean
}

const {crc32} = zlib as unknown as {crc32: (bytes: Buffer) => number}

/** A zip archive, written by hand so that it can also be wrong. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const {name, content, mode = 0o100644, claimedSize, claimedCrc, encrypted = false} of entries) {
    const bytes = Buffer.from(content)
    const packed = zlib.deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(encrypted ? 1 : 0, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(claimedCrc ?? crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimedSize ?? bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((mode << 16) >>> 0) + 0, 6)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x1e\x03'), common, tail, Buffer.from(name)]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end])
}
