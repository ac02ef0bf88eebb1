// A run of the tests has a folder for temporary files of its own: what another run leaves, or makes beside, is not its.
import {mkdtempSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export default function (): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-tests-'))
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder
  return () => rmSync(folder, {recursive: true, force: true, maxRetries: 3})
}
