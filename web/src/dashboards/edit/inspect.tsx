import { useState } from 'preact/hooks'
import './edit.css'
import { displayName, rowCount, type Frame } from '../../frames/frame.ts'
import { formatDateTimeMs } from '../../time/format.ts'
import { formatDuration } from '../../time/duration.ts'
import { valueText } from '../../units/units.ts'
import { Dialog } from '../../ui/dialog.tsx'
import type { Placed } from '../layout.ts'
import type { PanelData } from '../panel-query.ts'
import { downloadText } from './save.tsx'

const TABS = ['Data', 'Query', 'JSON'] as const

/** Most rows shown; the download has all. */
const MOST_ROWS = 500

/** What a panel asked, what it got, and what it is. */
export function InspectDialog({ placed, data, onClose }: { placed: Placed; data: PanelData; onClose: () => void }) {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Data')
  const [at, setAt] = useState(0)
  const frame = data.frames[at]
  return (
    <Dialog title={`Inspect: ${placed.panel.at('title').str('panel')}`} wide onClose={onClose}>
      <div class="tabs" role="tablist" aria-label="Inspect">
        {TABS.map((one) => (
          <button type="button" key={one} class="tab" role="tab" aria-selected={one === tab} onClick={() => setTab(one)}>
            {one}
          </button>
        ))}
      </div>
      {tab === 'Data' && (
        <>
          <div class="inspect-bar">
            {data.frames.length > 1 && (
              <select class="select" aria-label="Series" value={at} onChange={(event) => setAt(Number(event.currentTarget.value))}>
                {data.frames.map((one, index) => (
                  <option key={index} value={index}>
                    {one.name ?? one.refId}
                  </option>
                ))}
              </select>
            )}
            {frame && (
              <button type="button" class="button is-small" onClick={() => downloadText(csv(frame), 'panel.csv', 'text/csv')}>
                Download CSV
              </button>
            )}
          </div>
          {frame ? <FrameTable frame={frame} /> : <p class="combo-note">No data</p>}
        </>
      )}
      {tab === 'Query' &&
        data.requests.map((request, index) => (
          <div key={request.refId} class="inspect-query">
            <p class="field-label">
              {request.refId}, {request.datasource.name}
            </p>
            <pre class="diff" tabIndex={0}>{`${request.expr}\n\n${request.instant ? 'Instant' : `Step ${formatDuration(request.stepMs)}`}\n${formatDateTimeMs(request.range.from, 'utc')} to ${formatDateTimeMs(request.range.to, 'utc')} UTC`}</pre>
            {data.stats[index] && (
              <p class="combo-note">
                {valueText(data.stats[index].bytes, 'decbytes')} and {data.stats[index].lines.toLocaleString('en')} lines read in {valueText(data.stats[index].seconds, 's')}
              </p>
            )}
          </div>
        ))}
      {tab === 'Query' && data.tookMs !== undefined && <p class="combo-note">Answered in {valueText(data.tookMs, 'ms', 0)}</p>}
      {tab === 'JSON' && (
        <pre class="diff" tabIndex={0} aria-label="Panel JSON">
          {JSON.stringify(placed.panel.value, null, 2)}
        </pre>
      )}
    </Dialog>
  )
}

function cellText(value: unknown, time: boolean): string {
  return time ? formatDateTimeMs(Number(value), 'browser') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
}

function FrameTable({ frame }: { frame: Frame }) {
  return (
    <div class="inspect-table" tabIndex={0} role="region" aria-label="Data">
      <table>
        <thead>
          <tr>
            {frame.fields.map((field) => (
              <th scope="col" key={field.name}>
                {displayName(field, frame)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.min(MOST_ROWS, rowCount(frame)) }, (_, row) => (
            <tr key={row}>
              {frame.fields.map((field) => (
                <td key={field.name}>{cellText(field.values[row], field.type === 'time')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function csv(frame: Frame): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const rows = Array.from({ length: rowCount(frame) }, (_, row) => frame.fields.map((field) => cell(field.type === 'time' ? new Date(Number(field.values[row])).toISOString() : cellText(field.values[row], false))).join(','))
  return [frame.fields.map((field) => cell(displayName(field, frame))).join(','), ...rows].join('\n')
}
