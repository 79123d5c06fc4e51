import type { Datasource, DerivedField } from '../api/grafana.ts'
import { safeUrl } from '../ui/safe-url.ts'
import type { RowLink } from './details.tsx'
import type { LogRow } from './row.ts'

/** Longest text that is searched for links, in UTF-16 units. */
const MOST_TEXT = 20_000

/** The links that a datasource makes from a line or its labels, and the addresses that stand in the line itself. */
export function linksOf(row: LogRow, datasource: Datasource | undefined): readonly RowLink[] {
  const derived = (datasource?.derivedFields ?? []).flatMap((field) => derivedLink(row, field))
  const written = [...row.line.slice(0, MOST_TEXT).matchAll(/https?:\/\/[^\s"'<>\\`]+/g)].slice(0, 5).map(([url]) => ({ name: url.length > 60 ? `${url.slice(0, 60)}…` : url, value: url, url, newTab: true }))
  return [...derived, ...written]
}

function derivedLink(row: LogRow, field: DerivedField): readonly RowLink[] {
  const value = valueOf(row, field)
  if (value === undefined || value === '') {
    return []
  }
  if (field.datasourceUid !== '') {
    const query = field.url.replaceAll(/\$\{__value\.(?:raw|text)\}/g, value)
    return [{ name: label(field), value, url: `explore?${new URLSearchParams({ ds: field.datasourceUid, q: query })}`, newTab: false }]
  }
  const url = safeUrl(field.url.replaceAll(/\$\{__value\.(?:raw|text)\}/g, encodeURIComponent(value)))
  return url === undefined || url === '' ? [] : [{ name: label(field), value, url, newTab: true }]
}

function label(field: DerivedField): string {
  return field.label === '' ? field.name : field.label
}

function valueOf(row: LogRow, field: DerivedField): string | undefined {
  let pattern: RegExp
  try {
    pattern = new RegExp(field.pattern)
  } catch {
    return undefined
  }
  if (field.kind === 'regex') {
    const match = pattern.exec(row.line.slice(0, MOST_TEXT))
    return match?.[1] ?? match?.[0]
  }
  return Object.entries({ ...row.labels, ...row.metadata, ...row.parsed }).find(([name]) => pattern.test(name))?.[1]
}
