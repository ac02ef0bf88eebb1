import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {crc32} from 'node:zlib'
import fc from 'fast-check'
import {afterAll, describe, expect, it} from 'vitest'
import {
  type ArrayFileContent,
  ArrayFileError,
  type ArrayFormat,
  type NumberArray,
  readArrayFile,
  writeArrayFile
} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-arrays-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const FORMAT: ArrayFormat = {
  magic: 'TESTFILE',
  version: 2,
  noun: 'test',
  ifForeign: 'Name another.',
  ifBroken: 'Write it again.',
  unversioned: '{"first":'
}
const file = path.join(folder, 'arrays')
const read = (bytes: Buffer): Promise<Required<ArrayFileContent>> => {
  writeFileSync(file, bytes)
  return readArrayFile(file, FORMAT)
}
const written = async (content: ArrayFileContent): Promise<Buffer> => {
  await writeArrayFile(file, FORMAT, content)
  return readFileSync(file)
}
/** What a reader says of these bytes. */
const refusal = async (bytes: Buffer): Promise<ArrayFileError> => {
  const error = await read(bytes).catch(error => error)
  expect(error).toBeInstanceOf(ArrayFileError)
  return error
}
const bytesOf = ({buffer, byteOffset, byteLength}: NumberArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** A file by the layout of the container's doc, whose sizes and checksums are right whatever its header says. */
function forged(json: unknown, body: Buffer = Buffer.alloc(0)): Buffer {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const head = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8))
  const prefix = Buffer.alloc(32)
  prefix.write('TESTFILE')
  prefix.writeUInt32LE(2, 8)
  prefix.writeUInt32LE(head.length, 12)
  prefix.writeBigUInt64LE(BigInt(32 + head.length + body.length), 16)
  prefix.writeUInt32LE(crc32(body), 24)
  prefix.writeUInt32LE(crc32(head, crc32(prefix.subarray(0, 28))), 28)
  return Buffer.concat([prefix, head, body])
}

const small: ArrayFileContent = {
  header: {engine: 'mf', mean: 3.5},
  arrays: {pu: Float32Array.of(1, 2, 3, 4, 5, 6), days: Int32Array.of(-1), codes: Uint8Array.of(1, 2, 3)},
  shapes: {pu: [2, 3]}
}

describe('a file of arrays', () => {
  it('gives back what was written, in memory of its own', async () => {
    const arrays = fc.dictionary(
      fc.oneof(
        fc.string({unit: 'binary'}).filter(name => name !== '__proto__'),
        fc.constantFrom('constructor', '0', '')
      ),
      fc.oneof(
        fc.float32Array({maxLength: 9}),
        fc.float64Array({maxLength: 9}),
        fc.int32Array({maxLength: 9}),
        fc.uint8Array({maxLength: 9})
      )
    )
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), arrays, async (header, arrays) => {
        const back = await read(await written({header, arrays}))
        expect(back.header).toEqual(JSON.parse(JSON.stringify(header)))
        expect(Object.keys(back.arrays)).toEqual(Object.keys(arrays))
        for (const [name, array] of Object.entries(arrays)) {
          expect(back.arrays[name].constructor).toBe(array.constructor)
          expect(bytesOf(back.arrays[name])).toEqual(bytesOf(array))
          expect(back.arrays[name].buffer.byteLength).toBe(array.byteLength)
          expect(back.shapes[name]).toEqual([array.length])
        }
      }),
      {numRuns: 100}
    )
  })

  it('keeps shapes, and refuses to write one that is not the array’s', async () => {
    const {shapes} = await read(await written(small))
    expect({...shapes}).toEqual({pu: [2, 3], days: [1], codes: [3]})
    await expect(writeArrayFile(file, FORMAT, {...small, shapes: {pu: [2, 2]}})).rejects.toThrow(
      /"pu" has 6 numbers, which are not 2 × 2/
    )
  })

  it('takes views on a part of a buffer, and buffers', async () => {
    const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    const {arrays} = await read(await written({header: null, arrays: {part, text: Buffer.from('abc')}}))
    expect(arrays.part).toEqual(Float32Array.of(1, 2))
    expect(arrays.text).toEqual(Uint8Array.of(97, 98, 99))
  })

  it('holds more than is read at a time', async () => {
    const values = Int32Array.from({length: 1_500_000}, (_, k) => Math.imul(k, 2654435761))
    const bytes = await written({header: null, arrays: {values}})
    const back = (await read(bytes)).arrays.values
    expect(bytesOf(back).equals(bytesOf(values))).toBe(true)
    bytes[5_000_000] ^= 1
    expect((await refusal(bytes)).reason).toBe('corrupt')
  })

  it('has the layout that its doc gives, and the same bytes for the same content', async () => {
    const body = Buffer.alloc(40)
    body.set(bytesOf(small.arrays.pu), 0)
    body.set(bytesOf(small.arrays.days), 24)
    body.set(bytesOf(small.arrays.codes), 32)
    const arrays = [
      {name: 'pu', type: 'Float32Array', shape: [2, 3], offset: 0},
      {name: 'days', type: 'Int32Array', shape: [1], offset: 24},
      {name: 'codes', type: 'Uint8Array', shape: [3], offset: 32}
    ]
    const bytes = await written(small)
    expect(bytes).toEqual(forged({header: small.header, arrays}, body))
    expect(await written(small)).toEqual(bytes)
    expect(readdirSync(folder)).toEqual(['arrays'])
  })
})

