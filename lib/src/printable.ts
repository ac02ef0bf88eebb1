/** What a terminal or an eye would obey instead of showing: control characters but tabs and line ends, other ends of a line, overrides of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text in which no character acts: each that would is written as its number, "\u001b", which JSON reads back as what it was. */
export function printable(text: string): string {
  return text.replace(ACTING, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Text of at most `most` characters: of a longer one its beginning and its end. */
export function brief(text: string, most: number): string {
  if (text.length <= most) return text
  const end = Math.floor(most / 4)
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`
}

/** Characters of a text that is shown, at most. */
const MOST_SHOWN = 60

/** A value of JSON in a few words, for a message: whatever stands in a file, and however deep it goes. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? JSON.stringify(brief(value, MOST_SHOWN)) : String(value)
}

/** A value as JSON, for a message; in a few words where it is none, or goes too deep. */
export function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return shown(value)
  }
}
