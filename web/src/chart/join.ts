/** A column aligned to a common time axis: null is a gap, undefined a time at which this series simply has no sample. */
export type Aligned = (number | null | undefined)[]

export type TimedValues = {
  readonly times: readonly number[]
  readonly values: readonly unknown[]
  /** Distance of the samples in ms, when the query fixed one; a missing sample then is a gap. */
  readonly stepMs: number | undefined
}

/** One ascending time axis for all series, and their values on it. */
export function join(series: readonly TimedValues[]): { readonly times: readonly number[]; readonly columns: readonly Aligned[] } {
  const first = series[0]
  const same = first !== undefined && series.every((one) => one.times === first.times || (one.times.length === first.times.length && one.times.every((time, at) => time === first.times[at])))
  const times = same ? first.times : [...new Set(series.flatMap((one) => one.times))].sort((a, b) => a - b)
  const positions = same ? undefined : new Map(times.map((time, at) => [time, at]))
  const axis = withGaps(times, series.reduce<number | undefined>((least, one) => (one.stepMs === undefined ? least : Math.min(least ?? one.stepMs, one.stepMs)), undefined))
  const shift = axis.length === times.length ? undefined : new Map(axis.map((time, at) => [time, at]))
  const columns = series.map((one) => {
    const column: Aligned = new Array(axis.length).fill(undefined)
    let before: number | undefined
    let beforeAt = -1
    one.times.forEach((time, at) => {
      const place = shift?.get(time) ?? positions?.get(time) ?? at
      const value = one.values[at]
      column[place] = typeof value === 'number' && Number.isFinite(value) ? value : null
      if (one.stepMs !== undefined && before !== undefined && time - before > one.stepMs * 1.5) {
        column.fill(null, beforeAt + 1, place)
      }
      before = time
      beforeAt = place
    })
    return column
  })
  return { times: axis, columns }
}

/** Adds one time inside every hole of the axis wider than a step and a half, so that a gap has a place to be. */
function withGaps(times: readonly number[], stepMs: number | undefined): readonly number[] {
  if (stepMs === undefined) {
    return times
  }
  const holes = times.some((time, at) => at > 0 && time - (times[at - 1] ?? time) > stepMs * 1.5)
  if (!holes) {
    return times
  }
  return times.flatMap((time, at) => {
    const before = times[at - 1]
    return before !== undefined && time - before > stepMs * 1.5 ? [before + stepMs, time] : [time]
  })
}

/** Cumulative columns for stacking, bottom first; `percent` makes every time's sum 100. */
export function stack(columns: readonly Aligned[], percent: boolean): readonly Aligned[] {
  const length = columns[0]?.length ?? 0
  const totals = new Float64Array(length)
  if (percent) {
    for (const column of columns) {
      column.forEach((value, at) => {
        totals[at] = (totals[at] ?? 0) + Math.abs(value ?? 0)
      })
    }
  }
  const sums = new Float64Array(length)
  return columns.map((column) =>
    column.map((value, at) => {
      const share = percent ? (totals[at] === 0 ? 0 : ((value ?? 0) / (totals[at] ?? 1)) * 100) : (value ?? 0)
      sums[at] = (sums[at] ?? 0) + share
      return sums[at]
    }),
  )
}
