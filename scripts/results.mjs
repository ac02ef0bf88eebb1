// What `npm test` counts: each check passes, or fails with its reason.
import {secondsSince} from './terminal.mjs'

export class Results {
  passed = 0
  failed = 0
  skipped = 0
  /** @type {string[]} */
  failures = []

  /**
   * Runs one check; it passes by returning, fails by throwing.
   * @param {string} name @param {() => unknown} work
   */
  async check(name, work) {
    const started = Date.now()
    try {
      await work()
      this.passed++
      console.log(`✓ ${name} (${secondsSince(started)})`)
    } catch (error) {
      this.fail(name, error instanceof Error ? error.message : String(error))
    }
  }

  /** @param {string} name @param {string} reason */
  fail(name, reason) {
    this.failed++
    this.failures.push(`✗ ${name}\n${reason.trim().replace(/^/gm, '    ')}`)
    console.log(this.failures[this.failures.length - 1])
  }

  /** The failures once more, then the counts alone on the last line. */
  report() {
    if (this.failures.length) console.log(`\nFailed:\n${this.failures.join('\n')}`)
    const skipped = this.skipped ? `, ${this.skipped} skipped` : ''
    console.log(`\n${this.passed} passed, ${this.failed} failed${skipped}`)
  }
}

/** @param {unknown} condition @param {string} reason */
export function must(condition, reason) {
  if (!condition) throw new Error(reason)
}
