import {readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {bytesOfFits} from '../../scripts/sameBytes/fits.mjs'
import {differences} from '../../scripts/sameBytes.mjs'

const golden = JSON.parse(readFileSync(path.join(ROOT, 'test/golden/bytes.json'), 'utf8'))

describe('the same bytes on every machine', () => {
  it('every engine writes the model, the lists and the errors that are known', async () => {
    const remedy = 'npm run same-bytes -- --write, if the code was changed so that other bytes are meant'
    expect(differences(golden, await bytesOfFits()), remedy).toEqual([])
  })

  it('one byte that is another is told', () => {
    const changed = structuredClone(golden)
    changed.ease.lists = changed.mf.lists
    expect(differences(golden, changed)).toEqual(['ease: lists'])
    expect(differences(golden, {...golden, more: {model: ''}})).toEqual(['more: model'])
  })
})
