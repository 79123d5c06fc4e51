/** Milliseconds per unit letter, as LogQL and Grafana write durations. A month is 30 days, a year 365. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
}

/** Milliseconds of a text such as `30s`, `1h30m` or `500ms`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|[smhdwMy]))+$/.test(trimmed)) {
    return undefined
  }
  let total = 0
  for (const [, amount, , unit] of trimmed.matchAll(/(\d+(\.\d+)?)(ns|us|µs|ms|[smhdwMy])/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  }
  return total
}

/** The shortest exact text of a duration in ms: `90000` is `1m30s`, `7200000` is `2h`. */
export function formatDuration(ms: number): string {
  if (ms === 0) {
    return '0s'
  }
  let rest = Math.round(ms)
  let text = ''
  for (const [unit, size] of [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const) {
    const count = Math.floor(rest / size)
    if (count > 0) {
      text += `${count}${unit}`
      rest -= count * size
    }
  }
  return text
}
