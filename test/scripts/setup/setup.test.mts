import {describe, expect, it} from 'vitest'
import {remedyFor} from '../../../scripts/setup/setup.mjs'

// Each text is what the tool printed when the failure was provoked, cut to the telling lines.
const cases: Array<[string, string, string, string]> = [
  [
    'npm ci',
    'npm error code ENOTFOUND\nnpm error network request to https://r.invalid/x failed',
    'npm registry cannot be reached',
    'connection'
  ],
  [
    'npm ci',
    'npm error code ECONNREFUSED\nnpm error syscall connect',
    'npm registry cannot be reached',
    'proxy'
  ],
  ['npm ci', 'npm error code EAI_AGAIN', 'npm registry cannot be reached', 'connection'],
  ['npm ci', 'npm error code ENOSPC\nnpm error syscall write', 'The disk is full', 'free'],
  [
    'npm ci',
    'npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'certificate was not accepted',
    'NODE_EXTRA_CA_CERTS'
  ],
  [
    'npm ci',
    'npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync',
    'does not fit',
    'git checkout'
  ],
  ['npm ci', 'npm error code EACCES', 'may not write', 'rights'],
  [
    'pip install',
    "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: Could not find a version that satisfies the requirement anyio",
    'Python package index cannot be reached',
    'connection'
  ],
  [
    'pip install',
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    'The disk is full',
    'free'
  ],
  [
    'pip install',
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
    'hash differs',
    'cache purge'
  ],
  [
    'python -m venv',
    'The virtual environment was not created successfully because ensurepip is not available.',
    'no venv module',
    'python3-venv'
  ],
  [
    'npm ci',
    'npm warn deprecated x\nnpm error something unheard of',
    'something unheard of',
    '.cache/setup.log'
  ]
]

describe('a failed step of the set-up', () => {
  it.each(cases)('%s: %s', (what, output, says, remedy) => {
    const line = remedyFor(what, output, 'npm start')
    expect(line).toContain(says)
    expect(line).toContain(remedy)
    expect(line).toContain('run `npm start` again')
    expect(line).not.toContain('\n')
  })
})
