import { useMemo, useState } from 'preact/hooks'
import { Chart } from '../chart/chart.tsx'
import { Legend } from '../chart/legend.tsx'
import type { PlotModel } from '../chart/plot.ts'
import { LEVEL_COLOR, type Level } from '../logs/level.ts'
import type { Range } from '../time/range.ts'
import type { Zone } from '../time/zone.ts'
import { colorOf, type Theme } from '../units/colors.ts'
import { valueText } from '../units/units.ts'
import type { Volume } from './run.ts'

export type VolumeProps = { readonly volume: Volume; readonly zone: Zone; readonly theme: Theme; readonly onZoom: (range: Range) => void; readonly onZoomOut: () => void; readonly onLevels: (hidden: ReadonlySet<Level>) => void }

/** Lines over time as stacked bars, a colour per level; the legend chooses which levels the list shows. */
export function VolumeChart({ volume, zone, theme, onZoom, onZoomOut, onLevels }: VolumeProps) {
  const [hidden, setHidden] = useState<ReadonlySet<Level>>(new Set())
  const model = useMemo<PlotModel>(() => {
    const scale = { key: 'y', side: 'left', label: '', min: 0, max: undefined, softMin: undefined, softMax: undefined, log: undefined, centeredZero: false, grid: true, print: (value: number) => valueText(value, 'short') } as const
    return {
      series: volume.levels.map(({ level, values }) => ({
        name: level,
        color: colorOf(LEVEL_COLOR[level], theme),
        times: volume.times,
        values,
        stepMs: volume.stepMs,
        scale,
        draw: 'bars',
        interpolation: 'linear',
        lineWidth: 0,
        dash: undefined,
        fillOpacity: 100,
        gradient: false,
        points: 'never',
        pointSize: 4,
        spanNulls: false,
        stack: 'levels',
        percent: false,
        barAlign: -1,
        barWidth: 0.86,
        visible: !hidden.has(level),
        print: (value: number) => value.toLocaleString('en'),
      })),
      range: volume.range,
      zone,
      theme,
      showTimeAxis: true,
      thresholds: [],
      markers: [],
      syncKey: undefined,
    }
  }, [volume, zone, theme, hidden])
  const change = (next: ReadonlySet<Level>) => {
    setHidden(next)
    onLevels(next)
  }
  return (
    <div class="with-legend volume">
      <Chart label="Log volume" model={model} tooltip="multi" tooltipSort="none" onZoom={onZoom} onReset={onZoomOut} />
      <Legend
        mode="list"
        items={volume.levels.map(({ level, total }) => ({ name: level, color: colorOf(LEVEL_COLOR[level], theme), visible: !hidden.has(level), calcs: [{ name: 'Total', text: valueText(total, 'short'), value: total }] }))}
        onToggle={(name, alone) => {
          const level = name as Level
          const others = volume.levels.map((one) => one.level).filter((other) => other !== level)
          if (alone) {
            change(!hidden.has(level) && others.every((other) => hidden.has(other)) ? new Set() : new Set(others))
          } else {
            const next = new Set(hidden)
            if (!next.delete(level)) {
              next.add(level)
            }
            change(next)
          }
        }}
      />
    </div>
  )
}
