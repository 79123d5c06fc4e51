/** A time zone as dashboards name it: `browser`, `utc` or an IANA name. */
export type Zone = string

/** The IANA name `Intl` understands; undefined means the browser's own. */
export function ianaName(zone: Zone): string | undefined {
  if (zone === 'utc' || zone === 'UTC') {
    return 'UTC'
  }
  if (zone === '' || zone === 'browser') {
    return undefined
  }
  return isZone(zone) ? zone : undefined
}

/** Which names are zones, by name: asking `Intl` makes an object that is dear to collect. */
const zones = new Map<string, boolean>()

function isZone(name: string): boolean {
  let known = zones.get(name)
  if (known === undefined) {
    try {
      wallFormat(name)
      known = true
    } catch {
      known = false
    }
    zones.set(name, known)
  }
  return known
}

/** Wall-clock parts of an instant in a zone; month is 1 to 12, weekday 0 (Sunday) to 6. */
export type Wall = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
}

const wallFormats = new Map<string, Intl.DateTimeFormat>()

function wallFormat(zone: string): Intl.DateTimeFormat {
  let format = wallFormats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    wallFormats.set(zone, format)
  }
  return format
}

export function wallOf(ms: number, zone: Zone): Wall {
  const name = ianaName(zone)
  if (name === undefined) {
    const date = new Date(ms)
    return {
      year: date.getFullYear(),
      month: date.getMonth() + 1,
      day: date.getDate(),
      hour: date.getHours(),
      minute: date.getMinutes(),
      second: date.getSeconds(),
      weekday: date.getDay(),
    }
  }
  const parts: Record<string, number> = {}
  for (const { type, value } of wallFormat(name).formatToParts(ms)) {
    parts[type] = Number(value)
  }
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return { year, month, day, hour, minute, second, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() }
}

/** The instant whose wall clock in `zone` shows these parts; out-of-range parts carry over as in `Date`. */
export function instantOf(wall: Omit<Wall, 'weekday'>, zone: Zone): number {
  if (ianaName(zone) === undefined) {
    return new Date(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second).getTime()
  }
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
  let guess = asUtc - offsetOf(asUtc, zone)
  guess = asUtc - offsetOf(guess, zone)
  return guess
}

/** How far the wall clock of `zone` is ahead of UTC at `ms`, in ms. */
export function offsetOf(ms: number, zone: Zone): number {
  const wall = wallOf(ms, zone)
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
  return asUtc - Math.floor(ms / 1000) * 1000
}
