import {
  Baseline,
  Blend,
  ContentBased,
  Ease,
  type Engine,
  evaluateRanking,
  GraphFilter,
  loadMovieLens,
  OptionError,
  Popularity,
  split
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {parseOption} from '#internals'
import {smallWorld} from '../contract/world'

const world = smallWorld()
const user = world.frame.userIds.ids[3]

/** What a fitted engine gives each movie that it lists. */
function scores(engine: Engine<any, any>): Map<unknown, number> {
  return new Map(engine.recommend(user, {n: 1000, includeRated: true}).map(row => [row.movieId, row.score]))
}

describe('Blend for lists', () => {
  it('is the weighted sum of its members’ standardised scores', async () => {
    const members = [new Ease({regularization: 5}), new Baseline()]
    const blend = await new Blend({for: 'lists', members, weights: [0.7, 0.3]}).fit(world)
    expect(members.map(member => member.fitted)).toEqual([false, false])
    const theirs = await Promise.all(members.map(async member => scores(await member.fit(world))))
    const parts = blend.model.members
    for (const [movieId, score] of scores(blend)) {
      const expected = parts.reduce(
        (sum, {weight, mean, deviation}, k) =>
          sum + (weight * ((theirs[k].get(movieId) as number) - mean)) / deviation,
        0
      )
      expect(score).toBeCloseTo(expected, 9)
    }
    expect(blend.model.weights).toEqual([0.7, 0.3])
  })

  it('standardises over what people have not rated', async () => {
    const {model} = await new Blend({for: 'lists', members: ['ease'], weights: [1]}).fit(world)
    const ease = await new Ease().fit(world)
    const all: number[] = []
    for (const userId of world.frame.userIds.ids)
      all.push(...ease.recommend(userId, {n: 1000}).map(row => row.score))
    const mean = all.reduce((a, b) => a + b) / all.length
    expect(model.members[0].mean).toBeCloseTo(mean, 9)
    expect(model.members[0].deviation).toBeCloseTo(
      Math.sqrt(all.reduce((sum, score) => sum + (score - mean) ** 2, 0) / all.length),
      9
    )
  })

  it('lists better than its members, with weights that it chose on the training ratings', async () => {
    const parts = split(await loadMovieLens('latest-small'), {seed: 2})
    const ndcg = async (engine: Engine<any, any>): Promise<number> =>
      (await evaluateRanking(await engine.fit(parts.train), parts, {k: 20})).ranking[0].ndcg
    const blend = new Blend({
      for: 'lists',
      members: [new Popularity(), new GraphFilter({factors: 16}), new Baseline()]
    })
    const ours = await ndcg(blend)
    expect(blend.model.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect(ours).toBeGreaterThanOrEqual(await ndcg(new Popularity()))
    expect(ours).toBeGreaterThan(await ndcg(new Baseline()))
  })

  it('has members whose movies stand in another order, or that know more of them', async () => {
    const blend = await new Blend({for: 'lists', members: ['content', 'ease'], weights: [1, 1]}).fit(world)
    const content = await new ContentBased().fit(world)
    const [own] = blend.model.members
    const rows = scores(content)
    const alone = await new Blend({for: 'lists', members: ['content'], weights: [1]}).fit(world)
    for (const [movieId, score] of scores(alone))
      expect(score * own.deviation + own.mean).toBeCloseTo(rows.get(movieId) as number, 6)
    const {terms} = blend.explain(user, blend.recommend(user, {n: 1})[0].movieId)
    expect(terms.some(term => term.kind === 'genre')).toBe(true)
    expect(terms.some(term => term.kind === 'rated')).toBe(true)
  })

  it('takes members as a text, an engine or plain values', async () => {
    const given = [
      parseOption({kind: 'members', default: [], about: ''}, 'ease(stars=0, dropout=0.3) + popularity'),
      [new Ease({stars: 0, dropout: 0.3}), 'popularity'],
      [{engine: 'ease', options: {stars: 0, dropout: 0.3}}, {engine: 'popularity'}]
    ] as Array<[]>
    const lists = await Promise.all(
      given.map(async members => scores(await new Blend({for: 'lists', members, weights: [1, 2]}).fit(world)))
    )
    expect(lists[1]).toEqual(lists[0])
    expect(lists[2]).toEqual(lists[0])
    expect(String(new Blend({members: [new Ease({stars: 0})]}))).toBe(
      'Blend(members=ease(stars=0)) not fitted'
    )
  })

  it('refuses what is no member before any work', async () => {
    const refused = async (o: object): Promise<Error> =>
      new Blend(o).fit(world).then(
        () => new Error('It was fitted.'),
        (error: Error) => error
      )
    expect(await refused({members: ['eese']})).toBeInstanceOf(OptionError)
    expect((await refused({members: ['eese']})).message).toMatch(/no engine "eese".*ease/)
    expect((await refused({members: ['blend']})).message).toMatch(/no engine "blend"/)
    expect((await refused({members: ['als'], weights: [1, 2]})).message).toMatch(/expected 1, one for each/)
    expect((await refused({weights: [1, 2]})).message).toMatch(/expected 6, one for each/)
    expect((await refused({members: ['mf', 'ease']})).message).toMatch(
      /"ease" .*predicts no stars.*for: 'lists'/
    )
    const clicks = {engine: 'als', options: {feedback: 'implicit'}}
    expect((await refused({members: ['mf', clicks]})).message).toMatch(
      /"als" with these options predicts no stars/
    )
    expect((await refused({members: [{engine: 'ease', options: {dropot: 1}}]})).message).toMatch(
      /Unknown option dropot of ease/
    )
  })
})
