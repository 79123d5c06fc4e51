import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Datasource } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { queryRange } from '../api/loki.ts'
import type { LogRow } from '../logs/row.ts'
import { LogView } from '../logs/view.tsx'
import type { Zone } from '../time/zone.ts'
import { Dialog } from '../ui/dialog.tsx'
import { exactSelector } from './chips.ts'

const PAGE = 50
/** How far context looks on each side at first, and how much further each time more is asked for. */
const WINDOWS = [2, 24, 24 * 7].map((hours) => hours * 3_600_000)

/** Labels by which "around this line" can be widened beyond its own stream. */
const SCOPES: readonly (readonly [name: string, labels: readonly string[]])[] = [
  ['Same host', ['hostname', 'host', 'node', 'instance', 'node_name']],
  ['Same pod', ['pod', 'pod_name', 'container_id']],
  ['Same service', ['service', 'service_name', 'app', 'job', 'container']],
]

/** The lines before and after one line, growing on both sides; over its stream, or a wider scope. */
export function ContextDialog({ row, datasource, zone, onClose }: { row: LogRow; datasource: Datasource; zone: Zone; onClose: () => void }) {
  const scopes = useMemo(() => scopesOf(row), [row])
  const [scope, setScope] = useState(0)
  const [before, setBefore] = useState<readonly LogRow[]>([])
  const [after, setAfter] = useState<readonly LogRow[]>([])
  const [sizes, setSizes] = useState({ before: PAGE, after: PAGE })
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(true)
  useEffect(() => {
    const abort = new AbortController()
    const expr = scopes[scope]?.[1] ?? exactSelector(row.labels)
    setBusy(true)
    const side = (direction: 'backward' | 'forward', limit: number) => {
      const reach = WINDOWS[Math.min(WINDOWS.length - 1, Math.floor(limit / (PAGE * 2)))] ?? 7_200_000
      const range = direction === 'backward' ? { from: row.ms - reach, to: row.ms } : { from: row.ms, to: row.ms + reach }
      const edge = direction === 'backward' ? { endNs: (BigInt(row.ns) + 1n).toString() } : { startNs: row.ns }
      return queryRange(datasource.uid, { expr, range, stepMs: 60_000, limit, direction, source: 'log-row-context', ...edge }, abort.signal)
    }
    Promise.all([side('backward', sizes.before), side('forward', sizes.after)]).then(
      ([older, newer]) => {
        setBefore(older.rows)
        setAfter(newer.rows)
        setProblem('')
        setBusy(false)
      },
      (error: unknown) => {
        if (!isAbort(error)) {
          setProblem(errorText(error))
          setBusy(false)
        }
      },
    )
    return () => abort.abort()
  }, [row, scope, sizes, datasource])
  const rows = useMemo(() => {
    const known = new Map([...after, row, ...before].map((one) => [one.id, one]))
    return [...known.values()].sort((a, b) => (a.ns === b.ns ? 0 : a.ns < b.ns ? 1 : -1))
  }, [before, after, row])
  return (
    <Dialog title="Context" wide onClose={onClose}>
      <div class="context-bar">
        <label class="check">
          Around this line, on the
          <select class="select" value={scope} onChange={(event) => setScope(Number(event.currentTarget.value))}>
            {scopes.map(([name], at) => (
              <option key={name} value={at}>
                {name.toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button is-small" disabled={busy} onClick={() => setSizes({ ...sizes, after: sizes.after + PAGE * 2 })}>
          More newer lines
        </button>
        <button type="button" class="button is-small" disabled={busy} onClick={() => setSizes({ ...sizes, before: sizes.before + PAGE * 2 })}>
          More older lines
        </button>
        {busy && <span class="spinner" />}
      </div>
      {problem !== '' && (
        <div class="notice is-error" role="alert">
          {problem}
        </div>
      )}
      <div class="context-list">
        <LogView rows={rows} zone={zone} wrap focusId={row.id} labels={scope > 0} />
      </div>
    </Dialog>
  )
}

function scopesOf(row: LogRow): readonly (readonly [name: string, selector: string])[] {
  const wider = SCOPES.flatMap(([name, labels]): readonly (readonly [string, string])[] => {
    const label = labels.find((one) => one in row.labels)
    return label === undefined ? [] : [[`${name} (${label}=${row.labels[label]})`, exactSelector({ [label]: row.labels[label] ?? '' })]]
  })
  return [['Same stream', exactSelector(row.labels)], ...wider]
}
