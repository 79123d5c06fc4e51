import uPlot from 'uplot'
import { formatTick } from '../time/format.ts'
import type { Range } from '../time/range.ts'
import { instantOf, wallOf, type Zone } from '../time/zone.ts'
import { colorOf, type Theme } from '../units/colors.ts'
import { join, stack, type Aligned } from './join.ts'

export type Scale = {
  /** Series with the same key share an axis. */
  readonly key: string
  readonly side: 'left' | 'right' | 'hidden'
  readonly label: string
  readonly min: number | undefined
  readonly max: number | undefined
  readonly softMin: number | undefined
  readonly softMax: number | undefined
  readonly log: number | undefined
  readonly centeredZero: boolean
  readonly grid: boolean
  readonly print: (value: number) => string
}

export type PlotSeries = {
  readonly name: string
  readonly color: string
  readonly times: readonly number[]
  readonly values: readonly unknown[]
  readonly stepMs: number | undefined
  readonly scale: Scale
  readonly draw: 'line' | 'bars' | 'points'
  readonly interpolation: 'linear' | 'smooth' | 'stepBefore' | 'stepAfter'
  readonly lineWidth: number
  readonly dash: readonly number[] | undefined
  readonly fillOpacity: number
  readonly gradient: boolean
  readonly points: 'auto' | 'always' | 'never'
  readonly pointSize: number
  readonly spanNulls: boolean
  /** Series of one stack group and draw style lie on each other. */
  readonly stack: string | undefined
  readonly percent: boolean
  /** Samples count what lies before them, so a bar stands left of its time. */
  readonly barAlign: -1 | 0 | 1
  readonly barWidth: number
  readonly visible: boolean
  readonly print: (value: number) => string
}

export type Marker = { readonly time: number; readonly timeEnd: number | undefined; readonly color: string; readonly text: string }
export type ThresholdLine = { readonly scale: string; readonly steps: readonly { readonly value: number; readonly color: string }[]; readonly line: boolean; readonly dashed: boolean; readonly area: boolean }

export type PlotModel = {
  readonly series: readonly PlotSeries[]
  readonly range: Range
  readonly zone: Zone
  readonly theme: Theme
  readonly showTimeAxis: boolean
  readonly thresholds: readonly ThresholdLine[]
  readonly markers: readonly Marker[]
  /** Plots with the same key move their crosshair together. */
  readonly syncKey: string | undefined
}

/** Where the pointer is: the index on the common time axis and the series nearest to it. */
export type Hover = { readonly index: number; readonly left: number; readonly top: number; readonly time: number; readonly nearest: number | undefined }

export type PlotEvents = {
  readonly onZoom: ((range: Range) => void) | undefined
  readonly onHover: (hover: Hover | undefined) => void
  readonly onReset: (() => void) | undefined
}

const FONT = '11px system-ui, sans-serif'

/** A uPlot chart that takes new data in place while its structure stays, and is rebuilt when that changes. */
export class Plot {
  private chart: uPlot | undefined
  private shape = ''
  private model: PlotModel
  /** Values before stacking, for legends and tooltips. */
  columns: readonly Aligned[] = []
  times: readonly number[] = []

  constructor(
    private readonly host: HTMLElement,
    model: PlotModel,
    private width: number,
    private height: number,
    private readonly events: PlotEvents,
  ) {
    this.model = model
    this.update(model)
  }

  update(model: PlotModel): void {
    this.model = model
    const data = this.data(model)
    const shape = JSON.stringify([
      model.theme, model.zone, model.syncKey, model.showTimeAxis,
      model.series.map(({ name, color, scale, draw, interpolation, lineWidth, dash, fillOpacity, gradient, points, pointSize, spanNulls, stack, percent, barAlign, barWidth, stepMs, visible }) => [name, color, scale, draw, interpolation, lineWidth, dash, fillOpacity, gradient, points, pointSize, spanNulls, stack, percent, barAlign, barWidth, stepMs, visible]),
    ])
    if (this.chart && shape === this.shape) {
      this.chart.setData(data, true)
      return
    }
    this.shape = shape
    this.chart?.destroy()
    this.chart = new uPlot(this.options(model), data, this.host)
  }

  resize(width: number, height: number): void {
    if (width !== this.width || height !== this.height) {
      this.width = width
      this.height = height
      this.chart?.setSize({ width, height })
    }
  }

  /** Puts the crosshair on an index of the time axis, for the keyboard. */
  moveTo(index: number): void {
    const chart = this.chart
    const time = this.times[index]
    if (chart && time !== undefined) {
      chart.setCursor({ left: chart.valToPos(time, 'x'), top: chart.bbox.height / 3 / devicePixelRatio })
    }
  }

