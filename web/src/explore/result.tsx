import { useMemo, useState } from 'preact/hooks'
import { applyFieldConfig } from '../frames/config.ts'
import type { Frame } from '../frames/frame.ts'
import { read } from '../json/reader.ts'
import type { RowActions } from '../logs/details.tsx'
import { LEVEL_COLOR, levelOf, type Level } from '../logs/level.ts'
import type { Tail } from '../logs/tail.ts'
import { highlightTerms } from '../logs/terms.ts'
import { LogView } from '../logs/view.tsx'
import { tablePanel } from '../panels/table/index.tsx'
import { timeseriesPanel } from '../panels/timeseries/index.tsx'
import type { Range } from '../time/range.ts'
import { Icon } from '../ui/icon.tsx'
import { theme } from '../ui/theme.ts'
import { valueText } from '../units/units.ts'
import { Facets } from './facets.tsx'
import { Patterns } from './patterns.tsx'
import { prefs } from './prefs.ts'
import type { ExploreRun } from './run.ts'
import { ListToolbar } from './toolbar.tsx'
import type { PaneState } from './url.ts'

type ResultProps = {
  readonly run: ExploreRun
  readonly state: PaneState
  readonly hidden: ReadonlySet<Level>
  readonly actions: RowActions
  readonly onOrder: () => void
  readonly onColumn: (name: string) => void
  readonly onOlder: () => void
  readonly onView: (view: PaneState['view']) => void
  readonly onLineFilter: (op: '|>' | '!>', pattern: string) => void
}

/** The lines of an answer, or the patterns they follow. */
export function LogResult({ run, state, hidden, actions, onOrder, onColumn, onOlder, onView, onLineFilter }: ResultProps) {
  const now = prefs.value
  const rows = run.rows.value
  const shown = useMemo(() => (hidden.size === 0 ? rows : rows.filter((row) => !hidden.has(levelOf(row.level)))), [rows, hidden])
  const terms = useMemo(() => highlightTerms(run.expr), [run.expr])
  const stats = run.stats.value
  const done = run.state.value === 'done'
  return (
    <section class="result" aria-label="Logs">
      <div class="result-bar">
        <div class="views" role="group" aria-label="Show">
          {(['lines', 'patterns'] as const).map((view) => (
            <button key={view} type="button" class="button is-small is-quiet" aria-pressed={state.view === view} onClick={() => onView(view)}>
              {view === 'lines' ? 'Lines' : 'Patterns'}
            </button>
          ))}
        </div>
        <p class="result-count" role="status">
          {done ? `${shown.length.toLocaleString('en')}${run.exhausted.value ? '' : '+'} lines` : 'Searching…'}
          {done && stats && stats.bytes > 0 ? ` · ${valueText(stats.bytes, 'decbytes')} read` : ''}
          {done ? ` · ${valueText(run.tookMs.value, 'ms', 0)}` : ''}
        </p>
        <ListToolbar run={run} oldestFirst={state.oldestFirst} onOrder={onOrder} live={false} />
      </div>
      {state.view === 'patterns' ? (
        <div class="result-body">
          <Patterns run={run} onLineFilter={onLineFilter} />
        </div>
      ) : (
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
              messageFirst={now.messageFirst}
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
      )}
    </section>
  )
}

/** New lines as they come. */
export function LiveList({ tail, state }: { tail: Tail; state: PaneState }) {
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
          <LogView rows={tail.rows.value} zone={now.zone} time={now.time} wrap={now.wrap} prettify={now.prettify} messageFirst={now.messageFirst} small={now.small} labels={now.labels} columns={state.columns} terms={highlightTerms(state.query)} />
        </div>
      </div>
    </section>
  )
}

const SERIES_CONFIG = read({ defaults: { custom: { lineWidth: 1, fillOpacity: 8, showPoints: 'auto' } }, overrides: [] })
const SERIES_OPTIONS = read({ legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max', 'mean'] }, tooltip: { mode: 'multi', sort: 'desc' } })

/** Series that only a level tells apart have the colour of that level. */
function inLevelColors(frame: Frame): Frame {
  return {
    ...frame,
    fields: frame.fields.map((field) => {
      const [value, ...others] = Object.values(field.labels ?? {})
      const level = value === undefined || others.length > 0 ? 'unknown' : levelOf(value)
      return field.config === undefined || level === 'unknown' || /^\d/.test(value ?? '') ? field : { ...field, config: { ...field.config, color: { mode: 'fixed', fixed: LEVEL_COLOR[level], seriesBy: 'last' } } }
    }),
  }
}

/** A metric query's answer as a chart and as a table. */
export function SeriesResult({ run, onZoom, onZoomOut, rawRange }: { run: ExploreRun; onZoom: (range: Range) => void; onZoomOut: () => void; rawRange: PaneState['range'] }) {
  const [table, setTable] = useState(false)
  const frames = useMemo(() => applyFieldConfig(run.frames.value, SERIES_CONFIG, (text) => text).map(inLevelColors), [run.frames.value])
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
            logQueries={[]}
            width={800}
            height={400}
          />
        )}
      </div>
    </section>
  )
}
