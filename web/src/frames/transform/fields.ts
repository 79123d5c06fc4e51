import type { Reader } from '../../json/reader.ts'
import { lineFields } from '../../logs/fields.ts'
import { patternOf } from '../config.ts'
import { displayName, rowCount, typeOf, type Field, type FieldType, type Frame } from '../frame.ts'
import type { Transformation } from './index.ts'

/** A frame with only the rows whose index passes. */
export function keepRows(frame: Frame, keep: (row: number) => boolean): Frame {
  const rows = Array.from({ length: rowCount(frame) }, (_, row) => row).filter(keep)
  return withRows(frame, rows)
}

export function withRows(frame: Frame, rows: readonly number[]): Frame {
  return { ...frame, fields: frame.fields.map((field) => ({ ...field, values: rows.map((row) => field.values[row]) })) }
}

/** Hides, orders and renames fields by their shown name. */
export const organize: Transformation = (frames, options) => {
  const excluded = new Set(options.at('excludeByName').entries().filter(([, value]) => value.bool(false)).map(([name]) => name))
  const included = new Set(options.at('includeByName').entries().filter(([, value]) => value.bool(false)).map(([name]) => name))
  const order = new Map(options.at('indexByName').entries().map(([name, value]) => [name, value.num(0)]))
  const renamed = new Map(options.at('renameByName').entries().map(([name, value]) => [name, value.str('')]))
  return frames.map((frame) => {
    const named = frame.fields.map((field, at) => ({ field, name: displayName(field, frame), at }))
    const kept = named.filter(({ name, field }) => !excluded.has(name) && !excluded.has(field.name) && (included.size === 0 || included.has(name)))
    const position = ({ name, field, at }: (typeof named)[number]) => order.get(name) ?? order.get(field.name) ?? 1000 + at
    const sorted = order.size === 0 ? kept : [...kept].sort((a, b) => position(a) - position(b))
    return { ...frame, fields: sorted.map(({ field, name }) => rename(field, renamed.get(name) ?? renamed.get(field.name) ?? '')) }
  })
}

/** A field under another name; empty keeps the old one. */
export function rename(field: Field, name: string): Field {
  return name === '' ? field : { ...field, name, legend: name, ...(field.config ? { config: { ...field.config, displayName: name } } : {}) }
}

/** Makes fields out of JSON, `key=value` text or a regular expression's named groups. */
export const extractFields: Transformation = (frames, options) => {
  const source = options.at('source').str('')
  const format = options.at('format').oneOf(['json', 'kvp', 'auto', 'regexp', 'delimiter'], 'json')
  const pattern = format === 'regexp' ? patternOf(options.at('regExp').str('')) : undefined
  const delimiter = options.at('delimiter').str(',')
  const paths = options.at('jsonPaths').list().map((path) => ({ path: path.at('path').str(''), alias: path.at('alias').str('') })).filter(({ path }) => path !== '')
  return frames.map((frame) => {
    const field = frame.fields.find((one) => displayName(one, frame) === source || one.name === source)
    if (!field) {
      return frame
    }
    const columns = new Map<string, unknown[]>()
    field.values.forEach((value, row) => {
      for (const [name, part] of extracted(value)) {
        const column = columns.get(name) ?? new Array<unknown>(field.values.length).fill(null)
        columns.set(name, column)
        column[row] = part
      }
    })
    const made = [...columns].map(([name, values]): Field => ({ name, type: typeOf(values), values }))
    const replace = options.at('replace').bool(false)
    const keepTime = options.at('keepTime').bool(false)
    const kept = replace ? frame.fields.filter((one) => keepTime && one.type === 'time') : frame.fields
    return { ...frame, fields: [...kept, ...made] }
  })

  function extracted(value: unknown): readonly (readonly [string, unknown])[] {
    if (pattern) {
      return Object.entries(pattern.exec(String(value ?? ''))?.groups ?? {})
    }
    if (format === 'delimiter') {
      return String(value ?? '').split(delimiter).map((part) => [part.trim(), 1] as const)
    }
    const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : format === 'kvp' ? undefined : parseObject(String(value ?? ''))
    if (object) {
      return paths.length === 0 ? Object.entries(object) : paths.map(({ path, alias }) => [alias === '' ? path : alias, atPath(object, path)] as const)
    }
    return lineFields(String(value ?? '')).map((one) => [one.name, one.value] as const)
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function atPath(object: unknown, path: string): unknown {
  return path.split(/[.[\]]+/).filter((key) => key !== '').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), object) ?? null
}

export const sortBy: Transformation = (frames, options) => {
  const [sort] = options.at('sort').list()
  const name = sort?.at('field').str('') ?? ''
  const sign = sort?.at('desc').bool(false) ? -1 : 1
  return frames.map((frame) => {
    const field = frame.fields.find((one) => displayName(one, frame) === name || one.name === name)
    if (!field) {
      return frame
    }
    const rows = Array.from({ length: rowCount(frame) }, (_, row) => row).sort((a, b) => sign * compare(field.values[a], field.values[b]))
    return withRows(frame, rows)
  })
}

const collator = new Intl.Collator('en', { numeric: true })