  destroy(): void {
    this.chart?.destroy()
    this.chart = undefined
  }

  private data(model: PlotModel): uPlot.AlignedData {
    const { times, columns } = join(model.series)
    this.times = times
    this.columns = columns
    const shown: Aligned[] = [...columns]
    for (const members of stackGroups(model.series)) {
      const stacked = stack(members.map((at) => columns[at] ?? []), model.series[members[0] ?? 0]?.percent ?? false)
      members.forEach((at, position) => {
        shown[at] = stacked[position] ?? []
      })
    }
    return [times as number[], ...shown] as uPlot.AlignedData
  }

  private options(model: PlotModel): uPlot.Options {
    const scales = [...new Map(model.series.map((series) => [series.scale.key, series.scale])).values()]
    const muted = model.theme === 'dark' ? '#98a3b7' : '#566074'
    const grid = model.theme === 'dark' ? 'rgba(200, 215, 240, 0.08)' : 'rgba(20, 30, 60, 0.08)'
    const bands = stackGroups(model.series).flatMap((members) =>
      members.slice(1).map((at, position): uPlot.Band => ({ series: [at + 1, (members[position] ?? 0) + 1] })),
    )
    return {
      width: this.width,
      height: this.height,
      ms: 1,
      tzDate: (ms) => new Date(ms),
      legend: { show: false },
      padding: [8, 8, model.showTimeAxis ? 0 : 6, scales.some((scale) => scale.side === 'left') ? 0 : 8],
      cursor: {
        drag: { x: true, y: false, setScale: false, dist: 5 },
        focus: { prox: 24 },
        points: { size: 7 },
        ...(model.syncKey === undefined ? {} : { sync: { key: model.syncKey, setSeries: false } }),
        bind: {
          dblclick: () => () => {
            this.events.onReset?.()
            return null
          },
        },
      },
      focus: { alpha: 1 },
      scales: {
        x: { time: true, range: () => [this.model.range.from, this.model.range.to] },
        ...Object.fromEntries(scales.map((scale) => [scale.key, yScale(scale)])),
      },
      axes: [
        {
          show: model.showTimeAxis,
          font: FONT,
          stroke: muted,
          grid: { show: true, stroke: grid, width: 1 },
          ticks: { show: false },
          size: 26,
          space: 80,
          splits: (_, __, min, max, increment) => timeSplits(min, max, increment, model.zone),
          values: (_, splits, __, ___, increment) => splits.map((ms) => formatTick(ms, increment, this.model.range.to - this.model.range.from, model.zone)),
        },
        ...scales
          .filter((scale) => scale.side !== 'hidden')
          .map(
            (scale, at): uPlot.Axis => ({
              scale: scale.key,
              side: scale.side === 'right' ? 1 : 3,
              font: FONT,
              labelFont: FONT,
              stroke: muted,
              grid: { show: scale.grid && at === 0, stroke: grid, width: 1 },
              ticks: { show: false },
              space: (_, __, ___, ____, height) => Math.max(26, height / 9),
              gap: 6,
              size: (_, values) => axisSize(values),
              ...(scale.label === '' ? {} : { label: scale.label, labelSize: 16, labelGap: 0 }),
              values: (_, splits) => splits.map((value) => (value === null ? '' : scale.print(value))),
            }),
          ),
      ],
      series: [{}, ...model.series.map((series, at) => seriesOptions(series, () => this.columns[at] ?? []))],
      bands,
      hooks: {
        drawClear: [(chart) => this.drawThresholds(chart)],
        draw: [(chart) => this.drawMarkers(chart)],
        setCursor: [(chart) => this.hover(chart)],
        setSelect: [
          (chart) => {
            if (chart.select.width > 4) {
              const range = { from: chart.posToVal(chart.select.left, 'x'), to: chart.posToVal(chart.select.left + chart.select.width, 'x') }
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
              this.events.onZoom?.(range)
            }
          },
        ],
      },
    }
  }

  private hover(chart: uPlot): void {
    const { left = -1, top = -1, idx } = chart.cursor
    const time = idx === null || idx === undefined ? undefined : this.times[idx]
    if (left < 0 || time === undefined || idx === null || idx === undefined) {
      this.events.onHover(undefined)
      return
    }
    let nearest: number | undefined
    let distance = Number.POSITIVE_INFINITY
    this.model.series.forEach((series, at) => {
      const value = series.visible ? chart.data[at + 1]?.[idx] : null
      if (typeof value === 'number' && this.columns[at]?.[idx] !== null) {
        const away = Math.abs(chart.valToPos(value, series.scale.key) - top)
        if (away < distance) {
          distance = away
          nearest = at
        }
      }
    })
    this.events.onHover({ index: idx, left: left + chart.bbox.left / devicePixelRatio, top: top + chart.bbox.top / devicePixelRatio, time, nearest })
  }

