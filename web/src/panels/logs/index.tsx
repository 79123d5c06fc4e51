import { useEffect, useMemo, useState } from 'preact/hooks'
import './logs-panel.css'
import type { Dedup } from '../../logs/dedup.ts'
import { Tail } from '../../logs/tail.ts'
import { commonLabels, LogView } from '../../logs/view.tsx'
import { Dropdown, MenuItem } from '../../ui/dropdown.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { LogRow } from '../../logs/row.ts'
import type { PanelProps, PanelType } from '../panel.ts'

const DEDUPS: readonly Dedup[] = ['none', 'exact', 'numbers', 'signature']

function Logs({ options, rows: answered, zone, actions, terms, datasource, logQueries }: PanelProps) {
  const [columns, setColumns] = useState<readonly string[]>(options.at('displayedFields').strings())
  const [live, setLive] = useState(false)
  const [view, setView] = useState<View>({})
  const tail = useTail(live ? datasource?.uid : undefined, logQueries[0])
  const ascending = options.at('sortOrder').str('Descending') === 'Ascending'
  const fresh = tail?.rows.value
  const rows = useMemo(() => (fresh ? withFresh(fresh, answered) : answered), [fresh, answered])
  const ordered = useMemo(() => (ascending ? [...rows].reverse() : rows), [rows, ascending])
  const common = useMemo(() => (options.at('showCommonLabels').bool(false) ? Object.entries(commonLabels(rows)) : []), [rows, options])
  const withColumns = useMemo(
    () => ({ ...actions, onColumn: (name: string) => setColumns((now) => (now.includes(name) ? now.filter((one) => one !== name) : [...now, name])) }),
    [actions],
  )
  const wrap = view.wrap ?? options.at('wrapLogMessage').bool(false)
  const nanos = options.at('timestampResolution').str('ms') === 'ns'
  return (
    <>
      <div class="logs-bar">
        {tail && <LiveState tail={tail} />}
        {logQueries.length > 0 && (
          <button type="button" class="button is-small is-quiet" aria-pressed={live} title={live ? 'Stop following' : 'Follow new lines'} onClick={() => setLive(!live)}>
            <Icon name="live" />
            Live
          </button>
        )}
        <Dropdown label="View of the lines" icon="settings" arrow={false} class="button is-small is-quiet is-icon">
          {() =>
            (
              [
                ['wrap', 'Wrap long lines', wrap],
                ['messageFirst', 'Message first', view.messageFirst ?? false],
                ['prettify', 'Pretty JSON', view.prettify ?? options.at('prettifyLogMessage').bool(false)],
              ] as const
            ).map(([name, text, on]) => (
              <MenuItem key={name} checked={on} hint={on ? 'on' : 'off'} onChoose={() => setView({ ...view, [name]: !on })}>
                {text}
              </MenuItem>
            ))
          }
        </Dropdown>
      </div>
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
      {rows.length === 0 ? (
        <div class="empty">{live ? 'Waiting for new lines' : 'No log lines in this range'}</div>
      ) : (
        <LogView
          rows={ordered}
          zone={zone}
          time={options.at('showTime').bool(false) ? (nanos ? 'ns' : 'ms') : 'none'}
          wrap={wrap}
          prettify={view.prettify ?? options.at('prettifyLogMessage').bool(false)}
          messageFirst={view.messageFirst ?? false}
          small={options.at('fontSize').str('') === 'small'}
          labels={options.at('showLabels').bool(false)}
          columns={columns}
          terms={terms}
          dedup={options.at('dedupStrategy').oneOf(DEDUPS, 'none')}
          actions={withColumns}
        />
      )}
    </>
  )
}

/** What this person set otherwise than the dashboard has it, until the page is left. */
type View = { readonly wrap?: boolean; readonly messageFirst?: boolean; readonly prettify?: boolean }

/** Follows a query while there is a datasource to follow it at. */
function useTail(uid: string | undefined, query: string | undefined): Tail | undefined {
  const tail = useMemo(() => (uid === undefined || query === undefined ? undefined : new Tail(uid, query)), [uid, query])
  useEffect(() => {
    tail?.start()
    return () => tail?.stop()
  }, [tail])
  return tail
}

function withFresh(fresh: readonly LogRow[], answered: readonly LogRow[]): readonly LogRow[] {
  const known = new Set(fresh.map((row) => row.id))
  return [...fresh, ...answered.filter((row) => !known.has(row.id))]
}

function LiveState({ tail }: { tail: Tail }) {
  const paused = tail.paused.value
  return (
    <>
      <span class="logs-live" role="status">
        {tail.state.value === 'open' ? (paused ? `${tail.waiting.value.toLocaleString('en')} waiting` : 'Following') : tail.state.value === 'lost' ? 'Connection lost, trying again' : 'Connecting…'}
        {tail.skipped.value > 0 && ` · ${tail.skipped.value.toLocaleString('en')} skipped`}
      </span>
      <button type="button" class="button is-small is-quiet is-icon" aria-label={paused ? 'Resume' : 'Pause'} title={paused ? 'Resume' : 'Pause'} onClick={() => (paused ? tail.resume() : tail.pause())}>
        <Icon name={paused ? 'play' : 'pause'} />
      </button>
    </>
  )
}

export const logsPanel: PanelType = { id: 'logs', name: 'Logs', View: Logs }
