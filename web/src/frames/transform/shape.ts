import { displayName, labelsText, rowCount, timeField, typeOf, type Field, type Frame } from '../frame.ts'
import { withRows } from './fields.ts'
import type { Transformation } from './index.ts'

/** Labels become columns; the value's column takes the name of `valueLabel`'s value where that is set. */
export const labelsToFields: Transformation = (frames, options) => {
  const keep = new Set(options.at('keepLabels').strings())
  const valueLabel = options.at('valueLabel').str('')
  const kept = (name: string) => keep.size === 0 || keep.has(name)
  if (options.at('mode').str('columns') === 'rows') {
    return frames.flatMap((frame) =>
      frame.fields
        .filter((field) => field.labels && Object.keys(field.labels).length > 0)
        .map((field): Frame => {
          const labels = Object.entries(field.labels ?? {}).filter(([name]) => kept(name))
          return { refId: frame.refId, name: displayName(field, frame), fields: [{ name: 'label', type: 'string', values: labels.map(([name]) => name) }, { name: 'value', type: 'string', values: labels.map(([, value]) => value) }] }
        }),
    )
  }
  return frames.map((frame) => {
    const length = rowCount(frame)
    const columns = new Map<string, string>()
    const fields = frame.fields.map((field): Field => {
      if (!field.labels || Object.keys(field.labels).length === 0) {
        return field
      }
      for (const [name, value] of Object.entries(field.labels)) {
        if (kept(name) && name !== valueLabel) {
          columns.set(name, value)
        }
      }
      const named = valueLabel === '' ? undefined : field.labels[valueLabel]
      const { labels: _, legend: __, ...rest } = field
      return { ...rest, name: named ?? field.name }
    })
    const [time, values] = [fields.filter((field) => field.type === 'time'), fields.filter((field) => field.type !== 'time')]
    return { ...frame, fields: [...time, ...[...columns].map(([name, value]): Field => ({ name, type: 'string', values: new Array<string>(length).fill(value) })), ...values] }
  })
}

/** All rows under one set of columns; rows that agree in every shared column become one. */
export const merge: Transformation = (frames) => {
  const filled = frames.filter((frame) => frame.fields.length > 0)
  if (filled.length <= 1) {
    return filled
  }
  const columns = new Map<string, Field>()
  for (const frame of filled) {
    for (const field of frame.fields) {
      const name = columnName(field, frame)
      if (!columns.has(name)) {
        columns.set(name, { ...field, name })
      }
    }
  }
  const shared = [...columns.keys()].filter((name) => filled.every((frame) => frame.fields.some((field) => columnName(field, frame) === name)))
  const rows: Map<string, unknown>[] = []
  const byKey = new Map<string, Map<string, unknown>[]>()
  for (const frame of filled) {
    for (let row = 0; row < rowCount(frame); row++) {
      const values = new Map(frame.fields.map((field) => [columnName(field, frame), field.values[row]]))
      const key = JSON.stringify(shared.map((name) => values.get(name) ?? null))
      const fits = (byKey.get(key) ?? []).find((known) => [...values].every(([name, value]) => shared.includes(name) || !known.has(name) || known.get(name) === value))
      if (fits && [...values.keys()].some((name) => !fits.has(name))) {
        for (const [name, value] of values) {
          fits.set(name, value)
        }
      } else {
        rows.push(values)
        byKey.set(key, [...(byKey.get(key) ?? []), values])
      }
    }
  }
  return [{ refId: filled[0]?.refId ?? 'A', fields: [...columns].map(([name, field]) => ({ ...field, values: rows.map((row) => row.get(name) ?? null) })) }]
}

/** The name by which columns of several frames are the same: labels do not tell them apart. */
function columnName(field: Field, frame: Frame): string {
  return field.config?.displayName ?? (field.type === 'number' && field.name === 'Value' && frame.refId !== 'A' ? `Value #${frame.refId}` : field.name)
}

/** Joins frames on a field, the time when none is named: all rows of all (`outer`), or those in every frame (`inner`). */
export const joinByField: Transformation = (frames, options) => {
  const wanted = options.at('byField').str('')
  const inner = options.at('mode').str('outer') === 'inner'
  const keyed = frames.flatMap((frame) => {
    const key = wanted === '' ? timeField(frame) : frame.fields.find((field) => field.name === wanted || displayName(field, frame) === wanted)
    return key ? [{ frame, key, rows: new Map(key.values.map((value, row) => [value, row])) }] : []
  })
  const [first] = keyed
  if (!first || keyed.length < 2) {
    return frames
  }
  const all = [...new Set(keyed.flatMap(({ key }) => key.values))]
  const values = inner ? all.filter((value) => keyed.every(({ rows }) => rows.has(value))) : all
  if (first.key.type === 'time' || first.key.type === 'number') {
    values.sort((a, b) => Number(a) - Number(b))
  }
  return [
    {
      refId: first.frame.refId,
      ...(first.frame.stepMs === undefined ? {} : { stepMs: first.frame.stepMs }),
      fields: [
        { ...first.key, values },
        ...keyed.flatMap(({ frame, key, rows }) =>
          frame.fields.filter((field) => field !== key).map((field) => {
            const name = displayName(field, frame)
            return { ...field, legend: field.legend ?? (field.labels ? name : ''), values: values.map((value) => field.values[rows.get(value) ?? -1] ?? null) }
          }),
        ),
      ],
    },
  ]
}

