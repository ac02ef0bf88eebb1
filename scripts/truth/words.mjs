// The words of a record of claims, said again without the library: `say` and this must agree, as two who were not in one room.

/** @param {number} value @param {number | "%" | undefined} digits @returns {string} */
function figure(value, digits) {
  if (digits === '%') return percent(value)
  const size = Math.abs(value)
  let places = digits
  if (places === undefined) {
    if (Number.isInteger(size)) places = 0
    else if (size >= 99.95) places = 0
    else if (size >= 9.995) places = 1
    else if (size >= 0.9995) places = 2
    else if (size >= 0.00995) places = 3
    else places = Math.min(20, Math.ceil(-Math.log10(size)) + 1)
  }
  const [whole, fraction] = roundedTo(size, places).split('.')
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '')
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** @param {number} size @param {number} places */
const roundedTo = (size, places) =>
  new Intl.NumberFormat('en-US', {
    useGrouping: false,
    minimumFractionDigits: places,
    maximumFractionDigits: places
  }).format(size)

/** @param {number} share @param {number} [decimals] @returns {string} */
function percent(share, decimals) {
  const value = share * 100
  const size = Math.abs(value)
  if (decimals !== undefined) return `${figure(value, decimals)} %`
  if (size > 0 && size < 0.05) return `${figure(value, undefined)} %`
  if (size >= 99.95 || Math.abs(value - Math.round(value)) < 0.05) return `${figure(value, 0)} %`
  return `${figure(value, size < 1 ? 2 : 1)} %`
}

/** @param {string[]} parts */
const list = parts =>
  parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('')

/** @param {string} text */
const safe = text =>
  text
    .split('')
    .map(
      c =>
        ({'&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;'})[c] ?? ('\\`*_[]#|~'.includes(c) ? `\\${c}` : c)
    )
    .join('')
    .replace(/\s+/g, ' ')

const SMALL = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ')
/** @param {number} n @param {string} noun @param {string} [plural] */
const counted = (n, noun, plural = `${noun}s`) => `${SMALL[n] ?? figure(n, 0)} ${n < 2 ? noun : plural}`

/** @param {number} seconds */
function time(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** @param {number[]} pair @param {string} relation */
export function relates([a, b], relation) {
  return {'<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b, '=': a === b}[relation] === true
}

/** What a claim comes to as a number. @param {any} claim @returns {number} */
export function amount(claim) {
  if ('value' in claim) return claim.value
  if (claim.kind === 'difference') return Math.abs(claim.of[0] - claim.of[1])
  if (claim.kind === 'sum')
    return claim.of.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0)
  if (claim.kind === 'ratio' || claim.kind === 'part') return claim.of[0] / claim.of[1]
  if (claim.kind === 'extreme') return (claim.pick === 'highest' ? Math.max : Math.min)(...claim.values)
  if (claim.kind === 'tally') return claim.have.filter(Boolean).length
  return Number.NaN
}

/** @param {string} group */
const letters = group => new Set(group.match(/[a-z]\d*/g))
/** @param {any} a @param {any} b */
const tie = (a, b) => [...letters(a.group)].some(letter => letters(b.group).has(letter))

/** @param {any} claim @returns {string} */
export function words(claim) {
  const {digits} = claim
  switch (claim.kind) {
    case 'words':
      return claim.words
    case 'text':
      return claim.parts.map(words).join('')
    case 'list':
      return list(claim.of.map(words))
    case 'name':
      return safe(claim.name)
    case 'share':
      return percent(claim.value, claim.decimals)
    case 'part':
      return percent(amount(claim), claim.decimals)
    case 'seconds':
      return time(claim.value)
    case 'count':
      return counted(claim.value, claim.noun, claim.plural)
    case 'tally':
      return counted(amount(claim), claim.noun)
    case 'range':
      return `${figure(claim.low, digits)} to ${figure(claim.high, digits)}`
    case 'ratio':
      return `${figure(amount(claim), amount(claim) >= 9.95 ? 0 : 1)} times`
    case 'change': {
      const [from, to] = [figure(claim.from, digits), figure(claim.to, digits)]
      return from === to
        ? `stays at ${to}`
        : `${claim.from < claim.to ? 'rises' : 'falls'} from ${from} to ${to}`
    }
    case 'extreme': {
      const best = amount(claim)
      const names = claim.names
        .filter((/** @type {string} */ _, /** @type {number} */ k) => claim.values[k] === best)
        .map(safe)
      const said = names.length > 3 ? `${names[0]} and ${names.length - 1} others` : list(names)
      return said.endsWith(')') ? `${said} with ${figure(best, digits)}` : `${said} (${figure(best, digits)})`
    }
    case 'choice':
      return words(relates(claim.of.map(amount), claim.relation) ? claim.yes : claim.no)
    case 'beats': {
      const {one, other} = claim
      const values = `${figure(one.value, digits)} to ${figure(other.value, digits)}`
      if (tie(one, other))
        return `${safe(one.name)} ties with ${safe(other.name)} within the uncertainty of ${claim.told}, ${values}`
      const better = claim.lowIsGood ? one.value < other.value : one.value > other.value
      return `${safe(one.name)} ${better ? 'beats' : 'loses to'} ${safe(other.name)}, ${values}`
    }
    case 'order': {
      const sorted = [...claim.of].sort((a, b) => (claim.lowIsGood ? a.value - b.value : b.value - a.value))
      const all = list(sorted.map(one => `${safe(one.name)} (${figure(one.value, digits)})`))
      const groups = [...new Set(sorted.flatMap(one => [...letters(one.group)]))].sort()
      const ties = groups
        .map(letter => sorted.filter(one => letters(one.group).has(letter)).map(one => safe(one.name)))
        .filter(names => names.length > 1)
        .map(list)
      const [first, ...others] = ties
      const none =
        first && [`${first} cannot be told apart`, ...others.map(one => `nor can ${one}`)].join(', ')
      return none ? `${all}, best first; ${none}` : `${all}, best first`
    }
    default:
      return figure(amount(claim), digits)
  }
}
