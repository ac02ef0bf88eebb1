import {execFile, spawn} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {isRunning} from '../../../scripts/ending.mjs'
import {jupyterEnvironment} from '../../../scripts/notebooks/jupyter.mjs'
import {python, root, venv} from '../../../scripts/setup/setup.mjs'

const fixtures = path.join(root, 'test/fixtures/notebooks')
const out = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-runner-'))
afterAll(() => rmSync(out, {recursive: true, force: true}))

let runs = 0
function run(
  name: string,
  ...more: string[]
): Promise<{code: number; said: string; notebook: any; text: string}> {
  const file = path.join(out, `${name}-${runs++}.ipynb`)
  const argv = ['scripts/notebooks/run_notebook.py', path.join(fixtures, `${name}.ipynb`), '--out', file]
  const options = {cwd: root, env: jupyterEnvironment()}
  return new Promise(resolve =>
    execFile(
      python,
      [...argv, '--cwd', fixtures, '--root', root, ...more],
      options,
      (error, _stdout, stderr) => {
        const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
        resolve({code: Number(error?.code ?? 0), said: stderr, notebook: text && JSON.parse(text), text})
      }
    )
  )
}
/** The processes that a process has started, as the system lists them. */
function kernelsOf(pid: number | undefined): Promise<number[]> {
  return new Promise(resolve =>
    execFile('ps', ['-eo', 'pid=,ppid='], (_error, list) => {
      const pairs = list
        .trim()
        .split('\n')
        .map(line => line.trim().split(/ +/).map(Number))
      resolve(pairs.filter(([, parent]) => parent === pid).map(([child]) => child))
    })
  )
}
const outputs = (notebook: any): any[] => notebook.cells.flatMap((cell: any) => cell.outputs ?? [])
const textOf = (output: any): string => [output.text].flat().join('')

