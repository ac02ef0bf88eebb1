/** One output in several forms, by MIME type; whoever shows it takes the richest form it knows. */
export type MimeBundle = Record<string, unknown>
/** Whatever draws outputs. */
export type Display = (bundle: MimeBundle, metadata?: Record<string, unknown>) => void

let display: Display | undefined

/** Says where figures and tables are drawn: the notebook module does, when it runs in a kernel. */
export function setDisplay(to: Display | undefined): void {
  display = to
}

/** Draws a bundle in the notebook; outside of one its text goes to nobody: use `toString()` or `toHTML()` there. */
export function show(bundle: MimeBundle, metadata: Record<string, unknown> = {}): void {
  display?.(bundle, metadata)
}
