import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Datasource } from '../api/grafana.ts'
import { addFilter } from '../logql/edit.ts'
import { levelOf, type Level } from '../logs/level.ts'
import type { LogRow } from '../logs/row.ts'
import { highlightTerms } from '../logs/terms.ts'
import { LogView } from '../logs/view.tsx'
import { tablePanel } from '../panels/table/index.tsx'
import { read } from '../json/reader.ts'
import { RefreshPicker, TimePicker } from '../time/picker.tsx'
import { parseDuration } from '../time/duration.ts'
import { absolute, resolveRange, zoomOut, type Range } from '../time/range.ts'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { Icon } from '../ui/icon.tsx'
import { href } from '../ui/router.ts'
import { theme } from '../ui/theme.ts'
import { valueText } from '../units/units.ts'
import { applyFieldConfig } from '../frames/config.ts'
import { timeseriesPanel } from '../panels/timeseries/index.tsx'
import { ContextDialog } from './context.tsx'
import { Facets } from './facets.tsx'
import { rememberQuery } from './history.ts'
import { HistoryDialog } from './history-dialog.tsx'
import { Landing } from './landing.tsx'
import { changePrefs, prefs } from './prefs.ts'
import { QueryBar } from './query-bar.tsx'
import { ExploreRun } from './run.ts'
import { Tail } from './tail.ts'
import { ListToolbar } from './toolbar.tsx'
import { searchOf, type PaneState } from './url.ts'
import { VolumeChart } from './volume.tsx'

export type PaneProps = {
  readonly state: PaneState
  readonly datasources: readonly Datasource[]
  readonly onChange: (change: Partial<PaneState>) => void
  readonly split: boolean
  readonly onSplit: () => void
  readonly onClose: (() => void) | undefined
}

