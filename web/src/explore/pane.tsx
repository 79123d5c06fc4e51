import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { LazyAlert, mayAlert } from '../alerting/lazy.tsx'
import type { Datasource } from '../api/grafana.ts'
import { addFilter, addLineFilter } from '../logql/edit.ts'
import type { Level } from '../logs/level.ts'
import { linksOf } from '../logs/links.ts'
import type { LogRow } from '../logs/row.ts'
import { RefreshPicker, TimePicker } from '../time/picker.tsx'
import { parseDuration } from '../time/duration.ts'
import { absolute, move, resolveRange, zoomOut, type Range } from '../time/range.ts'
import { useCommands } from '../ui/commands.ts'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { Icon } from '../ui/icon.tsx'
import { href } from '../ui/router.ts'
import { theme } from '../ui/theme.ts'
import { ContextDialog } from './context.tsx'
import { rememberQuery } from './history.ts'
import { HistoryDialog } from './history-dialog.tsx'
import { Landing } from './landing.tsx'
import { changePrefs, prefs } from './prefs.ts'
import { QueryBar } from './query-bar.tsx'
import { LiveList, LogResult, SeriesResult } from './result.tsx'
import { ExploreRun } from './run.ts'
import { Tail } from '../logs/tail.ts'
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
  const { live } = state
  const [alerting, setAlerting] = useState(false)
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
  useCommands(
    split
      ? []
      : [
          { group: 'Explore', title: 'Search', keys: '/', run: () => box.current?.querySelector<HTMLElement>('.query-input, .cm-content')?.focus() },
          { group: 'Explore', title: 'Run again', keys: 'r', run: () => void asked.value++ },
          { group: 'Explore', title: live ? 'Stop following new lines' : 'Follow new lines', keys: 'l', run: () => onChange({ live: !live }) },
          { group: 'Explore', title: state.view === 'lines' ? 'Patterns' : 'Lines', keys: 'p', run: () => onChange({ view: state.view === 'lines' ? 'patterns' : 'lines' }) },
          { group: 'Explore', title: 'Fields beside the lines', keys: 'b', run: () => changePrefs({ facets: !prefs.value.facets }) },
          { group: 'Explore', title: 'Wrap long lines', keys: 'w', run: () => changePrefs({ wrap: !prefs.value.wrap }) },
          { group: 'Explore', title: 'Queries run before', keys: 'h', run: () => setHistory(true) },
          { group: 'Explore', title: 'Split and compare', keys: 's', run: onSplit },
          { group: 'Explore', title: 'To the list of lines', keys: 'j', run: () => box.current?.querySelector<HTMLElement>('.log-line[tabindex="0"]')?.focus() },
          { group: 'Time', title: 'Choose the time range', keys: 't t', run: () => box.current?.querySelector<HTMLElement>('[aria-label^="Time range"]')?.click() },
          { group: 'Time', title: 'Twice the range', keys: 't z', run: () => onChange({ range: zoomOut(range) }) },
          { group: 'Time', title: 'Earlier', keys: 't [', run: () => onChange({ range: move(range, -1) }) },
          { group: 'Time', title: 'Later', keys: 't ]', run: () => onChange({ range: move(range, 1) }) },
        ],
  )
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
        <button type="button" class="button" aria-pressed={live} disabled={state.query.trim() === '' || (run !== undefined && !run.isLogs)} title="Follow new lines" onClick={() => onChange({ live: !live })}>
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
              {mayAlert() && state.query.trim() !== '' && (
                <MenuItem
                  icon="bell"
                  onChoose={() => {
                    close()
                    setAlerting(true)
                  }}
                >
                  Alert me…
                </MenuItem>
              )}
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
            links: (row) => linksOf(row, datasource),
          }}
          onColumn={column}
          onView={(view) => onChange({ view })}
          onLineFilter={(op, pattern) => {
            onChange({ query: addLineFilter(state.query, op, pattern), view: 'lines', row: undefined })
          }}
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
      {alerting && <LazyAlert from={{ datasource, query: state.query, title: '' }} onClose={() => setAlerting(false)} />}
      {context && <ContextDialog row={context} datasource={datasource} zone={zone} onClose={() => setContext(undefined)} />}
    </div>
  )
}
