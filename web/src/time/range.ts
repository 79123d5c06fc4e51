import { instantOf, wallOf, type Wall, type Zone } from './zone.ts'

/** A time range as written by people and URLs: `now-1h`, `now/d`, epoch ms, ISO or `YYYY-MM-DD HH:mm:ss`. */
export type RawRange = { readonly from: string; readonly to: string }

/** A time range in epoch ms, `from` < `to`. */
export type Range = { readonly from: number; readonly to: number }

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'y'

const FIXED: Partial<Record<Unit, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** Quick ranges of the picker, in the order people know. */
export const QUICK_RANGES: readonly { readonly label: string; readonly range: RawRange }[] = [
  ['Last 5 minutes', 'now-5m', 'now'],
  ['Last 15 minutes', 'now-15m', 'now'],
  ['Last 30 minutes', 'now-30m', 'now'],
  ['Last 1 hour', 'now-1h', 'now'],
  ['Last 3 hours', 'now-3h', 'now'],
  ['Last 6 hours', 'now-6h', 'now'],
  ['Last 12 hours', 'now-12h', 'now'],
  ['Last 24 hours', 'now-24h', 'now'],
  ['Last 2 days', 'now-2d', 'now'],
  ['Last 7 days', 'now-7d', 'now'],
  ['Last 30 days', 'now-30d', 'now'],
  ['Last 90 days', 'now-90d', 'now'],
  ['Today', 'now/d', 'now/d'],
  ['Today so far', 'now/d', 'now'],
  ['Yesterday', 'now-1d/d', 'now-1d/d'],
  ['This week', 'now/w', 'now/w'],
  ['Previous week', 'now-1w/w', 'now-1w/w'],
].map(([label, from, to]) => ({ label: label ?? '', range: { from: from ?? '', to: to ?? '' } }))

/** Epoch ms of one end of a range; `end` says whether `/unit` rounds up. Undefined when the text is no time. */
export function parseTime(text: string, end: 'from' | 'to', now: number, zone: Zone): number | undefined {
  const trimmed = text.trim()
  if (trimmed.startsWith('now')) {
    return parseRelative(trimmed.slice(3), end, now, zone)
  }
  if (/^\d{1,16}$/.test(trimmed)) {
    return Number(trimmed)
  }
  const wall = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?$/.exec(trimmed)
  if (wall) {
    const [, year, month, day, hour, minute, second, fraction] = wall
    const whole = { year: Number(year), month: Number(month), day: Number(day), hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) }
    if (whole.month < 1 || whole.month > 12 || whole.day < 1 || whole.day > 31 || whole.hour > 23 || whole.minute > 59 || whole.second > 59) {
      return undefined
    }
    return instantOf(whole, zone) + Math.floor(Number(fraction ?? 0) * 1000)
  }
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(trimmed)) {
    const parsed = Date.parse(trimmed)
    return Number.isNaN(parsed) ? undefined : parsed
  }
  return undefined
}

function parseRelative(rest: string, end: 'from' | 'to', now: number, zone: Zone): number | undefined {
  let time = now
  let at = 0
  while (at < rest.length) {
    const part = /^(?:([+-])(\d*)(f?[smhdwMQy])|\/(f?[smhdwMQy]))/.exec(rest.slice(at))
    if (!part) {
      return undefined
    }
    const [all, sign, amount, shiftUnit, roundUnit] = part
    if (shiftUnit !== undefined) {
      const count = (amount === '' ? 1 : Number(amount)) * (sign === '-' ? -1 : 1)
      time = shift(time, count, unitOf(shiftUnit), zone)
    } else {
      time = round(time, unitOf(roundUnit ?? ''), end, zone)
    }
    at += all.length
  }
  return time
}

/** Fiscal units count like calendar ones: fiscal years start in January unless a dashboard says otherwise. */
function unitOf(text: string): Unit {
  return (text.startsWith('f') ? text.slice(1) : text) as Unit
}

