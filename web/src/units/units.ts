import { formatPattern, fromNow } from '../time/format.ts'

/** A printed value in two parts, so that panels may set the unit smaller. */
export type Printed = { readonly text: string; readonly prefix: string; readonly suffix: string }

type Ladder = { readonly base: number; readonly symbols: readonly string[] }

const IEC: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']
const SI: readonly string[] = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const SHORT: readonly string[] = ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept']

const ladder = (base: number, prefixes: readonly string[], unit: string): Ladder => ({ base, symbols: prefixes.map((prefix) => ` ${prefix}${unit}`) })
const count = (unit: string): Ladder => ({ base: 1000, symbols: SHORT.map((symbol) => `${symbol} ${unit}`) })
const shifted = (from: Ladder, by: number): Ladder => ({ base: from.base, symbols: from.symbols.slice(by) })

const iecBytes = ladder(1024, IEC, 'B')
const siBytes = ladder(1000, SI, 'B')

/** Scales by repeated division; the unit of each step is its symbol. */
const LADDERS: Readonly<Record<string, Ladder>> = {
  short: { base: 1000, symbols: SHORT },
  sishort: { base: 1000, symbols: SI.map((symbol) => (symbol === '' ? '' : ` ${symbol}`)) },
  bytes: iecBytes,
  kbytes: shifted(iecBytes, 1),
  mbytes: shifted(iecBytes, 2),
  gbytes: shifted(iecBytes, 3),
  tbytes: shifted(iecBytes, 4),
  pbytes: shifted(iecBytes, 5),
  decbytes: siBytes,
  deckbytes: shifted(siBytes, 1),
  decmbytes: shifted(siBytes, 2),
  decgbytes: shifted(siBytes, 3),
  dectbytes: shifted(siBytes, 4),
  bits: ladder(1024, IEC, 'b'),
  decbits: ladder(1000, SI, 'b'),
  Bps: ladder(1000, SI, 'B/s'),
  binBps: ladder(1024, IEC, 'B/s'),
  bps: ladder(1000, SI, 'b/s'),
  binbps: ladder(1024, IEC, 'b/s'),
  pps: ladder(1000, SI, 'p/s'),
  KBs: shifted(ladder(1000, SI, 'B/s'), 1),
  MBs: shifted(ladder(1000, SI, 'B/s'), 2),
  GBs: shifted(ladder(1000, SI, 'B/s'), 3),
  KiBs: shifted(ladder(1024, IEC, 'B/s'), 1),
  MiBs: shifted(ladder(1024, IEC, 'B/s'), 2),
  GiBs: shifted(ladder(1024, IEC, 'B/s'), 3),
  hertz: ladder(1000, SI, 'Hz'),
  watt: ladder(1000, SI, 'W'),
  volt: ladder(1000, SI, 'V'),
  amp: ladder(1000, SI, 'A'),
  joule: ladder(1000, SI, 'J'),
  cps: count('c/s'),
  ops: count('ops/s'),
  reqps: count('req/s'),
  rps: count('rd/s'),
  wps: count('wr/s'),
  iops: count('io/s'),
  eps: count('evt/s'),
  mps: count('msg/s'),
  recps: count('rec/s'),
  rowsps: count('rows/s'),
  cpm: count('c/m'),
  opm: count('ops/m'),
  reqpm: count('req/m'),
  rpm: count('rd/m'),
  wpm: count('wr/m'),
  epm: count('evts/m'),
}

/** Units that only hang a text behind the number. */
const SUFFIXES: Readonly<Record<string, string>> = {
  percent: '%',
  celsius: ' °C',
  fahrenheit: ' °F',
  kelvin: ' K',
  degree: ' °',
  lengthm: ' m',
  lengthkm: ' km',
  massg: ' g',
  masskg: ' kg',
  humidity: ' %H',
  decibel: ' dB',
  dB: ' dB',
  pixel: ' px',
  ppm: ' ppm',
}

const CURRENCIES: Readonly<Record<string, readonly [prefix: string, suffix: string]>> = {
  currencyUSD: ['$', ''],
  currencyEUR: ['€', ''],
  currencyGBP: ['£', ''],
  currencyJPY: ['¥', ''],
  currencyINR: ['₹', ''],
  currencyCHF: ['', ' CHF'],
  currencySEK: ['', ' kr'],
  currencyNOK: ['', ' kr'],
  currencyDKK: ['', ' kr'],
  currencyPLN: ['', ' zł'],
  currencyCZK: ['', ' Kč'],
}

/** Times as `[below, factor, suffix]` in the unit's own size: the first row whose bound is not reached is used. */
type TimeLadder = readonly (readonly [below: number, factor: number, suffix: string])[]

