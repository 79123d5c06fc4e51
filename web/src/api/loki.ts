import { labelsText, legendText, type Frame, type Labels } from '../frames/frame.ts'
import { read, type Reader } from '../json/reader.ts'
import { levelOfLine } from '../logs/level.ts'
import { compareNs, hash32, type LogRow } from '../logs/row.ts'
import type { Range } from '../time/range.ts'
import { appUrl, fetchJson, queryText } from './http.ts'

export type Direction = 'backward' | 'forward'

export type RangeQuery = {
  readonly expr: string
  readonly range: Range
  readonly stepMs: number
  readonly limit?: number
  readonly direction?: Direction
  readonly legend?: string
  readonly refId?: string
  /** Exact ends in ns where ms are too coarse (paging, context). */
  readonly startNs?: string
  readonly endNs?: string
  /** Why the question is asked, for the server's slow query log: `logvolhist`, `infinitescroll`, … */
  readonly source?: string
}

/** What a query cost, as the server says. */
export type Stats = { readonly bytes: number; readonly lines: number; readonly seconds: number }

export type QueryResult = {
  readonly kind: 'logs' | 'series'
  readonly rows: readonly LogRow[]
  readonly frames: readonly Frame[]
  readonly stats: Stats | undefined
  readonly warnings: readonly string[]
}

const CATEGORIZE = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' }

/** The path of Loki's API behind a datasource. */
function lokiPath(uid: string, path: string): string {
  return `api/datasources/proxy/uid/${encodeURIComponent(uid)}/loki/api/v1/${path}`
}

export function nanos(ms: number): string {
  return `${Math.round(ms)}000000`
}

/** A range query. Its ends are widened to whole steps, so that a refresh asks for the very same steps again. */
export async function queryRange(uid: string, query: RangeQuery, signal?: AbortSignal): Promise<QueryResult> {
  const isLogs = query.limit !== undefined
  const start = isLogs ? query.range.from : Math.floor(query.range.from / query.stepMs) * query.stepMs
  const end = isLogs ? query.range.to : Math.ceil(query.range.to / query.stepMs) * query.stepMs
  const json = await fetchJson(lokiPath(uid, 'query_range'), {
    query: {
      query: query.expr,
      start: query.startNs ?? nanos(start),
      end: query.endNs ?? nanos(end),
      direction: query.direction ?? 'backward',
      step: `${query.stepMs}ms`,
      limit: query.limit,
    },
    headers: { ...CATEGORIZE, ...(query.source ? { 'X-Query-Tags': `Source=${query.source}` } : {}) },
    ...(signal ? { signal } : {}),
  })
  const result = parseResult(json, query.expr, query.legend ?? '', query.refId ?? 'A')
  return { ...result, frames: result.frames.map((frame) => ({ ...frame, stepMs: query.stepMs })) }
}

/** An instant query, evaluated at the end of the range. */
export async function queryInstant(uid: string, query: RangeQuery, signal?: AbortSignal): Promise<QueryResult> {
  const json = await fetchJson(lokiPath(uid, 'query'), {
    query: { query: query.expr, time: nanos(query.range.to), direction: query.direction ?? 'backward', limit: query.limit },
    headers: CATEGORIZE,
    ...(signal ? { signal } : {}),
  })
  return parseResult(json, query.expr, query.legend ?? '', query.refId ?? 'A')
}

/** Reads an answer of `query` or `query_range`. */
export function parseResult(json: unknown, expr: string, legend: string, refId: string): QueryResult {
  const root = read(json)
  const data = root.at('data')
  const summary = data.at('stats', 'summary')
  const stats = summary.present
    ? { bytes: summary.at('totalBytesProcessed').num(0), lines: summary.at('totalLinesProcessed').num(0), seconds: summary.at('execTime').num(0) }
    : undefined
  const warnings = root.at('warnings').strings()
  const type = data.at('resultType').str('')
  if (type === 'streams') {
    return { kind: 'logs', rows: logRows(data.at('result')), frames: [], stats, warnings }
  }
  return { kind: 'series', rows: [], frames: seriesFrames(data.at('result'), type, expr, legend, refId), stats, warnings }
}

