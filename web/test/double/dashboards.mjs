const loki = { type: 'loki', uid: 'loki-datasource' }
const target = (expr, more = {}) => ({ refId: 'A', expr, datasource: loki, ...more })

const service = { name: 'service_name', label: 'Service Name', type: 'query', query: 'label_values(service)', datasource: loki, refresh: 1, multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' }, options: [], regex: '', sort: 0 }
const level = { name: 'log_level', label: 'Log Level', type: 'custom', query: 'ERROR,INFO,WARNING,DEBUG', multi: true, includeAll: true, allValue: 'ERROR|INFO|WARNING|DEBUG', current: { text: 'All', value: '$__all' }, options: [] }

/** As the server gives them: already in the current schema. */
export const DASHBOARDS = {
  ragboard: {
    uid: 'ragboard',
    title: 'RAG Module Orchestrator',
    tags: ['deployment', 'models', 'triton'],
    schemaVersion: 42,
    version: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [service, level] },
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Log Messages Over Time by Level',
        gridPos: { x: 0, y: 0, w: 24, h: 8 },
        targets: [target('sum by (service, level) (count_over_time({service=~"$service_name", level=~"$log_level"}[5m]))', { legendFormat: '{{service}} - {{level}}' })],
        fieldConfig: { defaults: { min: 0, custom: { drawStyle: 'line', lineWidth: 2, fillOpacity: 10, showPoints: 'never', axisLabel: 'Log Count' } }, overrides: [] },
        options: { legend: { displayMode: 'list', showLegend: true, calcs: ['lastNotNull', 'sum'], placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'none' } },
      },
      {
        id: 2,
        type: 'logs',
        title: 'Deployment Logs',
        gridPos: { x: 0, y: 8, w: 24, h: 12 },
        targets: [target('{service=~"$service_name", level=~"$log_level"}')],
        options: { showTime: true, showLabels: true, showCommonLabels: false, wrapLogMessage: true, sortOrder: 'Descending' },
      },
    ],
  },
  panels: {
    uid: 'panels',
    title: 'Every panel',
    schemaVersion: 42,
    version: 3,
    time: { from: 'now-1h', to: 'now' },
    graphTooltip: 1,
    templating: { list: [service] },
    panels: [
      { id: 1, type: 'stat', title: 'Lines by level', gridPos: { x: 0, y: 0, w: 8, h: 5 }, targets: [target('sum by (level) (count_over_time({service=~"$service_name"}[5m]))', { legendFormat: '{{level}}' })], options: { graphMode: 'area', colorMode: 'value', reduceOptions: { calcs: ['lastNotNull'] } }, fieldConfig: { defaults: { thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 100, color: 'orange' }] } }, overrides: [] } },
      { id: 2, type: 'gauge', title: 'Errors', gridPos: { x: 8, y: 0, w: 4, h: 5 }, targets: [target('sum(count_over_time({level="ERROR"}[5m]))', { legendFormat: 'errors' })], fieldConfig: { defaults: { max: 200, thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 50, color: 'red' }] } }, overrides: [] }, options: {} },
      { id: 3, type: 'bargauge', title: 'Per service', gridPos: { x: 12, y: 0, w: 6, h: 5 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[5m]))', { legendFormat: '{{service}}' })], fieldConfig: { defaults: { color: { mode: 'continuous-GrYlRd' } }, overrides: [] }, options: { orientation: 'horizontal', displayMode: 'gradient' } },
      { id: 4, type: 'piechart', title: 'Share', gridPos: { x: 18, y: 0, w: 6, h: 5 }, targets: [target('sum by (level) (count_over_time({service=~".+"}[1h]))', { legendFormat: '{{level}}', queryType: 'instant' })], options: { pieType: 'donut', legend: { displayMode: 'table', placement: 'right', values: ['percent'] } } },
      { id: 5, type: 'timeseries', title: 'Stacked bars', gridPos: { x: 0, y: 5, w: 12, h: 8 }, targets: [target('sum by (level) (count_over_time({service=~"$service_name"}[$__auto]))', { legendFormat: '{{level}}' })], fieldConfig: { defaults: { unit: 'short', custom: { drawStyle: 'bars', fillOpacity: 90, lineWidth: 0, stacking: { mode: 'normal' } } }, overrides: [{ matcher: { id: 'byName', options: 'ERROR' }, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }] }] }, options: { legend: { displayMode: 'table', placement: 'right', calcs: ['max', 'sum'] }, tooltip: { mode: 'multi', sort: 'desc' } } },
      { id: 6, type: 'table', title: 'Counts', gridPos: { x: 12, y: 5, w: 12, h: 8 }, targets: [target('sum by (service, level) (count_over_time({service=~".+"}[1h]))', { queryType: 'instant' })], fieldConfig: { defaults: {}, overrides: [{ matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'custom.cellOptions', value: { type: 'gauge' } }] }] }, options: { showHeader: true } },
      { id: 7, type: 'row', title: 'More', gridPos: { x: 0, y: 13, w: 24, h: 1 }, collapsed: false, panels: [] },
      { id: 8, type: 'barchart', title: 'Bars', gridPos: { x: 0, y: 14, w: 8, h: 7 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[1h]))', { queryType: 'instant' })], transformations: [{ id: 'labelsToFields', options: {} }, { id: 'merge', options: {} }], options: { xField: 'service' } },
      { id: 9, type: 'state-timeline', title: 'Busy', gridPos: { x: 8, y: 14, w: 8, h: 7 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[5m]))', { legendFormat: '{{service}}' })], fieldConfig: { defaults: { thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 90, color: 'yellow' }, { value: 110, color: 'red' }] }, color: { mode: 'thresholds' } }, overrides: [] }, options: {} },
      { id: 10, type: 'heatmap', title: 'Heat', gridPos: { x: 16, y: 14, w: 8, h: 7 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[1m]))', { legendFormat: '{{service}}' })], options: { calculate: true, color: { scheme: 'Blues' } } },
      { id: 11, type: 'histogram', title: 'Spread', gridPos: { x: 0, y: 21, w: 8, h: 7 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[1m]))', { legendFormat: '{{service}}' })], options: {} },
      { id: 12, type: 'text', title: 'Notes', gridPos: { x: 8, y: 21, w: 8, h: 7 }, options: { mode: 'markdown', content: '# Runbook\n\n- look at **errors** of $service_name\n- then [Explore](/explore)\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n<script>alert(1)</script> [bad](javascript:alert(1))' } },
      { id: 13, type: 'geomap', title: 'Unknown type', gridPos: { x: 16, y: 21, w: 8, h: 7 }, targets: [target('sum by (service) (count_over_time({service=~".+"}[5m]))', { legendFormat: '{{service}}' })], options: {} },
      { id: 14, type: 'timeseries', title: 'Broken', gridPos: { x: 0, y: 28, w: 8, h: 6 }, targets: [target('sum(boom)')], options: {} },
      { id: 15, type: 'timeseries', title: 'For $service_name', repeat: 'service_name', maxPerRow: 4, gridPos: { x: 0, y: 34, w: 6, h: 6 }, targets: [target('sum(count_over_time({service=~"$service_name"}[1m]))', { legendFormat: 'lines' })], options: { legend: { showLegend: false } } },
    ],
  },
}
