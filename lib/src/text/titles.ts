import {slips} from './slips'
import {STOP_WORDS} from './stopWords'

/** "(1999)", "(1999-2003)", "(1999-)". */
const YEAR = /\((\d{4})(?:[-–]\d{0,4})?\)/g
const ARTICLES =
  "The|A|An|La|Le|Les|L'|Il|Lo|Gli|I|El|Los|Las|Der|Die|Das|Den|Det|De|Het|Un|Une|Una|Uno|O|Os|As|En|Et|Ein|Eine"
const TRAILING_ARTICLE = new RegExp(`^(.+), (${ARTICLES})(?= \\(|$)(.*)$`, 's')
/** The same in a second title in parentheses: "Hate (Haine, La) (1995)". */
const INNER_ARTICLE = new RegExp(`\\((a\\.k\\.a\\. )?([^()]+), (${ARTICLES})\\)`, 'g')

/** Splits a file's title into the form people use and the year: "Matrix, The (1999)" → "The Matrix (1999)", 1999. */
export function readTitle(original: string, movieId: number | string): {title: string; year?: number} {
  const trimmed = original.trim()
  if (trimmed === '') return {title: `Movie ${movieId}`}
  if (trimmed === 'NA') return {title: `Untitled (${movieId})`}
  const years = [...trimmed.matchAll(YEAR)]
  const year = years.length === 0 ? undefined : Number(years[years.length - 1][1])
  const withArticle = TRAILING_ARTICLE.exec(trimmed)
  const moved = (article: string, name: string): string =>
    article.endsWith("'") ? article + name : `${article} ${name}`
  const outer = withArticle === null ? trimmed : `${moved(withArticle[2], withArticle[1])}${withArticle[3]}`
  const title = outer.replace(
    INNER_ARTICLE,
    (_, also: string | undefined, name: string, article: string) => `(${also ?? ''}${moved(article, name)})`
  )
  return year === undefined ? {title} : {title, year}
}

/** Lower case without accents and punctuation: what titles are compared by. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** A name of a column in the form in which names are compared: small letters and digits. */
export function barename(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** An article in front of a name, or behind it and a comma. */
const ARTICLE = new RegExp(`^(?:${ARTICLES})(?:\\s+|(?<='))(?=\\S)|, (?:${ARTICLES})$`, 'i')

/**
 * The names of a movie by which people's titles are matched: the title and the other titles in parentheses, each folded, without year and
 * article. "Seven (a.k.a. Se7en) (1995)" → seven, se7en.
 */
export function namesOfTitle(title: string): string[] {
  const bare = title.replace(YEAR, ' ').trim()
  const others = [...bare.matchAll(/\(([^()]+)\)/g)].map(([, other]) =>
    other.replace(/^a\.?k\.?a\.?\s+/i, '')
  )
  const names = [bare, bare.replace(/\([^()]*\)/g, ' '), ...others]
  return [...new Set(names.map(name => fold(name.trim().replace(ARTICLE, ''))))].filter(name => name !== '')
}

/** One slip is forgiven for so many characters. */
const CHARACTERS_A_SLIP = 4
const MOST_SLIPS = 5

/**
 * The fewest slips that make one of these names of another. Undefined where they are more than one in four characters of the written name:
 * then another title is meant. A number is an id, and nearly an id is another one.
 */
export function slipsBetween(written: readonly string[], names: readonly string[]): number | undefined {
  let fewest: number | undefined
  for (const name of written) {
    const most = /^\d+$/.test(name) ? 0 : Math.floor((name.length + 1) / CHARACTERS_A_SLIP)
    for (const other of names) {
      const made = slips(name, other, fewest ?? Math.min(most, MOST_SLIPS))
      if (made <= most && made < (fewest ?? MOST_SLIPS + 1)) fewest = made
    }
  }
  return fewest
}

/** The words of a title that mean something: no year, no stop words, nothing of one letter, no bare numbers. */
export function wordsOfTitle(originalTitle: string): string[] {
  const title = originalTitle.trim() === 'NA' ? '' : originalTitle.replace(YEAR, ' ')
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]{2,})*/gu) ?? []
  return words
    .map(word => word.replaceAll('’', "'"))
    .filter(word => word.length > 1 && !STOP_WORDS.has(word) && !/^\d+$/.test(word))
}
