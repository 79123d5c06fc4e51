import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import 'uplot/dist/uPlot.min.css'
import './chart.css'
import { formatDateTimeMs } from '../time/format.ts'
import type { Range } from '../time/range.ts'
import { Plot, type Hover, type PlotModel } from './plot.ts'

export type ChartProps = {
  readonly label: string
  readonly model: PlotModel
  readonly tooltip: 'single' | 'multi' | 'none'
  readonly tooltipSort: 'none' | 'asc' | 'desc'
  readonly onZoom?: (range: Range) => void
  readonly onReset?: () => void
}

/** Most rows of a tooltip. */
const TOOLTIP_ROWS = 24

/** Draws a plot in all the room its box has. Arrow keys move the crosshair and speak the values. */
export function Chart({ label, model, tooltip, tooltipSort, onZoom, onReset }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | undefined>(undefined)
  const [hover, setHover] = useState<Hover | undefined>(undefined)
  const [spoken, setSpoken] = useState('')
  const latest = useRef({ onZoom, onReset })
  latest.current = { onZoom, onReset }
  const inside = useRef(false)

  useLayoutEffect(() => {
    const element = host.current
    if (!element) {
      return
    }
    const size = () => ({ width: Math.max(40, element.clientWidth), height: Math.max(40, element.clientHeight) })
    const { width, height } = size()
    const made = new Plot(element, model, width, height, {
      onZoom: (range) => latest.current.onZoom?.(range),
      onReset: () => latest.current.onReset?.(),
      onHover: setHover,
    })
    plot.current = made
    const observer = new ResizeObserver(() => {
      const now = size()
      made.resize(now.width, now.height)
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [])

  useEffect(() => {
    plot.current?.update(model)
  }, [model])

  const index = useRef(-1)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const times = plot.current?.times ?? []
    if (step !== 0 && times.length > 0) {
      event.preventDefault()
      index.current = Math.min(times.length - 1, Math.max(0, (index.current < 0 ? times.length : index.current) + step))
      plot.current?.moveTo(index.current)
      setSpoken(`${formatDateTimeMs(times[index.current] ?? 0, model.zone)}: ${rows(plot.current, model, index.current, undefined, 'none').map((row) => `${row.name} ${row.text}`).join(', ')}`)
    }
  }
  const shown = hover && tooltip !== 'none' && (inside.current || document.activeElement === host.current) ? hover : undefined
  return (
    <div class="chart">
      <div
        class="chart-host"
        ref={host}
        role="img"
        aria-label={`${label}: chart with ${model.series.length} series. Arrow keys read the values.`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onMouseEnter={() => {
          inside.current = true
        }}
        onMouseLeave={() => {
          inside.current = false
          setHover(undefined)
        }}
      />
      {shown && <Tooltip hover={shown} model={model} rows={rows(plot.current, model, shown.index, tooltip === 'single' ? shown.nearest : undefined, tooltipSort)} />}
      <span class="visually-hidden" aria-live="polite">
        {spoken}
      </span>
    </div>
  )
}

type Row = { readonly at: number; readonly name: string; readonly color: string; readonly value: number; readonly text: string }

function rows(plot: Plot | undefined, model: PlotModel, index: number, only: number | undefined, sort: 'none' | 'asc' | 'desc'): readonly Row[] {
  const found = model.series.flatMap((series, at): readonly Row[] => {
    const value = plot?.columns[at]?.[index]
    return series.visible && typeof value === 'number' && (only === undefined || only === at) ? [{ at, name: series.name, color: series.color, value, text: series.print(value) }] : []
  })
  return sort === 'none' ? found : found.sort((a, b) => (sort === 'asc' ? a.value - b.value : b.value - a.value))
}

function Tooltip({ hover, model, rows: all }: { hover: Hover; model: PlotModel; rows: readonly Row[] }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = box.current
    const room = element?.parentElement
    if (!element || !room) {
      return
    }
    const bounds = room.getBoundingClientRect()
    const left = bounds.left + hover.left + 16 + element.offsetWidth > innerWidth - 8 ? hover.left - element.offsetWidth - 12 : hover.left + 14
    const top = Math.min(hover.top + 12, innerHeight - bounds.top - element.offsetHeight - 8)
    element.style.transform = `translate(${Math.round(Math.max(left, 4 - bounds.left))}px, ${Math.round(top)}px)`
  })
  const marker = model.markers.find((one) => Math.abs(one.time - hover.time) < (model.range.to - model.range.from) / 150)
  return (
    <div class="chart-tooltip" ref={box} aria-hidden="true">
      <div class="chart-tooltip-time">{formatDateTimeMs(hover.time, model.zone).replace(/\.000$/, '')}</div>
      {marker && <div class="chart-tooltip-marker">{marker.text}</div>}
      {all.slice(0, TOOLTIP_ROWS).map((row) => (
        <div class={`chart-tooltip-row ${row.at === hover.nearest ? 'is-near' : ''}`} key={row.at}>
          <span class="swatch" style={{ background: row.color }} />
          <span class="chart-tooltip-name">{row.name}</span>
          <span class="chart-tooltip-value">{row.text}</span>
        </div>
      ))}
      {all.length > TOOLTIP_ROWS && <div class="chart-tooltip-time">and {all.length - TOOLTIP_ROWS} more</div>}
    </div>
  )
}
