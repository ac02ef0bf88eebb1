import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {ArgumentError, Baseline, FileError, saveEngine, syntheticRatings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {checkWritable, withLock, writeWhole} from '#internals'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-write-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const at = (name: string): string => path.join(folder, name)
const posix = process.platform !== 'win32'

describe('writeWhole', () => {
  it('writes what is made while it writes, and leaves nothing beside it', async () => {
    async function* lines(): AsyncGenerator<string> {
      for (let n = 0; n < 300_000; n++) yield `line ${n}\n`
    }
    await writeWhole(at('lines.txt'), lines())
    const text = readFileSync(at('lines.txt'), 'utf8')
    expect(text.length).toBe(Array.from({length: 300_000}, (_, n) => `line ${n}\n`).join('').length)
    expect(text.endsWith('line 299999\n')).toBe(true)
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  it('keeps what was there where the making fails', async () => {
    writeFileSync(at('old.txt'), 'old')
    async function* broken(): AsyncGenerator<string> {
      yield 'new'
      throw new RangeError('stopped')
    }
    await expect(writeWhole(at('old.txt'), broken())).rejects.toThrow(RangeError)
    expect(readFileSync(at('old.txt'), 'utf8')).toBe('old')
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  it.runIf(posix)('keeps the mode of a file, and follows a link to it', async () => {
    mkdirSync(at('elsewhere'))
    writeFileSync(at('elsewhere/secret'), 'old')
    chmodSync(at('elsewhere/secret'), 0o600)
    symlinkSync('elsewhere/secret', at('link'))
    await writeWhole(at('link'), ['new'])
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('elsewhere/secret'), 'utf8')).toBe('new')
    expect(statSync(at('elsewhere/secret')).mode & 0o777).toBe(0o600)
    symlinkSync('elsewhere/later', at('dangling'))
    await writeWhole(at('dangling'), ['there'])
    expect(readFileSync(at('elsewhere/later'), 'utf8')).toBe('there')
  })

  it.runIf(posix)('writes to a device and to a pipe, which stay what they are', async () => {
    symlinkSync('/dev/null', at('null'))
    await checkWritable(at('null'))
    await writeWhole(at('null'), ['nothing'])
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    execFileSync('mkfifo', [at('pipe')])
    const reader = spawn('cat', [at('pipe')])
    let text = ''
    reader.stdout.on('data', chunk => {
      text += chunk
    })
    const engine = await new Baseline().fit(syntheticRatings({users: 20, movies: 20, ratings: 200}))
    await saveEngine(engine, at('pipe'))
    await new Promise(resolve => reader.on('close', resolve))
    expect(text.startsWith('MOVIEREC')).toBe(true)
    expect(statSync(at('pipe')).isFIFO()).toBe(true)
  })

  it.runIf(existsSync('/dev/full'))('says that a disk is full', async () => {
    symlinkSync('/dev/full', at('full'))
    const failure = await writeWhole(at('full'), ['x']).catch(error => error)
    expect(failure).toBeInstanceOf(FileError)
    expect(failure.code).toBe('ENOSPC')
    expect(failure.message).toMatch(/disk of .*full is full\. Free some space/)
  })

  it('removes what a killed process left of this name, and nothing else', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    const names = [
      `a.mrec.${gone}.0123abcd.tmp`,
      `a.mrec.${process.pid}.0123abcd.tmp`,
      `b.mrec.${gone}.0123abcd.tmp`,
      'a.mrec.notes.tmp'
    ]
    for (const name of names) writeFileSync(at(name), 'half')
    await writeWhole(at('a.mrec'), ['whole'])
    expect(names.filter(name => existsSync(at(name)))).toEqual(names.slice(1))
  })

  it.each([
    ['a name that is too long', () => at('x'.repeat(300)), FileError, /too long/],
    ['a NUL byte', () => at('a\0b'), ArgumentError, /NUL/],
    ['a folder', () => folder, ArgumentError, /it is a folder/],
    ['a file as a folder', () => at('lines.txt/model.mrec'), ArgumentError, /a file stands where the folder/]
  ] as const)('refuses %s before the work', async (_, place, kind, words) => {
    const failure = await checkWritable(place()).catch(error => error)
    expect(failure).toBeInstanceOf(kind)
    expect(failure.message).toMatch(words)
  })

  it.runIf(posix)('refuses a link that leads to itself', async () => {
    symlinkSync('round', at('round'))
    await expect(checkWritable(at('round'))).rejects.toThrow(/leads to itself/)
  })
})

describe('withLock', () => {
  it('lets one in at a time, and the next when that one has left, whatever happened', async () => {
    const order: string[] = []
    const visit = (name: string): Promise<void> =>
      withLock(at('lock'), {}, async () => {
        order.push(`${name} in`)
        await new Promise(resolve => setTimeout(resolve, 50))
        order.push(`${name} out`)
        if (name === 'a') throw new Error('broken')
      })
    await Promise.allSettled([visit('a'), visit('b'), visit('c')])
    for (let n = 0; n < order.length; n += 2) expect(order[n + 1]).toBe(order[n].replace(' in', ' out'))
    expect(order).toHaveLength(6)
    expect(existsSync(at('lock'))).toBe(false)
  })

  it.runIf(process.platform === 'linux')('takes over from one that nobody buries', async () => {
    // The shell becomes a program that never asks for the status of the shell's child.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 20'])
    const pid = Number(await new Promise(resolve => parent.stdout.once('data', resolve)))
    writeFileSync(at('unburied'), `${pid} 00`)
    const stop = AbortSignal.timeout(5000)
    expect(await withLock(at('unburied'), {signal: stop}, async () => 'in')).toBe('in')
    expect(() => process.kill(pid, 0)).not.toThrow()
    parent.kill()
  })

  it('takes over from a process that is gone, and stops waiting when it is told to', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    writeFileSync(at('stale'), `${gone} 00`)
    expect(await withLock(at('stale'), {}, async () => 'in')).toBe('in')
    writeFileSync(at('held'), `${process.ppid} 00`)
    const stop = new AbortController()
    const waits = withLock(at('held'), {signal: stop.signal, onWait: () => stop.abort()}, async () => 'in')
    await expect(waits).rejects.toThrow(/was stopped/)
    expect(existsSync(at('held'))).toBe(true)
  })
})
