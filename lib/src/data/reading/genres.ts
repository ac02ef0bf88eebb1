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

/**
 * The texts of a list as JSON or Python writes it, of objects their names. A quote that is not closed is none, nor are those of its kind
 * behind it: whatever stands in the list, it is gone through once.
 */
function namesIn(list: string): string[] {
  const names: string[] = []
  const opening = list.includes('{') ? /['"]name['"]\s*:\s*(['"])/g : /(['"])/g
  const unclosed = new Set<string>()
  for (let found = opening.exec(list); found !== null; found = opening.exec(list)) {
    const from = opening.lastIndex
    const end = unclosed.has(found[1]) ? -1 : closingQuote(list, found[1], from)
    if (end < 0) unclosed.add(found[1])
    else names.push(list.slice(from, end).replace(/\\(.)/g, '$1'))
    opening.lastIndex = end < 0 ? found.index + 1 : end + 1
  }
  return names
}

/** The next quote of this kind without a backslash of its own before it; -1 where there is none. */
function closingQuote(list: string, quote: string, from: number): number {
  for (let at = list.indexOf(quote, from); at >= 0; at = list.indexOf(quote, at + 1)) {
    let slashes = 0
    while (at - slashes > from && list[at - slashes - 1] === '\\') slashes++
    if (slashes % 2 === 0) return at
  }
  return -1
}
