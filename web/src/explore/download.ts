import { appUrl, queryText } from '../api/http.ts'
import { nanos } from '../api/loki.ts'
import type { ExploreRun } from './run.ts'

export type Format = 'txt' | 'ndjson' | 'csv'

/** Where the server gives every line of a run's range as a file, however many there are. */
export function downloadUrl({ datasource, expr, range }: ExploreRun, format: Format): string {
  return appUrl(`api/ui/logs/${encodeURIComponent(datasource.uid)}`) + queryText({ query: expr, start: nanos(range.from), end: nanos(range.to), format })
}
