import './gauge.css'
import { thresholdColor } from '../../units/colors.ts'
import { shownText } from '../../units/display.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { boundsOf, namedValues } from '../values.ts'

/** The arc runs from -210° to 30°, clockwise, around (50, 50). */
const START = -210
const SWEEP = 240

function Gauge({ frames, options, theme, zone }: PanelProps) {
  const values = namedValues(frames, options.at('reduceOptions'), { theme, zone })
  if (values.length === 0) {
    return <div class="empty">No data</div>
  }
  const bounds = boundsOf(values)
  const markers = options.at('showThresholdMarkers').bool(true)
  return (
    <div class="gauges">
      {values.map((value) => {
        const { min, max: dataMax } = bounds(value)
        const thresholds = value.field.config?.thresholds
        const max = value.field.config?.max ?? (thresholds?.mode === 'percentage' ? dataMax : Math.max(dataMax, 100))
        const share = value.value === undefined ? 0 : Math.min(1, Math.max(0, (value.value - min) / (max - min || 1)))
        const color = value.shown.color ?? 'var(--accent)'
        const steps = (thresholds?.steps ?? []).map((step) => ({ ...step, at: Math.min(1, Math.max(0, Number.isFinite(step.value) ? (thresholds?.mode === 'percentage' ? step.value / 100 : (step.value - min) / (max - min || 1)) : 0)) }))
        return (
          <div key={value.index} class="gauge" role="meter" aria-valuemin={min} aria-valuemax={max} aria-valuenow={value.value ?? min} aria-valuetext={shownText(value.shown)} aria-label={value.name}>
            <svg viewBox="0 0 100 80" aria-hidden="true">
              {markers && steps.map((step, at) => <path key={at} d={arc(48, step.at, steps[at + 1]?.at ?? 1)} fill="none" stroke={thresholdColor(step.value === Number.NEGATIVE_INFINITY ? min : at === 0 ? min : thresholds?.mode === 'percentage' ? min + ((max - min) * step.value) / 100 : step.value, thresholds, min, max, theme)} stroke-width="2" />)}
              <path d={arc(40, 0, 1)} fill="none" stroke="var(--sunken)" stroke-width="11" />
              {share > 0 && <path d={arc(40, 0, share)} fill="none" stroke={color} stroke-width="11" />}
              <text x="50" y="55" text-anchor="middle" class="gauge-value" textLength={shownText(value.shown).length > 7 ? 62 : undefined} lengthAdjust="spacingAndGlyphs">
                {shownText(value.shown)}
              </text>
            </svg>
            {values.length > 1 && <span class="gauge-name">{value.name}</span>}
          </div>
        )
      })}
    </div>
  )
}

function arc(radius: number, from: number, to: number): string {
  const point = (part: number) => {
    const angle = ((START + SWEEP * part) * Math.PI) / 180
    return `${(50 + radius * Math.cos(angle)).toFixed(3)} ${(50 + radius * Math.sin(angle)).toFixed(3)}`
  }
  return `M ${point(from)} A ${radius} ${radius} 0 ${(to - from) * SWEEP > 180 ? 1 : 0} 1 ${point(to)}`
}

export const gaugePanel: PanelType = { id: 'gauge', name: 'Gauge', View: Gauge }
