import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {cos, exp, hypot, log, log1p, log2, log10, pow} from '#internals'
import golden from '../golden/elementary.json'

type Function = (x: number) => number

/** Numbers between 0 and 1 of 53 bits, made of whole numbers alone: the same on every machine. */
const unit = (k: number): number =>
  ((Math.imul(k + 1, 0x9e3779b9) >>> 0) * 2 ** 21 + ((Math.imul(k + 7, 0x85ebca6b) >>> 0) >>> 11)) / 2 ** 53

/** Each function, what of `unit` it is asked for, and how many units of the last place it may differ from the machine's own. */
const FUNCTIONS: Record<Exclude<keyof typeof golden, 'source'>, [Function, Function, Function, number]> = {
  exp: [exp, u => 40 * u - 20, Math.exp, 1],
  log: [log, u => 100 * u, Math.log, 1],
  log1p: [log1p, u => 3 * u - 0.9, Math.log1p, 1],
  log2: [log2, u => 100 * u, Math.log2, 1],
  log10: [log10, u => 1000 * u, Math.log10, 2],
  cos: [cos, u => 3.14 * u, Math.cos, 1],
  pow: [x => pow(x, -0.37), u => 50 * u, x => x ** -0.37, 2],
  cube: [x => pow(x, 3), u => 4 * u - 2, x => x ** 3, 2],
  hypot: [x => hypot(x, 1 - x), u => 4 * u - 2, x => Math.hypot(x, 1 - x), 2]
}

function bitsOf(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  return view.getBigUint64(0)
}

const hex = (x: number): string => bitsOf(x).toString(16).padStart(16, '0')

describe.each(Object.entries(FUNCTIONS))('%s', (name, [own, of, machine, places]) => {
  const {bits, sha256} = golden[name as keyof typeof FUNCTIONS]

  it('has the bits that are known, on whatever machine', () => {
    expect(bits.map((_, k) => hex(own(of(unit(k)))))).toEqual(bits)
    const hash = createHash('sha256')
    const view = new DataView(new ArrayBuffer(8))
    for (let k = 0; k < 20_000; k++) {
      view.setFloat64(0, own(of(unit(k))))
      hash.update(new Uint8Array(view.buffer))
    }
    expect(hash.digest('hex')).toBe(sha256)
  })

  it("is the machine's own function but for its last bits", () => {
    for (let k = 0; k < 20_000; k++) {
      const [ours, theirs] = [own(of(unit(k))), machine(of(unit(k)))]
      const apart = bitsOf(ours) - bitsOf(theirs)
      // Beside 0 a cosine's last place is that of its argument.
      if (Math.abs(ours) > 1e-9) expect(Number(apart < 0n ? -apart : apart)).toBeLessThanOrEqual(places)
    }
  })
})

describe('at the ends of what a double holds', () => {
  const SPECIAL = [
    0,
    -0,
    1,
    -1,
    2,
    -2,
    0.5,
    Infinity,
    -Infinity,
    Number.NaN,
    5e-324,
    1e-310,
    Number.MAX_VALUE
  ]

  it('the functions are what the language prescribes', () => {
    const pairs: [Function, Function][] = [
      [exp, Math.exp],
      [log, Math.log],
      [log1p, Math.log1p],
      [log2, Math.log2],
      [log10, Math.log10]
    ]
    const exact = [0, Infinity, -Infinity, 1]
    for (const [own, machine] of pairs)
      for (const x of SPECIAL)
        if (Number.isNaN(machine(x)) || exact.includes(machine(x))) expect(own(x)).toBe(machine(x))
    for (const x of SPECIAL)
      for (const y of [0, 1, -1, 2, 3, -3, 0.5, 0.3, Infinity, -Infinity, Number.NaN, 1e300, -1e300])
        if (Number.isNaN(x ** y) || exact.map(Math.abs).includes(Math.abs(x ** y)))
          expect(pow(x, y), `${x} ** ${y}`).toBe(x ** y)
  })

  it('powers and logarithms of whole numbers are whole', () => {
    for (let k = 0; k <= 22; k++) {
      expect(pow(10, k)).toBe(Number(`1e${k}`))
      expect(log10(Number(`1e${k}`))).toBe(k)
    }
    for (let k = -1074; k < 1024; k++) {
      expect(log2(2 ** k)).toBe(k)
      expect(pow(2, k)).toBe(2 ** k)
    }
  })

  it('a logarithm undoes a power', () => {
    const positive = fc.double({min: 1e-3, max: 1e3, noNaN: true})
    fc.assert(
      fc.property(positive, fc.double({min: -5, max: 5, noNaN: true}), (x, y) => {
        expect(Math.abs(log(pow(x, y)) - y * log(x))).toBeLessThan(1e-13)
        expect(exp(log(x)) / x).toBeCloseTo(1, 12)
      })
    )
  })
})

describe('what the library takes from every machine as it is', () => {
  it('squares and powers of 2 have no error of their own', () => {
    for (let k = 0; k < 100_000; k++) {
      const x = 200 * unit(k) - 100
      if (x ** 2 !== x * x) expect(x ** 2, String(x)).toBe(x * x)
    }
    for (let k = -1022; k < 1024; k++) expect(bitsOf(2 ** k)).toBe(BigInt(k + 1023) << 52n)
  })

  it('roots are rounded once, singles to even, products and sums apart', () => {
    // Of 2, 3 and 1/3, by hand from their expansions.
    expect([2, 3, 1 / 3].map(x => hex(Math.sqrt(x)))).toEqual([
      '3ff6a09e667f3bcd',
      '3ffbb67ae8584caa',
      '3fe279a74590331c'
    ])
    expect(Math.fround(1 + 2 ** -24)).toBe(1)
    expect(Math.fround(1 + 3 * 2 ** -24)).toBe(1 + 2 ** -22)
    // (1 + e)² - (1 + 2e) is e² where the product is not rounded before the sum, 0 where it is.
    const e = 2 ** -30
    let fused = 0
    for (let k = 0; k < 100_000; k++) fused += (1 + e) * (1 + e) - (1 + 2 * e)
    expect(fused).toBe(0)
  })

  it('a sort keeps the order of equals', () => {
    const rows = Array.from({length: 2000}, (_, k) => ({key: k % 7, k}))
    rows.sort((a, b) => a.key - b.key)
    for (let n = 1; n < rows.length; n++)
      if (rows[n].key === rows[n - 1].key) expect(rows[n].k).toBeGreaterThan(rows[n - 1].k)
  })

  it('the first byte of a number in memory is its lowest, as model files have it', () => {
    expect(new Uint8Array(Float64Array.of(1).buffer)[7]).toBe(0x3f)
  })
})
