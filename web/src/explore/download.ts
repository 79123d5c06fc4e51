import { queryRange } from '../api/loki.ts'
import { fieldsOf } from '../logs/fields.ts'
import type { LogRow } from '../logs/row.ts'
import type { ExploreRun } from './run.ts'

export type Format = 'txt' | 'ndjson' | 'csv'

const PAGE = 5000
const TYPES: Readonly<Record<Format, string>> = { txt: 'text/plain', ndjson: 'application/x-ndjson', csv: 'text/csv' }

/** Fetches every line of a run's range, newest first, page by page, and hands it to the browser as a file. */
export async function download(run: ExploreRun, format: Format, onProgress: (lines: number) => void, abort: AbortSignal): Promise<void> {
  const parts: string[] = format === 'csv' ? ['time,level,line,labels\n'] : []
  let endNs: string | undefined
  let seen = new Set<string>()
  let count = 0
  for (;;) {
    const { rows } = await queryRange(run.datasource.uid, { expr: run.expr, range: run.range, stepMs: run.stepMs, limit: PAGE, source: 'download', ...(endNs === undefined ? {} : { endNs }) }, abort)
    const fresh = rows.filter((row) => !seen.has(row.id))
    const last = rows.at(-1)
    if (fresh.length === 0 || !last) {
      break
    }
    parts.push(fresh.map((row) => `${printRow(row, format)}\n`).join(''))
    count += fresh.length
    onProgress(count)
    if (rows.length < PAGE) {
      break
    }
    endNs = (BigInt(last.ns) + 1n).toString()
    seen = new Set(rows.filter((row) => row.ns === last.ns).map((row) => row.id))
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(parts, { type: TYPES[format] }))
  link.download = `logs-${new Date(run.range.from).toISOString().replaceAll(':', '').slice(0, 15)}.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export function printRow(row: LogRow, format: Format): string {
  switch (format) {
    case 'txt':
      return `${isoNanos(row.ns)} ${row.line}`
    case 'ndjson':
      return JSON.stringify({ timestamp: isoNanos(row.ns), line: row.line, labels: row.labels, fields: Object.fromEntries(fieldsOf(row).filter((field) => field.kind !== 'label').map((field) => [field.name, field.value])) })
    case 'csv':
      return [isoNanos(row.ns), row.level, row.line, JSON.stringify(row.labels)].map(cell).join(',')
  }
}

function isoNanos(ns: string): string {
  return `${new Date(Number(ns.slice(0, -6))).toISOString().slice(0, 19)}.${ns.slice(-9)}Z`
}

/** A CSV cell; a value that a spreadsheet would run as a formula is made text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
