import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { annotations as storedAnnotations, findDatasource, type Annotation, type DashboardMeta, type Datasource, type Settings, type User } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { detectedFieldValues, labelNames, labelValues, queryInstant, queryRange } from '../api/loki.ts'
import { labelsText } from '../frames/frame.ts'
import { patternOf } from '../frames/config.ts'
import { read, type Reader } from '../json/reader.ts'
import type { FieldFilter, FilterOp } from '../logql/edit.ts'
import { formatDuration, parseDuration } from '../time/duration.ts'
import { resolveRange, type Range, type RawRange } from '../time/range.ts'
import type { Zone } from '../time/zone.ts'
import { route, setQuery } from '../ui/router.ts'
import { interpolate, interpolateLogql, namesIn, type Binding, type Scope } from '../vars/interpolate.ts'
import { ALL, bindingOf, buildOptions, customOptions, parseLabelQuery, parseVariables, textsOf, validChoice, type Option, type VariableDef, type VariableState } from '../vars/variable.ts'

const HOUR = 3_600_000

/**
 * An open dashboard: its JSON, the range, the variables and what follows from them. The URL holds every choice; the
 * model reads it from there, so that back, reload and shared links give the same screen.
 */
export class DashboardModel {
  readonly json = signal<unknown>({})
  /** The JSON as the server has it; what differs is not saved yet. */
  readonly saved = signal<unknown>({})
  /** Grows with every refresh; panels ask again when it does. */
  readonly tick = signal(0)
  /** Grows when a refresh shall ask for everything and not only for what is new. */
  readonly wholes = signal(0)
  readonly now = signal(Date.now())
  readonly rawRange: ReadonlySignal<RawRange>
  readonly zone: ReadonlySignal<Zone>
  readonly refresh: ReadonlySignal<string>
  readonly range: ReadonlySignal<Range>
  readonly filters: ReadonlySignal<readonly FieldFilter[]>
  readonly variables = signal<readonly VariableState[]>([])
  readonly annotations = signal<readonly Annotation[]>([])
  readonly annotationProblem = signal<string | undefined>(undefined)
  /** Panels with a query under way. */
  readonly busy = signal(0)
  /** Grows when the user cancels what is under way. */
  readonly cancelled = signal(0)
  private readonly disposers: (() => void)[] = []
  private readonly loads = new Map<string, AbortController>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    json: unknown,
    readonly meta: DashboardMeta,
    readonly settings: Settings,
    readonly user: User,
  ) {
    this.json.value = json
    this.saved.value = json
    const dashboard = computed(() => read(this.json.value))
    const asked = (name: string) => route.value.search.get(name) ?? undefined
    this.rawRange = computed(() => ({
      from: asked('from') ?? dashboard.value.at('time', 'from').text('now-6h'),
      to: asked('to') ?? dashboard.value.at('time', 'to').text('now'),
    }), )
    this.zone = computed(() => {
      const zone = asked('timezone') ?? dashboard.value.at('timezone').str('browser')
      return zone === '' ? 'browser' : zone
    })
    this.refresh = computed(() => {
      const interval = asked('refresh') ?? dashboard.value.at('refresh').text('')
      return parseDuration(interval) === undefined ? '' : interval
    })
    const nowDelay = computed(() => parseDuration(dashboard.value.at('timepicker', 'nowDelay').str('')) ?? 0)
    this.range = computed(() => resolveRange(this.rawRange.value, this.now.value - nowDelay.value, this.zone.value) ?? { from: this.now.value - HOUR, to: this.now.value })
    this.filters = computed(() => route.value.search.getAll('filter').flatMap(parseFilter))
  }

  get dashboard(): Reader {
    return read(this.json.value)
  }

  /** Begins to live: loads variables and annotations, follows the URL, refreshes by itself. */
  start(): void {
    this.readVariables()
    let first = true
    let lastRange = JSON.stringify(this.rawRange.peek())
    this.disposers.push(
      effect(() => {
        const chosen = new Map(this.variables.peek().map(({ def }) => [def.name, route.value.search.getAll(`var-${def.name}`)] as const))
        const range = JSON.stringify(this.rawRange.value)
        const rangeChanged = range !== lastRange
        lastRange = range
        if (rangeChanged) {
          batch(() => {
            this.now.value = Date.now()
            this.tick.value = this.tick.peek() + 1
          })
        }
        this.followUrl(chosen, first, rangeChanged)
        first = false
      }),
      effect(() => this.schedule(this.refresh.value)),
      effect(() => {
        void this.tick.value
        void this.loadAnnotations(this.range.value)
      }),
    )
    const visible = () => {
      if (!document.hidden && this.overdue) {
        this.moveOn()
      }
    }
    document.addEventListener('visibilitychange', visible)
    this.disposers.push(() => document.removeEventListener('visibilitychange', visible))
  }

  stop(): void {
    clearTimeout(this.timer)
    for (const dispose of this.disposers) {
      dispose()
    }
    for (const load of this.loads.values()) {
      load.abort()
    }
  }

  /** Asks again for everything. */
  refreshNow(): void {
    this.wholes.value++
    this.moveOn()
  }

  /** Asks for what is new. */
  private moveOn(): void {
    this.overdue = false
    batch(() => {
      this.now.value = Date.now()
      this.tick.value++
    })
    this.schedule(this.refresh.peek())
  }

  cancel(): void {
    this.cancelled.value++
  }

  private overdue = false

  /** Refreshes after the interval, give or take a tenth so that many screens do not ask together; a hidden tab waits. */
  private schedule(interval: string): void {
    clearTimeout(this.timer)
    const ms = parseDuration(interval)
    if (ms === undefined || ms <= 0) {
      return
    }
    this.timer = setTimeout(
      () => {
        if (document.hidden) {
          this.overdue = true
          this.schedule(interval)
        } else {
          this.moveOn()
        }
      },
      Math.max(1000, ms * (0.95 + Math.random() * 0.1)),
    )
  }

  setRange(range: RawRange): void {
    setQuery({ from: range.from, to: range.to })
  }

  setVariable(name: string, values: readonly string[]): void {
    setQuery({ [`var-${name}`]: values.length === 0 ? [''] : values })
  }

  addFilter(filter: FieldFilter): void {
    const text = [filter.field, filter.op, filter.value, filter.kind].join('|')
    const others = route.peek().search.getAll('filter').filter((other) => {
      const [parsed] = parseFilter(other)
      return !parsed || parsed.field !== filter.field || parsed.value !== filter.value
    })
    setQuery({ filter: [...others, text] })
  }

  removeFilter(filter: FieldFilter): void {
    const text = [filter.field, filter.op, filter.value, filter.kind].join('|')
    setQuery({ filter: route.peek().search.getAll('filter').filter((other) => other !== text) })
  }

  datasource(ref: unknown, scoped: Readonly<Record<string, Binding>> = {}): Datasource | undefined {
    const uid = read(ref).at('uid').str() ?? (typeof ref === 'string' ? ref : '')
    const filled = uid.includes('$') ? interpolate(uid, this.scope(scoped)) : uid
    return findDatasource(this.settings.datasources, uid === filled ? ref : filled)
  }

  /** Resolves names: repeated values first, then variables, then what is built in. */
  scope(scoped: Readonly<Record<string, Binding>> = {}): Scope {
    const states = new Map(this.variables.value.map((state) => [state.def.name, state]))
    const { from, to } = this.range.value
    const seconds = Math.round((to - from) / 1000)
    return (name) => {
      const own = scoped[name]
      if (own) {
        return own
      }
      const state = states.get(name)
      if (state) {
        return bindingOf(state)
      }
      switch (name) {
        case '__from':
          return { values: [String(from)], time: from }
        case '__to':
          return { values: [String(to)], time: to }
        case '__range':
          return { values: [`${seconds}s`] }
        case '__range_s':
          return { values: [String(seconds)] }
        case '__range_ms':
          return { values: [String(to - from)] }
        case '__timezone':
          return { values: [this.zone.value] }
        case '__dashboard':
          return { values: [this.dashboard.at('title').str('')], fields: { uid: this.dashboard.at('uid').str(''), name: this.dashboard.at('title').str('') } }
        case '__org':
          return { values: ['1'], fields: { name: 'Main Org.', id: '1' } }
        case '__user':
          return { values: [this.user.login], fields: { login: this.user.login, id: String(this.user.id), email: this.user.email } }
        case '__url_time_range':
          return { values: [`from=${this.rawRange.value.from}&to=${this.rawRange.value.to}`] }
        case '__all_variables':
          return { values: [[...states.values()].map((one) => interpolate(`\${${one.def.name}:queryparam}`, (other) => (other === one.def.name ? bindingOf(one) : undefined))).join('&')] }
        default:
          return undefined
      }
    }
  }

  text(text: string, scoped: Readonly<Record<string, Binding>> = {}): string {
    return text.includes('$') || text.includes('[[') ? interpolate(text, this.scope(scoped)) : text
  }

  /** The values a repeat copies for, one by one. */
  repeatValues(name: string): readonly Binding[] {
    const state = this.variables.value.find(({ def }) => def.name === name)
    if (!state) {
      return []
    }
    const all = bindingOf(state)
    return all.values.map((value, at) => ({ values: [value], texts: [all.texts?.[at] && !all.all ? all.texts[at] : (state.options.find((option) => option.value === value)?.text ?? value)], multi: all.multi ?? false, literal: all.literal ?? false }))
  }

  /** Takes the variables out of the JSON, after loading and after an edit of it. */
  readVariables(): void {
    const defs = parseVariables(this.dashboard.at('templating', 'list'))
    this.variables.value = defs.map((def) => {
      const fromUrl = route.peek().search.getAll(`var-${def.name}`)
      const values = fromUrl.length > 0 && !def.skipUrl ? fromUrl.map((value) => (value === 'All' && def.includeAll ? ALL : value)) : def.initial
      const options = staticOptions(def, this.settings.datasources) ?? def.saved
      return { def, options, values: startValues(def, options, values), loading: def.kind === 'query', problem: undefined }
    })
  }

  /** Asks for the options of all query variables again, after the JSON changed. */
  reload(): void {
    void this.loadVariables(new Set(this.variables.peek().filter(({ def }) => def.kind === 'query').map(({ def }) => def.name)))
  }

  private patch(name: string, change: Partial<VariableState>): void {
    this.variables.value = this.variables.value.map((state) => (state.def.name === name ? { ...state, ...change } : state))
  }

  private followUrl(chosen: ReadonlyMap<string, readonly string[]>, first: boolean, rangeChanged: boolean): void {
    const changed = new Set<string>()
    batch(() => {
      for (const state of this.variables.peek()) {
        const asked = chosen.get(state.def.name) ?? []
        const base = asked.length > 0 ? asked.map((value) => (value === 'All' && state.def.includeAll ? ALL : value)).filter((value, _, all) => value !== '' || all.length > 1 || state.def.kind === 'textbox') : state.def.initial
        const values = state.loading || state.def.kind === 'adhoc' ? base : startValues(state.def, state.options, base)
        if (JSON.stringify(values) !== JSON.stringify(state.values)) {
          this.patch(state.def.name, { values })
          changed.add(state.def.name)
        }
      }
    })
    const toLoad = new Set(
      this.variables
        .peek()
        .filter(({ def }) => def.kind === 'query' && (first || (rangeChanged && def.refreshOnRange) || this.dependsOn(def, changed)))
        .map(({ def }) => def.name),
    )
    if (toLoad.size > 0) {
      void this.loadVariables(toLoad)
    }
  }

  /** Does a definition refer, directly or through others, to one of the names? */
  private dependsOn(def: VariableDef, names: ReadonlySet<string>, seen: ReadonlySet<string> = new Set()): boolean {
    const own = namesIn(textsOf(def))
    const all = this.variables.peek()
    return [...own].some((name) => {
      if (name === def.name || seen.has(name)) {
        return false
      }
      const other = all.find((state) => state.def.name === name)
      return other !== undefined && (names.has(name) || this.dependsOn(other.def, names, new Set([...seen, def.name])))
    })
  }

  /** Loads options, each variable after those it refers to. */
  private async loadVariables(names: ReadonlySet<string>): Promise<void> {
    const done = new Map<string, Promise<void>>()
    const states = this.variables.peek()
    batch(() => {
      for (const name of names) {
        this.patch(name, { loading: true, problem: undefined })
      }
    })
    const load = (def: VariableDef, path: ReadonlySet<string>): Promise<void> => {
      const known = done.get(def.name)
      if (known) {
        return known
      }
      const parents = [...namesIn(textsOf(def))].flatMap((name) => states.filter((state) => state.def.name === name && names.has(name) && name !== def.name && !path.has(name)))
      const loading = Promise.all(parents.map((parent) => load(parent.def, new Set([...path, def.name])))).then(() => this.loadVariable(def))
      done.set(def.name, loading)
      return loading
    }
    await Promise.all(states.filter(({ def }) => names.has(def.name)).map(({ def }) => load(def, new Set())))
  }

  /** Loads the options of one variable; an error stays with it and its last values stay too. */
  async loadVariable(def: VariableDef, searched = ''): Promise<void> {
    this.loads.get(def.name)?.abort()
    const abort = new AbortController()
    this.loads.set(def.name, abort)
    try {
      const answers = await this.askVariable(def, searched, abort.signal)
      if (abort.signal.aborted) {
        return
      }
      const options = buildOptions(answers, this.text(def.regex), def.sort)
      const state = this.variables.peek().find((one) => one.def.name === def.name)
      this.patch(def.name, { options, loading: false, problem: undefined, values: searched === '' ? validChoice(def, options, state?.values ?? []) : (state?.values ?? []) })
    } catch (error) {
      if (!isAbort(error)) {
        this.patch(def.name, { loading: false, problem: errorText(error) })
      }
    }
  }

  private async askVariable(def: VariableDef, searched: string, abort: AbortSignal): Promise<readonly string[]> {
    const query = parseLabelQuery(def.query)
    if (query === undefined) {
      throw new Error(`This variable's query is not understood: ${typeof def.query === 'string' ? def.query : JSON.stringify(def.query)}`)
    }
    const datasource = this.datasource(def.datasource)
    if (!datasource) {
      throw new Error('The datasource of this variable does not exist here')
    }
    const scope = this.scope({ __searchFilter: { values: [searched] } })
    const range = this.range.peek()
    const selector = (text: string) => (text === '' ? undefined : interpolateLogql(text, scope))
    switch (query.kind) {
      case 'names':
        return labelNames(datasource.uid, range, undefined, abort)
      case 'values':
        return labelValues(datasource.uid, interpolate(query.label, scope), range, selector(query.selector), abort)
      case 'fields':
        return detectedFieldValues(datasource.uid, interpolate(query.field, scope), selector(query.selector) ?? '{}', range, abort)
      case 'result': {
        const result = await queryInstant(datasource.uid, { expr: interpolateLogql(query.expr, scope), range, stepMs: 60_000 }, abort)
        return result.frames.map((frame) => `${labelsText(frame.fields[1]?.labels ?? {})} ${String(frame.fields[1]?.values[0])} ${String(frame.fields[0]?.values[0])}`)
      }
    }
  }

  private annotationLoad: AbortController | undefined

  private async loadAnnotations(range: Range): Promise<void> {
    this.annotationLoad?.abort()
    const abort = new AbortController()
    this.annotationLoad = abort
    const list = this.dashboard.at('annotations', 'list').list().filter((query) => query.at('enable').bool(true))
    try {
      const found = await Promise.all(list.map((query) => this.askAnnotations(query, range, abort.signal)))
      if (!abort.signal.aborted) {
        batch(() => {
          this.annotations.value = found.flat()
          this.annotationProblem.value = undefined
        })
      }
    } catch (error) {
      if (!isAbort(error)) {
        this.annotationProblem.value = errorText(error)
      }
    }
  }

  private async askAnnotations(query: Reader, range: Range, abort: AbortSignal): Promise<readonly Annotation[]> {
    const color = query.at('iconColor').str('light-blue')
    const builtIn = query.at('builtIn').num(0) === 1 || query.at('datasource', 'uid').str('') === '-- Grafana --' || query.at('datasource').str('') === '-- Grafana --'
    if (builtIn) {
      const uid = this.dashboard.at('uid').str('')
      return uid === '' ? [] : storedAnnotations({ from: range.from, to: range.to, dashboardUID: uid, limit: 100 }, color, abort)
    }
    const expr = query.at('expr').str(query.at('target', 'expr').str(''))
    const datasource = this.datasource(query.at('datasource').value)
    if (expr === '' || datasource?.type !== 'loki') {
      return []
    }
    const scope = this.scope({ __interval: { values: ['1m'] }, __auto: { values: [formatDuration(range.to - range.from)] } })
    const result = await queryRange(datasource.uid, { expr: interpolateLogql(expr, scope), range, stepMs: 60_000, limit: query.at('maxLines').num(query.at('target', 'maxLines').num(1000)) }, abort)
    const keys = query.at('tagKeys').str('').split(',').map((key) => key.trim()).filter((key) => key !== '')
    const template = (text: string, labels: Readonly<Record<string, string>>) => text.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (_, name: string) => labels[name] ?? '')
    return result.rows.map((row) => {
      const labels = { ...row.labels, ...row.metadata, ...row.parsed }
      const textFormat = query.at('textFormat').str('')
      return {
        time: row.ms,
        timeEnd: undefined,
        title: template(query.at('titleFormat').str(''), labels),
        text: textFormat === '' ? row.line : template(textFormat, labels),
        tags: [...new Set(keys.flatMap((key) => (labels[key] === undefined ? [] : [labels[key].trim()])))],
        color,
      }
    })
  }

  /** Annotations that a panel shows, by the queries' panel filters. */
  annotationsFor(panelId: number): readonly Annotation[] {
    const queries = this.dashboard.at('annotations', 'list').list()
    const limited = queries.some((query) => query.at('filter').present)
    if (!limited) {
      return this.annotations.value
    }
    const colors = new Set(
      queries
        .filter((query) => {
          const ids = query.at('filter', 'ids').list().map((id) => id.num())
          return query.at('filter').present && ids.includes(panelId) === query.at('filter', 'exclude').bool(false)
        })
        .map((query) => query.at('iconColor').str('light-blue')),
    )
    return this.annotations.value.filter((annotation) => !colors.has(annotation.color))
  }
}

