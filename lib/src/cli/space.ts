import type {EngineClass} from '../engines/engine'
import {type OptionSpec, parseOption} from '../engines/options'
import {type OptionRange, unknownOption} from '../evaluate/searchSpace'
import {UsageError} from './command'

/**
 * --space factors=20..200,regularization=0.01/0.03/0.1: ranges and lists, in the types of the engine's options. A comma begins the next option
 * where a name and = follow, so that a list of lists is hidden=64/64,32; nothing in it needs quotes in a shell.
 */
export function spaceFrom(
  Class: EngineClass,
  given: readonly string[]
): Record<string, readonly unknown[] | OptionRange> {
  const space: Record<string, readonly unknown[] | OptionRange> = {}
  for (const part of given.flatMap(optionsIn)) {
    const at = part.indexOf('=')
    const [name, text] = [part.slice(0, at).trim(), part.slice(at + 1)]
    if (at < 1 || text === '')
      throw new UsageError(
        `--space takes options with their values, as in factors=20..200,regularization=0.01/0.03/0.1; got "${part}".`
      )
    const option = Object.entries<OptionSpec>(Class.spec.options).find(([one]) => one === name)?.[1]
    if (option === undefined) throw unknownOption(Class.spec, name, text)
    if (Object.hasOwn(space, name)) throw new UsageError(`--space names ${name} twice: name it once.`)
    space[name] = valuesFrom(name, option, text)
  }
  return space
}

function valuesFrom(name: string, option: OptionSpec, text: string): readonly unknown[] | OptionRange {
  const [from, to, scale, ...rest] = text.split('..')
  const isNumber = option.kind === 'integer' || option.kind === 'number'
  if (to === undefined || !isNumber) return text.split('/').map(one => parseOption(option, one))
  const ends = [from, to].map(end => (end.trim() === '' ? Number.NaN : Number(end)))
  if (!ends.every(Number.isFinite) || rest.length > 0 || !['linear', 'log', undefined].includes(scale))
    throw new UsageError(
      `--space ${name}: a range is from..to, or from..to..log or from..to..linear; got "${text}".`
    )
  return {from: ends[0], to: ends[1], ...(scale === undefined ? {} : {scale: scale as 'linear' | 'log'})}
}

/** The options of one --space: apart at commas before a name and =, but for those in brackets. */
function optionsIn(given: string): string[] {
  const parts = ['']
  let depth = 0
  for (const [k, character] of [...given].entries()) {
    if (character === '(') depth++
    if (character === ')') depth--
    const next = character === ',' && depth === 0 && /^,\s*\w+\s*=/.test([...given].slice(k).join(''))
    if (next) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}
