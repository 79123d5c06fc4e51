import { ianaName, wallOf, type Zone } from './zone.ts'

const two = (value: number) => (value < 10 ? `0${value}` : String(value))

/** `2026-11-23 20:47:05` in the zone. */
export function formatDateTime(ms: number, zone: Zone): string {
  const wall = wallOf(ms, zone)
  return `${wall.year}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
}

/** `2026-11-23 20:47:05.123` in the zone. */
export function formatDateTimeMs(ms: number, zone: Zone): string {
  return `${formatDateTime(ms, zone)}.${String(((Math.floor(ms) % 1000) + 1000) % 1000).padStart(3, '0')}`
}

/** All nine digits of a nanosecond timestamp given as decimal text. */
export function formatNanos(ns: string, zone: Zone): string {
  const ms = Number(ns.slice(0, -6))
  return `${formatDateTime(ms, zone)}.${ns.slice(-9).padStart(9, '0')}`
}

/** `20:47:05` in the zone. */
export function formatClock(ms: number, zone: Zone): string {
  const wall = wallOf(ms, zone)
  return `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
}

/** `20:47:05.123` in the zone. */
export function formatClockMs(ms: number, zone: Zone): string {
  return formatDateTimeMs(ms, zone).slice(11)
}

/** Tick text for a time axis whose neighbours lie `spacingMs` apart over a range of `rangeMs`. */
export function formatTick(ms: number, spacingMs: number, rangeMs: number, zone: Zone): string {
  const wall = wallOf(ms, zone)
  if (spacingMs < 1000) {
    return `${two(wall.minute)}:${two(wall.second)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`
  }
  if (spacingMs < 60_000) {
    return `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
  }
  const clock = `${two(wall.hour)}:${two(wall.minute)}`
  if (rangeMs <= 86_400_000) {
    return clock
  }
  const day = `${two(wall.month)}/${two(wall.day)}`
  if (spacingMs < 86_400_000) {
    return `${day} ${clock}`
  }
  return rangeMs > 31_536_000_000 ? `${wall.year}-${two(wall.month)}` : day
}

/** The zone's short name for people: `UTC`, `Europe/Tallinn`, or the browser's. */
export function zoneName(zone: Zone): string {
  return ianaName(zone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

// Made once: a list that makes one for each row it draws pays for it in garbage collections.
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const monthName = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' })
const weekdayName = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' })

/** `3 minutes ago`, `in 2 hours`. */
export function fromNow(ms: number, now: number): string {
  const seconds = Math.round((ms - now) / 1000)
  const size = Math.abs(seconds)
  if (size < 60) {
    return relative.format(seconds, 'second')
  }
  if (size < 3600) {
    return relative.format(Math.round(seconds / 60), 'minute')
  }
  if (size < 86_400) {
    return relative.format(Math.round(seconds / 3600), 'hour')
  }
  return relative.format(Math.round(seconds / 86_400), 'day')
}

/** Prints an instant by a moment-style pattern (`YYYY-MM-DD HH:mm:ss.SSS`), the tokens dashboards use. */
export function formatPattern(ms: number, pattern: string, zone: Zone): string {
  const wall = wallOf(ms, zone)
  const month = monthName.format(Date.UTC(2000, wall.month - 1, 1))
  const weekday = weekdayName.format(Date.UTC(2023, 0, 1 + wall.weekday))
  const tokens: Record<string, string> = {
    YYYY: String(wall.year),
    YY: two(wall.year % 100),
    MMMM: month,
    MMM: month.slice(0, 3),
    MM: two(wall.month),
    M: String(wall.month),
    DD: two(wall.day),
    D: String(wall.day),
    dddd: weekday,
    ddd: weekday.slice(0, 3),
    HH: two(wall.hour),
    H: String(wall.hour),
    hh: two(wall.hour % 12 || 12),
    h: String(wall.hour % 12 || 12),
    mm: two(wall.minute),
    m: String(wall.minute),
    ss: two(wall.second),
    s: String(wall.second),
    SSS: String(((Math.floor(ms) % 1000) + 1000) % 1000).padStart(3, '0'),
    A: wall.hour < 12 ? 'AM' : 'PM',
    a: wall.hour < 12 ? 'am' : 'pm',
    X: String(Math.floor(ms / 1000)),
    x: String(Math.floor(ms)),
  }
  return pattern.replace(/\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|X|x/g, (token, literal: string | undefined) => literal ?? tokens[token] ?? token)
}
