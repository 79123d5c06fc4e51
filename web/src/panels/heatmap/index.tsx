import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import './heatmap.css'
import { displayName, timeField, type Frame } from '../../frames/frame.ts'
import type { Reader } from '../../json/reader.ts'
import { formatDateTime, formatTick } from '../../time/format.ts'
import type { Range } from '../../time/range.ts'
import { along, SCHEMES } from '../../units/colors.ts'
import { valueText } from '../../units/units.ts'
import type { PanelProps, PanelType } from '../panel.ts'

/** Cells by column (time) and row (bucket); `rows` names the buckets from the bottom. */
type Cells = { readonly times: readonly number[]; readonly stepMs: number; readonly rows: readonly string[]; readonly values: readonly (readonly number[])[]; readonly max: number }

function Heatmap({ title, frames, options, range, zone, theme, width, height }: PanelProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [hover, setHover] = useState<{ readonly column: number; readonly row: number; readonly x: number; readonly y: number } | undefined>(undefined)
  const cells = useMemo(() => (options.at('calculate').bool(false) ? calculated(frames, options, range) : byRows(frames)), [frames, options, range])
  const left = 74
  const bottom = 22
  const plot = { width: Math.max(10, width - left - 4), height: Math.max(10, height - bottom - 6) }
  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || !cells) {
      return
    }
    const ratio = devicePixelRatio
    element.width = plot.width * ratio
    element.height = plot.height * ratio
    context.clearRect(0, 0, element.width, element.height)
    const scheme = SCHEMES[options.at('color', 'scheme').str('Oranges')] ?? SCHEMES['Oranges'] ?? []
    const light = options.at('color', 'reverse').bool(false) !== (theme === 'dark')
    const stops = light ? [...scheme].reverse() : scheme
    const exponent = options.at('color', 'scale').str('exponential') === 'linear' ? 1 : options.at('color', 'exponent').num(0.5)
    const xOf = (time: number) => ((time - range.from) / (range.to - range.from)) * element.width
    const rowHeight = element.height / Math.max(1, cells.rows.length)
    const gap = Math.min(1, rowHeight / 4) * ratio
    cells.values.forEach((column, at) => {
      const x = xOf((cells.times[at] ?? 0) - cells.stepMs)
      const columnWidth = xOf(cells.times[at] ?? 0) - x
      column.forEach((value, row) => {
        if (value > 1e-9) {
          context.fillStyle = along(stops, (value / cells.max) ** exponent)
          context.fillRect(x, element.height - (row + 1) * rowHeight, Math.max(1, columnWidth - gap), Math.max(1, rowHeight - gap))
        }
      })
    })
  }, [cells, plot.width, plot.height, theme, range, options])
  if (!cells || cells.rows.length === 0) {
    return <div class="empty">No data</div>
  }
  const every = Math.max(1, Math.ceil((cells.rows.length * 16) / plot.height))
  const ticks = 5
  const value = hover ? cells.values[hover.column]?.[hover.row] : undefined
  return (
    <div class="heat" role="img" aria-label={`${title}: heatmap with ${cells.rows.length} buckets`}>
      <div class="heat-rows" aria-hidden="true">
        {cells.rows.map((name, row) => row % every === 0 && <span key={row} style={{ bottom: `${bottom + ((row + 0.5) / cells.rows.length) * plot.height - 7}px` }}>{name}</span>)}
      </div>
      <canvas
        ref={canvas}
        style={{ left: `${left}px`, width: `${plot.width}px`, height: `${plot.height}px` }}
        onMouseMove={(event) => {
          const bounds = event.currentTarget.getBoundingClientRect()
          const time = range.from + ((event.clientX - bounds.left) / bounds.width) * (range.to - range.from)
          const row = Math.floor((1 - (event.clientY - bounds.top) / bounds.height) * cells.rows.length)
          const column = cells.times.findIndex((one) => one >= time)
          setHover(column < 0 ? undefined : { column, row, x: event.clientX - bounds.left + left, y: event.clientY - bounds.top })
        }}
        onMouseLeave={() => setHover(undefined)}
      />
      <div class="heat-times" aria-hidden="true" style={{ left: `${left}px` }}>
        {Array.from({ length: ticks }, (_, at) => (
          <span key={at}>{formatTick(range.from + ((range.to - range.from) * at) / (ticks - 1), (range.to - range.from) / ticks, range.to - range.from, zone)}</span>
        ))}
      </div>
      {hover && value !== undefined && (
        <div class="chart-tooltip heat-tip" style={{ transform: `translate(${Math.min(hover.x + 12, width - 160)}px, ${hover.y + 12}px)` }} aria-hidden="true">
          <div class="chart-tooltip-time">{formatDateTime(cells.times[hover.column] ?? 0, zone)}</div>
          {cells.rows[hover.row]}: <b>{valueText(value, frames[0]?.fields[1]?.config?.unit)}</b>
        </div>
      )}
    </div>
  )
}