describe('a damaged file of arrays', () => {
  it('is refused for any bit of it', async () => {
    const bytes = await written(small)
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[at] ^= 1 << bit
        const {reason} = await refusal(flipped)
        expect(reason).toBe(
          at < 8 ? 'foreign' : at < 12 ? 'version' : at < 24 && at >= 16 ? 'cut' : 'corrupt'
        )
      }
  })

  it('is refused for any length but its own', async () => {
    const bytes = await written(small)
    for (let length = 0; length < bytes.length; length++)
      expect((await refusal(bytes.subarray(0, length))).reason).toBe(length < 8 ? 'foreign' : 'cut')
    const longer = await refusal(Buffer.concat([bytes, Buffer.alloc(8)]))
    expect(longer.message).toBe(
      `${file} is cut or corrupt: it has ${bytes.length + 8} bytes of ${bytes.length}. Write it again.`
    )
  })

  it('is refused before memory is taken for a header that it cannot hold', async () => {
    const bytes = await written(small)
    bytes.writeUInt32LE(0xfffffff8, 12)
    expect((await refusal(bytes)).message).toContain('its header cannot have 4294967288 bytes')
  })
})

describe('a file of another kind or version', () => {
  it('is refused in one line with the remedy', async () => {
    const versioned = async (version: number): Promise<Buffer> => {
      const bytes = await written(small)
      bytes.writeUInt32LE(version, 8)
      return bytes
    }
    const first = Buffer.alloc(64, 'TESTFILE')
    first.writeUInt32LE(48, 8)
    first.write('{"first":1}', 16)
    const older =
      'was written by an older movie-recs (format 1); this version reads format 2. Write it again.'
    const cases: Array<[Buffer, string]> = [
      [
        Buffer.from('PK hello'),
        'is not a movie-recs test file (it does not begin with TESTFILE). Name another.'
      ],
      [await versioned(99), 'has test format 99; this version reads format 2. Update movie-recs.'],
      [await versioned(1), older],
      [first, older]
    ]
    for (const [bytes, line] of cases) expect((await refusal(bytes)).message).toBe(`${file} ${line}`)
  })
})