const SECONDS: TimeLadder = [
  [1e-6, 1e-9, ' ns'],
  [1e-3, 1e-6, ' µs'],
  [1, 1e-3, ' ms'],
  [60, 1, ' s'],
  [3600, 60, ' min'],
  [86_400, 3600, ' hour'],
  [604_800, 86_400, ' day'],
  [31_536_000, 604_800, ' week'],
  [Number.POSITIVE_INFINITY, 31_536_000, ' year'],
]
const TIMES: Readonly<Record<string, number>> = { ns: 1e-9, µs: 1e-6, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 }

const BOOLS: Readonly<Record<string, readonly [string, string]>> = { bool: ['True', 'False'], bool_yes_no: ['Yes', 'No'], bool_on_off: ['On', 'Off'] }

/** The units a person may pick, by group, for menus. Any other id still prints its number with the id behind it. */
export const UNIT_MENU: readonly (readonly [group: string, units: readonly (readonly [id: string, name: string])[]])[] = [
  ['Misc', [['none', 'Number'], ['short', 'Short'], ['sishort', 'SI short'], ['percent', 'Percent (0-100)'], ['percentunit', 'Percent (0.0-1.0)'], ['locale', 'Locale format'], ['string', 'String'], ['hex', 'Hexadecimal'], ['sci', 'Scientific'], ['bool', 'True / False'], ['bool_yes_no', 'Yes / No'], ['bool_on_off', 'On / Off']]],
  ['Data', [['bytes', 'Bytes (IEC)'], ['decbytes', 'Bytes (SI)'], ['bits', 'Bits (IEC)'], ['decbits', 'Bits (SI)'], ['Bps', 'Bytes/s (SI)'], ['binBps', 'Bytes/s (IEC)'], ['bps', 'Bits/s (SI)']]],
  ['Time', [['ns', 'Nanoseconds'], ['µs', 'Microseconds'], ['ms', 'Milliseconds'], ['s', 'Seconds'], ['m', 'Minutes'], ['h', 'Hours'], ['d', 'Days'], ['dtdurations', 'Duration (s)'], ['dtdurationms', 'Duration (ms)'], ['dthms', 'Duration (hh:mm:ss)'], ['clocks', 'Clock (s)'], ['dateTimeAsIso', 'Date and time (ISO)'], ['dateTimeAsLocal', 'Date and time (local)'], ['dateTimeFromNow', 'From now']]],
  ['Throughput', [['cps', 'Counts/s'], ['ops', 'Operations/s'], ['reqps', 'Requests/s'], ['rps', 'Reads/s'], ['wps', 'Writes/s'], ['eps', 'Events/s'], ['mps', 'Messages/s'], ['cpm', 'Counts/min'], ['reqpm', 'Requests/min']]],
  ['Currency', [['currencyUSD', 'Dollars'], ['currencyEUR', 'Euro'], ['currencyGBP', 'Pounds']]],
  ['Other', [['hertz', 'Hertz'], ['celsius', 'Celsius'], ['fahrenheit', 'Fahrenheit']]],
]

/** Prints a number in a unit; `decimals` undefined picks about two significant digits, none for whole numbers. */
export function printValue(value: number, unit = 'none', decimals?: number): Printed {
  if (Number.isNaN(value)) {
    return { text: 'NaN', prefix: '', suffix: '' }
  }
  if (!Number.isFinite(value)) {
    return { text: value > 0 ? '+Inf' : '-Inf', prefix: '', suffix: '' }
  }
  const size = Math.abs(value)
  const bools = BOOLS[unit]
  if (bools) {
    return plain(value === 0 ? bools[1] : bools[0])
  }
  const scale = LADDERS[unit]
  if (scale) {
    return climb(value, scale, decimals)
  }
  const seconds = TIMES[unit]
  if (seconds !== undefined) {
    return time(value, seconds, decimals)
  }
  const currency = CURRENCIES[unit]
  if (currency) {
    const scaled = climb(value, { base: 1000, symbols: ['', 'K', 'M', 'B', 'T'] }, decimals)
    return { text: scaled.text, prefix: currency[0], suffix: scaled.suffix + currency[1] }
  }
  const suffix = SUFFIXES[unit]
  if (suffix !== undefined) {
    return { text: fixed(value, decimals), prefix: '', suffix }
  }
  switch (unit) {
    case 'none':
    case '':
      return plain(fixed(value, decimals))
    case 'string':
      return plain(String(value))
    case 'locale':
      return plain(value.toLocaleString('en', decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals }))
    case 'percentunit':
      return { text: fixed(value * 100, decimals), prefix: '', suffix: '%' }
    case 'hex':
      return plain(Math.round(value).toString(16).toUpperCase())
    case 'hex0x':
      return plain(`0x${Math.round(value).toString(16).toUpperCase()}`)
    case 'sci':
      return plain(value.toExponential(decimals))
    case 'dateTimeAsIso':
    case 'dateTimeAsIsoNoDateIfToday':
      return plain(formatPattern(value, 'YYYY-MM-DD HH:mm:ss', 'browser'))
    case 'dateTimeAsUS':
    case 'dateTimeAsUSNoDateIfToday':
      return plain(formatPattern(value, 'MM/DD/YYYY h:mm:ss a', 'browser'))
    case 'dateTimeAsLocal':
    case 'dateTimeAsSystem':
      return plain(new Date(value).toLocaleString())
    case 'dateTimeFromNow':
      return plain(fromNow(value, Date.now()))
    case 'dtdurations':
      return plain(longDuration(size))
    case 'dtdurationms':
      return plain(longDuration(size / 1000))
    case 'dthms':
      return plain(clock(size, false))
    case 'dtdhms':
      return plain(clock(size, true))
    case 'clocks':
      return plain(clock(size, false))
    case 'clockms':
      return plain(clock(size / 1000, false))
    case 'timeticks':
      return time(value, 0.01, decimals)
    default:
      return prefixed(value, unit, decimals)
  }
}