function shift(ms: number, count: number, unit: Unit, zone: Zone): number {
  const fixed = FIXED[unit]
  if (fixed !== undefined) {
    return ms + count * fixed
  }
  const wall = wallOf(ms, zone)
  const rest = ((ms % 1000) + 1000) % 1000
  switch (unit) {
    case 'd':
      return instantOf({ ...wall, day: wall.day + count }, zone) + rest
    case 'w':
      return instantOf({ ...wall, day: wall.day + 7 * count }, zone) + rest
    case 'M':
      return instantOf(clampDay(wall, wall.year, wall.month + count), zone) + rest
    case 'Q':
      return instantOf(clampDay(wall, wall.year, wall.month + 3 * count), zone) + rest
    default:
      return instantOf(clampDay(wall, wall.year + count, wall.month), zone) + rest
  }
}

/** 31 March minus a month is 28 February, not 3 March. */
function clampDay(wall: Wall, year: number, month: number): Wall {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return { ...wall, year, month, day: Math.min(wall.day, last) }
}

function round(ms: number, unit: Unit, end: 'from' | 'to', zone: Zone): number {
  const start = floor(ms, unit, zone)
  return end === 'from' ? start : shift(start, 1, unit, zone) - 1
}

function floor(ms: number, unit: Unit, zone: Zone): number {
  const wall = wallOf(ms, zone)
  const midnight = { ...wall, hour: 0, minute: 0, second: 0 }
  switch (unit) {
    case 's':
      return Math.floor(ms / 1000) * 1000
    case 'm':
      return Math.floor(ms / 60_000) * 60_000
    case 'h':
      return instantOf({ ...wall, minute: 0, second: 0 }, zone)
    case 'd':
      return instantOf(midnight, zone)
    case 'w':
      return instantOf({ ...midnight, day: wall.day - ((wall.weekday + 6) % 7) }, zone)
    case 'M':
      return instantOf({ ...midnight, day: 1 }, zone)
    case 'Q':
      return instantOf({ ...midnight, day: 1, month: wall.month - ((wall.month - 1) % 3) }, zone)
    case 'y':
      return instantOf({ ...midnight, day: 1, month: 1 }, zone)
  }
}

/** The range in epoch ms, or undefined when either end is no time or the range is empty. */
export function resolveRange(raw: RawRange, now: number, zone: Zone): Range | undefined {
  const from = parseTime(raw.from, 'from', now, zone)
  const to = parseTime(raw.to, 'to', now, zone)
  return from === undefined || to === undefined || to <= from ? undefined : { from, to }
}

export function isRelative(raw: RawRange): boolean {
  return raw.from.startsWith('now') || raw.to.startsWith('now')
}

export function absolute(range: Range): RawRange {
  return { from: String(Math.round(range.from)), to: String(Math.round(range.to)) }
}

/** The range twice as long around the same middle. */
export function zoomOut(range: Range): RawRange {
  const half = (range.to - range.from) / 2
  return absolute({ from: range.from - half, to: range.to + half })
}

/** The range moved by half its length, back (-1) or forward (1). */
export function move(range: Range, direction: -1 | 1): RawRange {
  const half = ((range.to - range.from) / 2) * direction
  return absolute({ from: range.from + half, to: range.to + half })
}

/** What the picker's button says: the quick range's name, a relative phrase, or both ends. */
export function describeRange(raw: RawRange, format: (ms: number) => string, zone: Zone, now: number): string {
  const quick = QUICK_RANGES.find(({ range }) => range.from === raw.from && range.to === raw.to)
  if (quick) {
    return quick.label
  }
  const last = /^now-(\d+)([smhdwMy])$/.exec(raw.from)
  if (last && raw.to === 'now') {
    const [, count, unit] = last
    const names: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week', M: 'month', y: 'year' }
    return `Last ${count} ${names[unit ?? '']}${count === '1' ? '' : 's'}`
  }
  const side = (text: string, end: 'from' | 'to') => {
    if (text.startsWith('now')) {
      return text
    }
    const ms = parseTime(text, end, now, zone)
    return ms === undefined ? text : format(ms)
  }
  return `${side(raw.from, 'from')} to ${side(raw.to, 'to')}`
}
