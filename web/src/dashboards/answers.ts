import { queryInstant, queryRange, type QueryResult } from '../api/loki.ts'
import { labelsText, type Frame } from '../frames/frame.ts'
import type { LogRow } from '../logs/row.ts'
import type { Range } from '../time/range.ts'
import type { Request } from './panel-query.ts'

/** How long after its time a line may come in and still be seen at the next refresh. */
const LATE_MS = 60_000
/** After this long everything is asked for anew, so that what came even later shows too. */
const WHOLE_MS = 300_000

type Kept = { readonly result: QueryResult; readonly range: Range; readonly wholeAt: number }

/** The answers of a panel's queries. A refresh that moved the range on asks only for its new end. */
export class Answers {
  private kept = new Map<string, Kept>()

  /** Answers all requests; `whole` asks for everything again. Answers of other requests are forgotten. */
  async ask(requests: readonly Request[], whole: boolean, abort: AbortSignal): Promise<readonly PromiseSettledResult<QueryResult>[]> {
    const before = whole ? new Map<string, Kept>() : this.kept
    const next = new Map<string, Kept>()
    const settled = await Promise.allSettled(
      requests.map(async (request) => {
        const answer = await answered(request, before.get(keyOf(request)), abort)
        next.set(keyOf(request), answer)
        return answer.result
      }),
    )
    if (!abort.aborted) {
      this.kept = next
    }
    return settled
  }
}

function keyOf({ datasource, expr, stepMs, limit, legend, refId, direction, instant }: Request): string {
  return JSON.stringify([datasource.uid, expr, stepMs, limit, legend, refId, direction, instant])
}

async function answered(request: Request, kept: Kept | undefined, abort: AbortSignal): Promise<Kept> {
  const now = Date.now()
  const start = kept && tailStart(request, kept, now)
  if (kept && start !== undefined) {
    const part = await ask(request, { from: start, to: request.range.to }, abort)
    const result = request.logs ? joinedRows(request, kept.result, part, start) : joinedFrames(request, kept.result, part, start)
    if (result) {
      return { result, range: request.range, wholeAt: kept.wholeAt }
    }
  }
  return { result: await ask(request, request.range, abort), range: request.range, wholeAt: now }
}

/** From where on a kept answer is out of date; undefined when it is of no use. */
function tailStart({ instant, logs, direction, range, stepMs }: Request, kept: Kept, now: number): number | undefined {
  const moved = range.from >= kept.range.from && range.to >= kept.range.to && range.from < kept.range.to
  if (instant || !moved || now - kept.wholeAt > WHOLE_MS || (logs && direction === 'forward')) {
    return undefined
  }
  const start = kept.range.to - LATE_MS - stepMs
  const aligned = logs ? start : Math.floor(start / stepMs) * stepMs
  return range.to - aligned < (range.to - range.from) / 2 ? aligned : undefined
}

function ask(one: Request, range: Range, abort: AbortSignal): Promise<QueryResult> {
  const query = { expr: one.expr, range, stepMs: one.stepMs, legend: one.legend, refId: one.refId, direction: one.direction, ...(one.logs ? { limit: one.limit } : {}) }
  return one.instant ? queryInstant(one.datasource.uid, query, abort) : queryRange(one.datasource.uid, query, abort)
}

/** The newest rows: those of the new end, then the kept ones before it. */
function joinedRows({ limit, range }: Request, kept: QueryResult, part: QueryResult, start: number): QueryResult {
  const older = kept.rows.filter((row: LogRow) => row.ms < start && row.ms >= range.from)
  return { ...part, kind: 'logs', rows: [...part.rows, ...older].slice(0, limit) }
}

/** Kept series with their points from `start` on replaced; undefined when there is a series that was not there before. */
function joinedFrames({ stepMs, range }: Request, kept: QueryResult, part: QueryResult, start: number): QueryResult | undefined {
  const fresh = new Map(part.frames.map((frame) => [seriesOf(frame), frame]))
  const known = new Set(kept.frames.map(seriesOf))
  if (kept.kind !== 'series' || [...fresh.keys()].some((series) => !known.has(series))) {
    return undefined
  }
  const first = Math.floor(range.from / stepMs) * stepMs
  const frames = kept.frames.flatMap((frame): readonly Frame[] => {
    const [time, value] = frame.fields
    const [newTime, newValue] = fresh.get(seriesOf(frame))?.fields ?? []
    if (!time || !value) {
      return []
    }
    const from = time.values.findIndex((ms) => Number(ms) >= first)
    const to = time.values.findIndex((ms) => Number(ms) >= start)
    const middle = (values: readonly unknown[]) => (from < 0 ? [] : values.slice(from, to < 0 ? undefined : Math.max(from, to)))
    const times = [...middle(time.values), ...(newTime?.values ?? [])]
    const values = [...middle(value.values), ...(newValue?.values ?? [])]
    return times.length === 0 ? [] : [{ ...frame, fields: [{ ...time, values: times }, { ...value, values }] }]
  })
  return { ...part, kind: 'series', frames }
}

function seriesOf(frame: Frame): string {
  return labelsText(frame.fields[1]?.labels ?? {})
}
