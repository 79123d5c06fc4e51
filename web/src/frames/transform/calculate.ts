import type { Reader } from '../../json/reader.ts'
import { matcher } from '../config.ts'
import { displayName, rowCount, typeOf, type Field, type Frame } from '../frame.ts'
import { reduce, reducerName } from '../reduce.ts'
import type { Transformation } from './index.ts'

/** One row per series with a column per reducer, or every field reduced to one value. */
export const reduceFrames: Transformation = (frames, options) => {
  const reducers = options.at('reducers').strings()
  const ids = reducers.length > 0 ? reducers : ['max']
  const chosen = options.at('fields').present ? matcher(options.at('fields')) : undefined
  const columns = frames.flatMap((frame) => frame.fields.filter((field) => field.type !== 'time' && (chosen?.(field, frame) ?? true)).map((field) => ({ field, frame })))
  if (options.at('mode').str('seriesToRows') === 'reduceFields') {
    return frames.map((frame) => ({
      ...frame,
      fields: frame.fields
        .filter((field) => field.type !== 'time')
        .flatMap((field) => ids.map((id): Field => ({ ...field, name: ids.length > 1 ? `${field.name} ${reducerName(id)}` : field.name, values: [reduce(field.values, id)] }))),
    }))
  }
  const labelNames = options.at('labelsToFields').bool(false) ? [...new Set(columns.flatMap(({ field }) => Object.keys(field.labels ?? {})))].sort() : []
  const numeric = columns.filter(({ field }) => field.type === 'number' || ids.some((id) => /count|last|first|distinct|unique/i.test(id)))
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [
        { name: 'Field', type: 'string', values: numeric.map(({ field, frame }) => (labelNames.length > 0 ? field.name : displayName(field, frame))) },
        ...labelNames.map((name): Field => ({ name, type: 'string', values: numeric.map(({ field }) => field.labels?.[name] ?? '') })),
        ...ids.map((id): Field => {
          const values = numeric.map(({ field }) => reduce(field.values, id))
          return { name: reducerName(id), type: typeOf(values), values, ...(numeric[0]?.field.config ? { config: numeric[0].field.config } : {}) }
        }),
      ],
    },
  ]
}

/** Groups rows by the values of some fields and reduces the others. */
export const groupBy: Transformation = (frames, options) => {
  const rules = new Map(options.at('fields').entries().map(([name, rule]) => [name, { operation: rule.at('operation').str(''), aggregations: rule.at('aggregations').strings() }]))
  return frames.map((frame) => {
    const rule = (field: Field) => rules.get(displayName(field, frame)) ?? rules.get(field.name)
    const keys = frame.fields.filter((field) => rule(field)?.operation === 'groupby')
    if (keys.length === 0) {
      return frame
    }
    const groups = new Map<string, number[]>()
    for (let row = 0; row < rowCount(frame); row++) {
      const key = JSON.stringify(keys.map((field) => field.values[row] ?? null))
      const rows = groups.get(key) ?? []
      groups.set(key, rows)
      rows.push(row)
    }
    const lists = [...groups.values()]
    return {
      ...frame,
      fields: [
        ...keys.map((field) => ({ ...field, values: lists.map((rows) => field.values[rows[0] ?? 0]) })),
        ...frame.fields.flatMap((field) => {
          const own = rule(field)
          return own?.operation === 'aggregate'
            ? own.aggregations.map((id): Field => {
                const values = lists.map((rows) => reduce(rows.map((row) => field.values[row]), id))
                return { ...field, name: `${displayName(field, frame)} (${id})`, legend: `${displayName(field, frame)} (${id})`, type: typeOf(values), values }
              })
            : []
        }),
      ],
    }
  })
}

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b, '**': (a, b) => a ** b }
const UNARY: Readonly<Record<string, (a: number) => number>> = { abs: Math.abs, exp: Math.exp, ln: Math.log, floor: Math.floor, ceil: Math.ceil, round: Math.round }

/** Adds a field computed from others of the same row: a reduction, two operands, one function, the index, or running values. */
export const calculateField: Transformation = (frames, options) =>
  frames.map((frame) => {
    const made = calculated(frame, options)
    if (!made) {
      return frame
    }
    const replace = options.at('replaceFields').bool(false)
    return { ...frame, fields: [...(replace ? frame.fields.filter((field) => field.type === 'time') : frame.fields), made] }
  })