const OPS: readonly FilterOp[] = ['=', '!=', '=~', '!~', '>', '<', '>=', '<=']

/** Reads `field|op|value|kind` of the URL. */
function parseFilter(text: string): readonly FieldFilter[] {
  const [field = '', op = '', ...rest] = text.split('|')
  const last = rest.at(-1)
  const kind = (['label', 'metadata', 'parsed', 'json', 'logfmt'] as const).find((one) => one === last && rest.length > 1)
  const known = OPS.find((one) => one === op)
  return field === '' || known === undefined ? [] : [{ field, op: known, value: rest.slice(0, kind ? -1 : undefined).join('|'), kind: kind ?? 'label' }]
}

/** The filters of ad-hoc variables, which apply to every query. */
export function adhocFilters(states: readonly VariableState[]): readonly FieldFilter[] {
  return states
    .filter(({ def }) => def.kind === 'adhoc')
    .flatMap(({ def, values }) => {
      const fromUrl = values.flatMap(parseFilter)
      if (fromUrl.length > 0) {
        return fromUrl
      }
      return [...read(def.json).at('baseFilters').list(), ...read(def.json).at('filters').list()].flatMap((filter) => parseFilter([filter.at('key').str(''), filter.at('operator').str('='), filter.at('value').str('')].join('|')))
    })
}

