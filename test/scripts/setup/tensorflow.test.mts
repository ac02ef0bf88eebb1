import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {setUpTensorFlow} from '../../../scripts/setup/tensorflow.mjs'

/** A project without network and without a compiler: every way to native TensorFlow is closed. */
describe('setting TensorFlow up where nothing can be had', () => {
  const {PATH, MOVIE_RECS_TENSORFLOW} = process.env
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'movie-recs-tensorflow-'))
    const target = path.join(root, 'node_modules/tfjs-node-native')
    mkdirSync(target, {recursive: true})
    writeFileSync(
      path.join(target, 'package.json'),
      JSON.stringify({binary: {host: 'https://127.0.0.1:9/none'}})
    )
    delete process.env.MOVIE_RECS_TENSORFLOW
    process.env.PATH = root
  })
  afterEach(() => {
    process.env.PATH = PATH
    if (MOVIE_RECS_TENSORFLOW !== undefined) process.env.MOVIE_RECS_TENSORFLOW = MOVIE_RECS_TENSORFLOW
    else delete process.env.MOVIE_RECS_TENSORFLOW
    rmSync(root, {recursive: true, force: true})
  })

  it('ends well on wasm, says why, and does not try again at once', async () => {
    const lines: string[] = []
    const log = (line: string): number => lines.push(line)
    const {backend, how} = await setUpTensorFlow({root, log})
    expect(backend).toBe('wasm')
    expect(how).toMatch(
      /^no native TensorFlow \(wheel: (no C\+\+ compiler|only Linux|it needs glibc)[^;]*\)$/
    )
    expect(lines.join('\n')).toContain('TensorFlow: wasm')
    expect(existsSync(path.join(root, '.cache/tensorflow/failed.json'))).toBe(true)
    lines.length = 0
    expect(await setUpTensorFlow({root, log})).toEqual({backend: 'wasm', how})
    expect(lines).toEqual([])
  })

  it('downloads what no hash checks only where that is asked for, and then at once', async () => {
    await setUpTensorFlow({root})
    process.env.MOVIE_RECS_TENSORFLOW = 'prebuilt'
    const {how} = await setUpTensorFlow({root})
    expect(how).toMatch(/wheel: .*; prebuilt: 127\.0\.0\.1 does not answer/)
  })

  it('takes wasm where that is asked for, and where the package was left out', async () => {
    process.env.MOVIE_RECS_TENSORFLOW = 'wasm'
    expect((await setUpTensorFlow({root})).how).toMatch(/asked for/)
    delete process.env.MOVIE_RECS_TENSORFLOW
    rmSync(path.join(root, 'node_modules'), {recursive: true})
    expect(await setUpTensorFlow({root})).toEqual({
      backend: 'wasm',
      how: 'the package @tensorflow/tfjs-node is not installed'
    })
  })
})
