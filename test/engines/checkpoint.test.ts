import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {crc32} from 'node:zlib'
import {CheckpointError, Ratings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {
  bytes,
  fingerprint,
  numbers,
  readCheckpoint,
  record,
  type StateShape,
  whole,
  writeArrayFile,
  writeCheckpoint
} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-checkpoint-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const file = path.join(folder, 'fit.ckp')
const ratings = Ratings.from([
  {userId: 1, movieId: 10, rating: 4},
  {userId: 2, movieId: 10, rating: 3}
])
const of = fingerprint('mf', {epochs: 3}, ratings)
const arrays = {pu: Float32Array.of(1, 2, 3), seen: Uint8Array.of(1)}
const SHAPE: StateShape<{epoch: number}> = {
  values: record({epoch: whole(0, 3)}),
  arrays: () => ({pu: numbers('single', ['users', 3]), seen: bytes([1])})
}
const written = async (): Promise<Buffer> => {
  await writeCheckpoint(file, {of, values: {epoch: 2}, arrays})
  return readFileSync(file)
}
const refused = async (bytes: Buffer, message: RegExp): Promise<void> => {
  writeFileSync(file, bytes)
  const error = await readCheckpoint(file, of, SHAPE).catch(error => error)
  expect(error).toBeInstanceOf(CheckpointError)
  expect(error.message).toMatch(message)
}

describe('a checkpoint', () => {
  it('comes back as it was; there is none where there is no file', async () => {
    await written()
    const {arrays: back, ...rest} = (await readCheckpoint(file, of, SHAPE)) ?? {arrays: {}}
    expect(rest).toEqual({of, values: {epoch: 2}})
    expect({...back}).toEqual(arrays)
    expect(await readCheckpoint(path.join(folder, 'none.ckp'), of, SHAPE)).toBeUndefined()
  })

  it('is refused for another fit, which is named', async () => {
    await written()
    const other = fingerprint('mf', {epochs: 4}, ratings)
    await expect(readCheckpoint(file, other, SHAPE)).rejects.toThrow(
      /another fit .*: epochs was 3, is 4\. Delete it/
    )
    const fewer = Ratings.from([{userId: 1, movieId: 10, rating: 4}])
    await expect(readCheckpoint(file, fingerprint('mf', {epochs: 3}, fewer), SHAPE)).rejects.toThrow(
      /ratings was \d+/
    )
  })

  it('is refused when one bit of it is wrong, or its end is missing', async () => {
    const bytes = await written()
    const anyReason = /cut or corrupt|not a movie-recs checkpoint|checkpoint format|an older movie-recs/
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at] ^= 1 << (at % 8)
      await refused(flipped, at < 12 ? anyReason : /is cut or corrupt.*Delete it and fit again\.$/)
      await refused(bytes.subarray(0, at), at < 8 ? /not a movie-recs checkpoint/ : /is cut or corrupt/)
    }
  })

  it('is refused when another version wrote it', async () => {
    const newer = await written()
    newer.writeUInt32LE(99, 8)
    await refused(newer, /has checkpoint format 99; this version reads format 2\. Update movie-recs\.$/)
    // Format 1: magic, length of the header, CRC-32 of what follows, header, arrays.
    const text = JSON.stringify({of, values: {}, arrays: [{name: 'seen', type: 'Uint8Array', length: 1}]})
    const rest = Buffer.from(`${text.padEnd(Math.ceil(text.length / 8) * 8)}\x01`)
    const prefix = Buffer.alloc(16)
    prefix.write('MOVIECKP')
    prefix.writeUInt32LE(rest.length - 1, 8)
    prefix.writeUInt32LE(crc32(rest), 12)
    await refused(
      Buffer.concat([prefix, rest]),
      /was written by an older movie-recs \(format 1\); this version reads format 2\. Delete it and fit again\.$/
    )
  })

  it('is refused by name when what it says of itself is no fingerprint', async () => {
    for (const foreign of [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{"engine":"mf"}',
      of.replace('"engine"', ' "engine"')
    ]) {
      await writeCheckpoint(file, {of: foreign, values: {epoch: 2}, arrays})
      await refused(readFileSync(file), /belongs to another fit .*: .*(is written otherwise|epochs was)/)
    }
  })

  it('is refused when it has not the shape of the fit', async () => {
    const cases: Array<[object, object, RegExp]> = [
      [
        {epoch: 4},
        arrays,
        /is not sound: values\.epoch: expected a whole number from 0 to 3, got 4\. Delete it/
      ],
      [
        {epoch: 2},
        {...arrays, pu: Float32Array.of(1)},
        /: pu: expected users × 3 numbers, got 1\. Delete it/
      ],
      [
        {epoch: 2},
        {...arrays, pu: Float32Array.of(1, 2, Number.NaN)},
        /: pu\[2\]: expected a number .*, got NaN/
      ],
      [{epoch: 2}, {pu: arrays.pu}, /: seen: expected an array, got nothing/],
      [{epoch: 2}, {...arrays, more: arrays.pu}, /: more: expected no such array/]
    ]
    for (const [values, all, message] of cases) {
      await writeCheckpoint(file, {of, values, arrays: all as typeof arrays})
      await refused(readFileSync(file), message)
    }
  })

  it('is refused when it does not say what it is of', async () => {
    const format = {magic: 'MOVIECKP', version: 2, noun: 'checkpoint', ifForeign: '', ifBroken: ''}
    for (const header of [null, {}, {of: 7, values: {}}, {of}, {of, values: null}]) {
      await writeArrayFile(file, format, {header, arrays})
      await refused(readFileSync(file), /is not sound: it does not say/)
    }
  })
})
