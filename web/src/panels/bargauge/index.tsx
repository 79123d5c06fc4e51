import './bargauge.css'
import { valueColor } from '../../units/colors.ts'
import { EMPTY_CONFIG } from '../../frames/config.ts'
import { shownText } from '../../units/display.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { boundsOf, namedValues } from '../values.ts'

const CELLS = 30

function BarGauge({ frames, options, theme, zone, title }: PanelProps) {
  const values = namedValues(frames, options.at('reduceOptions'), { theme, zone })
  if (values.length === 0) {
    return <div class="empty">No data</div>
  }
  const bounds = boundsOf(values)
  const vertical = options.at('orientation').str('auto') === 'vertical'
  const mode = options.at('displayMode').oneOf(['gradient', 'lcd', 'basic'], 'gradient')
  const unfilled = options.at('showUnfilled').bool(true)
  const valueMode = options.at('valueMode').oneOf(['color', 'text', 'hidden'], 'color')
  return (
    <div class={`bar-gauges ${vertical ? 'is-vertical' : ''} ${unfilled ? '' : 'no-track'}`} tabIndex={0} role="region" aria-label={title}>
      {values.map((value) => {
        const { min, max } = bounds(value)
        const share = value.value === undefined ? 0 : Math.min(1, Math.max(0, (value.value - min) / (max - min || 1)))
        const color = value.shown.color ?? 'var(--accent)'
        const colorAt = (part: number) => valueColor(min + (max - min) * part, value.field.config ?? EMPTY_CONFIG, min, max, theme, value.index)
        const size = `${(share * 100).toFixed(2)}%`
        return (
          <div key={value.index} role="meter" aria-valuemin={min} aria-valuemax={max} aria-valuenow={value.value ?? min} aria-valuetext={shownText(value.shown)} aria-label={value.name}>
            {options.at('namePlacement').str('auto') !== 'hidden' && <span class="bar-gauge-name">{value.name}</span>}
            <span class="bar-gauge-track">
              {mode === 'lcd' ? (
                Array.from({ length: CELLS }, (_, at) => <span key={at} class="bar-gauge-cell" style={{ background: at / CELLS < share ? colorAt(at / CELLS) : 'var(--sunken)' }} />)
              ) : (
                <span class="bar-gauge-fill" style={{ [vertical ? 'height' : 'width']: size, background: mode === 'gradient' ? `linear-gradient(${vertical ? 'to top' : 'to right'}, ${colorAt(0)}, ${color})` : color }} />
              )}
            </span>
            {valueMode !== 'hidden' && (
              <span class="bar-gauge-value" style={valueMode === 'color' ? { '--value-color': color } : {}}>
                {shownText(value.shown)}
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

export const barGaugePanel: PanelType = { id: 'bargauge', name: 'Bar gauge', View: BarGauge }
