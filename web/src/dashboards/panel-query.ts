import { effect, signal, untracked } from '@preact/signals'
import type { Datasource } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { logsFrame, type Stats } from '../api/loki.ts'
import type { Frame } from '../frames/frame.ts'
import type { Reader } from '../json/reader.ts'
import { addFilter, isLogQuery, type FieldFilter } from '../logql/edit.ts'
import type { LogRow } from '../logs/row.ts'
import { formatDuration, parseDuration } from '../time/duration.ts'
import { resolveRange, type Range } from '../time/range.ts'
import { lokiStep, panelInterval } from '../time/step.ts'
import { interpolate, interpolateLogql, namesIn, type Binding } from '../vars/interpolate.ts'
import { isSettled } from '../vars/variable.ts'
import { Answers } from './answers.ts'
import { adhocFilters, type DashboardModel } from './model.ts'

/** One request of a panel, ready to be sent. */
export type Request = {
  readonly refId: string
  readonly datasource: Datasource
  readonly expr: string
  readonly legend: string
  readonly instant: boolean
  readonly logs: boolean
  readonly limit: number
  readonly stepMs: number
  readonly range: Range
  readonly direction: 'backward' | 'forward'
}

export type PanelData = {
  readonly state: 'waiting' | 'loading' | 'done'
  readonly frames: readonly Frame[]
  readonly rows: readonly LogRow[]
  readonly range: Range
  readonly problem: string | undefined
  readonly notices: readonly string[]
  readonly requests: readonly Request[]
  readonly stats: readonly Stats[]
  readonly tookMs: number | undefined
}

const NOTHING: PanelData = { state: 'waiting', frames: [], rows: [], range: { from: 0, to: 1 }, problem: undefined, notices: [], requests: [], stats: [], tookMs: undefined }

/** Asks a panel's queries whenever something they depend on changes, and keeps the last answer. */
export class PanelQuery {
  readonly data = signal<PanelData>(NOTHING)
  readonly width = signal(0)
  readonly visible = signal(false)
  private abort: AbortController | undefined
  private lastKey = ''
  private readonly answers = new Answers()
  private wholes = 0

  constructor(
    private readonly model: DashboardModel,
    private readonly panel: () => Reader,
    private readonly scoped: Readonly<Record<string, Binding>>,
  ) {}

  /** Follows range, variables, filters, visibility and refreshes until the returned function is called. */
  start(): () => void {
    const stopFollowing = effect(() => {
      const width = this.width.value
      const tick = this.model.tick.value
      const panel = this.panel()
      if (!this.visible.value || width === 0) {
        return
      }
      const waiting = this.waitsFor(panel)
      if (waiting !== undefined) {
        return
      }
      const prepared = this.prepare(panel, width)
      const key = JSON.stringify([tick, prepared])
      if (key !== this.lastKey) {
        this.lastKey = key
        untracked(() => void this.run(prepared))
      }
    })
    let first = true
    const stopCancelling = effect(() => {
      void this.model.cancelled.value
      if (!first) {
        this.abort?.abort()
        untracked(() => {
          if (this.data.value.state === 'loading') {
            this.data.value = { ...this.data.value, state: 'done', notices: ['The query was cancelled.'] }
          }
        })
      }
      first = false
    })
    return () => {
      stopFollowing()
      stopCancelling()
      this.abort?.abort()
    }
  }

  /** The variable that is still loading and whose options this panel's queries depend on. */
  private waitsFor(panel: Reader): string | undefined {
    const loading = this.model.variables.value.filter((state) => state.loading && !isSettled(state))
    if (loading.length === 0) {
      return undefined
    }
    const names = namesIn(JSON.stringify([panel.at('targets').value ?? null, panel.at('interval').value ?? null, panel.at('datasource').value ?? null]))
    return loading.find((state) => names.has(state.def.name))?.def.name
  }

  private prepare(panel: Reader, width: number): { readonly requests: readonly Request[]; readonly problem: string | undefined; readonly range: Range } {
    const { model, scoped } = this
    const range = panelRange(panel, model)
    const rangeMs = range.to - range.from
    const min = parseDuration(model.text(panel.at('interval').str('').replace(/^>=?/, ''), scoped)) ?? 0
    const interval = panelInterval(rangeMs, panel.at('maxDataPoints').num(width), min)
    const filters: readonly FieldFilter[] = [...adhocFilters(model.variables.value), ...model.filters.value]
    const requests: Request[] = []
    let problem: string | undefined
    for (const [at, target] of panel.at('targets').list().entries()) {
      const raw = target.at('expr').str('')
      if (target.at('hide').bool(false) || raw.trim() === '') {
        continue
      }
      const own = target.at('datasource')
      const mixed = panel.at('datasource', 'uid').str('') === '-- Mixed --'
      const datasource = model.datasource(own.present ? own.value : mixed ? undefined : panel.at('datasource').value, scoped)
      if (!datasource) {
        problem = 'The datasource of this panel does not exist here.'
        continue
      }
      if (datasource.type !== 'loki') {
        problem = `Datasources of type ${datasource.type} are not supported here.`
        continue
      }
      requests.push(request(target, at, datasource, { model, scoped, range, rangeMs, interval, filters }))
    }
    return { requests, problem, range }
  }

