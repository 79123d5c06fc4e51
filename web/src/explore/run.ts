import { batch, signal } from '@preact/signals'
import type { Datasource } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { queryInstant, queryRange, type Stats } from '../api/loki.ts'
import type { Frame } from '../frames/frame.ts'
import { isLogQuery } from '../logql/edit.ts'
import { levelOf, LEVELS, type Level } from '../logs/level.ts'
import { compareNs, type LogRow } from '../logs/row.ts'
import { formatDuration } from '../time/duration.ts'
import type { Range } from '../time/range.ts'
import { lokiStep, panelInterval } from '../time/step.ts'
import { interpolateLogql } from '../vars/interpolate.ts'

/** Lines per level over time. */
export type Volume = { readonly times: readonly number[]; readonly levels: readonly { readonly level: Level; readonly values: readonly (number | null)[]; readonly total: number }[]; readonly stepMs: number; readonly range: Range }

/** Rows asked for at once. */
export const PAGE = 1000

/** One question of Explore and all that comes back: rows page by page, the volume, or series. */
export class ExploreRun {
  readonly rows = signal<readonly LogRow[]>([])
  readonly frames = signal<readonly Frame[]>([])
  readonly volume = signal<Volume | undefined>(undefined)
  readonly state = signal<'idle' | 'running' | 'done'>('idle')
  readonly paging = signal(false)
  readonly exhausted = signal(false)
  readonly problem = signal<string | undefined>(undefined)
  readonly volumeProblem = signal<string | undefined>(undefined)
  readonly warnings = signal<readonly string[]>([])
  readonly stats = signal<Stats | undefined>(undefined)
  readonly tookMs = signal(0)
  readonly isLogs: boolean
  readonly stepMs: number
  readonly expr: string
  private readonly abort = new AbortController()

  constructor(
    readonly datasource: Datasource,
    query: string,
    readonly range: Range,
    readonly oldestFirst: boolean,
    width: number,
  ) {
    const rangeMs = range.to - range.from
    this.isLogs = isLogQuery(query)
    this.stepMs = lokiStep(panelInterval(rangeMs, this.isLogs ? Math.min(120, width / 8) : width), rangeMs)
    this.expr = this.fill(query)
  }

  private fill(query: string): string {
    const { from, to } = this.range
    const names: Record<string, string> = { __interval: formatDuration(this.stepMs), __auto: formatDuration(this.stepMs), __range: `${Math.round((to - from) / 1000)}s`, __range_s: String(Math.round((to - from) / 1000)), __range_ms: String(to - from), __interval_ms: String(this.stepMs), __rate_interval: formatDuration(Math.max(60_000, this.stepMs)) }
    return interpolateLogql(query, (name) => (names[name] === undefined ? undefined : { values: [names[name]] }))
  }

  async start(): Promise<void> {
    const started = performance.now()
    this.state.value = 'running'
    try {
      if (this.isLogs) {
        void this.loadVolume()
        const result = await this.page(this.oldestFirst ? 'forward' : 'backward')
        batch(() => {
          this.rows.value = this.oldestFirst ? [...result.rows].reverse() : result.rows
          this.exhausted.value = result.rows.length < PAGE
          this.stats.value = result.stats
          this.warnings.value = result.warnings
        })
      } else {
        const result = await queryRange(this.datasource.uid, { expr: this.expr, range: this.range, stepMs: this.stepMs }, this.abort.signal)
        batch(() => {
          this.frames.value = result.frames
          this.stats.value = result.stats
          this.warnings.value = result.warnings
        })
      }
    } catch (error) {
      if (isAbort(error)) {
        return
      }
      this.problem.value = errorText(error)
    } finally {
      batch(() => {
        this.tookMs.value = performance.now() - started
        this.state.value = 'done'
      })
    }
  }

  cancel(): void {
    this.abort.abort()
  }

  private page(direction: 'backward' | 'forward', edge: { readonly startNs?: string; readonly endNs?: string } = {}, source?: string) {
    return queryRange(this.datasource.uid, { expr: this.expr, range: this.range, stepMs: this.stepMs, limit: PAGE, direction, ...edge, ...(source ? { source } : {}) }, this.abort.signal)
  }

