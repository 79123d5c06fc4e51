import type { FieldConfig } from './config.ts'

export type Labels = Readonly<Record<string, string>>
export type FieldType = 'time' | 'number' | 'string' | 'boolean' | 'other'

/** One column. Times are epoch ms; numbers may be NaN or infinite; anything may be null. */
export type Field = {
  readonly name: string
  readonly type: FieldType
  readonly values: readonly unknown[]
  readonly labels?: Labels
  /** The name the query's legend gives the series. */
  readonly legend?: string
  readonly config?: FieldConfig
}

/** Columns of equal length, the answer of one query or of a transformation. */
export type Frame = {
  readonly refId: string
  readonly name?: string
  /** Distance of the samples in ms, when the query fixed one. */
  readonly stepMs?: number
  readonly fields: readonly Field[]
}

export function rowCount(frame: Frame): number {
  return frame.fields[0]?.values.length ?? 0
}

export function timeField(frame: Frame): Field | undefined {
  return frame.fields.find((field) => field.type === 'time')
}

/** `{a="b", c="d"}` with names sorted. */
export function labelsText(labels: Labels): string {
  return `{${Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(', ')}}`
}

/** The name people see for a field: configured, from the legend, from its labels, or its own. */
export function displayName(field: Field, frame?: Frame): string {
  if (field.config?.displayName) {
    return field.config.displayName
  }
  if (field.legend !== undefined && field.legend !== '') {
    return field.legend
  }
  if (field.type !== 'time' && field.labels && Object.keys(field.labels).length > 0) {
    const names = Object.keys(field.labels)
    const only = names.length === 1 ? field.labels[names[0] ?? ''] : undefined
    return only ?? labelsText(field.labels)
  }
  return field.name === 'Value' && frame?.name ? frame.name : field.name
}

/** The text of `{{label}}` templates; an empty template gives all labels. */
export function legendText(template: string, labels: Labels, expr: string): string {
  if (template === '' || template === '__auto') {
    return Object.keys(labels).length === 0 ? expr : labelsText(labels)
  }
  return template.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => labels[name] ?? '')
}

/** The type of a column of unknown values, decided by its first value that is there. */
export function typeOf(values: readonly unknown[]): FieldType {
  const first = values.find((value) => value !== null && value !== undefined)
  switch (typeof first) {
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'object':
      return 'other'
    default:
      return 'string'
  }
}