/** Options that need no server: of custom, interval, datasource, constant, text box and switch variables. */
function staticOptions(def: VariableDef, datasources: readonly Datasource[]): readonly Option[] | undefined {
  const query = typeof def.query === 'string' ? def.query : ''
  switch (def.kind) {
    case 'custom': {
      const options = customOptions(query)
      return options.length > 0 ? options : def.saved
    }
    case 'interval':
      return customOptions(query)
    case 'datasource': {
      const pattern = def.regex === '' ? undefined : patternOf(def.regex)
      return datasources.filter((ds) => ds.type === query && (pattern?.test(ds.name) ?? true)).map((ds) => ({ text: ds.name, value: ds.uid }))
    }
    case 'constant':
      return [{ text: query, value: query }]
    case 'textbox':
      return []
    case 'switch':
      return def.saved.length > 0 ? def.saved : [{ text: 'true', value: 'true' }, { text: 'false', value: 'false' }]
    default:
      return undefined
  }
}

/** The first values: what the URL or the file says where it is possible, else a valid choice. */
function startValues(def: VariableDef, options: readonly Option[], values: readonly string[]): readonly string[] {
  switch (def.kind) {
    case 'textbox':
      return values.length > 0 ? values.slice(0, 1) : [typeof def.query === 'string' ? def.query : '']
    case 'constant':
      return [typeof def.query === 'string' ? def.query : '']
    case 'query':
    case 'adhoc':
    case 'other':
      return values
    case 'datasource': {
      const byName = values.map((value) => options.find((option) => option.text === value)?.value ?? value)
      return validChoice(def, options, byName)
    }
    case 'custom':
    case 'interval':
    case 'switch':
      return validChoice(def, options, values)
  }
}