function labelsOf(json: unknown): Labels {
  return typeof json === 'object' && json !== null ? (json as Labels) : {}
}

const NO_LABELS: Labels = {}

/** The rows of a streams result in the server's order of time, newest first; twins keep the order of the answer. */
export function logRows(result: Reader): readonly LogRow[] {
  const rows: LogRow[] = []
  const seen = new Map<string, number>()
  for (const stream of result.list()) {
    const labels = labelsOf(stream.at('stream').value)
    const streamText = labelsText(labels)
    const values = stream.at('values').value
    if (!Array.isArray(values)) {
      continue
    }
    for (const value of values as readonly unknown[]) {
      if (!Array.isArray(value)) {
        continue
      }
      const [ns, line, extra] = value as readonly unknown[]
      if (typeof ns !== 'string' || typeof line !== 'string') {
        continue
      }
      const categories = read(extra)
      const metadata = categories.at('structuredMetadata').present ? labelsOf(categories.at('structuredMetadata').value) : NO_LABELS
      const parsed = categories.at('parsed').present ? labelsOf(categories.at('parsed').value) : NO_LABELS
      const key = `${ns}_${hash32(streamText + line)}`
      const twins = seen.get(key) ?? 0
      seen.set(key, twins + 1)
      rows.push({
        id: twins === 0 ? key : `${key}_${twins}`,
        ns,
        ms: Number(ns.slice(0, -6)),
        line,
        level: levelOfLine(line, labels, parsed, metadata),
        labels,
        metadata,
        parsed,
      })
    }
  }
  return rows.sort((a, b) => compareNs(b.ns, a.ns))
}

function seriesFrames(result: Reader, type: string, expr: string, legend: string, refId: string): readonly Frame[] {
  if (type === 'scalar') {
    const pair = result.list()
    return [frame({}, [pair[0]?.num(0) ?? 0], [sample(pair[1]?.value)], expr, legend, refId)]
  }
  return result.list().map((series) => {
    const labels = labelsOf(series.at('metric').value)
    const values = series.at('values').present ? series.at('values').list() : [series.at('value')]
    const times: number[] = []
    const numbers: number[] = []
    for (const point of values) {
      if (Array.isArray(point.value)) {
        times.push(Math.round(Number(point.value[0]) * 1000))
        numbers.push(sample(point.value[1]))
      }
    }
    return frame(labels, times, numbers, expr, legend, refId)
  })
}

function frame(labels: Labels, times: readonly number[], values: readonly number[], expr: string, legend: string, refId: string): Frame {
  return {
    refId,
    name: legendText(legend, labels, expr),
    fields: [
      { name: 'Time', type: 'time', values: times },
      { name: 'Value', type: 'number', values, labels, legend: legendText(legend, labels, expr) },
    ],
  }
}

/** `NaN`, `+Inf` and `-Inf` come as text. */
function sample(value: unknown): number {
  return value === '+Inf' || value === 'Inf' ? Number.POSITIVE_INFINITY : value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value)
}

export async function labelNames(uid: string, range: Range, selector?: string, signal?: AbortSignal): Promise<readonly string[]> {
  const json = await fetchJson(lokiPath(uid, 'labels'), { query: { start: nanos(range.from), end: nanos(range.to), query: selector }, ...(signal ? { signal } : {}) })
  return read(json).at('data').strings().filter((name) => !name.startsWith('__'))
}

export async function labelValues(uid: string, label: string, range: Range, selector?: string, signal?: AbortSignal): Promise<readonly string[]> {
  const json = await fetchJson(lokiPath(uid, `label/${encodeURIComponent(label)}/values`), { query: { start: nanos(range.from), end: nanos(range.to), query: selector }, ...(signal ? { signal } : {}) })
  return read(json).at('data').strings()
}

export type DetectedField = { readonly name: string; readonly type: string; readonly cardinality: number; readonly parsers: readonly string[] }

