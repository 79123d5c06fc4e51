/** The reducers of legends, stats and the `reduce` transformation, by id. */
export const REDUCERS: Readonly<Record<string, string>> = {
  lastNotNull: 'Last *',
  last: 'Last',
  firstNotNull: 'First *',
  first: 'First',
  min: 'Min',
  max: 'Max',
  mean: 'Mean',
  median: 'Median',
  variance: 'Variance',
  stdDev: 'StdDev',
  sum: 'Total',
  count: 'Count',
  countAll: 'Count all',
  range: 'Range',
  delta: 'Delta',
  step: 'Step',
  diff: 'Difference',
  diffperc: 'Difference percent',
  logmin: 'Min (above zero)',
  allIsZero: 'All zeros',
  allIsNull: 'All nulls',
  changeCount: 'Change count',
  distinctCount: 'Distinct count',
  allValues: 'All values',
  uniqueValues: 'All unique values',
}

const ALIASES: Readonly<Record<string, string>> = { current: 'lastNotNull', avg: 'mean', total: 'sum' }

export function reducerId(id: string): string {
  return ALIASES[id] ?? id
}

export function reducerName(id: string): string {
  const known = reducerId(id)
  return REDUCERS[known] ?? (/^p\d+(\.\d+)?$/.test(known) ? `${known.slice(1)}th %` : known)
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))
}

/** One value out of a column; undefined when the reducer is unknown, null when there is nothing to reduce. */
export function reduce(values: readonly unknown[], reducer: string): unknown {
  const id = reducerId(reducer)
  switch (id) {
    case 'last':
      return values.at(-1) ?? null
    case 'first':
      return values[0] ?? null
    case 'lastNotNull': {
      for (let i = values.length - 1; i >= 0; i--) {
        if (!isMissing(values[i])) {
          return values[i]
        }
      }
      return null
    }
    case 'firstNotNull':
      return values.find((value) => !isMissing(value)) ?? null
    case 'count':
      return values.reduce<number>((count, value) => (isMissing(value) ? count : count + 1), 0)
    case 'countAll':
      return values.length
    case 'allIsNull':
      return values.every(isMissing)
    case 'allIsZero':
      return values.length > 0 && values.every((value) => value === 0)
    case 'distinctCount':
      return new Set(values).size
    case 'uniqueValues':
      return [...new Set(values)]
    case 'allValues':
      return [...values]
    case 'changeCount': {
      let changes = 0
      for (let i = 1; i < values.length; i++) {
        changes += values[i] === values[i - 1] ? 0 : 1
      }
      return changes
    }
    default:
      return reduceNumbers(values.filter((value): value is number => typeof value === 'number' && !Number.isNaN(value)), id)
  }
}

function reduceNumbers(numbers: readonly number[], id: string): number | null | undefined {
  const known = id in REDUCERS || /^p\d+(\.\d+)?$/.test(id)
  if (!known) {
    return undefined
  }
  const first = numbers[0]
  const last = numbers.at(-1)
  if (first === undefined || last === undefined) {
    return id === 'sum' ? 0 : null
  }
  switch (id) {
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b))
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b))
    case 'sum':
      return numbers.reduce((a, b) => a + b)
    case 'mean':
      return numbers.reduce((a, b) => a + b) / numbers.length
    case 'median':
      return quantile(numbers, 0.5)
    case 'range':
      return numbers.reduce((a, b) => Math.max(a, b)) - numbers.reduce((a, b) => Math.min(a, b))
    case 'diff':
      return last - first
    case 'diffperc':
      return (last - first) / Math.abs(first)
    case 'variance':
      return variance(numbers)
    case 'stdDev':
      return Math.sqrt(variance(numbers))
    case 'delta':
      return numbers.reduce((sum, value, at) => {
        const before = numbers[at - 1]
        return before === undefined ? sum : sum + (value >= before ? value - before : value)
      }, 0)
    case 'step':
      return numbers.reduce((least, value, at) => {
        const before = numbers[at - 1]
        return before === undefined ? least : Math.min(least, value - before)
      }, Number.POSITIVE_INFINITY)
    case 'logmin': {
      const positive = numbers.filter((value) => value > 0)
      return positive.length === 0 ? null : positive.reduce((a, b) => Math.min(a, b))
    }
    default:
      return quantile(numbers, Number(id.slice(1)) / 100)
  }
}

function variance(numbers: readonly number[]): number {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length
  return numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length
}

/** Linear interpolation between the neighbouring ranks. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const rank = (sorted.length - 1) * Math.min(1, Math.max(0, q))
  const low = sorted[Math.floor(rank)] ?? Number.NaN
  const high = sorted[Math.ceil(rank)] ?? Number.NaN
  return low + (high - low) * (rank - Math.floor(rank))
}
