import type { Labels } from '../frames/frame.ts'
import { lineFields } from './fields.ts'
import type { LogRow } from './row.ts'

/** A stretch of a line by how it reads: the message in full, names of fields muted, their values plain. */
export type Part = { readonly text: string; readonly kind: 'message' | 'name' | 'value' }

const MESSAGES: ReadonlySet<string> = new Set(['message', 'msg', 'Message', 'RenderedMessage', '_m', 'body', 'event', 'text'])

/** Fields that the list shows beside the line anyway. */
const SHOWN: ReadonlySet<string> = new Set(['timestamp', 'time', 'ts', '_timestamp', '_t', 'datetime', 'level', 'severity', 'lvl', 'log_level', 'loglevel', 'detected_level'])

/** Longest line that is read so, in UTF-16 units. */
const MOST_READ = 4000

/**
 * A structured line (a JSON object or logfmt) as a person would read it: its message first, then the other fields without
 * the time, the level and what the row's labels say already. Undefined for other lines, which are shown as they are.
 */
export function readingOf(row: LogRow): readonly Part[] | undefined {
  if (row.line.length > MOST_READ) {
    return undefined
  }
  const fields = lineFields(row.line)
  if (fields.length === 0) {
    return undefined
  }
  const message = fields.find((field) => MESSAGES.has(field.name) && field.value !== '')
  const rest = fields.filter((field) => field !== message && !SHOWN.has(field.name) && row.labels[field.name] !== field.value)
  if (!message && rest.length === 0) {
    return undefined
  }
  return [
    ...(message ? [{ text: message.value, kind: 'message' } as const] : []),
    ...rest.flatMap((field, at): readonly Part[] => [
      { text: `${at > 0 || message ? '  ' : ''}${field.name}=`, kind: 'name' },
      { text: field.value, kind: 'value' },
    ]),
  ]
}

/** Labels that say what wrote a line, best first, and those that say where. Their values speak for themselves. */
const SERVICES = ['service', 'service_name', 'app', 'application', 'job', 'container']
const PLACES = ['namespace', 'pod', 'hostname', 'host', 'node', 'instance', 'env', 'environment']

/** Labels that the level's letter says already. */
const LEVELS: ReadonlySet<string> = new Set(['level', 'detected_level', 'severity', 'lvl', 'log_level'])

/** What tells a stream from the others, shortly: the service, where it runs, then the other labels with their names. */
export function streamText(labels: Labels, common: Labels): string {
  const own = Object.entries(labels).filter(([name]) => !(name in common) && !LEVELS.has(name))
  const said = new Set<string>()
  const speaking = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = own.find(([one]) => one === name)?.[1]
      if (value === undefined || value === '' || said.has(value)) {
        return []
      }
      said.add(value)
      return [value]
    })
  const first = speaking(SERVICES)
  const second = speaking(PLACES)
  const rest = own.filter(([name, value]) => !SERVICES.includes(name) && !PLACES.includes(name) && !said.has(value)).map(([name, value]) => `${name}=${value}`)
  return [...first, ...second, ...rest].join(' ')
}
