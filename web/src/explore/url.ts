import { read } from '../json/reader.ts'
import type { RawRange } from '../time/range.ts'

/** What one side of Explore shows, as far as the URL says it. */
export type PaneState = {
  readonly datasource: string
  readonly query: string
  readonly range: RawRange
  readonly oldestFirst: boolean
  readonly columns: readonly string[]
  /** Following new lines. */
  readonly live: boolean
  /** What of the answer is shown. */
  readonly view: 'lines' | 'patterns'
  /** The row a shared link points at. */
  readonly row: string | undefined
}

export const DEFAULT_RANGE: RawRange = { from: 'now-1h', to: 'now' }

const EMPTY: PaneState = { datasource: '', query: '', range: DEFAULT_RANGE, oldestFirst: false, columns: [], live: false, view: 'lines', row: undefined }

/** Reads the panes of a URL: our short form, or the JSON of `panes=` and `left=` that older links carry. */
export function panesOf(search: URLSearchParams): readonly PaneState[] {
  const json = search.get('panes') ?? search.get('left')
  if (json !== null) {
    const panes = fromJson(json, search.has('panes'))
    if (panes.length > 0) {
      const right = search.get('right')
      return right === null ? panes : [...panes, ...fromJson(right, false)].slice(0, 2)
    }
  }
  const first = shortPane(search, '')
  return search.has('q2') ? [first, shortPane(search, '2')] : [first]
}

function shortPane(search: URLSearchParams, suffix: string): PaneState {
  const text = (name: string) => search.get(name + suffix)
  return {
    datasource: text('ds') ?? search.get('ds') ?? '',
    query: text('q') ?? '',
    range: { from: text('from') ?? search.get('from') ?? DEFAULT_RANGE.from, to: text('to') ?? search.get('to') ?? DEFAULT_RANGE.to },
    oldestFirst: text('order') === 'oldest',
    columns: (text('cols') ?? '').split(',').filter((name) => name !== ''),
    live: text('live') === '1',
    view: text('view') === 'patterns' ? 'patterns' : 'lines',
    row: text('row') ?? undefined,
  }
}

function fromJson(text: string, byKey: boolean): readonly PaneState[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return []
  }
  if (byKey) {
    return read(json).entries().map(([, pane]) => paneFromJson(pane.value)).slice(0, 2)
  }
  return [paneFromJson(json)]
}

function paneFromJson(json: unknown): PaneState {
  if (Array.isArray(json)) {
    const [from, to, datasource, ...rest] = json as readonly unknown[]
    const target = rest.map(read).find((item) => item.at('expr').present)
    return { ...EMPTY, datasource: read(datasource).str(''), query: target?.at('expr').str('') ?? '', range: { from: read(from).text(DEFAULT_RANGE.from), to: read(to).text(DEFAULT_RANGE.to) } }
  }
  const pane = read(json)
  const [query] = pane.at('queries').list()
  const logs = pane.at('panelsState', 'logs')
  return {
    datasource: pane.at('datasource').str(query?.at('datasource', 'uid').str('') ?? ''),
    query: query?.at('expr').str('') ?? '',
    range: { from: pane.at('range', 'from').text(DEFAULT_RANGE.from), to: pane.at('range', 'to').text(DEFAULT_RANGE.to) },
    oldestFirst: logs.at('sortOrder').str('') === 'Ascending',
    columns: logs.at('columns').strings(),
    live: false,
    view: 'lines',
    row: logs.at('id').str(),
  }
}

/** The short form: only what is not the default. */
export function searchOf(panes: readonly PaneState[]): URLSearchParams {
  const search = new URLSearchParams()
  panes.slice(0, 2).forEach((pane, at) => {
    const suffix = at === 0 ? '' : '2'
    const set = (name: string, value: string, otherwise: string) => {
      if (value !== otherwise) {
        search.set(name + suffix, value)
      }
    }
    const first = panes[0] ?? pane
    set('ds', pane.datasource, at === 0 ? '' : first.datasource)
    if (pane.query !== '' || at === 1) {
      search.set(`q${suffix}`, pane.query)
    }
    set('from', pane.range.from, at === 0 ? DEFAULT_RANGE.from : first.range.from)
    set('to', pane.range.to, at === 0 ? DEFAULT_RANGE.to : first.range.to)
    set('order', pane.oldestFirst ? 'oldest' : '', '')
    set('cols', pane.columns.join(','), '')
    set('live', pane.live ? '1' : '', '')
    set('view', pane.view, 'lines')
    set('row', pane.row ?? '', '')
  })
  return search
}
