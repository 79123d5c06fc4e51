import { useMemo, useState } from 'preact/hooks'
import type { Dedup } from '../../logs/dedup.ts'
import { commonLabels, LogView } from '../../logs/view.tsx'
import type { PanelProps, PanelType } from '../panel.ts'

const DEDUPS: readonly Dedup[] = ['none', 'exact', 'numbers', 'signature']

function Logs({ options, rows, zone, actions, terms }: PanelProps) {
  const [columns, setColumns] = useState<readonly string[]>(options.at('displayedFields').strings())
  const ascending = options.at('sortOrder').str('Descending') === 'Ascending'
  const ordered = useMemo(() => (ascending ? [...rows].reverse() : rows), [rows, ascending])
  const common = useMemo(() => (options.at('showCommonLabels').bool(false) ? Object.entries(commonLabels(rows)) : []), [rows, options])
  const withColumns = useMemo(
    () => ({ ...actions, onColumn: (name: string) => setColumns((now) => (now.includes(name) ? now.filter((one) => one !== name) : [...now, name])) }),
    [actions],
  )
  if (rows.length === 0) {
    return <div class="empty">No log lines in this range</div>
  }
  const nanos = options.at('timestampResolution').str('ms') === 'ns'
  return (
    <>
      {common.length > 0 && (
        <p class="chips">
          {common.map(([name, value]) => (
            <span class="chip" key={name}>
              {name}={value}
            </span>
          ))}
        </p>
      )}
      {columns.length > 0 && (
        <p class="chips" aria-label="Columns">
          {columns.map((name) => (
            <button type="button" class="button is-small" key={name} aria-label={`Hide column ${name}`} onClick={() => withColumns.onColumn(name)}>
              {name} ×
            </button>
          ))}
        </p>
      )}
      <LogView
        rows={ordered}
        zone={zone}
        time={options.at('showTime').bool(false) ? (nanos ? 'ns' : 'ms') : 'none'}
        wrap={options.at('wrapLogMessage').bool(false)}
        prettify={options.at('prettifyLogMessage').bool(false)}
        small={options.at('fontSize').str('') === 'small'}
        labels={options.at('showLabels').bool(false)}
        columns={columns}
        terms={terms}
        dedup={options.at('dedupStrategy').oneOf(DEDUPS, 'none')}
        actions={withColumns}
      />
    </>
  )
}

export const logsPanel: PanelType = { id: 'logs', name: 'Logs', View: Logs }
