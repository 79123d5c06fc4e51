import { read, type Reader } from '../../json/reader.ts'
import type { Frame } from '../frame.ts'
import { calculateField, groupBy, reduceFrames, rowsToFields } from './calculate.ts'
import { convertFieldType, extractFields, filterByRefId, filterByValue, filterFieldsByName, limit, organize, renameByRegex, sortBy } from './fields.ts'
import { histogram } from './histogram.ts'
import { concatenate, groupingToMatrix, joinByField, labelsToFields, merge, partitionByValues, prepareTimeSeries, seriesToRows, transpose } from './shape.ts'

export type Transformation = (frames: readonly Frame[], options: Reader) => readonly Frame[]

/** Every transformation by its id; an id that is missing here lets the data pass unchanged. */
const TRANSFORMATIONS: Readonly<Record<string, Transformation>> = {
  organize,
  extractFields,
  labelsToFields,
  merge,
  reduce: reduceFrames,
  groupBy,
  sortBy,
  limit,
  filterFieldsByName,
  filterByValue,
  filterByRefId,
  calculateField,
  renameByRegex,
  convertFieldType,
  joinByField,
  seriesToColumns: joinByField,
  seriesToRows,
  rowsToFields,
  partitionByValues,
  groupingToMatrix,
  concatenate,
  prepareTimeSeries,
  transpose,
  histogram: (frames, options) => {
    const frame = histogram(frames, options)
    return frame ? [frame] : []
  },
}

export function isKnownTransformation(id: string): boolean {
  return Object.hasOwn(TRANSFORMATIONS, id)
}

/** The ids a person may choose from. */
export const TRANSFORMATION_IDS: readonly string[] = Object.keys(TRANSFORMATIONS)

/** Applies a panel's list of transformations in order; `filter` limits one to the frames of some queries. */
export function transform(frames: readonly Frame[], list: Reader): readonly Frame[] {
  return list
    .list()
    .filter((one) => !one.at('disabled').bool(false))
    .reduce<readonly Frame[]>((before, one) => {
      const apply = isKnownTransformation(one.at('id').str('')) ? TRANSFORMATIONS[one.at('id').str('')] : undefined
      if (!apply) {
        return before
      }
      const options = read(one.at('options').value ?? {})
      const only = one.at('filter', 'options').str('')
      if (one.at('filter', 'id').str('') !== 'byRefId' || only === '') {
        return apply(before, options)
      }
      const pattern = refPattern(only)
      const [mine, others] = [before.filter((frame) => pattern.test(frame.refId)), before.filter((frame) => !pattern.test(frame.refId))]
      return [...apply(mine, options), ...others]
    }, frames)
}

function refPattern(text: string): RegExp {
  const inner = /^\/(.*)\/$/.exec(text)?.[1] ?? text
  try {
    return new RegExp(`^(?:${inner})$`)
  } catch {
    return /(?!)/
  }
}
