/** Order of day, month and year in dates that are not ISO ones; divided by /, . or -. */
export type DateFormat = 'd/m/y' | 'm/d/y' | 'y/m/d'
/** @internal */
export const DATE_FORMATS: readonly DateFormat[] = ['d/m/y', 'm/d/y', 'y/m/d']

/** The first second of 2100: later ones are taken for no rating's. */
const CENTURY = 4_102_444_800
/** What a count of time is divided by to be seconds, by the size from which it is in that unit: 1e11 seconds are the year 5138. */
const UNITS = [
  {from: 1e17, name: 'nanoseconds', divisor: 1e9},
  {from: 1e14, name: 'microseconds', divisor: 1e6},
  {from: 1e11, name: 'milliseconds', divisor: 1e3}
] as const

/** An ISO date, with or without time and zone (UTC where none is named), in seconds since 1970; undefined for any other text. */
export function secondsOfIso(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(
    text.trim()
  )
  if (parts === null) return undefined
  const [, year, month, day, time = '00:00', zone = 'Z'] = parts
  if (secondsOfDate(Number(year), Number(month), Number(day)) === undefined) return undefined
  const milliseconds = Date.parse(
    `${year}-${month}-${day}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`
  )
  return Number.isFinite(milliseconds) ? milliseconds / 1000 : undefined
}

/** A date of this form in seconds since 1970; undefined for a text of another form, or a day that no calendar has. */
export function secondsOfForm(text: string, format: DateFormat): number | undefined {
  const parts = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})$/.exec(text.trim())
  if (parts === null) return undefined
  const place = format.split('/')
  const [year, month, day] = ['y', 'm', 'd'].map(one => Number(parts[1 + place.indexOf(one)]))
  return year < 1000 ? undefined : secondsOfDate(year, month, day)
}

/** The first second of a day; undefined where no calendar has it, as 2024-02-30. */
function secondsOfDate(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1000 : undefined
}

/** The first second of a day written as 20180322; undefined for any other number. */
function secondsOfDigits(time: number): number | undefined {
  if (!(time >= 1900_01_01 && time <= 2099_12_31 && Number.isInteger(time))) return undefined
  return secondsOfDate(Math.floor(time / 1e4), Math.floor(time / 100) % 100, time % 100)
}

/**
 * Makes seconds of a column of times in place: milliseconds, microseconds and nanoseconds are told by their size, as most of the column
 * have it, and days where all are written as 20180322. Says what was taken for what, and how many times are no rating's.
 */
export function toSeconds(times: Float64Array): string[] {
  const said: string[] = []
  const unit = UNITS.find(
    ({from}) => times.reduce((many, time) => many + Number(time >= from), 0) > times.length / 2
  )
  if (unit !== undefined) {
    for (let n = 0; n < times.length; n++) times[n] /= unit.divisor
    said.push(`The timestamps are read as ${unit.name} since 1970.`)
  }
  if (times.length > 0 && times.every(time => secondsOfDigits(time) !== undefined)) {
    for (let n = 0; n < times.length; n++) times[n] = secondsOfDigits(times[n]) as number
    said.push('The timestamps are read as days: 20180322 is 22 March 2018.')
  }
  const strange = times.reduce((many, time) => many + Number(time < 0 || time >= CENTURY), 0)
  if (strange > 0)
    said.push(
      `${strange} of ${times.length} timestamps are not between 1970 and 2100: check them, or leave the column out by timestamp=none.`
    )
  return said
}