describe('a forged file of arrays, with sizes and checksums that are right', () => {
  const entry = {name: 'a', type: 'Float32Array', shape: [2], offset: 0}
  const second = {name: 'b', type: 'Int32Array', shape: [2], offset: 8}
  const cases: Array<[string, unknown[], RegExp]> = [
    ['arrays that overlap', [entry, {...second, offset: 0}], /"b" begins at byte 0: expected 8/],
    [
      'a gap',
      [
        {...entry, shape: [1]},
        {...second, offset: 16}
      ],
      /"b" begins at byte 16: expected 8/
    ],
    ['an offset that is not aligned', [entry, {...second, offset: 12}], /"b" begins at byte 12/],
    ['a negative offset', [{...entry, offset: -8}], /"a" begins at byte -8: expected 0/],
    ['a fractional offset', [{...entry, offset: 0.5}], /"a" begins at byte 0.5/],
    ['an offset that is no number', [{...entry, offset: '0'}], /"a" begins at byte "0"/],
    ['an offset outside', [entry, {...second, offset: 2 ** 40}], /"b" begins at byte 1099511627776/],
    ['a length beyond the file', [{...entry, shape: [2 ** 40]}], /"a" needs 4398046511104 bytes: .* 16 left/],
    ['a shape beyond the file', [{...entry, shape: [2 ** 20, 2 ** 20]}], /"a" needs 4398046511104 bytes/],
    ['a shape beyond all numbers', [{...entry, shape: [2 ** 40, 2 ** 40]}], /"a" has the shape/],
    ['a negative length', [{...entry, shape: [-2]}], /"a" has the shape \[-2\]: expected whole numbers/],
    ['two negative lengths', [{...entry, shape: [-2, -1]}], /"a" has the shape \[-2,-1\]/],
    ['a fractional length', [{...entry, shape: [1.5]}], /"a" has the shape \[1.5\]/],
    ['a length that is no number', [{...entry, shape: ['2']}], /"a" has the shape \["2"\]/],
    [
      'a length that cannot become a number',
      [{...entry, shape: [{valueOf: 1, toString: 1}]}],
      /"a" has the shape \[\{"valueOf":1,"toString":1\}\]/
    ],
    ['no shape', [{...entry, shape: 2}], /"a" has the shape 2/],
    [
      'an unknown type',
      [{...entry, type: 'BigInt64Array'}],
      /"a" has the type "BigInt64Array": expected Float32/
    ],
    ['a type that objects have', [{...entry, type: 'constructor'}], /"a" has the type "constructor"/],
    ['a type that is a list', [{...entry, type: ['Int32Array']}], /"a" has the type \["Int32Array"\]/],
    ['a name that comes twice', [entry, {...second, name: 'a'}], /"a" is listed twice/],
    ['a name that is a prototype', [{...entry, name: '__proto__'}], /"__proto__" has a name that no array/],
    ['a name that is no text', [{...entry, name: 7}], /array 7 has a name that no array/],
    ['an entry that is nothing', [null], /array nothing has a name that no array/],
    ['bytes of no array', [entry], /its arrays take 8 bytes of 16/]
  ]
  it.each(cases)('is refused for %s', async (_, arrays, message) => {
    const error = await refusal(forged({header: {}, arrays}, Buffer.alloc(16)))
    expect(error.reason).toBe('shape')
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/Write it again\.$/)
  })

  it('is refused by name however deep what stands there goes', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const fields of [
      `"name":${deep}`,
      `"name":"a","type":${deep}`,
      `"name":"a","type":"Int32Array","shape":${deep}`
    ])
      expect((await refusal(forged(`{"header":{},"arrays":[{${fields}}]}`))).reason).toBe('shape')
  })

  it('is refused for a header that is none', async () => {
    for (const json of ['', '{"header":', 'null', '7', '{"header":{}}', '{"arrays":{"length":0}}'])
      expect((await refusal(forged(json))).reason).toBe('shape')
  })

  it('is not written either', async () => {
    const arrays = Object.fromEntries([['__proto__', Uint8Array.of(1)]])
    await expect(writeArrayFile(file, FORMAT, {header: {}, arrays})).rejects.toThrow(/"__proto__"/)
  })
})
