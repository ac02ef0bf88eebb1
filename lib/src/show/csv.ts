/**
 * A field of a CSV file, in quotes where it needs them. A text that a spreadsheet would take for a formula ("=1+1") gets an apostrophe before it, as
 * OWASP advises; a number stays one.
 */
export function csvField(value: string | number): string {
  const text = String(value)
  const field = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