  private drawThresholds(chart: uPlot): void {
    const { ctx, bbox } = chart
    for (const threshold of this.model.thresholds) {
      if (!chart.scales[threshold.scale]) {
        continue
      }
      const y = (value: number) => Math.min(bbox.top + bbox.height, Math.max(bbox.top, chart.valToPos(value, threshold.scale, true)))
      ctx.save()
      threshold.steps.forEach((step, at) => {
        const color = colorOf(step.color, this.model.theme)
        const from = Number.isFinite(step.value) ? y(step.value) : bbox.top + bbox.height
        if (threshold.area) {
          const next = threshold.steps[at + 1]
          const to = next ? y(next.value) : bbox.top
          ctx.globalAlpha = 0.1
          ctx.fillStyle = color
          ctx.fillRect(bbox.left, to, bbox.width, from - to)
        }
        if (threshold.line && Number.isFinite(step.value) && from > bbox.top && from < bbox.top + bbox.height) {
          ctx.globalAlpha = 0.9
          ctx.strokeStyle = color
          ctx.lineWidth = 2
          ctx.setLineDash(threshold.dashed ? [10, 8] : [])
          ctx.beginPath()
          ctx.moveTo(bbox.left, from)
          ctx.lineTo(bbox.left + bbox.width, from)
          ctx.stroke()
        }
      })
      ctx.restore()
    }
  }

  private drawMarkers(chart: uPlot): void {
    const { ctx, bbox } = chart
    ctx.save()
    for (const marker of this.model.markers) {
      const x = chart.valToPos(marker.time, 'x', true)
      const end = marker.timeEnd === undefined ? x : chart.valToPos(marker.timeEnd, 'x', true)
      if (end < bbox.left || x > bbox.left + bbox.width) {
        continue
      }
      ctx.strokeStyle = marker.color
      ctx.fillStyle = marker.color
      if (end > x) {
        ctx.globalAlpha = 0.12
        ctx.fillRect(x, bbox.top, end - x, bbox.height)
      }
      ctx.globalAlpha = 0.9
      ctx.lineWidth = devicePixelRatio
      ctx.setLineDash([4, 4])
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
      ctx.beginPath()
      ctx.moveTo(x - 5, bbox.top + bbox.height + 6)
      ctx.lineTo(x + 5, bbox.top + bbox.height + 6)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.fill()
    }
    ctx.restore()
  }
}

