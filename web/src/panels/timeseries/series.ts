import type { PlotSeries, Scale, ThresholdLine } from '../../chart/plot.ts'
import { custom, EMPTY_CONFIG, type FieldConfig } from '../../frames/config.ts'
import { displayName, timeField, type Field, type Frame } from '../../frames/frame.ts'
import { seriesColor, type Theme } from '../../units/colors.ts'
import { valueText } from '../../units/units.ts'

/** A series with what the panel (not the plot) needs to know of its field. */
export type StyledSeries = { readonly series: PlotSeries; readonly field: Field; readonly inLegend: boolean; readonly showTimeAxis: boolean }

/** One plotted series per number column of frames that have a time column. */
export function plotSeries(frames: readonly Frame[], theme: Theme): readonly StyledSeries[] {
  const styled: StyledSeries[] = []
  const names = new Map<string, number>()
  for (const frame of frames) {
    const time = timeField(frame)
    if (!time) {
      continue
    }
    for (const field of frame.fields) {
      if (field.type !== 'number' || custom(field, 'hideFrom', 'viz').bool(false)) {
        continue
      }
      const shown = displayName(field, frame)
      const twins = names.get(shown) ?? 0
      names.set(shown, twins + 1)
      styled.push(style(field, frame, time, twins === 0 ? shown : `${shown} (${twins + 1})`, styled.length, theme))
    }
  }
  return styled
}

function style(field: Field, frame: Frame, time: Field, name: string, index: number, theme: Theme): StyledSeries {
  const config = field.config ?? EMPTY_CONFIG
  const draw = custom(field, 'drawStyle').oneOf(['line', 'bars', 'points'], 'line')
  const stacking = custom(field, 'stacking', 'mode').oneOf(['none', 'normal', 'percent'], 'none')
  const negate = custom(field, 'transform').str('') === 'negative-Y'
  const print = (value: number) => valueText(value, config.unit, config.decimals)
  const nulls = custom(field, 'spanNulls').value
  const lineFill = custom(field, 'lineStyle', 'fill').str('solid')
  const dash = custom(field, 'lineStyle', 'dash').list().map((part) => part.num(10))
  return {
    field,
    inLegend: !custom(field, 'hideFrom', 'legend').bool(false),
    showTimeAxis: true,
    series: {
      name,
      color: seriesColor(config, field.values, index, name, theme),
      times: time.values as readonly number[],
      values: negate ? field.values.map((value) => (typeof value === 'number' ? -value : value)) : field.values,
      stepMs: frame.stepMs,
      scale: scaleOf(field, config, stacking === 'percent'),
      draw,
      interpolation: custom(field, 'lineInterpolation').oneOf(['linear', 'smooth', 'stepBefore', 'stepAfter'], 'linear'),
      lineWidth: custom(field, 'lineWidth').num(1),
      dash: lineFill === 'dash' ? (dash.length > 0 ? dash : [10, 10]) : lineFill === 'dot' ? [2, 5] : undefined,
      fillOpacity: custom(field, 'fillOpacity').num(0),
      gradient: custom(field, 'gradientMode').str('none') !== 'none',
      points: custom(field, 'showPoints').oneOf(['auto', 'always', 'never'], 'auto'),
      pointSize: custom(field, 'pointSize').num(5),
      spanNulls: nulls === true || (typeof nulls === 'number' && nulls > 0),
      stack: stacking === 'none' ? undefined : custom(field, 'stacking', 'group').str('A'),
      percent: stacking === 'percent',
      barAlign: [-1, 0, 1].includes(custom(field, 'barAlignment').num(0)) ? (custom(field, 'barAlignment').num(0) as -1 | 0 | 1) : 0,
      barWidth: Math.min(1, Math.max(0.05, custom(field, 'barWidthFactor').num(0.6))),
      visible: true,
      print,
    },
  }
}

function scaleOf(field: Field, config: FieldConfig, percent: boolean): Scale {
  const placement = custom(field, 'axisPlacement').str('auto')
  const distribution = custom(field, 'scaleDistribution')
  const side = placement === 'hidden' ? 'hidden' : placement === 'right' ? 'right' : 'left'
  const unit = percent ? 'percent' : (config.unit ?? 'short')
  const label = custom(field, 'axisLabel').str('')
  const log = ['log', 'symlog'].includes(distribution.at('type').str('')) ? distribution.at('log').num(10) : undefined
  return {
    key: ['y', side, unit, log ?? '', config.min ?? '', config.max ?? '', label].join(' ').trim(),
    side,
    label,
    min: percent ? 0 : config.min,
    max: percent ? 100 : config.max,
    softMin: custom(field, 'axisSoftMin').num(),
    softMax: custom(field, 'axisSoftMax').num(),
    log,
    centeredZero: custom(field, 'axisCenteredZero').bool(false),
    grid: custom(field, 'axisGridShow').bool(true),
    print: (value) => valueText(value, unit, config.decimals),
  }
}

/** The thresholds to draw, once per axis. */
export function thresholdLines(styled: readonly StyledSeries[]): readonly ThresholdLine[] {
  const lines = new Map<string, ThresholdLine>()
  for (const { field, series } of styled) {
    const mode = custom(field, 'thresholdsStyle', 'mode').str('off')
    const thresholds = field.config?.thresholds
    if (mode !== 'off' && thresholds && !lines.has(series.scale.key)) {
      const { min = 0, max = 100 } = field.config ?? {}
      const steps = thresholds.mode === 'percentage' ? thresholds.steps.map((step) => ({ ...step, value: min + ((max - min) * step.value) / 100 })) : thresholds.steps
      lines.set(series.scale.key, { scale: series.scale.key, steps, line: /line|dashed/.test(mode), dashed: mode.includes('dashed'), area: mode.includes('area') })
    }
  }
  return [...lines.values()]
}
