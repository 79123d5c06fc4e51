import type { Reader } from '../../json/reader.ts'
import { displayName, type Field, type Frame } from '../frame.ts'

/** Counts all numbers into buckets of equal size; one count column per series, or one for all with `combine`. */
export function histogram(frames: readonly Frame[], options: Reader): Frame | undefined {
  const columns = frames.flatMap((frame) => frame.fields.filter((field) => field.type === 'number').map((field) => ({ field, name: displayName(field, frame), numbers: field.values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value)) })))
  const all = columns.flatMap(({ numbers }) => numbers)
  const first = all[0]
  if (first === undefined) {
    return undefined
  }
  const low = all.reduce((a, b) => Math.min(a, b), first)
  const high = all.reduce((a, b) => Math.max(a, b), first)
  const size = options.at('bucketSize').num() ?? niceSize((high - low) / Math.max(1, options.at('bucketCount').num(30)))
  const offset = options.at('bucketOffset').num(0)
  const start = Math.floor((low - offset) / size) * size + offset
  const count = Math.min(1000, Math.floor((high - start) / size) + 1)
  const countInto = (numbers: readonly number[]) => {
    const counts = new Array<number>(count).fill(0)
    for (const value of numbers) {
      const at = Math.min(count - 1, Math.max(0, Math.floor((value - start) / size)))
      counts[at] = (counts[at] ?? 0) + 1
    }
    return counts
  }
  const field = (name: string, values: readonly number[], source?: Field): Field => ({ name, type: 'number', values, legend: name, ...(source?.config ? { config: source.config } : {}) })
  return {
    refId: frames[0]?.refId ?? 'A',
    fields: [
      { name: 'xMin', type: 'number', values: Array.from({ length: count }, (_, at) => start + at * size) },
      { name: 'xMax', type: 'number', values: Array.from({ length: count }, (_, at) => start + (at + 1) * size) },
      ...(options.at('combine').bool(false) ? [field('Count', countInto(all), columns[0]?.field)] : columns.map((column) => field(column.name, countInto(column.numbers), column.field))),
    ],
  }
}

/** A step of 1, 2 or 5 times a power of ten, not below `size`. */
function niceSize(size: number): number {
  if (!(size > 0)) {
    return 1
  }
  const power = 10 ** Math.floor(Math.log10(size))
  return ([1, 2, 5, 10].find((step) => step * power >= size * 0.999) ?? 10) * power
}