/** Indexes of the visible series of each stack, in order. */
function stackGroups(series: readonly PlotSeries[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>()
  series.forEach((one, at) => {
    if (one.stack !== undefined && one.visible) {
      const key = `${one.stack} ${one.draw} ${one.scale.key}`
      groups.set(key, [...(groups.get(key) ?? []), at])
    }
  })
  return [...groups.values()]
}

function yScale(scale: Scale): uPlot.Scale {
  return {
    ...(scale.log === undefined ? {} : { distr: 3 as const, log: scale.log === 2 ? (2 as const) : (10 as const) }),
    range: (chart, dataMin, dataMax) => {
      let low = scale.min ?? Math.min(dataMin ?? 0, scale.softMin ?? Number.POSITIVE_INFINITY)
      let high = scale.max ?? Math.max(dataMax ?? 1, scale.softMax ?? Number.NEGATIVE_INFINITY)
      if (scale.log !== undefined) {
        return uPlot.rangeLog(low > 0 ? low : 1, Math.max(high, low > 0 ? low * 10 : 10), scale.log === 2 ? 2 : 10, false)
      }
      if (low === high) {
        high = low + (low === 0 ? 1 : Math.abs(low) * 0.1)
        low = scale.min ?? (low > 0 ? 0 : low)
      }
      if (scale.centeredZero) {
        const reach = Math.max(Math.abs(low), Math.abs(high))
        return [-reach, reach]
      }
      const [niceLow, niceHigh] = uPlot.rangeNum(low, high, {
        min: { pad: 0.05, soft: 0, mode: low >= 0 && low < (high - low) * 2 ? 1 : 3 },
        max: { pad: 0.1, soft: 0, mode: high <= 0 ? 1 : 3 },
      })
      void chart
      return [scale.min ?? niceLow ?? low, scale.max ?? niceHigh ?? high]
    },
  }
}

let measuring: CanvasRenderingContext2D | null = null

function axisSize(values: readonly string[] | null): number {
  measuring ??= document.createElement('canvas').getContext('2d')
  if (!measuring || values === null) {
    return 40
  }
  measuring.font = FONT
  const widest = values.reduce((most, text) => Math.max(most, measuring?.measureText(text).width ?? 0), 0)
  return Math.ceil(widest) + 14
}

/** Splits on whole units of the zone's wall clock: midnights stay midnights. */
function timeSplits(min: number, max: number, increment: number, zone: Zone): number[] {
  const day = 86_400_000
  const splits: number[] = []
  if (increment >= day) {
    const days = Math.round(increment / day)
    const wall = wallOf(min, zone)
    const base = { ...wall, hour: 0, minute: 0, second: 0 }
    for (let step = 0; step < 400; step += days) {
      const at = instantOf({ ...base, day: base.day + step }, zone)
      if (at > max) {
        break
      }
      if (at >= min) {
        splits.push(at)
      }
    }
    return splits
  }
  const wall = wallOf(min, zone)
  const midnight = instantOf({ ...wall, hour: 0, minute: 0, second: 0 }, zone)
  for (let at = midnight + Math.ceil((min - midnight) / increment) * increment; at <= max; at += increment) {
    splits.push(at)
  }
  return splits
}

function seriesOptions(series: PlotSeries, values: () => Aligned): uPlot.Series {
  const alpha = series.fillOpacity / 100
  return {
    label: series.name,
    scale: series.scale.key,
    show: series.visible,
    stroke: series.color,
    width: series.draw === 'points' ? 0 : series.lineWidth,
    ...(series.dash ? { dash: [...series.dash] } : {}),
    ...(alpha > 0 ? { fill: series.gradient ? (chart: uPlot) => gradient(chart, series.color, alpha) : withAlpha(series.color, alpha) } : {}),
    spanGaps: series.spanNulls,
    ...(series.draw === 'points' ? { paths: () => null } : { paths: pathsOf(series) }),
    points:
      series.draw === 'bars'
        ? { show: false }
        : {
            show: true,
            size: series.pointSize,
            width: 0,
            fill: series.color,
            ...(series.draw === 'points' || series.points === 'always' ? {} : { filter: (chart: uPlot) => lonely(values(), series.points === 'auto' ? chart.bbox.width / devicePixelRatio : 0, series.pointSize) }),
          },
  }
}

/** Points worth a dot: those without neighbours, or all of them when they stand far apart. */
function lonely(values: Aligned, width: number, size: number): number[] {
  const count = values.reduce<number>((sum, value) => (typeof value === 'number' ? sum + 1 : sum), 0)
  const all = width > 0 && count > 0 && width / count > size * 8
  const found: number[] = []
  const neighbour = (from: number, step: -1 | 1) => {
    let at = from + step
    while (at >= 0 && at < values.length && values[at] === undefined) {
      at += step
    }
    return values[at]
  }
  values.forEach((value, at) => {
    if (typeof value === 'number' && (all || (typeof neighbour(at, -1) !== 'number' && typeof neighbour(at, 1) !== 'number'))) {
      found.push(at)
    }
  })
  return found
}

function pathsOf(series: PlotSeries): uPlot.Series.PathBuilder {
  const { paths } = uPlot
  const line = paths.linear?.() as uPlot.Series.PathBuilder
  if (series.draw === 'bars') {
    const { stepMs } = series
    if (stepMs === undefined) {
      return paths.bars?.({ size: [series.barWidth, 80, 1], align: series.barAlign }) ?? line
    }
    const gap = stepMs * (1 - series.barWidth)
    const shift = series.barAlign === -1 ? -stepMs : series.barAlign === 0 ? -stepMs / 2 : 0
    return (
      paths.bars?.({
        disp: {
          x0: { unit: 1, values: (chart) => Array.from(chart.data[0], (time) => time + shift + gap / 2) },
          size: { unit: 1, values: () => [stepMs - gap] },
        },
      }) ?? line
    )
  }
  switch (series.interpolation) {
    case 'smooth':
      return paths.spline?.() ?? line
    case 'stepBefore':
      return paths.stepped?.({ align: -1 }) ?? line
    case 'stepAfter':
      return paths.stepped?.({ align: 1 }) ?? line
    case 'linear':
      return line
  }
}

function gradient(chart: uPlot, color: string, alpha: number): CanvasGradient {
  const fill = chart.ctx.createLinearGradient(0, chart.bbox.top, 0, chart.bbox.top + chart.bbox.height)
  fill.addColorStop(0, withAlpha(color, alpha))
  fill.addColorStop(1, withAlpha(color, 0))
  return fill
}

/** A colour made see-through. */
export function withAlpha(color: string, alpha: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(alpha * 100)}%, transparent)`
}
