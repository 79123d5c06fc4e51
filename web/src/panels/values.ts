import { custom } from '../frames/config.ts'
import { displayName, timeField, type Field, type Frame } from '../frames/frame.ts'
import { reduce } from '../frames/reduce.ts'
import type { Reader } from '../json/reader.ts'
import { displayOf, type DisplayContext, type Shown } from '../units/display.ts'

/** One value of a stat, gauge, bar gauge or pie, with the series it was reduced from. */
export type NamedValue = { readonly name: string; readonly shown: Shown; readonly value: number | undefined; readonly field: Field; readonly times: readonly number[] | undefined; readonly index: number }

/** Most values one panel shows. */
const MOST_VALUES = 200

/** Applies `reduceOptions`: one value per series, or one per row when `values` is set. */
export function namedValues(frames: readonly Frame[], reduceOptions: Reader, context: DisplayContext): readonly NamedValue[] {
  const perRow = reduceOptions.at('values').bool(false)
  const wanted = reduceOptions.at('fields').str('')
  const calcs = reduceOptions.at('calcs').strings()
  const limit = reduceOptions.at('limit').num(perRow ? 25 : MOST_VALUES)
  const found: NamedValue[] = []
  for (const frame of frames) {
    const times = timeField(frame)?.values as readonly number[] | undefined
    const names = frame.fields.find((field) => field.type === 'string')
    for (const field of frame.fields) {
      if (!isWanted(field, frame, wanted) || custom(field, 'hideFrom', 'viz').bool(false)) {
        continue
      }
      const display = displayOf(field, context, found.length)
      const numeric = (value: unknown) => (typeof value === 'number' ? value : undefined)
      if (perRow) {
        field.values.slice(0, limit).forEach((value, row) => {
          const own = displayOf(field, context, found.length)
          found.push({ name: names && names !== field ? String(names.values[row] ?? '') : displayName(field, frame), shown: own(value), value: numeric(value), field, times: undefined, index: found.length })
        })
      } else {
        for (const calc of calcs.length > 0 ? calcs : ['lastNotNull']) {
          const value = reduce(field.values, calc)
          found.push({ name: displayName(field, frame), shown: display(value), value: numeric(value), field, times, index: found.length })
        }
      }
    }
  }
  return found.slice(0, Math.min(limit, MOST_VALUES))
}

function isWanted(field: Field, frame: Frame, wanted: string): boolean {
  if (wanted === '') {
    return field.type === 'number'
  }
  const pattern = /^\/(.*)\/$/s.exec(wanted)?.[1]
  if (pattern !== undefined) {
    try {
      return new RegExp(pattern).test(displayName(field, frame)) || new RegExp(pattern).test(field.name)
    } catch {
      return false
    }
  }
  return field.name === wanted || displayName(field, frame) === wanted
}

/** The bounds a gauge is drawn between: configured, else of the data with zero. */
export function boundsOf(values: readonly NamedValue[]): (value: NamedValue) => { readonly min: number; readonly max: number } {
  const numbers = values.flatMap(({ value }) => (value === undefined || !Number.isFinite(value) ? [] : [value]))
  const low = Math.min(0, ...numbers)
  const high = Math.max(low + 1e-9, ...numbers)
  return ({ field }) => ({ min: field.config?.min ?? low, max: field.config?.max ?? high })
}