  /** Loads the next page behind the last row; lines of that row's very nanosecond are asked for again and told apart by id. */
  async more(): Promise<void> {
    const last = this.rows.value.at(-1)
    if (!this.isLogs || this.paging.value || this.exhausted.value || this.state.value !== 'done' || !last) {
      return
    }
    this.paging.value = true
    try {
      const edge = this.oldestFirst ? { startNs: last.ns } : { endNs: (BigInt(last.ns) + 1n).toString() }
      const result = await this.page(this.oldestFirst ? 'forward' : 'backward', edge, 'infinitescroll')
      const known = new Set<string>()
      for (let at = this.rows.value.length - 1; at >= 0 && this.rows.value[at]?.ns === last.ns; at--) {
        known.add(this.rows.value[at]?.id ?? '')
      }
      const fresh = result.rows.filter((row) => !known.has(row.id))
      batch(() => {
        this.rows.value = [...this.rows.value, ...(this.oldestFirst ? fresh.reverse() : fresh)]
        this.exhausted.value = fresh.length === 0 || result.rows.length < PAGE
      })
    } catch (error) {
      if (!isAbort(error)) {
        this.problem.value = errorText(error)
        this.exhausted.value = true
      }
    } finally {
      this.paging.value = false
    }
  }

  private async loadVolume(): Promise<void> {
    try {
      const expr = `sum by (level, detected_level) (count_over_time(${this.expr} | drop __error__ [${formatDuration(this.stepMs)}]))`
      const result = await queryRange(this.datasource.uid, { expr, range: this.range, stepMs: this.stepMs, source: 'logvolhist' }, this.abort.signal)
      this.volume.value = volumeOf(result.frames, this.stepMs, this.range)
    } catch (error) {
      if (!isAbort(error)) {
        this.volumeProblem.value = errorText(error)
      }
    }
  }

  /** The most frequent values of a label or field over the whole range, with counts. */
  async topValues(field: string, needsParser: 'json' | 'logfmt' | undefined): Promise<readonly (readonly [string, number])[]> {
    const parser = needsParser && !this.expr.includes(`| ${needsParser}`) ? ` | ${needsParser}` : ''
    const window = formatDuration(this.range.to - this.range.from)
    const expr = `topk(12, sum by (${field}) (count_over_time(${this.expr}${parser} | drop __error__ [${window}])))`
    const result = await queryInstant(this.datasource.uid, { expr, range: this.range, stepMs: this.stepMs }, this.abort.signal)
    return result.frames
      .map((frame) => [frame.fields[1]?.labels?.[field] ?? '', Number(frame.fields[1]?.values[0] ?? 0)] as const)
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1])
  }
}

/** Adds up series of `level` and `detected_level` into the seven levels, on one time axis. */
export function volumeOf(frames: readonly Frame[], stepMs: number, range: Range): Volume {
  const start = Math.floor(range.from / stepMs) * stepMs
  const count = Math.ceil((range.to - start) / stepMs) + 1
  const times = Array.from({ length: count }, (_, at) => start + at * stepMs)
  const sums = new Map<Level, (number | null)[]>()
  for (const frame of frames) {
    const labels = frame.fields[1]?.labels ?? {}
    const known = levelOf(labels['level'] ?? '')
    const level = known === 'unknown' ? levelOf(labels['detected_level'] ?? '') : known
    const values = sums.get(level) ?? new Array<number | null>(count).fill(null)
    sums.set(level, values)
    frame.fields[0]?.values.forEach((time, at) => {
      const place = Math.round((Number(time) - start) / stepMs)
      if (place >= 0 && place < count) {
        values[place] = (values[place] ?? 0) + Number(frame.fields[1]?.values[at] ?? 0)
      }
    })
  }
  return {
    times,
    stepMs,
    range,
    levels: LEVELS.flatMap((level) => {
      const values = sums.get(level)
      return values ? [{ level, values, total: values.reduce<number>((sum, value) => sum + (value ?? 0), 0) }] : []
    }),
  }
}

/** Puts rows into the order of the list. */
export function ordered(rows: readonly LogRow[], oldestFirst: boolean): readonly LogRow[] {
  return [...rows].sort((a, b) => (oldestFirst ? compareNs(a.ns, b.ns) : compareNs(b.ns, a.ns)))
}
