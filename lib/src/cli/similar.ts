import {type Command, needed, number} from './command'
import {ENGINE_OPTIONS, FILE_OPTIONS, fittedEngine, movieIdFrom} from './inputs'
import {interruptibly} from './interruptibly'

export const similarCommand: Command = {
  name: 'similar',
  about: 'Lists the movies most like one.',
  usage: [
    'similar --engine content --movies movies.dat --movie "Toy Story (1995)" [-n 20] [--include-self] [--json]',
    'similar --model model.mrec --movie 1 [-n 20]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    movie: {type: 'string'},
    n: {type: 'string', short: 'n'},
    'include-self': {type: 'boolean'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const movie = needed(values, 'movie', 'a title or an id')
    const n = number(values, 'n', {whole: true, min: 1}) ?? 10
    const engine = await fittedEngine(values, io)
    const movieId = movieIdFrom(movie, engine, io)
    const includeSelf = values['include-self'] === true
    const rows = interruptibly(() => engine.similar(movieId, {n, includeSelf}))
    io.out(values.json === true ? JSON.stringify(rows, undefined, 2) : rows.toString())
  }
}
