import './stat.css'
import { textOn } from '../../units/colors.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { namedValues, type NamedValue } from '../values.ts'

function Stat({ frames, options, theme, zone, width, height }: PanelProps) {
  const values = namedValues(frames, options.at('reduceOptions'), { theme, zone })
  if (values.length === 0) {
    return <div class="empty">No data</div>
  }
  const orientation = options.at('orientation').oneOf(['auto', 'horizontal', 'vertical'], 'auto')
  const vertical = orientation === 'auto' ? width > height : orientation === 'vertical'
  const textMode = options.at('textMode').oneOf(['auto', 'value', 'value_and_name', 'name', 'none'], 'auto')
  const showName = textMode === 'name' || textMode === 'value_and_name' || (textMode === 'auto' && values.length > 1)
  const cellWidth = vertical ? width / values.length : width
  const cellHeight = vertical ? height : height / values.length
  const longest = Math.max(...values.map(({ shown }) => (shown.prefix + shown.text + shown.suffix).length))
  const size = options.at('text', 'valueSize').num(Math.max(14, Math.min(cellHeight * 0.42, ((cellWidth - 24) * 1.55) / Math.max(2, longest), 72)))
  return (
    <ul class={`stats ${vertical ? 'is-vertical' : ''}`}>
      {values.map((value) => (
        <StatCell
          key={value.index}
          value={value}
          size={size}
          name={showName ? value.name : undefined}
          showValue={textMode !== 'name' && textMode !== 'none'}
          colorMode={options.at('colorMode').oneOf(['value', 'background', 'background_solid', 'none'], 'value')}
          graph={options.at('graphMode').str('area') === 'area'}
          center={options.at('justifyMode').str('auto') === 'center'}
        />
      ))}
    </ul>
  )
}

type CellProps = { value: NamedValue; size: number; name: string | undefined; showValue: boolean; colorMode: 'value' | 'background' | 'background_solid' | 'none'; graph: boolean; center: boolean }

function StatCell({ value, size, name, showValue, colorMode, graph, center }: CellProps) {
  const { shown, field } = value
  const color = shown.color ?? 'var(--text)'
  const filled = colorMode.startsWith('background')
  const style = filled ? { background: color, color: textOn(color) } : colorMode === 'value' ? { '--stat-color': color } : {}
  return (
    <li class={`stat ${filled ? 'is-filled' : ''} ${colorMode === 'value' ? 'is-colored' : ''} ${center ? 'is-center' : ''}`} style={style}>
      {graph && value.times && <Sparkline values={field.values} color={filled ? textOn(color) : color} />}
      {name !== undefined && <span class="stat-name">{name}</span>}
      {showValue && (
        <span class="stat-value" style={{ fontSize: `${Math.round(size)}px` }}>
          <small>{shown.prefix}</small>
          {shown.text}
          <small>{shown.suffix}</small>
        </span>
      )}
    </li>
  )
}

/** A small filled line without axes. */
function Sparkline({ values, color }: { values: readonly unknown[]; color: string }) {
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
  if (numbers.length < 2) {
    return null
  }
  const low = numbers.reduce((a, b) => Math.min(a, b))
  const high = numbers.reduce((a, b) => Math.max(a, b))
  const points = numbers.map((value, at) => `${((at / (numbers.length - 1)) * 100).toFixed(2)},${(28 - ((value - low) / (high - low || 1)) * 26).toFixed(2)}`)
  return (
    <svg class="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`0,30 ${points.join(' ')} 100,30`} fill={color} opacity="0.16" />
      <polyline points={points.join(' ')} fill="none" stroke={color} stroke-width="1.2" vector-effect="non-scaling-stroke" />
    </svg>
  )
}

export const statPanel: PanelType = { id: 'stat', name: 'Stat', View: Stat }