function calculated(frame: Frame, options: Reader): Field | undefined {
  const alias = options.at('alias').str('')
  const rows = Array.from({ length: rowCount(frame) }, (_, row) => row)
  const byName = (name: string) => frame.fields.find((field) => displayName(field, frame) === name || field.name === name)
  const made = (name: string, values: readonly unknown[]): Field => ({ name: alias === '' ? name : alias, legend: alias === '' ? name : alias, type: 'number', values })
  const numbers = (names: readonly string[]) => frame.fields.filter((field) => field.type === 'number' && (names.length === 0 || names.includes(displayName(field, frame)) || names.includes(field.name)))
  switch (options.at('mode').str('reduceRow')) {
    case 'reduceRow': {
      const reducer = options.at('reduce', 'reducer').str('sum')
      const fields = numbers(options.at('reduce', 'include').strings())
      return made(reducerName(reducer), rows.map((row) => reduce(fields.map((field) => field.values[row]), reducer)))
    }
    case 'binary': {
      const binary = options.at('binary')
      const operator = binary.at('operator').str('+')
      const apply = BINARY[operator]
      const left = operand(binary.at('left'), byName)
      const right = operand(binary.at('right'), byName)
      return apply && left && right ? made(`${left.name} ${operator} ${right.name}`, rows.map((row) => apply(left.at(row), right.at(row)))) : undefined
    }
    case 'unary': {
      const name = options.at('unary', 'fieldName').str('')
      const operator = options.at('unary', 'operator').str('abs')
      const apply = UNARY[operator]
      const field = byName(name)
      return apply && field ? made(`${operator}(${name})`, field.values.map((value) => (typeof value === 'number' ? apply(value) : null))) : undefined
    }
    case 'index':
      return made('Row', options.at('index', 'asPercentile').bool(false) ? rows.map((row) => row / Math.max(1, rows.length - 1)) : rows)
    case 'cumulativeFunctions': {
      const field = byName(options.at('cumulative', 'field').str(''))
      const mean = options.at('cumulative', 'reducer').str('sum') === 'mean'
      let sum = 0
      return field ? made(`cumulative ${mean ? 'mean' : 'sum'}(${displayName(field, frame)})`, field.values.map((value, row) => {
        sum += typeof value === 'number' ? value : 0
        return mean ? sum / (row + 1) : sum
      })) : undefined
    }
    case 'windowFunctions': {
      const field = byName(options.at('window', 'field').str(''))
      const reducer = options.at('window', 'reducer').str('mean')
      const share = options.at('window', 'windowSize').num(0.1)
      const size = Math.max(1, Math.round(options.at('window', 'windowSizeMode').str('percentage') === 'fixed' ? share : share * rows.length))
      const centered = options.at('window', 'windowAlignment').str('trailing') === 'centered'
      return field ? made(`moving ${reducer}(${displayName(field, frame)})`, rows.map((row) => {
        const from = centered ? row - Math.floor(size / 2) : row - size + 1
        return reduce(field.values.slice(Math.max(0, from), Math.max(0, from) + size), reducer)
      })) : undefined
    }
    default:
      return undefined
  }
}

function operand(json: Reader, byName: (name: string) => Field | undefined): { readonly name: string; readonly at: (row: number) => number } | undefined {
  const text = json.at('matcher', 'options').str(json.at('fixed').text(json.text('')))
  const field = byName(text)
  if (field) {
    return { name: text, at: (row) => (typeof field.values[row] === 'number' ? field.values[row] : Number.NaN) }
  }
  const number = Number(text)
  return text === '' || Number.isNaN(number) ? undefined : { name: text, at: () => number }
}

/** A field per row: one column names them, one gives the value. */
export const rowsToFields: Transformation = (frames, options) =>
  frames.map((frame) => {
    const mapped = (key: string) => {
      const mapping = options.at('mappings').list().find((one) => one.at('handlerKey').str('') === key)
      return frame.fields.find((field) => displayName(field, frame) === mapping?.at('fieldName').str(''))
    }
    const names = mapped('field.name') ?? frame.fields.find((field) => field.type === 'string')
    const values = mapped('field.value') ?? frame.fields.find((field) => field.type === 'number')
    if (!names || !values) {
      return frame
    }
    return { refId: frame.refId, fields: values.values.map((value, row): Field => ({ name: String(names.values[row] ?? ''), type: values.type, values: [value], ...(values.config ? { config: values.config } : {}) })) }
  })
