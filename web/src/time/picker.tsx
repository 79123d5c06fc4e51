import { useState } from 'preact/hooks'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { Icon } from '../ui/icon.tsx'
import './picker.css'
import { formatDateTime, zoneName } from './format.ts'
import { describeRange, move, parseTime, QUICK_RANGES, resolveRange, zoomOut, type RawRange } from './range.ts'
import type { Zone } from './zone.ts'

export type TimePickerProps = {
  readonly range: RawRange
  readonly zone: Zone
  readonly quick?: typeof QUICK_RANGES
  readonly onChange: (range: RawRange) => void
  readonly onZone?: (zone: Zone) => void
}

const RECENT_KEY = 'sigyn.ranges'

function recentRanges(): readonly RawRange[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]')
    return Array.isArray(list) ? list.filter((item): item is RawRange => typeof item?.from === 'string' && typeof item?.to === 'string') : []
  } catch {
    return []
  }
}

function remember(range: RawRange): void {
  const others = recentRanges().filter((other) => other.from !== range.from || other.to !== range.to)
  localStorage.setItem(RECENT_KEY, JSON.stringify([range, ...others].slice(0, 4)))
}

/** The range control: quick ranges, absolute or relative ends as text, shifting and zooming out. */
export function TimePicker({ range, zone, quick = QUICK_RANGES, onChange, onZone }: TimePickerProps) {
  const text = describeRange(range, (ms) => formatDateTime(ms, zone), zone, Date.now())
  const resolved = resolveRange(range, Date.now(), zone)
  return (
    <div class="joined" role="group" aria-label="Time range">
      <button type="button" class="button is-icon time-step" aria-label="Move back" title="Move back" disabled={!resolved} onClick={() => resolved && onChange(move(resolved, -1))}>
        <Icon name="left" />
      </button>
      <Dropdown label={`Time range: ${text}`} icon="clock" text={text} class="button time-button" pop="dialog" popClass="time-pop">
        {(close) => (
          <TimePop
            range={range}
            zone={zone}
            quick={quick}
            {...(onZone ? { onZone } : {})}
            onChange={(chosen) => {
              onChange(chosen)
              close()
            }}
          />
        )}
      </Dropdown>
      <button type="button" class="button is-icon time-step" aria-label="Move forward" title="Move forward" disabled={!resolved} onClick={() => resolved && onChange(move(resolved, 1))}>
        <Icon name="right" />
      </button>
      <button type="button" class="button is-icon" aria-label="Zoom out" title="Zoom out" disabled={!resolved} onClick={() => resolved && onChange(zoomOut(resolved))}>
        <Icon name="zoomOut" />
      </button>
    </div>
  )
}

/** Texts that edit well: epoch ms become wall clock times. */
function editable(text: string, zone: Zone): string {
  return /^\d+$/.test(text) ? formatDateTime(Number(text), zone) : text
}

function TimePop({ range, zone, quick, onChange, onZone }: Required<Pick<TimePickerProps, 'range' | 'zone' | 'quick' | 'onChange'>> & Pick<TimePickerProps, 'onZone'>) {
  const [from, setFrom] = useState(editable(range.from, zone))
  const [to, setTo] = useState(editable(range.to, zone))
  const now = Date.now()
  const badFrom = parseTime(from, 'from', now, zone) === undefined
  const badTo = parseTime(to, 'to', now, zone) === undefined
  const empty = !badFrom && !badTo && resolveRange({ from, to }, now, zone) === undefined
  const problem = badFrom || badTo ? 'Write a time as 2026-01-31 12:00:00 or now-1h' : empty ? 'The end must be after the start' : ''
  const stored = (text: string, end: 'from' | 'to') => (text.trim().startsWith('now') ? text.trim() : String(parseTime(text, end, now, zone)))
  const submit = (event: Event) => {
    event.preventDefault()
    if (problem === '') {
      const chosen = { from: stored(from, 'from'), to: stored(to, 'to') }
      remember(chosen)
      onChange(chosen)
    }
  }
  return (
    <div class="time-cols">
      <form class="time-absolute" onSubmit={submit}>
        <div class="field">
          <label for="range-from">From</label>
          <input id="range-from" class="input" autocomplete="off" spellcheck={false} aria-invalid={badFrom} value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="range-to">To</label>
          <input id="range-to" class="input" autocomplete="off" spellcheck={false} aria-invalid={badTo} value={to} onInput={(event) => setTo(event.currentTarget.value)} />
        </div>
        {problem !== '' && <p class="time-problem">{problem}</p>}
        <button type="submit" class="button is-primary" disabled={problem !== ''}>
          Apply time range
        </button>
        {recentRanges().length > 0 && (
          <div>
            <p class="field-label">Recent</p>
            {recentRanges().map((recent) => (
              <button type="button" class="menu-item time-recent" key={`${recent.from} ${recent.to}`} onClick={() => onChange(recent)}>
                {describeRange(recent, (ms) => formatDateTime(ms, zone), zone, now)}
              </button>
            ))}
          </div>
        )}
        <div class="time-zone">
          <span>{zoneName(zone)}</span>
          {onZone && (
            <button type="button" class="button is-small" onClick={() => onZone(zone === 'utc' ? 'browser' : 'utc')}>
              {zone === 'utc' ? 'Use local time' : 'Use UTC'}
            </button>
          )}
        </div>
      </form>
      <ul class="time-quick" aria-label="Quick ranges">
        {quick.map(({ label, range: choice }) => (
          <li key={label}>
            <button type="button" class={`menu-item ${choice.from === range.from && choice.to === range.to ? 'is-active' : ''}`} onClick={() => onChange(choice)}>
              {label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

export const REFRESH_INTERVALS: readonly string[] = ['5s', '10s', '30s', '1m', '5m', '15m', '30m', '1h', '2h', '1d']

export type RefreshPickerProps = {
  readonly interval: string
  readonly intervals?: readonly string[]
  readonly busy: boolean
  readonly onRefresh: () => void
  readonly onCancel?: () => void
  readonly onInterval: (interval: string) => void
}

/** Refresh now, and how often by itself. */
export function RefreshPicker({ interval, intervals = REFRESH_INTERVALS, busy, onRefresh, onCancel, onInterval }: RefreshPickerProps) {
  return (
    <div class="joined" role="group" aria-label="Refresh">
      <button type="button" class="button is-icon" aria-label={busy && onCancel ? 'Cancel queries' : 'Refresh'} title={busy && onCancel ? 'Cancel queries' : 'Refresh'} onClick={busy && onCancel ? onCancel : onRefresh}>
        {busy ? <span class="spinner" /> : <Icon name="refresh" />}
      </button>
      <Dropdown label={interval === '' ? 'Auto refresh: off' : `Auto refresh: every ${interval}`} text={interval === '' ? 'Off' : interval} popClass="refresh-pop">
        {(close) =>
          ['', ...intervals].map((choice) => (
            <MenuItem
              key={choice}
              checked={choice === interval}
              onChoose={() => {
                onInterval(choice)
                close()
              }}
            >
              {choice === '' ? 'Off' : choice}
            </MenuItem>
          ))
        }
      </Dropdown>
    </div>
  )
}