/** All series as rows of time, name and value. */
export const seriesToRows: Transformation = (frames) => {
  const rows = frames.flatMap((frame) => {
    const time = timeField(frame)
    return time ? frame.fields.filter((field) => field.type === 'number').flatMap((field) => field.values.map((value, row) => [time.values[row], displayName(field, frame), value] as const)) : []
  })
  rows.sort((a, b) => Number(b[0]) - Number(a[0]))
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [
        { name: 'Time', type: 'time', values: rows.map(([time]) => time) },
        { name: 'Metric', type: 'string', values: rows.map(([, name]) => name) },
        { name: 'Value', type: 'number', values: rows.map(([, , value]) => value) },
      ],
    },
  ]
}

/** One frame per distinct value of some fields. */
export const partitionByValues: Transformation = (frames, options) => {
  const names = options.at('fields').strings()
  const keepFields = options.at('keepFields').bool(false)
  return frames.flatMap((frame) => {
    const keys = frame.fields.filter((field) => names.includes(displayName(field, frame)) || names.includes(field.name))
    if (keys.length === 0) {
      return [frame]
    }
    const groups = new Map<string, number[]>()
    for (let row = 0; row < rowCount(frame); row++) {
      const key = JSON.stringify(keys.map((field) => field.values[row] ?? null))
      groups.set(key, [...(groups.get(key) ?? []), row])
    }
    return [...groups.values()].map((rows) => {
      const labels = Object.fromEntries(keys.map((field) => [field.name, String(field.values[rows[0] ?? 0] ?? '')]))
      const part = withRows(frame, rows)
      return { ...part, name: labelsText(labels), fields: part.fields.filter((_, at) => keepFields || !keys.includes(frame.fields[at] as Field)).map((field) => (field.type === 'number' ? { ...field, labels } : field)) }
    })
  })
}

/** A table with one row per value of a field and one column per value of another. */
export const groupingToMatrix: Transformation = (frames, options) => {
  const [frame] = frames
  const field = (name: string) => frame?.fields.find((one) => displayName(one, frame) === name || one.name === name)
  const column = field(options.at('columnField').str('Time'))
  const row = field(options.at('rowField').str('Time'))
  const value = field(options.at('valueField').str('Value'))
  if (!frame || !column || !row || !value || frames.length !== 1) {
    return frames
  }
  const columns = [...new Set(column.values)]
  const rows = [...new Set(row.values)]
  const cells = new Map(value.values.map((one, at) => [JSON.stringify([row.values[at], column.values[at]]), one]))
  const empty = options.at('emptyValue').str('empty') === 'zero' ? 0 : null
  return [
    {
      refId: frame.refId,
      fields: [
        { ...row, name: `${row.name}\\${column.name}`, values: rows },
        ...columns.map((one): Field => ({ name: String(one), type: value.type, values: rows.map((key) => cells.get(JSON.stringify([key, one])) ?? empty), ...(value.config ? { config: value.config } : {}) })),
      ],
    },
  ]
}

/** All fields side by side. */
export const concatenate: Transformation = (frames) => {
  const length = Math.max(0, ...frames.map(rowCount))
  return [{ refId: frames[0]?.refId ?? 'A', fields: frames.flatMap((frame) => frame.fields.map((field) => ({ ...field, legend: field.type === 'number' ? displayName(field, frame) : (field.legend ?? ''), values: Array.from({ length }, (_, row) => field.values[row] ?? null) }))) }]
}

/** Series as one wide frame, many narrow ones or one long one. */
export const prepareTimeSeries: Transformation = (frames, options) => {
  switch (options.at('format').str('wide')) {
    case 'wide':
      return joinByField(frames, options)
    case 'long':
      return seriesToRows(frames, options)
    default:
      return frames.flatMap((frame) => {
        const time = timeField(frame)
        return time ? frame.fields.filter((field) => field.type === 'number').map((field) => ({ ...frame, fields: [time, field] })) : []
      })
  }
}

/** Rows become columns. */
export const transpose: Transformation = (frames, options) =>
  frames.map((frame) => {
    const [names, ...rest] = frame.fields
    if (!names) {
      return frame
    }
    const first = options.at('firstFieldName').str('')
    return {
      refId: frame.refId,
      fields: [
        { name: first === '' ? 'Field' : first, type: 'string', values: rest.map((field) => displayName(field, frame)) },
        ...names.values.map((name, row): Field => {
          const values = rest.map((field) => field.values[row])
          return { name: String(name), type: typeOf(values), values }
        }),
      ],
    }
  })
