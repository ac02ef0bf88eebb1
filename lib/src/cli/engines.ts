import {tensorFlowBackend} from '../engines/deep/tensorflow'
import type {EngineClass} from '../engines/engine'
import {type OptionSpec, optionText} from '../engines/options'
import {RatingEngine} from '../engines/ratingEngine'
import {engines} from '../engines/registry'
import type {Command} from './command'
import {engineCalled} from './inputs'

export const enginesCommand: Command = {
  name: 'engines',
  about: 'Lists the engines, what each can do, and its options with their defaults.',
  usage: ['engines [NAME] [--json]'],
  options: {json: {type: 'boolean'}},
  async run(values, words, io) {
    const list = words.length === 0 ? engines() : words.map(engineCalled)
    if (values.json === true) return io.out(JSON.stringify(list.map(describe), undefined, 2))
    for (const engine of list) {
      const {name, about, source, can, options} = describe(engine)
      io.out(`${name}\n  ${about}\n  can: ${can.join(', ')}    source: ${source}`)
      for (const [option, spec] of Object.entries(options))
        io.out(`    ${option.padEnd(18)} ${range(spec)}  ${spec.about}`)
      io.out('')
    }
    io.out(`TensorFlow, for embedding-net: ${tensorFlowBackend() ?? 'not installed'}`)
  }
}

interface EngineDescription {
  name: string
  class: string
  about: string
  source: string
  can: string[]
  options: Record<string, OptionSpec>
}

function describe(engine: EngineClass): EngineDescription {
  const {name, about, source, options} = engine.spec
  const rates = engine.prototype instanceof RatingEngine
  const can = [
    ...(rates ? ['predict', 'evaluate'] : []),
    'recommend',
    'similar',
    'explain',
    'save',
    ...(engine.spec.resumes === true ? ['resume'] : []),
    ...(engine.spec.clicks === undefined ? [] : ['clicks']),
    ...(engine.spec.updates === undefined ? [] : [`update: ${engine.spec.updates}`])
  ]
  return {name, class: engine.name, about, source, can, options: options as Record<string, OptionSpec>}
}

/** "= 50 (1 up)", "= random (random, user)" */
function range(spec: OptionSpec): string {
  if (spec.kind === 'choice') return `= ${spec.default} (${spec.choices.join(', ')})`
  if (spec.kind === 'text') return `= ${spec.default || 'none'}`
  if (spec.kind === 'boolean') return `= ${spec.default} (true, false)`
  if (spec.kind === 'integers' || spec.kind === 'numbers' || spec.kind === 'members')
    return `= ${optionText(spec.default) || 'none'}`
  const {min, max} = spec
  const bounds = [
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(max === undefined ? [] : [`to ${max}`])
  ].join(' ')
  return `= ${spec.default}${bounds === '' ? '' : ` (${bounds})`}`
}
