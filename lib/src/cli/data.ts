import {type Command, UsageError} from './command'

export const dataCommand: Command = {
  name: 'data',
  about: 'Fetches an edition of MovieLens.',
  usage: ['data 1m [--dir data] [--from ml-1m.zip] [--mirror URL] [--json]'],
  options: {dir: {type: 'string'}, from: {type: 'string'}, mirror: {type: 'string'}, json: {type: 'boolean'}},
  async run() {
    throw new UsageError('The download is not part of this build.')
  }
}