  private async run({ requests, problem, range }: { readonly requests: readonly Request[]; readonly problem: string | undefined; readonly range: Range }): Promise<void> {
    this.abort?.abort()
    const abort = new AbortController()
    this.abort = abort
    if (requests.length === 0) {
      this.data.value = { ...NOTHING, state: 'done', range, problem }
      return
    }
    const started = performance.now()
    this.data.value = { ...this.data.value, state: 'loading', requests }
    this.model.busy.value++
    try {
      const wholes = this.model.wholes.peek()
      const settled = await this.answers.ask(requests, wholes !== this.wholes, abort.signal)
      this.wholes = wholes
      if (abort.signal.aborted) {
        return
      }
      const failures = settled.flatMap((result, at) => (result.status === 'rejected' && !isAbort(result.reason) ? [`${requests.length > 1 ? `${requests[at]?.refId}: ` : ''}${hint(errorText(result.reason))}`] : []))
      const answers = settled.flatMap((result, at) => (result.status === 'fulfilled' ? [{ result: result.value, refId: requests[at]?.refId ?? 'A' }] : []))
      const rows = merged(answers.map(({ result }) => result.rows))
      this.data.value = {
        state: 'done',
        frames: answers.flatMap(({ result, refId }) => (result.kind === 'logs' ? [logsFrame(result.rows, refId)] : result.frames)),
        rows,
        range,
        problem: failures.length > 0 ? failures.join('\n') : problem,
        notices: answers.flatMap(({ result }) => result.warnings),
        requests,
        stats: answers.flatMap(({ result }) => (result.stats ? [result.stats] : [])),
        tookMs: performance.now() - started,
      }
    } finally {
      this.model.busy.value--
    }
  }
}

/** The panel's own range where it has one: `timeFrom` replaces, `timeShift` moves back. */
export function panelRange(panel: Reader, model: DashboardModel): Range {
  const timeFrom = model.text(panel.at('timeFrom').str(''))
  const shift = parseDuration(model.text(panel.at('timeShift').str(''))) ?? 0
  const now = model.now.value
  const own = timeFrom === '' ? undefined : resolveRange({ from: timeFrom.startsWith('now') ? timeFrom : `now-${timeFrom}`, to: 'now' }, now, model.zone.value)
  const range = own ?? model.range.value
  return shift === 0 ? range : { from: range.from - shift, to: range.to - shift }
}

type Context = { readonly model: DashboardModel; readonly scoped: Readonly<Record<string, Binding>>; readonly range: Range; readonly rangeMs: number; readonly interval: number; readonly filters: readonly FieldFilter[] }

function request(target: Reader, at: number, datasource: Datasource, { model, scoped, range, rangeMs, interval, filters }: Context): Request {
  const intervals: Readonly<Record<string, Binding>> = { __interval: { values: [formatDuration(interval)] }, __interval_ms: { values: [String(interval)] } }
  const raw = target.at('expr').str('')
  const logs = isLogQuery(raw)
  const type = target.at('queryType').str('')
  const instant = !logs && (type === 'instant' || (type === '' && target.at('instant').bool(false)))
  const asked = parseDuration(interpolate(target.at('step').text(''), model.scope({ ...scoped, ...intervals })))
  const stepMs = lokiStep(asked ?? interval, rangeMs, asked === undefined ? target.at('resolution').num(1) : 1)
  const step = formatDuration(stepMs)
  const auto = instant ? formatDuration(rangeMs) : step
  const scope = model.scope({ ...scoped, ...intervals, __auto: { values: [auto] }, __rate_interval: { values: [formatDuration(Math.max(stepMs, 60_000))] } })
  return {
    refId: target.at('refId').str(String.fromCharCode(65 + at)),
    datasource,
    expr: filters.reduce(addFilter, interpolateLogql(raw, scope)),
    legend: interpolate(target.at('legendFormat').str(''), scope),
    instant,
    logs,
    limit: target.at('maxLines').num(datasource.maxLines),
    stepMs,
    range,
    direction: target.at('direction').oneOf(['backward', 'forward'], 'backward'),
  }
}

function merged(lists: readonly (readonly LogRow[])[]): readonly LogRow[] {
  const filled = lists.filter((list) => list.length > 0)
  return filled.length <= 1 ? (filled[0] ?? []) : filled.flat().sort((a, b) => (a.ns.length === b.ns.length ? (a.ns < b.ns ? 1 : a.ns > b.ns ? -1 : 0) : b.ns.length - a.ns.length))
}

/** Adds what to do about a refusal that people meet often. */
function hint(message: string): string {
  return /at least one .*(matcher|empty)/.test(message) ? `${message}\nEvery variable in the selector is on All or empty. Choose a value, or give the query one more label that must be set.` : message
}

