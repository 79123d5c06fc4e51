import type { PanelType } from './panel.ts'

type Loader = () => Promise<PanelType>

const table: Loader = () => import('./table/index.tsx').then((module) => module.tablePanel)
const timeseries: Loader = () => import('./timeseries/index.tsx').then((module) => module.timeseriesPanel)

const stateTimeline: Loader = () => import('./state-timeline/index.tsx').then((module) => module.stateTimelinePanel)

/** Every panel type and where its code is; each is fetched when a dashboard first needs it. */
const LOADERS: Readonly<Record<string, Loader>> = {
  timeseries,
  graph: timeseries,
  logs: () => import('./logs/index.tsx').then((module) => module.logsPanel),
  stat: () => import('./stat/index.tsx').then((module) => module.statPanel),
  table,
  'table-old': table,
  gauge: () => import('./gauge/index.tsx').then((module) => module.gaugePanel),
  bargauge: () => import('./bargauge/index.tsx').then((module) => module.barGaugePanel),
  piechart: () => import('./piechart/index.tsx').then((module) => module.pieChartPanel),
  barchart: () => import('./barchart/index.tsx').then((module) => module.barChartPanel),
  histogram: () => import('./histogram/index.tsx').then((module) => module.histogramPanel),
  heatmap: () => import('./heatmap/index.tsx').then((module) => module.heatmapPanel),
  'state-timeline': stateTimeline,
  'status-history': stateTimeline,
  alertlist: () => import('./alertlist/index.tsx').then((module) => module.alertListPanel),
  dashlist: () => import('./dashlist/index.tsx').then((module) => module.dashListPanel),
  text: () => import('./text/index.tsx').then((module) => module.textPanel),
}

/** Panel types a person can pick when making a panel, by id and name. */
export const PANEL_MENU: readonly (readonly [id: string, name: string])[] = [
  ['timeseries', 'Time series'],
  ['logs', 'Logs'],
  ['stat', 'Stat'],
  ['table', 'Table'],
  ['barchart', 'Bar chart'],
  ['bargauge', 'Bar gauge'],
  ['gauge', 'Gauge'],
  ['piechart', 'Pie chart'],
  ['heatmap', 'Heatmap'],
  ['histogram', 'Histogram'],
  ['state-timeline', 'State timeline'],
  ['text', 'Text'],
  ['alertlist', 'Alert list'],
  ['dashlist', 'Dashboard list'],
]

export function isKnownPanel(id: string): boolean {
  return Object.hasOwn(LOADERS, id)
}

/** The panel type of an id; data of unknown types is shown as a table. */
export function loadPanel(id: string): Promise<PanelType> {
  return (isKnownPanel(id) ? LOADERS[id] : undefined)?.() ?? table()
}
