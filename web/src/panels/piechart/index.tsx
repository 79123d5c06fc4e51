import { useState } from 'preact/hooks'
import './piechart.css'
import { Legend } from '../../chart/legend.tsx'
import { EMPTY_CONFIG } from '../../frames/config.ts'
import { seriesColor } from '../../units/colors.ts'
import { shownText } from '../../units/display.ts'
import type { PanelProps, PanelType } from '../panel.ts'
import { namedValues } from '../values.ts'

function PieChart({ title, frames, options, theme, zone }: PanelProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const sort = options.at('sort').oneOf(['desc', 'asc', 'none'], 'desc')
  const all = namedValues(frames, options.at('reduceOptions'), { theme, zone })
    .map((value) => ({ ...value, color: value.shown.color !== undefined && value.field.config?.color?.mode === 'fixed' ? value.shown.color : seriesColor({ ...(value.field.config ?? EMPTY_CONFIG) }, value.field.values, value.index, value.name, theme) }))
    .filter((value) => value.value !== undefined && value.value > 0)
  const sorted = sort === 'none' ? all : [...all].sort((a, b) => ((a.value ?? 0) - (b.value ?? 0)) * (sort === 'desc' ? -1 : 1))
  if (sorted.length === 0) {
    return <div class="empty">No data</div>
  }
  const shown = sorted.filter((value) => !hidden.has(value.name))
  const total = shown.reduce((sum, value) => sum + (value.value ?? 0), 0)
  const donut = options.at('pieType').str('pie') === 'donut'
  const labels = options.at('displayLabels').strings()
  const legend = options.at('legend')
  const values = legend.at('values').strings()
  const percent = (value: number) => `${((value / (total || 1)) * 100).toFixed(value / (total || 1) < 0.1 ? 1 : 0)}%`
  let start = 0
  return (
    <div class={`with-legend ${legend.at('placement').str('bottom') === 'right' ? 'is-right' : ''}`}>
      <svg class="pie" viewBox="-52 -52 104 104" role="img" aria-label={`${title}: ${shown.map((value) => `${value.name} ${shownText(value.shown)}`).join(', ')}`}>
        {shown.map((value) => {
          const share = (value.value ?? 0) / (total || 1)
          const from = start
          start += share
          const middle = (from + share / 2) * 2 * Math.PI - Math.PI / 2
          const text = labels.map((label) => (label === 'name' ? value.name : label === 'value' ? shownText(value.shown) : percent(value.value ?? 0))).join(' ')
          const away = donut ? 40 : 32
          return (
            <g key={value.index}>
              <path d={slice(from, share, donut ? 30 : 0)} fill={value.color} stroke="var(--surface)" stroke-width="0.8">
                <title>{`${value.name}: ${shownText(value.shown)} (${percent(value.value ?? 0)})`}</title>
              </path>
              {text !== '' && share > 0.06 && (
                <text class="pie-label" x={away * Math.cos(middle)} y={away * Math.sin(middle)} text-anchor="middle" dominant-baseline="middle">
                  {text}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      {legend.at('showLegend').bool(true) && legend.at('displayMode').str('list') !== 'hidden' && (
        <Legend
          mode={legend.at('displayMode').str('list') === 'table' ? 'table' : 'list'}
          items={sorted.map((value) => ({
            name: value.name,
            color: value.color,
            visible: !hidden.has(value.name),
            calcs: values.map((kind) => (kind === 'percent' ? { name: 'Percent', text: hidden.has(value.name) ? '-' : percent(value.value ?? 0), value: value.value ?? 0 } : { name: 'Value', text: shownText(value.shown), value: value.value ?? 0 })),
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

function slice(from: number, share: number, inner: number): string {
  const part = Math.min(share, 0.99999)
  const point = (at: number, radius: number) => {
    const angle = at * 2 * Math.PI - Math.PI / 2
    return `${(radius * Math.cos(angle)).toFixed(3)} ${(radius * Math.sin(angle)).toFixed(3)}`
  }
  const large = part > 0.5 ? 1 : 0
  const outer = `M ${point(from, 50)} A 50 50 0 ${large} 1 ${point(from + part, 50)}`
  return inner === 0 ? `${outer} L 0 0 Z` : `${outer} L ${point(from + part, inner)} A ${inner} ${inner} 0 ${large} 0 ${point(from, inner)} Z`
}

export const pieChartPanel: PanelType = { id: 'piechart', name: 'Pie chart', View: PieChart }
