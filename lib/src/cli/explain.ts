import {Table} from '../show/table'
import {type Command, needed} from './command'
import {
  checkWho,
  ENGINE_OPTIONS,
  FILE_OPTIONS,
  fittedEngine,
  movieIdFrom,
  WHO_OPTIONS,
  whoFrom
} from './inputs'
import {interruptibly} from './interruptibly'

export const explainCommand: Command = {
  name: 'explain',
  about: 'Tells why a movie gets its score: terms that sum to it.',
  usage: [
    'explain --model model.mrec --user 15 --movie 2858 [--json]',
    'explain --engine baseline --ratings r.csv --profile "2858=5,1=2" --movie "Toy Story (1995)"'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    ...WHO_OPTIONS,
    movie: {type: 'string'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const movie = needed(values, 'movie', 'a title or an id')
    checkWho(values)
    const engine = await fittedEngine(values, io)
    const movieId = movieIdFrom(movie, engine, io)
    const who = await whoFrom(values, engine, io)
    const {score, terms, sentence} = interruptibly(() => engine.explain(who, movieId))
    const title = engine.movies.title(movieId)
    if (values.json === true)
      return io.out(JSON.stringify({movieId, title, score, terms, sentence}, undefined, 2))
    io.out(sentence)
    const rows = [...terms]
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .map(({name, value}) => ({term: name, value}))
    io.out(new Table([...rows, {term: 'sum', value: score}], {decimals: {value: 4}}).toString())
  }
}
