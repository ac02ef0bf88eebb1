import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {judge} from '../../../scripts/supply/audit.mjs'
import {billOfPackage, written} from '../../../scripts/supply/bill.mjs'
import {isAllowed, licensed, strangeLicences} from '../../../scripts/supply/licences.mjs'
import {lockFaults} from '../../../scripts/supply/lock.mjs'
import {packageOf, pythonLicensed} from '../../../scripts/supply/pythonLicences.mjs'

const json = (file: string): any => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))

describe('licences', () => {
  const terms = json('scripts/supply/licences.json')

  it('are allowed or named for every package that is locked', () => {
    const packages = licensed()
    expect(packages.length).toBeGreaterThan(300)
    expect(strangeLicences(packages, terms)).toEqual([])
  })

  it('are told where they are strange, and where a name is needless', () => {
    const packages = [
      {name: 'free', version: '1.0.0', licence: 'MIT'},
      {name: 'taken', version: '2.0.0', licence: 'GPL-3.0-only'},
      {name: 'changed', version: '3.0.0', licence: 'SSPL-1.0'}
    ]
    const named = {changed: {licence: 'MPL-2.0', reason: ''}, gone: {licence: 'MPL-2.0', reason: ''}}
    const told = strangeLicences(packages, {allowed: ['MIT'], named})
    expect(told.map(line => line.split(/ (?=has|which)/)[0])).toEqual([
      'taken 2.0.0',
      'changed 3.0.0',
      'scripts/supply/licences.json names changed,',
      'scripts/supply/licences.json names gone,'
    ])
  })

  it('are read as SPDX has them', () => {
    const met = (licence: string): boolean => isAllowed(licence, ['MIT', 'Zlib', 'Apache-2.0'])
    expect(['MIT', '(MIT AND Zlib)', 'GPL-3.0 OR MIT', 'MIT AND (GPL-2.0 OR Zlib)'].map(met)).toEqual(
      Array(4).fill(true)
    )
    expect(
      ['', 'none', 'GPL-3.0', 'MIT AND GPL-3.0', '(MIT OR Zlib) AND GPL-2.0', 'MIT MIT'].map(met)
    ).toEqual(Array(6).fill(false))
  })
})

describe('licences of Python', () => {
  const venv = path.join(ROOT, '.venv')
  it.skipIf(!process.env.CI && !existsSync(venv))(
    'are allowed or named for every package that is installed',
    () => {
      const {allowed, namedOfPython} = json('scripts/supply/licences.json')
      const packages = pythonLicensed(venv)
      expect(packages.map(({name}) => name)).toContain('jupyterlab')
      expect(strangeLicences(packages, {allowed, named: namedOfPython})).toEqual([])
    }
  )

  it.each([
    ['License-Expression: MIT AND ISC\nLicense: BSD', 'MIT AND ISC'],
    ['License: BSD 3-Clause License\n\n        and its text', 'BSD-3-Clause'],
    ['License: Copyright (c) 2015 Somebody\nClassifier: License :: OSI Approved :: BSD License', 'BSD'],
    ['License: UNKNOWN\nClassifier: License :: OSI Approved :: ISC License (ISCL)', 'ISC'],
    ['License: GPL-3.0\n\nLicense: MIT', 'none'],
    ['Classifier: Framework :: Jupyter', 'none']
  ])('are read from %j', (lines, licence) => {
    expect(packageOf(`Metadata-Version: 2.1\nName: one\nVersion: 1.0\n${lines}\n\nAbout it`)).toEqual({
      name: 'one',
      version: '1.0',
      licence
    })
  })
})

describe('the lock file', () => {
  it('has the binaries of every system, a hash for each package and no address', () => {
    expect(lockFaults(json('package-lock.json').packages)).toEqual([])
  })

  it('is not right without one of them', () => {
    const {packages} = json('package-lock.json')
    delete packages['node_modules/@napi-rs/canvas-darwin-arm64']
    packages['node_modules/preact'].integrity = 'sha1-x'
    packages['node_modules/yauzl'].resolved = 'https://registry.invalid/yauzl.tgz'
    expect(lockFaults(packages).map(line => /canvas-darwin|sha512|address/.exec(line)?.[0])).toEqual([
      'canvas-darwin',
      'sha512',
      'address'
    ])
  })
})

describe('the bill of materials', () => {
  const bill = json('docs/movie-recs.cdx.json')

  it('is what the lock file says', () => {
    expect(readFileSync(path.join(ROOT, 'docs/movie-recs.cdx.json'), 'utf8')).toBe(written(billOfPackage()))
  })

  it('lists every dependency of the package with its hash and licence, and says nothing of where it was made', () => {
    const names = bill.components.map((one: {name: string}) => one.name)
    for (const name of Object.keys(json('lib/package.json').dependencies)) expect(names).toContain(name)
    for (const {hashes, licenses} of bill.components) {
      expect(hashes[0].content).toMatch(/^[0-9a-f]{128}$/)
      expect(licenses[0].license.id).toBeTruthy()
    }
    expect(JSON.stringify(bill)).not.toMatch(/registry|serialNumber|timestamp/)
    expect(JSON.stringify(bill)).not.toContain(ROOT)
  })
})

describe('advisories', () => {
  /** What the registry says of each package: names to severities. None: it does not answer. */
  let known: Record<string, string> | undefined
  let folder = ''
  let server: Server
  const {npm_config_registry} = process.env
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (known === undefined) return response.writeHead(405).end()
      if (request.method !== 'POST') return response.writeHead(404).end('{}')
      const advisories = Object.entries(known).map(([name, severity], id) => [
        name,
        [
          {
            id,
            url: `https://advisory.invalid/${id}`,
            title: `A fault of ${name}`,
            severity,
            vulnerable_versions: '<2.0.0'
          }
        ]
      ])
      return response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(Object.fromEntries(advisories)))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-advisories-'))
    const lib = {name: 'movie-recs', version: '1.0.0', dependencies: {needed: '1.0.0'}}
    const whole = {name: 'whole', version: '1.0.0', workspaces: ['lib'], devDependencies: {tool: '1.0.0'}}
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(whole))
    mkdirSync(path.join(folder, 'lib'))
    writeFileSync(path.join(folder, 'lib/package.json'), JSON.stringify(lib))
    const packages = {
      '': whole,
      lib,
      'node_modules/movie-recs': {resolved: 'lib', link: true},
      'node_modules/needed': {version: '1.0.0', integrity: 'sha512-AA=='},
      'node_modules/tool': {version: '1.0.0', integrity: 'sha512-AA==', dev: true}
    }
    writeFileSync(
      path.join(folder, 'package-lock.json'),
      JSON.stringify({...whole, lockfileVersion: 3, requires: true, packages})
    )
  })
  afterEach(() => {
    known = undefined
  })
  afterAll(() => {
    server.close()
    if (npm_config_registry === undefined) delete process.env.npm_config_registry
    else process.env.npm_config_registry = npm_config_registry
    rmSync(folder, {recursive: true, force: true})
  })

  it('are not asked for where the registry does not answer', async () => {
    expect(await judge(folder)).toEqual({
      words: 'the registry does not tell advisories: not asked',
      faults: []
    })
  })

  it('are none', async () => {
    known = {}
    expect(await judge(folder)).toEqual({words: 'no advisories', faults: []})
  })

  it('fail for what the library needs, and are told for tools', async () => {
    known = {needed: 'high', tool: 'critical'}
    const {words, faults} = await judge(folder)
    expect(words).toMatch(/tool/)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^needed .*, high: A fault of needed/)
  })
})
