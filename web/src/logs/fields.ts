import type { FieldKind } from '../logql/edit.ts'
import type { LogRow } from './row.ts'

/** One name and value of a line, and where it comes from. */
export type RowField = { readonly name: string; readonly value: string; readonly kind: FieldKind }

/** Longest line that is searched for fields, in UTF-16 units. */
const MOST_TEXT = 200_000

/**
 * All fields of a row, each name once: what the query parsed, else what the line's own JSON or logfmt holds; then
 * structured metadata and indexed labels.
 */
export function fieldsOf(row: LogRow): readonly RowField[] {
  const fields: RowField[] = []
  const seen = new Set<string>()
  const add = (name: string, value: string, kind: FieldKind) => {
    if (!seen.has(name)) {
      seen.add(name)
      fields.push({ name, value, kind })
    }
  }
  const labelled = (name: string) => (name in row.labels ? 'label' : name in row.metadata ? 'metadata' : undefined)
  for (const [name, value] of Object.entries(row.parsed)) {
    add(name, value, 'parsed')
  }
  for (const field of lineFields(row.line)) {
    const known = labelled(field.name)
    const same = known === 'label' ? row.labels[field.name] : known === 'metadata' ? row.metadata[field.name] : undefined
    if (same === field.value && known !== undefined) {
      add(field.name, field.value, known)
    } else {
      add(field.name, field.value, field.kind)
    }
  }
  for (const [name, value] of Object.entries(row.metadata)) {
    add(name, value, 'metadata')
  }
  for (const [name, value] of Object.entries(row.labels)) {
    add(name, value, 'label')
  }
  return fields
}

/** The fields inside a line's text: of a JSON object (nested names joined by `_`) or of logfmt. */
export function lineFields(line: string): readonly RowField[] {
  if (line.length > MOST_TEXT) {
    return []
  }
  const json = jsonObject(line)
  if (json) {
    const fields: RowField[] = []
    flatten(json, '', fields)
    return fields
  }
  const pairs = [...line.matchAll(/(?:^|\s)([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g)]
  return pairs.length < 2 ? [] : pairs.map(([, name, value]) => ({ name: fieldName(name ?? ''), value: plain(value ?? ''), kind: 'logfmt' }))
}

/** The line's value when it is a JSON object. */
export function jsonObject(line: string): Record<string, unknown> | undefined {
  const text = line.trimStart()
  if (!text.startsWith('{')) {
    return undefined
  }
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function flatten(object: Record<string, unknown>, prefix: string, into: RowField[]): void {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + fieldName(key)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      flatten(value as Record<string, unknown>, `${name}_`, into)
    } else {
      into.push({ name, value: typeof value === 'string' ? value : JSON.stringify(value), kind: 'json' })
    }
  }
}

function fieldName(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/g, '_')
}

function plain(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

/** The value of one field of a row; undefined when the row has none of that name. */
export function fieldValue(row: LogRow, name: string): string | undefined {
  return row.parsed[name] ?? row.metadata[name] ?? row.labels[name] ?? lineFields(row.line).find((field) => field.name === name)?.value
}
