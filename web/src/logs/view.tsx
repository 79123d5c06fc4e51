import { render } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import './logs.css'
import './levels.css'
import type { Labels } from '../frames/frame.ts'
import type { Zone } from '../time/zone.ts'
import { dedup, type Dedup } from './dedup.ts'
import { Details, type RowActions } from './details.tsx'
import { LogList, type ListOptions } from './list.ts'
import { streamText } from './reading.ts'
import type { LogRow } from './row.ts'
import { formatDateTime } from '../time/format.ts'

export type LogViewProps = {
  readonly rows: readonly LogRow[]
  readonly zone: Zone
  /** `auto` leaves the date out while all rows are of one day. */
  readonly time?: ListOptions['time'] | 'auto'
  readonly wrap?: boolean
  readonly prettify?: boolean
  readonly messageFirst?: boolean
  readonly small?: boolean
  readonly labels?: boolean
  readonly columns?: readonly string[]
  readonly terms?: readonly string[]
  readonly dedup?: Dedup
  readonly gapMs?: number
  /** A row to scroll to and open. */
  readonly focusId?: string | undefined
  readonly actions?: RowActions
  readonly onEnd?: () => void
  readonly onKey?: (key: string, row: LogRow) => boolean
}

/** A scrolling log list that fills its box. */
export function LogView({ rows, zone, time: wantedTime = 'ms', wrap = false, prettify = false, messageFirst = false, small = false, labels = false, columns = NONE, terms = NONE, dedup: how = 'none', gapMs, focusId, actions = {}, onEnd, onKey }: LogViewProps) {
  const host = useRef<HTMLDivElement>(null)
  const list = useRef<LogList | undefined>(undefined)
  const folded = useMemo(() => (how === 'none' ? { rows, repeats: NO_REPEATS } : fold(rows, how)), [rows, how])
  const unique = useMemo(() => (labels ? uniqueLabels(rows) : undefined), [labels, rows])
  const labelWidth = useMemo(() => (unique ? Math.min(MOST_LABELS, widest(rows, unique)) : 0), [unique, rows])
  const time = wantedTime === 'auto' ? (oneDay(rows, zone) ? 'clock' : 'ms') : wantedTime
  const options = useMemo<ListOptions>(() => ({ zone, time, wrap, prettify, messageFirst, small, labels: unique, labelWidth, columns, terms, repeats: folded.repeats, gapMs }), [zone, time, wrap, prettify, messageFirst, small, unique, labelWidth, columns, terms, folded.repeats, gapMs])
  const latest = useRef({ actions, onEnd, onKey, rows, zone, columns })
  latest.current = { actions, onEnd, onKey, rows, zone, columns }

  useLayoutEffect(() => {
    if (!host.current) {
      return
    }
    const made = new LogList(host.current, options, {
      openDetails: (row, element) => {
        const { actions: now, zone: inZone, columns: shown } = latest.current
        render(<Details row={row} rows={() => latest.current.rows} zone={inZone} columns={shown} actions={now} />, element)
      },
      closeDetails: (element) => render(null, element),
      onEnd: () => latest.current.onEnd?.(),
      onKey: (key, row) => latest.current.onKey?.(key, row) ?? false,
    })
    list.current = made
    return () => made.destroy()
  }, [])
  useLayoutEffect(() => list.current?.setOptions(options), [options])
  useLayoutEffect(() => list.current?.setRows(folded.rows), [folded])
  useEffect(() => {
    if (focusId !== undefined) {
      list.current?.scrollToRow(focusId, true)
    }
  }, [focusId, folded.rows.length > 0])
  return <div class="log-scroll" ref={host} />
}

/** Widest column of labels, in characters. */
const MOST_LABELS = 30

function widest(rows: readonly LogRow[], print: (row: LogRow) => string): number {
  const streams = new Map(rows.map((row) => [row.labels, row]))
  return Math.max(0, ...[...streams.values()].slice(0, 1000).map((row) => print(row).length))
}

const NONE: readonly string[] = []
const NO_REPEATS: ReadonlyMap<string, number> = new Map()

function fold(rows: readonly LogRow[], how: Dedup): { readonly rows: readonly LogRow[]; readonly repeats: ReadonlyMap<string, number> } {
  const folded = dedup(rows, how)
  return { rows: folded.map(({ row }) => row), repeats: new Map(folded.map(({ row, repeats }) => [row.id, repeats])) }
}

/** The labels all rows share. */
export function commonLabels(rows: readonly LogRow[]): Labels {
  const streams = [...new Set(rows.map((row) => row.labels))]
  const first = streams[0]
  return first === undefined ? {} : Object.fromEntries(Object.entries(first).filter(([name, value]) => streams.every((labels) => labels[name] === value)))
}

function oneDay(rows: readonly LogRow[], zone: Zone): boolean {
  const day = (row: LogRow | undefined) => (row ? formatDateTime(row.ms, zone).slice(0, 10) : '')
  return day(rows[0]) === day(rows.at(-1))
}

/** Prints what tells a row's stream from the others, once per stream. */
function uniqueLabels(rows: readonly LogRow[]): (row: LogRow) => string {
  const common = rows.length > 1 ? commonLabels(rows) : {}
  const texts = new Map<Labels, string>()
  return (row) => {
    let text = texts.get(row.labels)
    if (text === undefined) {
      text = streamText(row.labels, common)
      texts.set(row.labels, text)
    }
    return text
  }
}