export async function detectedFields(uid: string, expr: string, range: Range, signal?: AbortSignal): Promise<readonly DetectedField[]> {
  const json = await fetchJson(lokiPath(uid, 'detected_fields'), { query: { query: expr, start: nanos(range.from), end: nanos(range.to), limit: 1000 }, ...(signal ? { signal } : {}) })
  return read(json)
    .at('fields')
    .list()
    .map((field) => ({ name: field.at('label').str(''), type: field.at('type').str('string'), cardinality: field.at('cardinality').num(0), parsers: field.at('parsers').strings() }))
}

/** Labels with so many values that new ones are kept as structured metadata; none where the server does not say. */
export async function demotedLabels(uid: string, signal?: AbortSignal): Promise<readonly string[]> {
  const json = await fetchJson(lokiPath(uid, 'demoted_labels'), signal ? { signal } : {})
  return read(json).at('data').strings()
}

export async function detectedFieldValues(uid: string, field: string, expr: string, range: Range, signal?: AbortSignal): Promise<readonly string[]> {
  const json = await fetchJson(lokiPath(uid, `detected_field/${encodeURIComponent(field)}/values`), { query: { query: expr, start: nanos(range.from), end: nanos(range.to), limit: 1000 }, ...(signal ? { signal } : {}) })
  return read(json).at('values').strings()
}

export type Volume = { readonly streams: number; readonly entries: number; readonly bytes: number }

export async function indexStats(uid: string, selector: string, range: Range, signal?: AbortSignal): Promise<Volume> {
  const json = read(await fetchJson(lokiPath(uid, 'index/stats'), { query: { query: selector, start: nanos(range.from), end: nanos(range.to) }, ...(signal ? { signal } : {}) }))
  return { streams: json.at('streams').num(0), entries: json.at('entries').num(0), bytes: json.at('bytes').num(0) }
}

export async function formatQuery(uid: string, expr: string): Promise<string> {
  return read(await fetchJson(lokiPath(uid, 'format_query'), { query: { query: expr } })).at('data').str(expr)
}

/** How the server answers a query, line by line. */
export async function queryPlan(uid: string, expr: string, range: Range, signal?: AbortSignal): Promise<readonly string[]> {
  const json = await fetchJson(lokiPath(uid, 'query_range'), { query: { query: expr, start: nanos(range.from), end: nanos(range.to), explain: 'true' }, ...(signal ? { signal } : {}) })
  return read(json).at('data', 'result').strings()
}

export type Pattern = { readonly pattern: string; readonly level: string; readonly samples: readonly (readonly [sec: number, count: number])[] }

export async function patterns(uid: string, selector: string, range: Range, stepMs: number, signal?: AbortSignal): Promise<readonly Pattern[]> {
  const json = await fetchJson(lokiPath(uid, 'patterns'), { query: { query: selector, start: nanos(range.from), end: nanos(range.to), step: `${Math.max(1, Math.round(stepMs / 1000))}s` }, ...(signal ? { signal } : {}) })
  return read(json)
    .at('data')
    .list()
    .map((item) => ({
      pattern: item.at('pattern').str(''),
      level: item.at('level').str(''),
      samples: item.at('samples').list().map((pair): readonly [number, number] => [pair.list()[0]?.num(0) ?? 0, pair.list()[1]?.num(0) ?? 0]),
    }))
}

/** The address of the tail socket of a query. */
export function tailUrl(uid: string, expr: string, limit: number, startNs: string): string {
  const url = new URL(appUrl(lokiPath(uid, 'tail')) + queryText({ query: expr, limit, start: startNs, encoding_flags: 'categorize-labels' }))
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.toString()
}

/** Log rows as a frame, for panels that show tables and for transformations. */
export function logsFrame(rows: readonly LogRow[], refId: string): Frame {
  return {
    refId,
    fields: [
      { name: 'labels', type: 'other', values: rows.map((row) => ({ ...row.labels, ...row.metadata, ...row.parsed })) },
      { name: 'Time', type: 'time', values: rows.map((row) => row.ms) },
      { name: 'Line', type: 'string', values: rows.map((row) => row.line) },
      { name: 'tsNs', type: 'string', values: rows.map((row) => row.ns) },
      { name: 'id', type: 'string', values: rows.map((row) => row.id) },
    ],
  }
}
