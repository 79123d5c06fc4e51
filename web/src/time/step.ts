/** `[below, rounded]` in ms: an interval smaller than `below` becomes `rounded`. The ladder that gives identical pictures. */
const LADDER: readonly (readonly [number, number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1500, 1000],
  [3500, 2000],
  [7500, 5000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
]
const YEAR = 31_536_000_000

/** Most points a range query may ask for. */
const MOST_POINTS = 11_000

export function roundInterval(ms: number): number {
  return LADDER.find(([below]) => ms < below)?.[1] ?? YEAR
}

/** The `$__interval` of a panel in ms: range over points, not below `minMs`, rounded to the ladder. */
export function panelInterval(rangeMs: number, maxDataPoints: number, minMs = 0): number {
  const raw = rangeMs / Math.max(1, maxDataPoints)
  return raw > minMs ? roundInterval(raw) : Math.max(minMs, 1)
}

/** The step of a Loki range query in ms: the interval times resolution, held to at most 11,000 points. */
export function lokiStep(intervalMs: number, rangeMs: number, resolution = 1): number {
  return Math.ceil(Math.max(intervalMs * resolution, rangeMs / MOST_POINTS))
}
