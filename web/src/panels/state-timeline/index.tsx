import { useMemo } from 'preact/hooks'
import './state-timeline.css'
import { displayName, timeField } from '../../frames/frame.ts'
import { formatDateTime, formatTick } from '../../time/format.ts'
import { formatDuration } from '../../time/duration.ts'
import { textOn } from '../../units/colors.ts'
import { displayOf, shownText } from '../../units/display.ts'
import type { PanelProps, PanelType } from '../panel.ts'

type Span = { readonly from: number; readonly to: number; readonly text: string; readonly color: string }

/** States over time, one lane per series; neighbours with the same look are one span unless `mergeValues` is off. */
function StateTimeline({ title, frames, options, range, zone, theme, width }: PanelProps) {
  const merge = options.at('mergeValues').bool(true)
  const lanes = useMemo(
    () =>
      frames.flatMap((frame) => {
        const time = timeField(frame)
        if (!time) {
          return []
        }
        return frame.fields
          .filter((field) => field !== time && field.type !== 'other')
          .map((field, at) => {
            const show = displayOf(field, { theme, zone }, at)
            const spans: Span[] = []
            field.values.forEach((value, row) => {
              const from = Number(time.values[row])
              const next = Number(time.values[row + 1] ?? from + (frame.stepMs ?? range.to - from))
              const to = Math.min(range.to, frame.stepMs === undefined ? next : Math.min(next, from + frame.stepMs * 1.5))
              if (value === null || value === undefined || to <= range.from) {
                return
              }
              const shown = show(value)
              const last = spans.at(-1)
              const color = shown.color ?? 'var(--accent)'
              const text = shownText(shown)
              if (merge && last && last.to >= from - 1 && last.color === color && (typeof value === 'number' || last.text === text)) {
                spans[spans.length - 1] = { ...last, to, text: last.text === text ? text : last.text }
              } else {
                spans.push({ from: Math.max(from, range.from), to, text, color })
              }
            })
            return { name: displayName(field, frame), spans }
          })
      }),
    [frames, theme, zone, merge, range],
  )
  if (lanes.length === 0) {
    return <div class="empty">No data</div>
  }
  const length = range.to - range.from
  const place = (time: number) => ((time - range.from) / length) * 100
  const showValue = options.at('showValue').oneOf(['auto', 'always', 'never'], 'auto')
  const height = Math.min(1, Math.max(0.2, options.at('rowHeight').num(0.9)))
  return (
    <div class="lanes">
      <div class="lanes-body" tabIndex={0} role="img" aria-label={`${title}: states of ${lanes.map((lane) => lane.name).join(', ')}`}>
        {lanes.map((lane) => (
          <div class="lane" key={lane.name}>
            <span class="lane-name" title={lane.name}>
              {lane.name}
            </span>
            <span class="lane-track">
              {lane.spans.map((span) => (
                <span
                  key={span.from}
                  class="lane-span"
                  style={{ left: `${place(span.from)}%`, width: `${Math.max(0.1, place(span.to) - place(span.from))}%`, background: span.color, color: span.color.startsWith('var') ? 'var(--on-accent)' : textOn(span.color), height: `${height * 100}%` }}
                  title={`${span.text}\n${formatDateTime(span.from, zone)} to ${formatDateTime(span.to, zone)} (${formatDuration(Math.round((span.to - span.from) / 1000) * 1000)})`}
                >
                  {showValue !== 'never' && ((span.to - span.from) / length) * width > (showValue === 'always' ? 8 : 28) ? span.text : ''}
                </span>
              ))}
            </span>
          </div>
        ))}
      </div>
      <div class="lanes-times" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{formatTick(range.from + length * part, length / 5, length, zone)}</span>
        ))}
      </div>
    </div>
  )
}

export const stateTimelinePanel: PanelType = { id: 'state-timeline', name: 'State timeline', View: StateTimeline }
