import { isRecord, read, withValue } from '../../json/reader.ts'
import { boxOf, compact, findPanel, type Box } from '../layout.ts'

/** A dashboard with nothing on it. */
export function blankDashboard(): unknown {
  return { title: 'New dashboard', tags: [], timezone: 'browser', schemaVersion: 42, refresh: '30s', time: { from: 'now-1h', to: 'now' }, templating: { list: [] }, annotations: { list: [] }, panels: [] }
}

function panelsOf(dashboard: unknown): readonly unknown[] {
  return read(dashboard).at('panels').list().map((panel) => panel.value)
}

/** The dashboard with one panel changed; every other key stays as it is. */
export function changePanel(dashboard: unknown, id: number, change: (panel: unknown) => unknown): unknown {
  const found = findPanel(dashboard, id)
  return found ? withValue(dashboard, found.path, change(found.panel.value)) : dashboard
}

function nextId(dashboard: unknown): number {
  return 1 + Math.max(0, ...read(dashboard).at('panels').list().flatMap((panel) => [panel.at('id').num(0), ...panel.at('panels').list().map((child) => child.at('id').num(0))]))
}

/** Adds a panel of a type at the top; gives the dashboard and the new id. */
export function addPanel(dashboard: unknown, type: string, datasource: unknown): { readonly dashboard: unknown; readonly id: number } {
  const id = nextId(dashboard)
  const box = type === 'row' ? { x: 0, y: 0, w: 24, h: 1 } : { x: 0, y: 0, w: 12, h: 8 }
  const standalone = ['text', 'row', 'alertlist', 'dashlist'].includes(type)
  const expr = type === 'logs' ? '{service_name=~".+"}' : 'sum by (detected_level) (count_over_time({service_name=~".+"}[$__auto]))'
  const panel = {
    id,
    type,
    title: type === 'row' ? 'New row' : 'New panel',
    gridPos: box,
    ...(standalone ? {} : { datasource, targets: [{ refId: 'A', datasource, expr, queryType: 'range', ...(type === 'logs' ? {} : { legendFormat: '{{detected_level}}' }) }] }),
    ...(type === 'row' ? { collapsed: false, panels: [] } : { fieldConfig: { defaults: {}, overrides: [] }, options: type === 'text' ? { mode: 'markdown', content: 'Write here' } : type === 'logs' ? { showTime: true, wrapLogMessage: true, sortOrder: 'Descending' } : {} }),
  }
  const moved = panelsOf(dashboard).map((other) => withValue(other, ['gridPos', 'y'], boxOf(read(other)).y + box.h))
  return { dashboard: withValue(dashboard, ['panels'], [panel, ...moved]), id }
}

export function duplicatePanel(dashboard: unknown, id: number): unknown {
  const found = findPanel(dashboard, id)
  if (!found) {
    return dashboard
  }
  const box = boxOf(found.panel)
  const beside = box.x + box.w * 2 <= 24 ? { ...box, x: box.x + box.w } : { ...box, y: box.y + box.h }
  return withValue(dashboard, ['panels'], [...panelsOf(dashboard), { ...(isRecord(found.panel.value) ? found.panel.value : {}), id: nextId(dashboard), gridPos: beside }])
}

export function removePanel(dashboard: unknown, id: number): unknown {
  const without = (panels: readonly unknown[]): readonly unknown[] => panels.filter((panel) => read(panel).at('id').num() !== id)
  const top = without(panelsOf(dashboard)).map((panel) => (read(panel).at('panels').list().length > 0 ? withValue(panel, ['panels'], without(read(panel).at('panels').list().map((child) => child.value))) : panel))
  return withValue(dashboard, ['panels'], top)
}

/** Puts a panel somewhere else; what it lies on moves down, then everything floats up. */
export function placePanel(dashboard: unknown, id: number, box: Box): unknown {
  const w = Math.min(24, Math.max(2, box.w))
  const wanted = { w, h: Math.max(2, box.h), x: Math.min(24 - w, Math.max(0, box.x)), y: Math.max(0, box.y) }
  const panels = panelsOf(dashboard).map((panel) => ({ panel, id: read(panel).at('id').num(0), box: boxOf(read(panel)) }))
  const moved = panels.map((one) => (one.id === id ? { ...one, box: wanted } : overlaps(one.box, wanted) ? { ...one, box: { ...one.box, y: wanted.y + wanted.h } } : one))
  const sorted = [...moved].sort((a, b) => a.box.y - b.box.y || Number(b.id === id) - Number(a.id === id))
  const places = new Map(compact(sorted, 0).map((one) => [one.id, one.box]))
  return withValue(
    dashboard,
    ['panels'],
    panels.map((one) => withValue(one.panel, ['gridPos'], { ...(read(one.panel).at('gridPos').value as object | undefined), ...(places.get(one.id) ?? one.box) })),
  )
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