// The environment is made by `npm test` (or `npm start`); without it there is no kernel to run.
describe.skipIf(!existsSync(path.join(venv, '.ready')))(
  'the notebook runner',
  {concurrent: true, timeout: 240_000},
  () => {
    it('numbers the cells, joins streams, keeps the last state of a display', async ({expect}) => {
      const {code, notebook, text} = await run('small')
      expect(code).toBe(0)
      const cells = notebook.cells.filter((cell: any) => cell.cell_type === 'code')
      expect(cells.map((cell: any) => cell.execution_count)).toEqual([1, 2, 3, 4, 5])
      expect(cells[4].outputs).toHaveLength(1)
      expect(textOf(cells[4].outputs[0])).toBe('one two three \ndone\n')
      const progress = outputs(notebook).filter(output =>
        String(output.data?.['text/html']).includes('<progress')
      )
      expect(progress).toHaveLength(1)
      expect(String(progress[0].data['text/html'])).toContain('10 of 10')
      expect(Object.keys(notebook.metadata).sort()).toEqual(['kernelspec', 'language_info'])
      expect((await run('small')).text).toBe(text)
    })

    it('keeps a progress line without the time it took, which is another in every run', async ({expect}) => {
      const {code, said, text} = await run('progress')
      expect(code, said).toBe(0)
      expect(text).toContain('fitting mf: 3 of 3, train')
      expect(text).not.toMatch(/3 of 3 in /)
    })

    it('loses no line of a cell that prints thousands, and draws what comes after them', async ({expect}) => {
      const {code, said, notebook} = await run('long-output')
      expect(code, said).toBe(0)
      const lines = (n: number): string => Array.from({length: n}, (_, k) => `line ${k + 1}\n`).join('')
      const of = (cell: any): string[] =>
        cell.outputs.map((output: any) =>
          output.text ? `${output.name}: ${textOf(output)}` : [output.data['text/plain']].flat().join('')
        )
      const [, first, second] = notebook.cells
      expect(of(first)).toEqual([`stdout: ${lines(1001)}`, 'drawn after the lines of the first cell'])
      expect(of(second)).toEqual([
        `stdout: ${lines(20_000)}`,
        'drawn after the lines',
        'stdout: printed after the figure\n',
        'stderr: on the other stream\n',
        'stdout: and back\n'
      ])
    })

    it('draws a figure, a table and ratings that a cell ends with; prints the rest', async ({expect}) => {
      const {code, said, notebook} = await run('last-values')
      expect(code, said).toBe(0)
      const [figure, table, ratings, number, nothing, printed, inside] = notebook.cells
        .slice(1)
        .map((cell: any) => cell.outputs)
      for (const outputs of [figure, table, ratings, number, printed, inside]) expect(outputs).toHaveLength(1)
      expect(figure[0].data['application/vnd.plotly.v1+json'].layout.title.text).toBe('A bar')
      expect(figure[0].metadata['movie-recs'].alt).toBe('one bar of height 2')
      expect(String(table[0].data['text/html'])).toMatch(/^<table.*Heat/)
      expect(String(ratings[0].data['text/html'])).toMatch(
        /<caption>100,004 ratings.*the first 5<.*Dangerous Minds/
      )
      expect(textOf(number[0])).toBe('100004\n')
      expect(nothing).toEqual([])
      expect(textOf(printed[0])).toBe('title\n─────\nHeat\n')
      expect(textOf(inside[0])).toContain('{\n  table: title\n')
    })

    it.for([
      ['unknown-id', 'UnknownIdError: Unknown movieId 99999: '],
      ['unknown-option', 'OptionError: Unknown option factorz of baseline: ']
    ])('gives the message of %s first, and no line of the library', async ([name, message], {expect}) => {
      const {code, said} = await run(name)
      expect(code).toBe(1)
      expect(said.split('\n\n')[1]).toMatch(new RegExp(`^ {4}${message}[^\n]*\n$`))
    })

    it('gives the cell, its source and the error of a cell that throws', async ({expect}) => {
      const {code, said, text} = await run('throws')
      expect(code).toBe(1)
      expect(said).toContain('throws, code cell 2 of 3 failed:')
      expect(said).toContain("    throw new RangeError('factors must be at least 1, got 0')")
      expect(said).toContain('RangeError: factors must be at least 1, got 0')
      expect(said).not.toContain(root)
      expect(text).toBe('')
    })

    it('fails for a type error', async ({expect}) => {
      const {code, said} = await run('type-error')
      expect(code).toBe(1)
      expect(said).toContain("Type 'string' is not assignable to type 'number'")
    })

    it('finds a promise that is rejected after its cell has ended', async ({expect}) => {
      const {code, said} = await run('late-rejection')
      expect(code).toBe(1)
      expect(said).toContain('failed after its cell had ended')
      expect(said).toContain('nobody waited for this')
    })

    it('finds what is thrown after the last cell', async ({expect}) => {
      const {code, said} = await run('late-at-the-end')
      expect(code).toBe(1)
      expect(said).toContain('after the last cell')
    })

    it('stops a cell at its limit', async ({expect}) => {
      const [hanging, waiting] = await Promise.all([
        run('hangs', '--timeout', '3'),
        run('waits', '--timeout', '3')
      ])
      expect(hanging.code).toBe(1)
      expect(hanging.said).toContain('code cell 2 of 2 was stopped at its limit of 3 s')
      expect(waiting.code).toBe(1)
      expect(waiting.said).toContain('was stopped at its limit of 3 s')
    })

    it('says that a cell ended the kernel', async ({expect}) => {
      const {code, said} = await run('ends-the-kernel')
      expect(code).toBe(1)
      expect(said).toContain('code cell 2 of 2 ended the kernel')
    })

    it('stops a cell that puts out without end, and says so in one line', async ({expect}) => {
      const {code, said} = await run('endless-output', '--timeout', '120')
      expect(code).toBe(1)
      expect(said).toBe(
        'endless-output, code cell 2 of 2 put out more than 64 MB and was stopped: print less, or to a file.\n'
      )
    })

    it.skipIf(process.platform === 'win32').for(['SIGINT', 'SIGTERM', 'the end of its parent'] as const)(
      'ends by %s with its kernel',
      async (how, {expect}) => {
        const source = path.join(fixtures, 'hangs.ipynb')
        const argv = ['scripts/notebooks/run_notebook.py', source, '--out', path.join(out, `${how}.ipynb`)]
        const runner = spawn(python, [...argv, '--cwd', fixtures, '--root', root, '--with-parent'], {
          cwd: root,
          env: jupyterEnvironment()
        })
        const ended = new Promise(resolve => runner.on('exit', resolve))
        await new Promise(resolve => runner.stdout.once('data', resolve))
        const kernels = await kernelsOf(runner.pid)
        expect(kernels).toHaveLength(1)
        if (how === 'the end of its parent') runner.stdin.end()
        else runner.kill(how)
        expect(await ended).toBe(130)
        expect(isRunning(kernels[0])).toBe(false)
      }
    )

    it('refuses what would hide an error', async ({expect}) => {
      expect((await run('raises-exception')).said).toContain('code cell 1 is tagged raises-exception')
      expect((await run('allow-errors')).said).toContain('allow_errors')
    })

    it('leaves no absolute path in what it writes', async ({expect}) => {
      const strange = await run('absolute-path')
      expect(strange.code).toBe(1)
      expect(strange.said).toContain('code cell 1 writes the absolute path /home/somebody/secret/ratings.csv')
      const own = await run('own-paths')
      expect(own.code).toBe(0)
      expect(textOf(outputs(own.notebook)[0])).toBe('x.csv ~/y.csv\n')
    })
  }
)

const folder = path.join(root, 'notebooks')
const committed = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.ipynb')) : []

describe.skipIf(!committed.length)('the committed notebooks', () => {
  it.for(committed)('%s is one clean run', file => {
    const text = readFileSync(path.join(folder, file), 'utf8')
    const notebook = JSON.parse(text)
    expect(text.length).toBeLessThan(1_000_000)
    expect(notebook.metadata.kernelspec.name).toBe('tslab')
    const cells = notebook.cells.filter((cell: any) => cell.cell_type === 'code' && cell.source.length)
    expect(cells.map((cell: any) => cell.execution_count)).toEqual(cells.map((_: any, i: number) => i + 1))
    expect(text).not.toMatch(/(?<![\w.:/<~>-])\/(home|root|Users|tmp|work)\/\w/)
    for (const output of outputs(notebook)) {
      expect(output.output_type).not.toBe('error')
      if (!output.data?.['application/vnd.plotly.v1+json']) continue
      expect(output.metadata['movie-recs']?.alt?.length).toBeGreaterThan(20)
      expect(output.data['image/png']).toBeDefined()
    }
  })
})
