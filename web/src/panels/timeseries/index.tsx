import { useMemo, useState } from 'preact/hooks'
import { Chart } from '../../chart/chart.tsx'
import { Legend, type LegendItem } from '../../chart/legend.tsx'
import type { Marker, PlotModel } from '../../chart/plot.ts'
import { colorOf } from '../../units/colors.ts'
import { reduce, reducerName } from '../../frames/reduce.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { plotSeries, thresholdLines, type StyledSeries } from './series.ts'

function Timeseries(props: PanelProps) {
  const { frames, options, range, zone, theme, annotations, syncKey } = props
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const styled = useMemo(() => plotSeries(frames, theme), [frames, theme])
  const markers = useMemo<readonly Marker[]>(
    () => annotations.map(({ time, timeEnd, color, title, text }) => ({ time, timeEnd, color: colorOf(color, theme), text: title === '' ? text : `${title}: ${text}` })),
    [annotations, theme],
  )
  const model = useMemo<PlotModel>(
    () => ({
      series: styled.map(({ series }) => ({ ...series, visible: !hidden.has(series.name) })),
      range,
      zone,
      theme,
      showTimeAxis: styled[0]?.showTimeAxis ?? true,
      thresholds: thresholdLines(styled),
      markers,
      syncKey,
    }),
    [styled, hidden, range, zone, theme, markers, syncKey],
  )
  if (styled.length === 0) {
    return <div class="empty">No data</div>
  }
  const legend = options.at('legend')
  const mode = legend.at('displayMode').oneOf(['list', 'table', 'hidden'], 'list')
  const show = legend.at('showLegend').bool(true) && mode !== 'hidden'
  const toggle = (name: string, alone: boolean) => setHidden(toggled(hidden, name, alone, styled))
  return (
    <div class={`with-legend ${legend.at('placement').str('') === 'right' ? 'is-right' : ''}`}>
      <Chart
        label={props.title}
        model={model}
        tooltip={options.at('tooltip', 'mode').oneOf(['single', 'multi', 'none'], 'single')}
        tooltipSort={options.at('tooltip', 'sort').oneOf(['none', 'asc', 'desc'], 'none')}
        onZoom={props.onZoom}
        onReset={props.onZoomOut}
      />
      {show && (
        <Legend
          items={legendItems(styled, legend.at('calcs').strings(), hidden)}
          mode={mode === 'table' ? 'table' : 'list'}
          sortBy={legend.at('sortBy').str('')}
          sortDesc={legend.at('sortDesc').bool(false)}
          onToggle={toggle}
        />
      )}
    </div>
  )
}

function legendItems(styled: readonly StyledSeries[], calcs: readonly string[], hidden: ReadonlySet<string>): readonly LegendItem[] {
  return styled
    .filter(({ inLegend }) => inLegend)
    .map(({ series }) => ({
      name: series.name,
      color: series.color,
      visible: !hidden.has(series.name),
      calcs: calcs.map((calc) => {
        const value = reduce(series.values, calc)
        return { name: reducerName(calc), text: typeof value === 'number' ? series.print(value) : '-', value: typeof value === 'number' ? value : Number.NEGATIVE_INFINITY }
      }),
    }))
}

/** A click isolates a series, or shows all when it is alone already; with a modifier it switches the one. */
function toggled(hidden: ReadonlySet<string>, name: string, alone: boolean, styled: readonly StyledSeries[]): ReadonlySet<string> {
  if (!alone) {
    const next = new Set(hidden)
    if (!next.delete(name)) {
      next.add(name)
    }
    return next
  }
  const others = styled.map(({ series }) => series.name).filter((other) => other !== name)
  const isAlone = !hidden.has(name) && others.every((other) => hidden.has(other))
  return isAlone ? new Set() : new Set(others)
}

export const timeseriesPanel: PanelType = { id: 'timeseries', name: 'Time series', View: Timeseries }
