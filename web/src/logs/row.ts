import type { Labels } from '../frames/frame.ts'
import type { Level } from './level.ts'

/** One log line as the screen knows it. Label maps of one stream are shared between its rows. */
export type LogRow = {
  /** Unique within one result, stable over refreshes: timestamp, a hash of stream and line, and an ordinal for twins. */
  readonly id: string
  /** Nanoseconds since the epoch as decimal text. */
  readonly ns: string
  readonly ms: number
  readonly line: string
  readonly level: Level
  /** Indexed labels. */
  readonly labels: Labels
  readonly metadata: Labels
  /** Labels parsed by the query's own stages. */
  readonly parsed: Labels
  /** Lines that were left out just before this one, while following. */
  readonly skipped?: number
}

/** Units of a text that its hash looks at, at each end. */
const HASHED = 8192

/** FNV-1a over UTF-16 units, as eight hex digits; of a very long text over its ends and its length. */
export function hash32(text: string): string {
  const long = text.length > 2 * HASHED
  const hash = fnv(fnv(0x811c9dc5, text, 0, long ? HASHED : text.length), text, long ? text.length - HASHED : text.length, text.length)
  return ((long ? fnv(hash, String(text.length), 0, String(text.length).length) : hash) >>> 0).toString(16).padStart(8, '0')
}

function fnv(seed: number, text: string, from: number, to: number): number {
  let hash = seed
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash
}

/** Compares two decimal nanosecond texts without losing digits. */
export function compareNs(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length
}
