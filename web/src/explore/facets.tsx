import { useEffect, useMemo, useState } from 'preact/hooks'
import { errorText, isAbort } from '../api/http.ts'
import { demotedLabels, detectedFields } from '../api/loki.ts'
import type { FieldFilter, FieldKind } from '../logql/edit.ts'
import { fieldsOf } from '../logs/fields.ts'
import type { LogRow } from '../logs/row.ts'
import { Icon } from '../ui/icon.tsx'
import { valueText } from '../units/units.ts'
import type { ExploreRun } from './run.ts'

export type FacetsProps = { readonly run: ExploreRun; readonly rows: readonly LogRow[]; readonly columns: readonly string[]; readonly onFilter: (filter: FieldFilter) => void; readonly onColumn: (name: string) => void }

type Facet = { readonly name: string; readonly kind: FieldKind; readonly seen: number }

/** Rows looked at to know which fields there are; the server's own list adds the rest. */
const SAMPLE = 300

/** A field that says again what a label of the same name says. */
function repeatsLabel(name: string, found: ReadonlyMap<string, Facet>): boolean {
  return name.endsWith('_extracted') && found.get(name.slice(0, -'_extracted'.length))?.kind === 'label'
}

/** All labels and fields of the answer; opening one counts its values over the whole range. */
export function Facets({ run, rows, columns, onFilter, onColumn }: FacetsProps) {
  const [text, setText] = useState('')
  const [detected, setDetected] = useState<readonly Facet[]>([])
  const [demoted, setDemoted] = useState<readonly string[]>([])
  useEffect(() => {
    const abort = new AbortController()
    setDetected([])
    detectedFields(run.datasource.uid, run.expr, run.range, abort.signal).then(
      (fields) => setDetected(fields.map((field) => ({ name: field.name, kind: field.parsers.includes('json') ? 'json' : field.parsers.includes('logfmt') ? 'logfmt' : 'metadata', seen: 0 }))),
      () => undefined,
    )
    demotedLabels(run.datasource.uid, abort.signal).then(setDemoted, () => undefined)
    return () => abort.abort()
  }, [run])
  const facets = useMemo(() => {
    const found = new Map<string, Facet>()
    for (const row of rows.slice(0, SAMPLE)) {
      for (const field of fieldsOf(row)) {
        const known = found.get(field.name)
        found.set(field.name, { name: field.name, kind: known?.kind === 'label' ? 'label' : field.kind, seen: (known?.seen ?? 0) + 1 })
      }
    }
    for (const facet of detected) {
      if (!found.has(facet.name) && !repeatsLabel(facet.name, found)) {
        found.set(facet.name, facet)
      }
    }
    return [...found.values()].sort((a, b) => Number(b.kind === 'label') - Number(a.kind === 'label') || b.seen - a.seen || a.name.localeCompare(b.name))
  }, [rows, detected])
  const shown = facets.filter((facet) => facet.name.toLowerCase().includes(text.toLowerCase()))
  const groups = [
    ['Labels', shown.filter((facet) => facet.kind === 'label')],
    ['Fields', shown.filter((facet) => facet.kind !== 'label')],
  ] as const
  return (
    <aside class="facets" aria-label="Fields">
      <input class="input" type="search" aria-label="Search fields" placeholder="Search fields" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      {groups.map(
        ([title, list]) =>
          list.length > 0 && (
            <div key={title}>
              <h3>{title}</h3>
              <ul>
                {list.map((facet) => (
                  <FacetItem key={facet.name} facet={facet} run={run} demoted={facet.kind !== 'label' && demoted.includes(facet.name)} shown={columns.includes(facet.name)} onFilter={onFilter} onColumn={onColumn} />
                ))}
              </ul>
            </div>
          ),
      )}
    </aside>
  )
}

type ItemProps = Pick<FacetsProps, 'run' | 'onFilter' | 'onColumn'> & { facet: Facet; shown: boolean; demoted: boolean }

function FacetItem({ facet, run, shown, demoted, onFilter, onColumn }: ItemProps) {
  const [open, setOpen] = useState(false)
  const [values, setValues] = useState<readonly (readonly [string, number])[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    if (!open) {
      return
    }
    setValues(undefined)
    setProblem('')
    let current = true
    run.topValues(facet.name, facet.kind === 'json' || facet.kind === 'logfmt' ? facet.kind : undefined).then(
      (found) => current && setValues(found),
      (error: unknown) => current && !isAbort(error) && setProblem(errorText(error)),
    )
    return () => {
      current = false
    }
  }, [open, run, facet.name])
  const total = Math.max(1, ...(values ?? []).map(([, count]) => count))
  return (
    <li>
      <div class="facet-head">
        <button type="button" class="facet-name" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'down' : 'right'} />
          {facet.name}
        </button>
        {demoted && (
          <span class="facet-demoted" title={`${facet.name} has too many values for a label: new ones are kept as a field of the line, found by | ${facet.name}="value"`}>
            was a label
          </span>
        )}
        <button type="button" class="button is-quiet is-icon is-small" aria-label={shown ? `Hide column ${facet.name}` : `Show column ${facet.name}`} aria-pressed={shown} title="Show as a column" onClick={() => onColumn(facet.name)}>
          <Icon name="eye" />
        </button>
      </div>
      {open && problem !== '' && <p class="combo-note">{problem}</p>}
      {open && problem === '' && values === undefined && <p class="combo-note">Counting…</p>}
      {open && values?.length === 0 && <p class="combo-note">No values in this range</p>}
      {open && values !== undefined && values.length > 0 && (
        <ul class="facet-values">
          {values.map(([value, count]) => (
            <li key={value}>
              <span class="facet-bar" style={{ width: `${(count / total) * 100}%` }} />
              <span class="facet-value" title={value}>
                {value === '' ? '(none)' : value}
              </span>
              <span class="facet-count">{valueText(count, 'short')}</span>
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Only ${facet.name} ${value}`} title="Only this" onClick={() => onFilter({ field: facet.name, op: '=', value, kind: facet.kind })}>
                <Icon name="plus" />
              </button>
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Without ${facet.name} ${value}`} title="Without this" onClick={() => onFilter({ field: facet.name, op: '!=', value, kind: facet.kind })}>
                <Icon name="minus" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