function compare(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a ?? ''), String(b ?? ''))
}

export const limit: Transformation = (frames, options) => {
  const count = options.at('limitField').num(10)
  return frames.map((frame) => (count >= 0 ? keepRows(frame, (row) => row < count) : keepRows(frame, (row) => row >= rowCount(frame) + count)))
}

export const filterFieldsByName: Transformation = (frames, options) => {
  const side = (json: Reader): ((name: string) => boolean) | undefined => {
    const names = new Set(json.at('names').strings())
    const pattern = json.at('pattern').str('') === '' ? undefined : patternOf(json.at('pattern').str(''))
    return names.size === 0 && !pattern ? undefined : (name) => names.has(name) || (pattern?.test(name) ?? false)
  }
  const include = side(options.at('include'))
  const exclude = side(options.at('exclude'))
  return frames
    .map((frame) => ({ ...frame, fields: frame.fields.filter((field) => (include?.(displayName(field, frame)) ?? true) && !(exclude?.(displayName(field, frame)) ?? false)) }))
    .filter((frame) => frame.fields.length > 0)
}

export const filterByRefId: Transformation = (frames, options) => {
  const wanted = options.at('include').str('')
  const names = new Set(wanted.split('|'))
  return wanted === '' ? frames : frames.filter((frame) => names.has(frame.refId) || (patternOf(wanted)?.test(frame.refId) ?? false))
}

type Test = (value: unknown) => boolean

export const filterByValue: Transformation = (frames, options) => {
  const all = options.at('match').str('any') === 'all'
  const include = options.at('type').str('include') === 'include'
  const filters = options.at('filters').list().map((filter) => ({ name: filter.at('fieldName').str(''), test: valueTest(filter.at('config')) }))
  return frames.map((frame) => {
    const tests = filters.flatMap(({ name, test }) => {
      const field = frame.fields.find((one) => displayName(one, frame) === name || one.name === name)
      return field ? [(row: number) => test(field.values[row])] : []
    })
    if (tests.length === 0) {
      return frame
    }
    return keepRows(frame, (row) => (all ? tests.every((test) => test(row)) : tests.some((test) => test(row))) === include)
  })
}

function valueTest(config: Reader): Test {
  const value = config.at('options', 'value')
  const wanted = value.num(Number.NaN)
  const missing: Test = (one) => one === null || one === undefined || one === ''
  switch (config.at('id').str('')) {
    case 'equal':
      return (one) => String(one ?? '') === value.text('')
    case 'notEqual':
      return (one) => String(one ?? '') !== value.text('')
    case 'greater':
      return (one) => Number(one) > wanted
    case 'greaterOrEqual':
      return (one) => Number(one) >= wanted
    case 'lower':
      return (one) => Number(one) < wanted
    case 'lowerOrEqual':
      return (one) => Number(one) <= wanted
    case 'between':
      return (one) => Number(one) > config.at('options', 'from').num(0) && Number(one) < config.at('options', 'to').num(0)
    case 'substring':
      return (one) => String(one ?? '').toLowerCase().includes(value.text('').toLowerCase())
    case 'notSubstring':
      return (one) => !String(one ?? '').toLowerCase().includes(value.text('').toLowerCase())
    case 'regex': {
      const pattern = patternOf(value.text(''))
      return (one) => pattern?.test(String(one ?? '')) ?? false
    }
    case 'isNull':
      return missing
    case 'isNotNull':
      return (one) => !missing(one)
    default:
      return () => true
  }
}

export const renameByRegex: Transformation = (frames, options) => {
  const pattern = patternOf(options.at('regex').str(''))
  const replacement = options.at('renamePattern').str('')
  return pattern ? frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => (pattern.test(displayName(field, frame)) && field.type !== 'time' ? rename(field, displayName(field, frame).replace(pattern, replacement)) : field)) })) : frames
}

export const convertFieldType: Transformation = (frames, options) => {
  const conversions = options.at('conversions').list().map((one) => ({ name: one.at('targetField').str(''), to: one.at('destinationType').oneOf<FieldType>(['time', 'number', 'string', 'boolean', 'other'], 'string') }))
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      const conversion = conversions.find(({ name }) => name === displayName(field, frame) || name === field.name)
      return conversion ? { ...field, type: conversion.to, values: field.values.map((value) => convert(value, conversion.to)) } : field
    }),
  }))
}

function convert(value: unknown, to: FieldType): unknown {
  if (value === null || value === undefined) {
    return null
  }
  switch (to) {
    case 'number': {
      const number = typeof value === 'string' ? Number(value.replaceAll(',', '')) : Number(value)
      return Number.isNaN(number) ? null : number
    }
    case 'time': {
      const time = typeof value === 'number' ? value : /^\d+$/.test(String(value)) ? Number(value) : Date.parse(String(value))
      return Number.isNaN(time) ? null : time
    }
    case 'boolean':
      return typeof value === 'string' ? !['', '0', 'false', 'no'].includes(value.toLowerCase()) : Boolean(value)
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
    case 'other':
      return typeof value === 'string' ? (parseObject(value) ?? value) : value
  }
}