/** One side of Explore: a query, its volume, its lines or series. */
export function Pane({ state, datasources, onChange, split, onSplit, onClose }: PaneProps) {
  const { zone } = prefs.value
  const box = useRef<HTMLDivElement>(null)
  const datasource = datasources.find((ds) => ds.uid === state.datasource || ds.name === state.datasource) ?? datasources.find((ds) => ds.isDefault) ?? datasources[0]
  const asked = useSignal(0)
  const [refresh, setRefresh] = useState('')
  const [live, setLive] = useState(false)
  const [history, setHistory] = useState(false)
  const [context, setContext] = useState<LogRow | undefined>(undefined)
  const [hidden, setHidden] = useState<ReadonlySet<Level>>(new Set())
  const range = useMemo<Range>(() => resolveRange(state.range, Date.now(), zone) ?? { from: Date.now() - 3_600_000, to: Date.now() }, [state.range.from, state.range.to, zone, asked.value])
  const run = useMemo(
    () => (datasource && state.query.trim() !== '' && !live ? new ExploreRun(datasource, state.query, range, state.oldestFirst, box.current?.clientWidth ?? 1100) : undefined),
    [datasource?.uid, state.query, range, state.oldestFirst, live],
  )
  const tail = useMemo(() => (datasource && live && state.query.trim() !== '' ? new Tail(datasource.uid, state.query) : undefined), [datasource?.uid, state.query, live])
  useEffect(() => {
    void run?.start()
    return () => run?.cancel()
  }, [run])
  useEffect(() => {
    tail?.start()
    return () => tail?.stop()
  }, [tail])
  useEffect(() => {
    const ms = parseDuration(refresh)
    if (ms === undefined || live) {
      return
    }
    const timer = setInterval(() => {
      if (!document.hidden) {
        asked.value++
      }
    }, Math.max(1000, ms))
    return () => clearInterval(timer)
  }, [refresh, live])
  if (!datasource) {
    return <div class="empty">No datasource for logs is configured.</div>
  }
  const ask = (query: string) => {
    if (query.trim() !== '') {
      rememberQuery(query)
    }
    asked.value++
    onChange({ query, row: undefined })
  }
  const busy = run?.state.value === 'running'
  const column = (name: string) => onChange({ columns: state.columns.includes(name) ? state.columns.filter((one) => one !== name) : [...state.columns, name] })
  const permalink = (row: LogRow) => location.origin + href(`/explore?${searchOf([{ ...state, datasource: datasource.uid, range: absolute(range), row: row.id }])}`)
  return (
    <div class="pane" ref={box}>
      <header class="pane-head">
        {!split && <h1>Explore</h1>}
        {datasources.length > 1 && (
          <select class="select" aria-label="Datasource" value={datasource.uid} onChange={(event) => onChange({ datasource: event.currentTarget.value })}>
            {datasources.map((ds) => (
              <option key={ds.uid} value={ds.uid}>
                {ds.name}
              </option>
            ))}
          </select>
        )}
        <span class="is-spread" />
        <TimePicker range={state.range} zone={zone} onChange={(chosen) => onChange({ range: chosen, row: undefined })} onZone={(chosen) => changePrefs({ zone: chosen })} />
        <RefreshPicker interval={refresh} busy={busy ?? false} onRefresh={() => asked.value++} onInterval={setRefresh} {...(run ? { onCancel: () => run.cancel() } : {})} />
        <button type="button" class="button" aria-pressed={live} disabled={state.query.trim() === '' || (run !== undefined && !run.isLogs)} title="Follow new lines" onClick={() => setLive(!live)}>
          <Icon name={live ? 'stop' : 'live'} />
          {live ? 'Stop live' : 'Live'}
        </button>
        <Dropdown label="More" icon="more" arrow={false} class="button is-icon">
          {(close) => (
            <>
              <MenuItem
                icon="history"
                onChoose={() => {
                  close()
                  setHistory(true)
                }}
              >
                Queries
              </MenuItem>
              {!split && (
                <MenuItem
                  icon="split"
                  onChoose={() => {
                    close()
                    onSplit()
                  }}
                >
                  Split and compare
                </MenuItem>
              )}
              <MenuItem
                icon="link"
                onChoose={() => {
                  close()
                  void navigator.clipboard.writeText(location.origin + href(`/explore?${searchOf([{ ...state, datasource: datasource.uid, range: absolute(range) }])}`))
                }}
              >
                Copy link with absolute time
              </MenuItem>
            </>
          )}
        </Dropdown>
        {onClose && (
          <button type="button" class="button is-icon" aria-label="Close this side" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <QueryBar query={state.query} datasource={datasource} range={range} busy={busy ?? false} problem={run?.problem.value} onRun={ask} onCancel={() => run?.cancel()} />
      {run?.problem.value !== undefined && (
        <div class="notice is-error" role="alert">
          <Icon name="warning" />
          <span>{run.problem.value}</span>
        </div>
      )}
      {run?.warnings.value.map((warning) => (
        <div class="notice is-warning" key={warning}>
          <Icon name="warning" />
          <span>{warning}</span>
        </div>
      ))}
      {state.query.trim() === '' && <Landing datasource={datasource} range={range} onChoose={ask} />}
      {tail && <LiveList tail={tail} state={state} />}
      {run?.isLogs && prefs.value.volume && run.volume.value && (
        <section class="volume-box" aria-label="Log volume">
          <VolumeChart volume={run.volume.value} zone={zone} theme={theme.value} onZoom={(chosen) => onChange({ range: absolute(chosen) })} onZoomOut={() => onChange({ range: zoomOut(range) })} onLevels={setHidden} />
        </section>
      )}
      {run?.isLogs && run.volumeProblem.value !== undefined && run.problem.value === undefined && <p class="combo-note">The volume is not shown: {run.volumeProblem.value}</p>}
      {run?.isLogs && run.problem.value === undefined && (
        <LogResult
          run={run}
          state={state}
          hidden={hidden}
          onOrder={() => onChange({ oldestFirst: !state.oldestFirst })}
          actions={{
            onFilter: (filter) => ask(addFilter(state.query, filter)),
            onColumn: column,
            onContext: setContext,
            onPermalink: permalink,
          }}
          onColumn={column}
          onOlder={() => onChange({ range: absolute({ from: range.from - (range.to - range.from) * 3, to: range.to }) })}
        />
      )}
      {run && !run.isLogs && run.problem.value === undefined && <SeriesResult run={run} onZoom={(chosen) => onChange({ range: absolute(chosen) })} onZoomOut={() => onChange({ range: zoomOut(range) })} rawRange={state.range} />}
      {history && (
        <HistoryDialog
          onClose={() => setHistory(false)}
          onChoose={(query) => {
            setHistory(false)
            ask(query)
          }}
        />
      )}
      {context && <ContextDialog row={context} datasource={datasource} zone={zone} onClose={() => setContext(undefined)} />}
    </div>
  )
}

type ResultProps = {
  readonly run: ExploreRun
  readonly state: PaneState
  readonly hidden: ReadonlySet<Level>
  readonly actions: import('../logs/details.tsx').RowActions
  readonly onOrder: () => void
  readonly onColumn: (name: string) => void
  readonly onOlder: () => void
}

function LogResult({ run, state, hidden, actions, onOrder, onColumn, onOlder }: ResultProps) {
  const now = prefs.value
  const rows = run.rows.value
  const shown = useMemo(() => (hidden.size === 0 ? rows : rows.filter((row) => !hidden.has(levelOf(row.level)))), [rows, hidden])
  const terms = useMemo(() => highlightTerms(run.expr), [run.expr])
  const stats = run.stats.value
  const done = run.state.value === 'done'
  return (
    <section class="result" aria-label="Logs">
      <div class="result-bar">
        <p class="result-count" role="status">
          {done ? `${shown.length.toLocaleString('en')}${run.exhausted.value ? '' : '+'} lines` : 'Searching…'}
          {done && stats && stats.bytes > 0 ? ` · ${valueText(stats.bytes, 'decbytes')} read` : ''}
          {done ? ` · ${valueText(run.tookMs.value, 'ms', 0)}` : ''}
        </p>
        <ListToolbar run={run} oldestFirst={state.oldestFirst} onOrder={onOrder} live={false} />
      </div>
      <div class="result-body">
        {now.facets && <Facets run={run} rows={rows} columns={state.columns} onFilter={(filter) => actions.onFilter?.(filter)} onColumn={onColumn} />}
        <div class="result-list">
          {shown.length === 0 && done ? (
            <div class="empty">
              <p>No log lines match in this range.</p>
              <button type="button" class="button" onClick={onOlder}>
                Look further back
              </button>
            </div>
          ) : (
            <LogView
              rows={shown}
              zone={now.zone}
              time={now.time}
              wrap={now.wrap}
              prettify={now.prettify}
              small={now.small}
              labels={now.labels}
              columns={state.columns}
              terms={terms}
              dedup={now.dedup}
              focusId={state.row}
              actions={actions}
              {...(now.gaps ? { gapMs: 60_000 } : {})}
              onEnd={() => void run.more()}
              onKey={(key, row) => {
                if (key === 'x') {
                  actions.onContext?.(row)
                  return true
                }
                if (key === 'c') {
                  void navigator.clipboard.writeText(row.line)
                  return true
                }
                return false
              }}
            />
          )}
          <p class="result-foot" role="status">
            {run.paging.value ? 'Loading more…' : done && run.exhausted.value && shown.length > 0 ? (state.oldestFirst ? 'End of the range' : 'Start of the range') : ''}
          </p>
        </div>
      </div>
    </section>
  )
}

function LiveList({ tail, state }: { tail: Tail; state: PaneState }) {
  const now = prefs.value
  const paused = tail.paused.value
  return (
    <section class="result" aria-label="Live logs">
      <div class="result-bar">
        <p class="result-count" role="status">
          {tail.state.value === 'open' ? (paused ? `Paused, ${tail.waiting.value.toLocaleString('en')} waiting` : `Live, ${tail.rows.value.length.toLocaleString('en')} lines`) : tail.state.value === 'lost' ? 'Connection lost, trying again' : 'Connecting…'}
          {tail.skipped.value > 0 ? ` · ${tail.skipped.value.toLocaleString('en')} lines skipped` : ''}
        </p>
        <button type="button" class="button is-small" onClick={() => (paused ? tail.resume() : tail.pause())}>
          <Icon name={paused ? 'play' : 'pause'} />
          {paused ? 'Resume' : 'Pause'}
        </button>
        <button type="button" class="button is-small" onClick={() => tail.clear()}>
          Clear
        </button>
        <ListToolbar run={undefined} oldestFirst={false} onOrder={() => undefined} live />
      </div>
      <div class="result-body">
        <div class="result-list">
          <LogView rows={tail.rows.value} zone={now.zone} time={now.time} wrap={now.wrap} prettify={now.prettify} small={now.small} labels={now.labels} columns={state.columns} terms={highlightTerms(state.query)} />
        </div>
      </div>
    </section>
  )
}

const SERIES_CONFIG = read({ defaults: { custom: { lineWidth: 1, fillOpacity: 8, showPoints: 'auto' } }, overrides: [] })
const SERIES_OPTIONS = read({ legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max', 'mean'] }, tooltip: { mode: 'multi', sort: 'desc' } })

/** A metric query's answer as a chart and as a table. */
function SeriesResult({ run, onZoom, onZoomOut, rawRange }: { run: ExploreRun; onZoom: (range: Range) => void; onZoomOut: () => void; rawRange: PaneState['range'] }) {
  const [table, setTable] = useState(false)
  const frames = useMemo(() => applyFieldConfig(run.frames.value, SERIES_CONFIG, (text) => text), [run.frames.value])
  const View = table ? tablePanel.View : timeseriesPanel.View
  const stats = run.stats.value
  return (
    <section class="result" aria-label="Series">
      <div class="result-bar">
        <p class="result-count" role="status">
          {run.state.value === 'running' ? 'Searching…' : `${frames.length} series`}
          {stats && stats.bytes > 0 ? ` · ${valueText(stats.bytes, 'decbytes')} read` : ''}
        </p>
        <button type="button" class="button is-small" aria-pressed={table} onClick={() => setTable(!table)}>
          <Icon name="table" />
          Table
        </button>
      </div>
      <div class="result-body series-body">
        {run.state.value === 'done' && (
          <View
            id={0}
            title="Result"
            options={table ? read({ showHeader: true }) : SERIES_OPTIONS}
            frames={frames}
            rows={[]}
            range={run.range}
            rawRange={rawRange}
            zone={prefs.value.zone}
            theme={theme.value}
            annotations={[]}
            text={(text) => text}
            onZoom={onZoom}
            onZoomOut={onZoomOut}
            syncKey={undefined}
            actions={{}}
            terms={[]}
            datasource={run.datasource}
            width={800}
            height={400}
          />
        )}
      </div>
    </section>
  )
}
