import {
  ContentBased,
  Ease,
  type Engine,
  ItemNeighbours,
  MatrixFactorization,
  Popularity,
  TruncatedSvd,
  UserNeighbours
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {type Spoken, sentenceOf} from '#internals'
import {smallWorld} from '../contract/world'

const SPOKEN: Spoken = {
  title: 'American Beauty (1999)',
  genres: ['Drama', 'Sci-Fi'],
  year: 1999,
  unit: 'stars',
  score: 3.58,
  stranger: false,
  unrated: false,
  terms: [
    {kind: 'mean', value: 3.5, name: 'mean of all ratings'},
    {kind: 'user', value: -0.8, name: 'how you rate'},
    {kind: 'movie', value: 0.6, name: 'how it is rated'},
    {kind: 'rated', value: 0.2, name: 'The Royal Tenenbaums', rating: 5},
    {kind: 'rated', value: 0.15, name: 'Fargo', rating: 4.5},
    {kind: 'rated', value: 0.01, name: 'Heat', rating: 3},
    {kind: 'rated', value: -0.08, name: 'Alien', rating: 1}
  ]
}
const saying = (more: Partial<Spoken>): string => sentenceOf({...SPOKEN, ...more})

describe('a sentence', () => {
  it('names what moves the score, with the stars that were given, and what people in general think', () => {
    expect(saying({})).toBe(
      'American Beauty (1999) gets 3.58 stars, in part because you gave The Royal Tenenbaums 5 and Fargo 4.5, although you gave Alien 1; people in general give it 4.10 and you rate 0.80 below others.'
    )
  })

  it('names no term that is quieter than a fifth of the loudest, or moves nothing that is seen', () => {
    expect(saying({})).not.toContain('Heat')
    const quiet = SPOKEN.terms.map(term =>
      term.kind === 'rated' ? {...term, value: term.value / 100} : term
    )
    expect(saying({terms: quiet})).toBe(
      'American Beauty (1999) gets 3.58 stars: people in general give it 4.10 and you rate 0.80 below others.'
    )
  })

  it('does not hide a rest that is as loud as a reason', () => {
    const rest = {kind: 'rest', name: 'what no rating accounts for'} as const
    expect(saying({terms: [...SPOKEN.terms, {...rest, value: -0.3}]})).toContain(
      'and what no rating accounts for takes 0.30 off.'
    )
    expect(saying({terms: [...SPOKEN.terms, {...rest, value: 0.02}]})).not.toContain('no rating')
  })

  it('says what is not known', () => {
    const [mean, , movie] = SPOKEN.terms
    expect(
      saying({terms: [mean, {...mean, kind: 'user', value: 0}, movie], stranger: true, score: 4.1})
    ).toBe(
      'American Beauty (1999) gets 4.10 stars: people in general give it 4.10 and nothing is known of you.'
    )
    expect(saying({terms: [mean, {...movie, value: 0}], unrated: true, score: 3.5})).toBe(
      'American Beauty (1999) gets 3.50 stars: nobody rated it and people in general give a movie 3.50.'
    )
  })

  it('does not claim more for its reasons than they do', () => {
    const [mean, user, movie, five, four] = SPOKEN.terms
    const three = {...five, name: 'Brazil', value: 0.1}
    expect(saying({terms: [mean, five]})).toContain(', because you gave The Royal Tenenbaums 5;')
    expect(saying({terms: [mean, user, five, {...movie, value: 0.1}]})).toContain(', mostly because you gave')
    expect(saying({terms: [mean, {...movie, value: 0.5}, five, four, three]})).toContain(
      ', in part because you gave The Royal Tenenbaums 5, Fargo 4.5 and Brazil 5;'
    )
    // What pushes up does not share in what holds back: −0.1 of −0.9.
    expect(saying({terms: [mean, user, movie, {...five, value: -0.1}]})).toContain(
      ', held back in part because you gave The Royal Tenenbaums 5;'
    )
    // A mean of its own is where a sum begins, not what moves it.
    expect(saying({terms: [{...movie, value: 4}, five]})).toContain(
      ', because you gave The Royal Tenenbaums 5; people give it 4.00 on average.'
    )
  })

  it('never says of a movie what is only true of all, nor of a stranger what she gave', () => {
    const [mean, user, movie] = SPOKEN.terms
    expect(saying({terms: [mean, user]})).toContain('people in general give a movie 3.50')
    expect(saying({terms: [{...movie, value: 3.5}], unrated: true})).toContain(
      ': nobody rated it and people in general give a movie 3.50.'
    )
    expect(saying({terms: [{...user, value: 3.5}], stranger: true, score: 3.5})).toContain(
      ': people in general give a movie 3.50 and nothing is known of you.'
    )
    expect(saying({terms: [{...user, value: 3.2}]})).toContain(': you give 3.20 on average.')
    const none = {kind: 'rest', value: 0, name: 'nobody rated it'} as const
    expect(saying({unit: 'score', score: -0.001, terms: [none], unrated: true})).toBe(
      'American Beauty (1999) scores 0.00: nobody rated it.'
    )
    expect(saying({unit: 'score', score: -0.2, terms: [{...none, name: 'nothing in common'}]})).toBe(
      'American Beauty (1999) scores −0.20: nothing in common.'
    )
  })

  it('gives a stranger the whole score as that of people in general', () => {
    const [mean, user, movie] = SPOKEN.terms
    const rest = {kind: 'rest', value: 0.1, name: 'what no rating accounts for'} as const
    const terms = [mean, {...user, value: 0.05}, movie, rest]
    expect(saying({terms, stranger: true, score: 4.25})).toBe(
      'American Beauty (1999) gets 4.25 stars: people in general give it 4.25 and nothing is known of you.'
    )
  })

  it('speaks of words and neighbours as what they are', () => {
    const word = {kind: 'word', value: 0.3, name: 'beauty'} as const
    expect(saying({unit: 'score', terms: [word], score: 0.3})).toBe(
      'American Beauty (1999) scores 0.30, because its title has "beauty".'
    )
    expect(
      saying({terms: [{kind: 'neighbour', value: 1, name: 'user 7', rating: 4}, SPOKEN.terms[0]]})
    ).toContain('because user 7 gave it 4; people in general give a movie 3.50.')
  })

  it('tells words, pairs and decades as the genres and the year that they stand for', () => {
    const genre = (name: string, value: number) => ({kind: 'genre', value, name}) as const
    const year = (name: string, value: number) => ({kind: 'year', value, name}) as const
    const terms = [
      genre('drama', 0.1),
      genre('drama sci', 0.2),
      genre('sci fi', 0.1),
      year('around 2000', 0.3)
    ]
    expect(saying({unit: 'score', terms, score: 0.7})).toBe(
      'American Beauty (1999) scores 0.70, because its genres include Drama and Sci-Fi and it is from 1999.'
    )
    // Sci-Fi: half of −0.3 and all of −0.05; Drama: half of −0.3 and 0.25, so it still speaks for the movie.
    const against = [genre('drama', 0.25), genre('drama sci', -0.3), genre('fi', -0.05)]
    expect(saying({unit: 'score', terms: against, score: -0.1})).toMatch(
      /because its genres include Drama, although its genres include Sci-Fi\.$/
    )
    const decades = [year('around 1990', 0.1), year('around 2000', 0.2), genre('drama', 0.01)]
    expect(saying({unit: 'score', terms: decades, score: 0.31})).toContain(
      ', mostly because it is from 1999.'
    )
  })

  it('says how often a movie was rated beside the reasons, not as one of hers', () => {
    const fame = {kind: 'popularity', value: 0.98, name: 'how often it was rated'} as const
    const terms = [fame, {kind: 'genre', value: 0.4, name: 'drama'} as const]
    expect(saying({unit: 'score', terms, score: 1.38})).toBe(
      'American Beauty (1999) scores 1.38, in part because its genres include Drama; how often it was rated adds 0.98.'
    )
    expect(saying({unit: 'score', terms: [fame], score: 0.98, stranger: true})).toBe(
      'American Beauty (1999) scores 0.98: nothing is known of you and how often it was rated adds 0.98.'
    )
  })

  it('counts people where the score is a count', () => {
    const terms = [{kind: 'popularity', value: 0, name: 'people who rated it'} as const]
    const many = (score: number) => saying({unit: 'people', score, terms: [{...terms[0], value: score}]})
    expect(many(0)).toContain('was rated by nobody;')
    expect(many(1)).toContain('was rated by 1 person;')
    expect(many(1200)).toBe(
      'American Beauty (1999) was rated by 1,200 people; the list is the same for everyone.'
    )
  })
})

describe('of engines', () => {
  const world = smallWorld()

  it('popularity counts people', async () => {
    const engine = await new Popularity().fit(world)
    const {score, terms, sentence} = engine.explain(10, 100)
    expect(terms).toEqual([{kind: 'popularity', value: score, name: 'people who rated it'}])
    expect(sentence).toBe(
      `${world.movies.title(100)} was rated by ${score} people; the list is the same for everyone.`
    )
  })

  it('factors around users’ means know of no movie that people like it more', async () => {
    const engine = await new TruncatedSvd({factors: 2, missing: 'user-mean'}).fit(world)
    const {terms, sentence} = engine.explain(10, 100)
    expect(terms.some(term => term.kind === 'movie')).toBe(false)
    expect(sentence).toContain(`people in general give a movie ${world.mean.toFixed(2)}`)
  })

  it('content counts nobody: how often a movie was rated is a share of its score', async () => {
    const engine = await new ContentBased({popularity: 1}).fit(world)
    const {terms, sentence} = engine.explain(99999, 100)
    expect(terms.map(term => term.kind)).toEqual(['popularity'])
    expect(sentence).toMatch(/: nothing is known of you and how often it was rated adds \d\.\d\d\.$/)
  })

  it('never give a movie as a reason for itself', async () => {
    const engines: Array<Engine<any>> = [
      new MatrixFactorization({factors: 4, epochs: 20}),
      new TruncatedSvd({factors: 4}),
      new Ease({regularization: 5}),
      new ItemNeighbours({k: 5}),
      new UserNeighbours({k: 5})
    ]
    for (const engine of engines) {
      await engine.fit(world)
      for (const {movieId, title} of world.of(10)) {
        const {terms, sentence} = engine.explain(10, movieId)
        expect(terms.every(term => term.kind !== 'rated' || term.movieId !== movieId)).toBe(true)
        expect(sentence.indexOf(title), `${engine.name}: ${sentence}`).toBe(sentence.lastIndexOf(title))
        expect(sentence).not.toMatch(/your own rating of it(?! (adds|takes) )/)
      }
    }
  })

  it('say nothing of a rating that moves nothing: it is all there is to a mean', async () => {
    const engine = await new TruncatedSvd({factors: 4, missing: 'user-mean'}).fit(world)
    const {terms, score, sentence} = engine.explain([{movieId: 100, rating: 5}], 100)
    expect(score).toBeCloseTo(5, 6)
    expect(terms.map(term => term.kind)).toEqual(['mean', 'user'])
    expect(sentence).toMatch(
      /: people in general give a movie \d\.\d\d and you rate \d\.\d\d above others\.$/
    )
  })
})
