import {useCallback, useEffect, useRef, useState} from 'preact/hooks'
import {addressOf, type KnownToAddress, readAddress} from '../address'
import type {Visit} from '../visit'

/** A visit that is kept in the address: Back takes a change back, and who is sent the address has it. */
export interface KeptVisit {
  readonly visit: Visit
  readonly trouble: readonly string[]
  keep(next: Visit, what?: string): void
}

/** The visit of the address, kept there with every change. */
export function useVisit(known: KnownToAddress): KeptVisit {
  const [read, setRead] = useState(() => readAddress(location.hash, known))
  const last = useRef<string | undefined>(undefined)

  useEffect(() => {
    const reread = (): void => {
      last.current = undefined
      setRead(readAddress(location.hash, known))
    }
    addEventListener('popstate', reread)
    return () => removeEventListener('popstate', reread)
  }, [known])

  const keep = useCallback((next: Visit, what?: string) => {
    const again = what !== undefined && what === last.current
    last.current = what
    write(`#${addressOf(next)}`, again)
    setRead({visit: next, trouble: []})
  }, [])
  return {visit: read.visit, trouble: read.trouble, keep}
}

/** A file that some app shows from its own store has an address that cannot be changed: the page then works without. */
function write(fragment: string, instead: boolean): void {
  try {
    if (instead) history.replaceState(null, '', fragment)
    else history.pushState(null, '', fragment)
  } catch {
    // Nothing is lost but the address.
  }
}
