import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {crc32} from 'node:zlib'
import {CheckpointError, Ratings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {fingerprint, readCheckpoint, writeArrayFile, writeCheckpoint} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-checkpoint-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const file = path.join(folder, 'fit.ckp')
const ratings = Ratings.from([
  {userId: 1, movieId: 10, rating: 4},
  {userId: 2, movieId: 10, rating: 3}
])
const of = fingerprint('mf', {epochs: 3}, ratings)
const arrays = {pu: Float32Array.of(1, 2, 3), seen: Uint8Array.of(1)}
const written = async (): Promise<Buffer> => {
  await writeCheckpoint(file, {of, values: {epoch: 2}, arrays})
  return readFileSync(file)
}
const refused = async (bytes: Buffer, message: RegExp): Promise<void> => {
  writeFileSync(file, bytes)
  const error = await readCheckpoint(file, of).catch(error => error)
  expect(error).toBeInstanceOf(CheckpointError)
  expect(error.message).toMatch(message)
}

describe('a checkpoint', () => {
  it('comes back as it was; there is none where there is no file', async () => {
    await written()
    const {arrays: back, ...rest} = (await readCheckpoint(file, of)) ?? {arrays: {}}
    expect(rest).toEqual({of, values: {epoch: 2}})
    expect({...back}).toEqual(arrays)
    expect(await readCheckpoint(path.join(folder, 'none.ckp'), of)).toBeUndefined()
  })

  it('is refused for another fit, which is named', async () => {
    await written()
    const other = fingerprint('mf', {epochs: 4}, ratings)
    await expect(readCheckpoint(file, other)).rejects.toThrow(
      /another fit .*: epochs was 3, is 4\. Delete it/
    )
    const fewer = Ratings.from([{userId: 1, movieId: 10, rating: 4}])
    await expect(readCheckpoint(file, fingerprint('mf', {epochs: 3}, fewer))).rejects.toThrow(
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

  it('is refused when it does not say what it is of', async () => {
    const format = {magic: 'MOVIECKP', version: 2, noun: 'checkpoint', ifForeign: '', ifBroken: ''}
    for (const header of [null, {}, {of: 7, values: {}}, {of}, {of, values: null}]) {
      await writeArrayFile(file, format, {header, arrays})
      await refused(readFileSync(file), /is not sound: it does not say/)
    }
  })
})
