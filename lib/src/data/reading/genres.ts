/** How the genres of a column are taken apart, and what was guessed for it. */
interface GenreTexts {
  readonly split: (text: string) => string[]
  readonly said?: string
}

const BY_BAR = (text: string): string[] => text.split('|')
const BY_COMMA = (text: string): string[] => text.split(/[,;]/)
const BY_SPACE = (text: string): string[] => text.split(/\s+/)

/**
 * Genres as `a|b`, `a, b`, `a b`, as a list of texts or of objects with a name, as the whole column has them: a space divides
 * genres only where nothing else does and the words are fewer than the different fields, so that "Science Fiction" stays one.
 */
export function genreTexts(column: readonly string[]): GenreTexts {
  const listed = (text: string): boolean => text.trimStart().startsWith('[')
  const plain = column.filter(text => text.trim() !== '' && !listed(text))
  const bare = plain.every(text => !/[|,;]/.test(text))
  const words = new Set(plain.flatMap(text => text.trim().split(/\s+/)))
  const spaced = bare && plain.some(text => /\S\s+\S/.test(text)) && words.size <= new Set(plain).size
  const apart = (text: string): string[] =>
    text.includes('|') ? BY_BAR(text) : spaced ? BY_SPACE(text.trim()) : BY_COMMA(text)
  return {
    split: text => (listed(text) ? namesIn(text) : apart(text)),
    ...(spaced ? {said: 'the genres are read as divided by spaces.'} : {})
  }
}

/** The texts of a list as JSON or Python writes it, of objects their names. */
function namesIn(list: string): string[] {
  const text = String.raw`(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`
  const wanted = list.includes('{') ? `['"]name['"]\\s*:\\s*${text}` : text
  return [...list.matchAll(new RegExp(wanted, 'g'))].map(([, single, double]) =>
    (single ?? double).replace(/\\(.)/g, '$1')
  )
}