/** Every series is a row. */
function byRows(frames: readonly Frame[]): Cells | undefined {
  const series = frames.flatMap((frame) => {
    const time = timeField(frame)
    return time ? frame.fields.filter((field) => field.type === 'number').map((field) => ({ name: displayName(field, frame), times: time.values as readonly number[], values: field.values, stepMs: frame.stepMs })) : []
  })
  const times = [...new Set(series.flatMap((one) => one.times))].sort((a, b) => a - b)
  if (times.length === 0) {
    return undefined
  }
  const sorted = series.every((one) => Number.isFinite(Number.parseFloat(one.name))) ? [...series].sort((a, b) => Number.parseFloat(a.name) - Number.parseFloat(b.name)) : series
  const places = new Map(times.map((time, at) => [time, at]))
  const values = times.map(() => new Array<number>(sorted.length).fill(0))
  sorted.forEach((one, row) =>
    one.times.forEach((time, at) => {
      const column = values[places.get(time) ?? -1]
      const value = one.values[at]
      if (column && typeof value === 'number' && Number.isFinite(value)) {
        column[row] = value
      }
    }),
  )
  return { times, stepMs: series[0]?.stepMs ?? (times[1] ?? 0) - (times[0] ?? 0), rows: sorted.map((one) => one.name), values, max: most(values) }
}

/** Counts the samples into time and value buckets. */
function calculated(frames: readonly Frame[], options: Reader, range: Range): Cells | undefined {
  const points = frames.flatMap((frame) => {
    const time = timeField(frame)
    return time ? frame.fields.filter((field) => field.type === 'number').flatMap((field) => field.values.flatMap((value, at): readonly (readonly [number, number])[] => (typeof value === 'number' && Number.isFinite(value) ? [[Number(time.values[at]), value]] : []))) : []
  })
  const first = points[0]
  if (!first) {
    return undefined
  }
  const low = points.reduce((least, [, value]) => Math.min(least, value), first[1])
  const high = points.reduce((greatest, [, value]) => Math.max(greatest, value), first[1])
  const rowCount = Math.min(100, Math.max(1, bucketCount(options.at('calculation', 'yBuckets'), high - low, 12)))
  const columns = Math.min(400, Math.max(1, bucketCount(options.at('calculation', 'xBuckets'), range.to - range.from, 60)))
  const stepMs = (range.to - range.from) / columns
  const size = (high - low) / rowCount || 1
  const values = Array.from({ length: columns }, () => new Array<number>(rowCount).fill(0))
  for (const [time, value] of points) {
    const column = values[Math.min(columns - 1, Math.max(0, Math.floor((time - range.from) / stepMs)))]
    const row = Math.min(rowCount - 1, Math.floor((value - low) / size))
    if (column) {
      column[row] = (column[row] ?? 0) + 1
    }
  }
  return { times: values.map((_, at) => range.from + (at + 1) * stepMs), stepMs, rows: Array.from({ length: rowCount }, (_, row) => valueText(low + row * size, frames[0]?.fields[1]?.config?.unit)), values, max: most(values) }
}

function bucketCount(option: Reader, span: number, otherwise: number): number {
  const value = option.at('value').num()
  if (value === undefined || value <= 0) {
    return otherwise
  }
  return option.at('mode').str('count') === 'size' ? Math.ceil(span / value) : value
}

function most(values: readonly (readonly number[])[]): number {
  return values.reduce((greatest, column) => column.reduce((a, b) => Math.max(a, b), greatest), 1e-9)
}

export const heatmapPanel: PanelType = { id: 'heatmap', name: 'Heatmap', View: Heatmap }