/** `suffix:x`, `prefix:x`, `si:`, `count:`, `time:`, `currency:`, `bool:`; anything else is shown behind the number. */
function prefixed(value: number, unit: string, decimals: number | undefined): Printed {
  const at = unit.indexOf(':')
  const [kind, rest] = at < 0 ? ['', unit] : [unit.slice(0, at), unit.slice(at + 1)]
  switch (kind) {
    case 'suffix':
      return { text: fixed(value, decimals), prefix: '', suffix: rest }
    case 'prefix':
      return { text: fixed(value, decimals), prefix: rest, suffix: '' }
    case 'time':
      return plain(formatPattern(value, rest, 'browser'))
    case 'count':
      return climb(value, count(rest), decimals)
    case 'si': {
      const start = Math.max(0, SI.indexOf(rest.slice(0, 1)))
      const name = start > 0 && rest.length > 1 ? rest.slice(1) : rest
      return climb(value, shifted(ladder(1000, SI, name), start > 0 && rest.length > 1 ? start : 0), decimals)
    }
    case 'currency': {
      const [symbol = '', place = ''] = rest.startsWith('financial:') ? rest.slice(10).split(':') : [rest]
      const text = value.toLocaleString('en', { minimumFractionDigits: decimals ?? 2, maximumFractionDigits: decimals ?? 2 })
      return place === 'suffix' ? { text, prefix: '', suffix: ` ${symbol}` } : { text, prefix: symbol, suffix: '' }
    }
    case 'bool': {
      const [yes = 'True', no = 'False'] = rest.split('/')
      return plain(value === 0 ? no : yes)
    }
    default:
      return { text: fixed(value, decimals), prefix: '', suffix: ` ${unit}` }
  }
}

function plain(text: string): Printed {
  return { text, prefix: '', suffix: '' }
}

function climb(value: number, scale: Ladder, decimals: number | undefined): Printed {
  let step = 0
  let scaled = value
  while (Math.abs(scaled) >= scale.base && step < scale.symbols.length - 1) {
    scaled /= scale.base
    step++
  }
  return { text: fixed(scaled, decimals), prefix: '', suffix: scale.symbols[step] ?? '' }
}

function time(value: number, secondsPerUnit: number, decimals: number | undefined): Printed {
  const seconds = Math.abs(value) * secondsPerUnit
  const [, factor, suffix] = SECONDS.find(([below]) => seconds < below * (1 - 1e-12)) ?? [0, 1, ' s']
  if (value === 0) {
    const own = Object.entries({ ' ns': 1e-9, ' µs': 1e-6, ' ms': 1e-3, ' s': 1, ' min': 60, ' hour': 3600, ' day': 86_400 }).find(([, size]) => size === secondsPerUnit)
    return { text: '0', prefix: '', suffix: own?.[0] ?? ' s' }
  }
  const text = fixed((value * secondsPerUnit) / factor, decimals)
  const plural = factor >= 3600 && text !== '1' ? 's' : ''
  return { text, prefix: '', suffix: suffix + plural }
}

function fixed(value: number, decimals: number | undefined): string {
  if (decimals !== undefined) {
    return value.toFixed(Math.min(20, Math.max(0, decimals)))
  }
  if (Number.isInteger(value)) {
    return String(value)
  }
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(size)))
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

function clock(seconds: number, days: boolean): string {
  const whole = Math.round(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return days && hours >= 24 ? `${Math.floor(hours / 24)} d ${two(hours % 24)}:${rest}` : `${two(hours)}:${rest}`
}

function longDuration(seconds: number): string {
  const parts: string[] = []
  let rest = Math.round(seconds)
  for (const [name, size] of [['year', 31_536_000], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const) {
    const n = Math.floor(rest / size)
    if (n > 0) {
      parts.push(`${n} ${name}${n === 1 ? '' : 's'}`)
      rest -= n * size
    }
  }
  return parts.slice(0, 2).join(', ') || '0 seconds'
}

/** The whole text of a value in a unit. */
export function valueText(value: number, unit?: string, decimals?: number): string {
  const { prefix, text, suffix } = printValue(value, unit, decimals)
  return prefix + text + suffix
}
