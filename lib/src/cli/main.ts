import {writeSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {InterruptedError, MovieRecsError, OptionError} from '../errors'
import {remedyFor} from '../files/remedies'
import {printable} from '../printable'
import {type Command, type Io, UsageError, type Values} from './command'
import {compareCommand} from './compare'
import {dataCommand} from './data'
import {enginesCommand} from './engines'
import {evaluateCommand} from './evaluate'
import {explainCommand} from './explain'
import {fitCommand} from './fit'
import {optionLines} from './optionHelp'
import {pageCommand} from './page'
import {recommendCommand} from './recommend'
import {searchCommand} from './search'
import {similarCommand} from './similar'
import {updateCommand} from './update'

const COMMANDS: readonly Command[] = [
  evaluateCommand,
  recommendCommand,
  similarCommand,
  explainCommand,
  fitCommand,
  updateCommand,
  pageCommand,
  compareCommand,
  searchCommand,
  dataCommand,
  enginesCommand
]

/**
 * Exit status: 0 done, 1 the work failed, 2 the command line cannot be understood, 130 it was interrupted. Each failure is one line with
 * its remedy.
 */
export async function main(argv: readonly string[], io: Io): Promise<0 | 1 | 2 | 130> {
  const [word, ...rest] = argv
  if (word === undefined || word === 'help' || word === '--help' || word === '-h') {
    io.out(help())
    return word === undefined ? 2 : 0
  }
  if (word === '--version' || word === '-v') {
    io.out((require('../../package.json') as {version: string}).version)
    return 0
  }
  const command = COMMANDS.find(({name}) => name === word)
  try {
    if (command === undefined)
      throw new UsageError(`There is no command "${word}": ${COMMANDS.map(({name}) => name).join(', ')}.`)
    if (rest.includes('--help') || rest.includes('-h')) {
      const forms = command.usage.map(line => `  movie-recs ${line}`)
      io.out([command.about, '', ...forms, '', ...optionLines(command.options, command.help)].join('\n'))
      return 0
    }
    const {values, words} = parse(command, rest)
    await command.run(values, words, io)
    return 0
  } catch (error) {
    io.note(`movie-recs: ${oneLine(error)}`)
    if (error instanceof InterruptedError) return 130
    return error instanceof UsageError || error instanceof OptionError ? 2 : 1
  }
}

/**
 * The command of the shell: prints, and stops at Ctrl-C (at once at the second), with status 130 then. Whatever keeps it from
 * an end, status 0 is that of a command whose work is done and whose answer is written.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  let ended = false
  process.exitCode = 1
  process.once('exit', () => {
    if (!ended)
      writeSync(
        2,
        'movie-recs: the work stopped before its end, and nothing is left that would go on. Run it again with --workers 1.\n'
      )
  })
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    ended = true
    // Whoever reads by `| head` has read enough.
    if (error.code !== 'EPIPE') {
      const {code = error.message} = error
      const why = code === 'ENOSPC' ? 'its disk is full' : code
      process.stderr.write(`movie-recs: the answer cannot be written to standard output: ${why}.\n`)
    }
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  const status = await main(argv, {
    out: text => process.stdout.write(`${printable(text)}\n`),
    note: text => process.stderr.write(`${printable(text)}\n`),
    signal: stop.signal
  })
  ended = true
  process.exitCode = status !== 0 && stop.signal.aborted ? 130 : status
}

function parse(command: Command, args: readonly string[]): {values: Values; words: readonly string[]} {
  try {
    const {values, positionals, tokens} = parseArgs({
      args: joined(command, args),
      options: command.options,
      allowPositionals: true,
      tokens: true,
      strict: true
    })
    const once = new Set<string>()
    for (const token of tokens) {
      if (token.kind !== 'option' || command.options[token.name].multiple === true) continue
      if (once.has(token.name)) throw new Error(`${token.rawName} is given twice: give it once`)
      once.add(token.name)
    }
    const takesWords = command.name === 'data' || command.name === 'engines'
    if (positionals.length > 0 && !takesWords) throw new Error(`Unexpected "${positionals[0]}"`)
    return {values: values as Values, words: positionals}
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split('\n')[0].replace(/\.? *$/, '')}. See movie-recs ${command.name} --help.`
    )
  }
}

/** A value that begins as a negative number belongs to the option before it: `--scale -10,10`. */
function joined(command: Command, args: readonly string[]): string[] {
  const made: string[] = []
  for (const arg of args) {
    const option = made.at(-1)
    const takes = option?.startsWith('--') && command.options[option.slice(2)]?.type === 'string'
    if (takes && /^-[\d.]/.test(arg)) made[made.length - 1] = `${option}=${arg}`
    else made.push(arg)
  }
  return made
}

function oneLine(error: unknown): string {
  const failure = error as NodeJS.ErrnoException
  if (failure instanceof MovieRecsError || failure instanceof UsageError) return failure.message
  const remedy = remedyFor(failure)
  if (remedy !== undefined) return remedy.message
  return `${failure.message ?? String(error)} (this is a bug: please report it with the command line)`
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({name}) => name.length))
  const lines = COMMANDS.map(({name, about}) => `  ${name.padEnd(width)}  ${about}`)
  return [
    'Movie recommenders on the command line.',
    '',
    ...lines,
    '',
    'movie-recs COMMAND --help shows its forms.'
  ].join('\n')
}
