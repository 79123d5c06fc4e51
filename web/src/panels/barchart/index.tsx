import { useState } from 'preact/hooks'
import './barchart.css'
import { Legend } from '../../chart/legend.tsx'
import { custom, EMPTY_CONFIG } from '../../frames/config.ts'
import { displayName, rowCount, type Field, type Frame } from '../../frames/frame.ts'
import { reduce, reducerName } from '../../frames/reduce.ts'
import { formatDateTime } from '../../time/format.ts'
import { paletteColor, seriesColor } from '../../units/colors.ts'
import { displayOf, shownText } from '../../units/display.ts'
import { valueText } from '../../units/units.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { asTables } from '../table/index.tsx'

/** Most categories drawn. */
const MOST_ROWS = 200

function BarChart({ title, frames, options, theme, zone, width, height }: PanelProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const frame = categories(frames)
  const wanted = options.at('xField').str('')
  const x = frame?.fields.find((field) => wanted !== '' && (displayName(field, frame) === wanted || field.name === wanted)) ?? frame?.fields.find((field) => field.type === 'string') ?? frame?.fields.find((field) => field.type === 'time')
  const fields = frame?.fields.filter((field) => field.type === 'number' && field !== x && !custom(field, 'hideFrom', 'viz').bool(false)) ?? []
  if (!frame || !x || fields.length === 0 || rowCount(frame) === 0) {
    return <div class="empty">No data with a name and a number</div>
  }
  const rows = Math.min(MOST_ROWS, rowCount(frame))
  const stacking = options.at('stacking').oneOf(['none', 'normal', 'percent'], 'none')
  const horizontal = options.at('orientation').str('auto') === 'horizontal'
  const bars = fields.map((field, at) => ({ field, name: displayName(field, frame), color: seriesColor(field.config ?? EMPTY_CONFIG, field.values, at, displayName(field, frame), theme), show: displayOf(field, { theme, zone }, at) }))
  const visible = bars.filter((bar) => !hidden.has(bar.name))
  const number = (field: Field, row: number) => (typeof field.values[row] === 'number' && Number.isFinite(field.values[row]) ? (field.values[row] as number) : 0)
  const totals = Array.from({ length: rows }, (_, row) => visible.reduce((sum, bar) => sum + Math.max(0, number(bar.field, row)), 0))
  const first = fields[0]
  const top = first?.config?.max ?? (stacking === 'percent' ? 100 : Math.max(1e-9, ...(stacking === 'normal' ? totals : visible.flatMap((bar) => Array.from({ length: rows }, (_, row) => number(bar.field, row))))))
  const colorField = options.at('colorByField').str('')
  const showValue = options.at('showValue').oneOf(['auto', 'always', 'never'], 'auto')
  const label = (row: number) => (x.type === 'time' ? formatDateTime(Number(x.values[row]), zone) : String(x.values[row] ?? ''))
  const room = (horizontal ? height : width) / rows
  const withValues = showValue === 'always' || (showValue === 'auto' && room / (stacking === 'none' ? Math.max(1, visible.length) : 1) > (horizontal ? 16 : 30))
  const legend = options.at('legend')
  const calcs = legend.at('calcs').strings()
  const rotate = Math.abs(options.at('xTickLabelRotation').num(0)) > 0 || (!horizontal && room < 36)
  return (
    <div class={`with-legend ${legend.at('placement').str('') === 'right' ? 'is-right' : ''}`}>
      <div class={`bars ${horizontal ? 'is-horizontal' : ''} ${rotate ? 'is-rotated' : ''}`} {...(horizontal ? { tabIndex: 0 } : {})} role="img" aria-label={`${title}: bars of ${visible.map((bar) => bar.name).join(', ')} by ${displayName(x, frame)}`}>
        {!horizontal && (
          <div class="bars-axis" aria-hidden="true">
            {[1, 0.75, 0.5, 0.25, 0].map((part) => (
              <span key={part}>{valueText(top * part, stacking === 'percent' ? 'percent' : (first?.config?.unit ?? 'short'), first?.config?.decimals)}</span>
            ))}
          </div>
        )}
        {Array.from({ length: rows }, (_, row) => (
          <div class="bars-group" key={row}>
            <div class={`bars-slot ${stacking === 'none' ? '' : 'is-stacked'}`}>
              {visible.map((bar) => {
                const value = number(bar.field, row)
                const share = stacking === 'percent' ? (totals[row] === 0 ? 0 : value / (totals[row] ?? 1)) : Math.min(1, Math.max(0, value / top))
                const color = colorField !== '' ? paletteColor(row, theme) : bar.field.config?.color?.mode === 'thresholds' ? (bar.show(value).color ?? bar.color) : bar.color
                return (
                  <span key={bar.name} class="bar" style={{ [horizontal ? 'width' : 'height']: `${(share * 100).toFixed(3)}%`, background: color }} title={`${label(row)}\n${bar.name}: ${shownText(bar.show(value))}`}>
                    {withValues && share > 0 && <b>{shownText(bar.show(value))}</b>}
                  </span>
                )
              })}
            </div>
            <span class="bars-label" title={label(row)}>
              {label(row)}
            </span>
          </div>
        ))}
      </div>
      {legend.at('showLegend').bool(fields.length > 1) && legend.at('displayMode').str('list') !== 'hidden' && (
        <Legend
          mode={legend.at('displayMode').str('list') === 'table' ? 'table' : 'list'}
          items={bars.map((bar) => ({
            name: bar.name,
            color: bar.color,
            visible: !hidden.has(bar.name),
            calcs: calcs.map((calc) => {
              const value = reduce(bar.field.values, calc)
              return { name: reducerName(calc), text: shownText(bar.show(value)), value: typeof value === 'number' ? value : 0 }
            }),
          }))}
          onToggle={(name) => {
            const next = new Set(hidden)
            if (!next.delete(name)) {
              next.add(name)
            }
            setHidden(next)
          }}
        />
      )}
    </div>
  )
}

/** The frame whose rows are the categories: a table, instant series as rows, or series joined by time. */
function categories(frames: readonly Frame[]): Frame | undefined {
  const [table] = asTables(frames)
  if (frames.length <= 1 || (table && table.fields.some((field) => field.type === 'string'))) {
    return table
  }
  const times = [...new Set(frames.flatMap((frame) => frame.fields.find((field) => field.type === 'time')?.values ?? []))].sort((a, b) => Number(a) - Number(b))
  return {
    refId: frames[0]?.refId ?? 'A',
    fields: [
      { name: 'Time', type: 'time', values: times },
      ...frames.flatMap((frame) => {
        const own = new Map((frame.fields.find((field) => field.type === 'time')?.values ?? []).map((time, at) => [time, at]))
        return frame.fields.filter((field) => field.type === 'number').map((field) => ({ ...field, name: displayName(field, frame), values: times.map((time) => field.values[own.get(time) ?? -1] ?? null) }))
      }),
    ],
  }
}

export const barChartPanel: PanelType = { id: 'barchart', name: 'Bar chart', View: BarChart }
