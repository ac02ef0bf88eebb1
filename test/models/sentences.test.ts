import {
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
      'American Beauty (1999) gets 3.58 stars, mostly because you gave The Royal Tenenbaums 5 and Fargo 4.5, although you gave Alien 1; people in general give it 4.10 and you rate 0.80 below others.'
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
    const rest = {kind: 'rest', name: 'what no single rating accounts for'} as const
    expect(saying({terms: [...SPOKEN.terms, {...rest, value: -0.3}]})).toContain(
      'and −0.30 is what no single rating accounts for.'
    )
    expect(saying({terms: [...SPOKEN.terms, {...rest, value: 0.02}]})).not.toContain('no single rating')
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

  it('speaks of genres, words, years and neighbours as what they are', () => {
    const terms = [
      {kind: 'genre', value: 0.4, name: 'drama'},
      {kind: 'word', value: 0.3, name: 'beauty'},
      {kind: 'year', value: 0.2, name: 'around 2000'}
    ] as const
    expect(saying({unit: 'score', terms, score: 0.9})).toBe(
      'American Beauty (1999) scores 0.90, because it is drama, its title has "beauty" and it is from around 2000.'
    )
    expect(
      saying({terms: [{kind: 'neighbour', value: 1, name: 'user 7', rating: 4}, SPOKEN.terms[0]]})
    ).toContain('because user 7 gave it 4; people in general give a movie 3.50.')
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
      }
    }
  })
})
