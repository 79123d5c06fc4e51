import { useState } from 'preact/hooks'
import type { FieldFilter, FilterOp } from '../logql/edit.ts'
import { formatNanos } from '../time/format.ts'
import type { Zone } from '../time/zone.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { fieldsOf, fieldValue, type RowField } from './fields.ts'
import type { LogRow } from './row.ts'

/** A link that a line offers, made from one of its fields. */
export type RowLink = { readonly name: string; readonly value: string; readonly url: string; readonly newTab: boolean }

/** What can be done from a row; absent actions are not offered. */
export type RowActions = {
  readonly onFilter?: (filter: FieldFilter) => void
  readonly onColumn?: (name: string) => void
  readonly onContext?: (row: LogRow) => void
  readonly onTopValues?: (field: RowField) => void
  readonly onPermalink?: (row: LogRow) => string
  readonly links?: (row: LogRow) => readonly RowLink[]
}

export type DetailsProps = { readonly row: LogRow; readonly rows: () => readonly LogRow[]; readonly zone: Zone; readonly columns: readonly string[]; readonly actions: RowActions }

/** A row's fields with their actions, grouped by where they come from. */
export function Details({ row, rows, zone, columns, actions }: DetailsProps) {
  const fields = fieldsOf(row)
  const groups: readonly (readonly [string, readonly RowField[]])[] = [
    ['Fields', fields.filter((field) => field.kind !== 'label' && field.kind !== 'metadata')],
    ['Labels', fields.filter((field) => field.kind === 'label')],
    ['Structured metadata', fields.filter((field) => field.kind === 'metadata')],
  ]
  const links = actions.links?.(row) ?? []
  return (
    <>
      <div class="log-details-bar">
        <span class="log-details-time">{formatNanos(row.ns, zone)}</span>
        {actions.onContext && (
          <button type="button" class="button is-small" onClick={() => actions.onContext?.(row)}>
            Show context
          </button>
        )}
        <CopyButton text={row.line} label="Copy line" />
        <CopyButton text={() => JSON.stringify({ timestamp: row.ns, line: row.line, labels: row.labels, metadata: row.metadata, parsed: row.parsed }, null, 2)} label="Copy as JSON" />
        {actions.onPermalink && <CopyButton text={() => actions.onPermalink?.(row) ?? ''} label="Copy link" />}
        {links.map((link) => (
          <a class="button is-small" key={link.name + link.url} href={link.url} target={link.newTab ? '_blank' : undefined} rel="noopener noreferrer">
            <Icon name="external" />
            {link.name}
          </a>
        ))}
      </div>
      {groups
        .filter(([, list]) => list.length > 0)
        .map(([title, list]) => (
          <table class="log-fields" key={title} aria-label={title}>
            <caption>{title}</caption>
            <tbody>
              {list.map((field) => (
                <FieldRow key={`${field.kind} ${field.name}`} field={field} rows={rows} shown={columns.includes(field.name)} actions={actions} />
              ))}
            </tbody>
          </table>
        ))}
    </>
  )
}

function FieldRow({ field, rows, shown, actions }: { field: RowField; rows: () => readonly LogRow[]; shown: boolean; actions: RowActions }) {
  const [stats, setStats] = useState<readonly (readonly [string, number])[] | undefined>(undefined)
  const filter = (op: FilterOp) => actions.onFilter?.({ field: field.name, op, value: field.value, kind: field.kind })
  return (
    <>
      <tr>
        <td class="log-field-actions">
          {actions.onFilter && <Action icon="zoomIn" label={`Filter for ${field.name}`} onClick={() => filter('=')} />}
          {actions.onFilter && <Action icon="zoomOut" label={`Filter out ${field.name}`} onClick={() => filter('!=')} />}
          <Action icon="chart" label={`Top values of ${field.name}`} pressed={stats !== undefined} onClick={() => (actions.onTopValues ? actions.onTopValues(field) : setStats(stats ? undefined : topValues(rows(), field.name)))} />
          {actions.onColumn && <Action icon="eye" label={shown ? `Hide column ${field.name}` : `Show column ${field.name}`} pressed={shown} onClick={() => actions.onColumn?.(field.name)} />}
          <CopyButton text={field.value} label={`Copy ${field.name}`} iconOnly />
        </td>
        <th scope="row">{field.name}</th>
        <td class="log-field-value">{field.value.length > 20_000 ? `${field.value.slice(0, 20_000)}…` : field.value}</td>
      </tr>
      {stats && (
        <tr>
          <td />
          <td colSpan={2}>
            <ol class="top-values" aria-label={`Top values of ${field.name}`}>
              {stats.map(([value, share]) => (
                <li key={value}>
                  <meter min={0} max={1} value={share} aria-label={value === '' ? '(none)' : value} />
                  <span>{(share * 100).toFixed(share < 0.1 ? 1 : 0)}%</span>
                  <span class="log-field-value">{value === '' ? '(none)' : value}</span>
                </li>
              ))}
            </ol>
          </td>
        </tr>
      )}
    </>
  )
}

/** The five most frequent values of a field among rows, with their share. */
export function topValues(rows: readonly LogRow[], name: string): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const value = fieldValue(row, name) ?? ''
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([value, count]) => [value, count / Math.max(1, rows.length)] as const)
}

function Action({ icon, label, pressed, onClick }: { icon: IconName; label: string; pressed?: boolean; onClick: () => void }) {
  return (
    <button type="button" class="button is-small is-icon is-quiet" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

function CopyButton({ text, label, iconOnly = false }: { text: string | (() => string); label: string; iconOnly?: boolean }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
    setDone(true)
    setTimeout(() => setDone(false), 1500)
  }
  return (
    <button type="button" class={`button is-small ${iconOnly ? 'is-icon is-quiet' : ''}`} aria-label={label} title={label} onClick={() => void copy()}>
      <Icon name="copy" />
      {!iconOnly && (done ? 'Copied' : label)}
    </button>
  )
}
