import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {ContentBased, loadEngine, Movies, Ratings, readMovies, saveEngine} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-content-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

// Not in the order of ids, so that file order shows.
const movies = Movies.from([
  {movieId: 30, title: 'Toy Story (1995)', genres: ['Animation', 'Comedy']},
  {movieId: 10, title: 'Toy Story 2 (1999)', genres: ['Animation', 'Comedy']},
  {movieId: 20, title: 'Heat (1995)', genres: ['Crime', 'Drama']},
  {movieId: 50, title: 'Antz (1998)', genres: ['Animation', 'Comedy']},
  {movieId: 40, title: 'Dead Man (1995)', genres: ['Drama']},
  {movieId: 60, title: 'Nothing', genres: []}
])
const ratings = Ratings.from(
  [
    {userId: 1, movieId: 30, rating: 5},
    {userId: 1, movieId: 20, rating: 2},
    {userId: 2, movieId: 20, rating: 5},
    {userId: 2, movieId: 99, rating: 4}
  ],
  movies
)

describe('ContentBased', () => {
  it('lists equally similar movies in file order, the movie itself among them', async () => {
    const engine = await new ContentBased().fit(movies)
    expect(engine.similar(10, {n: 3, includeSelf: true}).column('movieId')).toEqual([30, 10, 50])
    expect(engine.similar(10, {n: 9}).column('movieId')).toEqual([30, 50, 20, 40, 60])
    expect(String(engine)).toBe('ContentBased() on 6 movies')
  })

  it('answers for profiles when it was fitted on movies alone, and knows no users', async () => {
    const engine = await new ContentBased().fit(movies)
    expect(engine.recommend([{movieId: 40, rating: 5}], {n: 1})[0].movieId).toBe(20)
    expect(() => engine.recommend(1)).toThrow(/Unknown userId 1: no users/)
    await expect(new ContentBased().fit(Movies.from([]))).rejects.toThrow(/at least one listed movie/)
  })

  it('recommends movies that nobody rated, and leaves out ratings of movies that are not listed', async () => {
    const engine = await new ContentBased().fit(ratings)
    expect(engine.recommend(1, {n: 2}).column('movieId')).toEqual([10, 50])
    expect(engine.recommend(2, {n: 1})[0].movieId).toBe(40)
    expect(() => engine.similar(99)).toThrow(/Unknown movieId 99: 6 movies \(ids 10 to 60\) are listed/)
  })

  it('scores by the profile over its norm, term by term', async () => {
    const engine = await new ContentBased({ngrams: 1, damping: 0, idf: 'none', profile: 'centred'}).fit(
      ratings
    )
    // User 1: mean 3.5, Toy Story +1.5, Heat -1.5; without idf each genre weighs 1/sqrt(2).
    // p = 1.5/sqrt(2) · (animation, comedy, -crime, -drama), |p| = 1.5 sqrt(2), so p/|p| = 1/2 each.
    const {score, terms, sentence} = engine.explain(1, 10)
    expect(score).toBeCloseTo(Math.SQRT1_2, 12)
    expect(terms.map(term => term.name).sort()).toEqual(['animation', 'comedy'])
    for (const term of terms) expect(term.value).toBeCloseTo(Math.SQRT1_2 / 2, 12)
    expect(sentence).toBe('Toy Story 2 (1999) scores 0.71, because its genres include Animation and Comedy.')
    expect(engine.explain(1, 40).score).toBeCloseTo(-0.5, 12)
    expect(engine.explain(1, 60)).toMatchObject({score: 0, terms: [{name: 'nothing in common', value: 0}]})
  })

  it('takes the title, the year and fame into account when asked', async () => {
    const titled = await new ContentBased({titleWeight: 0.5}).fit(movies)
    const [first, second] = titled.similar(30)
    expect(first.movieId).toBe(10)
    expect(first.score).toBeGreaterThan(second.score)
    expect(titled.termsOf(30)).toContainEqual({kind: 'word', name: 'toy', value: expect.any(Number)})
    const dated = await new ContentBased({yearWeight: 1}).fit(movies)
    expect(dated.similar(30).column('movieId').slice(0, 2)).toEqual([50, 10])
    expect(dated.termsOf(40).map(term => term.name)).toEqual(['drama', 'around 1990', 'around 2000'])
    const famous = await new ContentBased({popularity: 1}).fit(ratings)
    expect(famous.explain(1, 20).terms[0]).toEqual({
      kind: 'popularity',
      name: 'how often it was rated',
      value: 1
    })
  })

  it('takes the words of a text of the catalogue into account when asked, also from a file', async () => {
    const file = path.join(folder, 'plots.csv')
    writeFileSync(
      file,
      `movieId,title,genres,plot
1,Heat (1995),Crime,"Robbers are hunted
by a detective."
2,Fargo (1996),Crime,"A car salesman, a kidnapping, snow."
3,Frozen Land (2005),Drama,Snow and a kidnapping.
4,The Bank Job (2008),Drama,"Robbers dig, a detective waits."
5,Nobody Knows (2004),Drama,
`
    )
    const listed = await readMovies(file, {columns: {texts: {overview: 'plot'}}})
    expect(listed.at(0).texts).toEqual({overview: 'Robbers are hunted\nby a detective.'})
    expect((await readMovies(file)).at(0)).not.toHaveProperty('texts')
    const engine = await new ContentBased({text: 'overview', idf: 'none'}).fit(listed)
    // Half of the cosine is the genres', half that of {robbers, hunted, detective} and {robbers, dig, detective, waits}.
    const near = engine.similar(1, {n: 2})
    expect(near.column('movieId')).toEqual([2, 4])
    expect(near[0].score).toBeCloseTo(0.5, 12)
    expect(near[1].score).toBeCloseTo(2 / Math.sqrt(3 * 4) / 2, 12)
    expect(engine.termsOf(3)).toContainEqual({kind: 'text', name: 'snow', value: expect.any(Number)})
    expect(engine.explain([{movieId: 1, rating: 5}], 4).sentence).toMatch(
      /because its description has "detective" and "robbers"\.$/
    )
    const heavy = await new ContentBased({text: 'overview', textWeight: 3}).fit(listed)
    expect(heavy.similar(1, {n: 1})[0].movieId).toBe(4)
    const saved = path.join(folder, 'plots.mrec')
    await saveEngine(engine, saved)
    const back = await loadEngine(saved)
    expect(back.movies.at(0)).toEqual(listed.at(0))
    expect([...back.similar(1)]).toEqual([...engine.similar(1)])
    expect([
      ...(await new ContentBased({text: 'overview', idf: 'none'}).fit(back.movies)).similar(1)
    ]).toEqual([...engine.similar(1)])
  })

  it('says which texts a catalogue has', async () => {
    await expect(new ContentBased({text: 'plot'}).fit(movies)).rejects.toThrow(
      /^Option text of content: expected a text of the catalogue \(it has none\), got "plot"\. Read/
    )
    const told = Movies.from([{movieId: 1, title: 'Heat', texts: {plot: 'robbers', tagline: ''}}])
    await expect(new ContentBased({text: 'toString'}).fit(told)).rejects.toThrow(/\(plot, tagline\), got/)
    await expect(new ContentBased({text: 'tagline'}).fit(told)).resolves.toBeInstanceOf(ContentBased)
  })

  it('counts likes alike where there is nothing but likes', async () => {
    const likes = Ratings.from([{userId: 1, movieId: 40, rating: 5}], movies)
    const engine = await new ContentBased().fit(likes)
    expect(engine.recommend(1, {n: 1})[0]).toMatchObject({movieId: 20})
    expect(engine.recommend(1, {n: 1})[0].score).toBeGreaterThan(0)
  })

  it('is saved and read back, also when it was fitted on movies alone', async () => {
    const file = path.join(folder, 'content.mrec')
    const engine = await new ContentBased({titleWeight: 0.3, yearWeight: 0.2}).fit(movies)
    await saveEngine(engine, file)
    const read = await loadEngine(file)
    expect(read.similar(30)).toEqual(engine.similar(30))
    const profile = [{movieId: 40, rating: 4.5}]
    expect(read.recommend(profile)).toEqual(engine.recommend(profile))
    expect(read.similarities([30, 20])).toEqual(engine.similarities([30, 20]))
  })
})

const file = path.join(SHARED, 'data/ml-1m/movies.dat')

// MovieLens 1M may not be redistributed: the lists of the article are checked where the data is at hand.
describe.skipIf(!existsSync(file))('the article on MovieLens 1M', () => {
  const golden = JSON.parse(readFileSync(path.join(SHARED, 'golden/article.json'), 'utf8')).content
  let engine: ContentBased
  let listed: Movies
  beforeAll(async () => {
    listed = await readMovies(file)
    engine = await new ContentBased().fit(listed)
  })

  it('has the shape of its matrix', () => {
    expect(engine.shape).toEqual(golden.tfidfShape)
  })

  it('has its cosines', () => {
    const all = engine.cosines()
    for (const [a, row] of golden.cosineTopLeft4x4.entries())
      for (const [b, cosine] of row.entries()) expect(Math.abs(all[a * 3883 + b] - cosine)).toBeLessThan(1e-6)
  })

  for (const [title, ids] of Object.entries(golden.similarMovieIds)) {
    it(`has its list for ${title}`, () => {
      const rows = engine.similar(listed.find(title).movieId, {n: 21, includeSelf: true})
      expect(rows.slice(1).map(row => row.movieId)).toEqual(ids)
    })
  }
})
