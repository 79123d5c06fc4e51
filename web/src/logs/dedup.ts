import type { LogRow } from './row.ts'

export type Dedup = 'none' | 'exact' | 'numbers' | 'signature'

/** A row that stands for `repeats` more of the same. */
export type DedupedRow = { readonly row: LogRow; readonly repeats: number }

const DATES = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g

function key(line: string, how: Dedup): string {
  switch (how) {
    case 'none':
      return line
    case 'exact':
      return line.replaceAll(DATES, '')
    case 'numbers':
      return line.replaceAll(/\d[\d.:,]*(?:ns|µs|ms|s|m|h)?/g, '')
    case 'signature':
      return line.replaceAll(/\w/g, '')
  }
}

/** Folds neighbouring rows that are alike into their first. */
export function dedup(rows: readonly LogRow[], how: Dedup): readonly DedupedRow[] {
  if (how === 'none') {
    return rows.map((row) => ({ row, repeats: 0 }))
  }
  const folded: { row: LogRow; repeats: number }[] = []
  let last = ''
  for (const row of rows) {
    const own = key(row.line, how)
    const before = folded.at(-1)
    if (before && own === last) {
      before.repeats++
    } else {
      folded.push({ row, repeats: 0 })
      last = own
    }
  }
  return folded
}
