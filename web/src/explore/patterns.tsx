import { useEffect, useMemo, useState } from 'preact/hooks'
import './patterns.css'
import '../logs/levels.css'
import { errorText, HttpError, isAbort } from '../api/http.ts'
import { patterns as minedPatterns, queryRange } from '../api/loki.ts'
import { selectors } from '../logql/edit.ts'
import { levelOf, type Level } from '../logs/level.ts'
import { HOLE, templateOf } from '../logs/template.ts'
import { formatDateTime } from '../time/format.ts'
import type { Range } from '../time/range.ts'
import { Icon } from '../ui/icon.tsx'
import { valueText } from '../units/units.ts'
import { prefs } from './prefs.ts'
import type { ExploreRun } from './run.ts'

type Found = { readonly pattern: string; readonly level: Level; readonly count: number; readonly trend: readonly number[] }
/** Patterns of a range; `of` tells how many of the newest lines were read when not all of them were. */
type Answer = { readonly list: readonly Found[]; readonly of: number | undefined }

const DAY = 86_400_000
const COMPARISONS: readonly (readonly [name: string, shift: (range: Range) => number])[] = [
  ['Not compared', () => 0],
  ['The time just before', (range) => range.to - range.from],
  ['The same time yesterday', () => DAY],
  ['The same time a week ago', () => 7 * DAY],
]
const POINTS = 24
/** Lines read to find patterns when the server keeps none. */
const SAMPLE = 5000

export type PatternsProps = { readonly run: ExploreRun; readonly onLineFilter: (op: '|>' | '!>', pattern: string) => void }

/** What kinds of lines there are, how many of each, and what is new against another time. */
export function Patterns({ run, onLineFilter }: PatternsProps) {
  const [against, setAgainst] = useState(0)
  const [now, setNow] = useState<Answer | undefined>(undefined)
  const [before, setBefore] = useState<Answer | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const shift = COMPARISONS[against]?.[1](run.range) ?? 0
  const other = { from: run.range.from - shift, to: run.range.to - shift }
  useEffect(() => follow((abort) => load(run, run.range, abort), setNow, setProblem), [run])
  useEffect(() => (shift === 0 ? setBefore(undefined) : follow((abort) => load(run, other, abort), setBefore, setProblem)), [run, shift])
  const rows = useMemo(() => compared(now?.list ?? [], shift === 0 ? undefined : before?.list), [now, before, shift])
  const total = Math.max(1, (now?.list ?? []).reduce((sum, { count }) => sum + count, 0))
  const { zone } = prefs.value
  return (
    <div class="patterns" role="region" aria-label="Patterns" tabIndex={0}>
      <div class="patterns-bar">
        <label>
          What changed against{' '}
          <select class="select" value={against} onChange={(event) => setAgainst(Number(event.currentTarget.value))}>
            {COMPARISONS.map(([name], at) => (
              <option key={name} value={at}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {shift !== 0 && (
          <span class="result-count">
            {formatDateTime(other.from, zone)} to {formatDateTime(other.to, zone)}
          </span>
        )}
        {now?.of !== undefined && <span class="result-count">Counted over the newest {now.of.toLocaleString('en')} lines</span>}
      </div>
      {problem !== '' && (
        <div class="notice is-error" role="alert">
          <Icon name="warning" />
          <span>{problem}</span>
        </div>
      )}
      {problem === '' && (now === undefined || (shift !== 0 && before === undefined)) && <p class="empty">Looking for patterns…</p>}
      {now !== undefined && rows.length === 0 && <p class="empty">No lines in this range</p>}
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Pattern</th>
              <th scope="col" class="is-number">
                Lines
              </th>
              <th scope="col" class="is-number is-share">
                Share
              </th>
              {shift !== 0 && (
                <th scope="col" class="is-number">
                  Change
                </th>
              )}
              <th scope="col" class="is-trend">Over time</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.level} ${row.pattern}`} class={`lv-${row.level}`}>
                <td>
                  <div class="pattern-text">
                  <span class="pattern-actions">
                    <button type="button" class="button is-quiet is-icon is-small" aria-label={`Only lines like ${row.pattern.slice(0, 60)}`} title="Only lines like this" onClick={() => onLineFilter('|>', row.pattern)}>
                      <Icon name="plus" />
                    </button>
                    <button type="button" class="button is-quiet is-icon is-small" aria-label={`Without lines like ${row.pattern.slice(0, 60)}`} title="Without lines like this" onClick={() => onLineFilter('!>', row.pattern)}>
                      <Icon name="minus" />
                    </button>
                  </span>
                  <code>
                    {row.pattern.split(HOLE).flatMap((text, at) => (at === 0 ? [text] : [<span key={at} class="pattern-hole">{HOLE}</span>, text]))}
                  </code>
                  </div>
                </td>
                <td class="is-number">{row.count.toLocaleString('en')}</td>
                <td class="is-number is-share">{valueText((row.count / total) * 100, 'percent', 1)}</td>
                {shift !== 0 && <td class="is-number">{before && <Change now={row.count} before={row.before ?? 0} />}</td>}
                <td class="is-trend">
                  <Trend values={row.trend} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function follow(ask: (abort: AbortSignal) => Promise<Answer>, set: (answer: Answer | undefined) => void, fail: (problem: string) => void): () => void {
  const abort = new AbortController()
  set(undefined)
  fail('')
  ask(abort.signal).then(set, (error: unknown) => !isAbort(error) && fail(errorText(error)))
  return () => abort.abort()
}

/** The server's own patterns when the query is a bare selector; else, and where it keeps none, those of the newest lines. */
async function load(run: ExploreRun, range: Range, abort: AbortSignal): Promise<Answer> {
  const stepMs = Math.max(1000, Math.ceil((range.to - range.from) / POINTS / 1000) * 1000)
  const [selector] = selectors(run.expr)
  if (selector?.stages.length === 0) {
    try {
      const list = await minedPatterns(run.datasource.uid, run.expr, range, stepMs, abort)
      if (list.length > 0) {
        return { list: list.map(({ pattern, level, samples }) => ({ pattern, level: levelOf(level), count: samples.reduce((sum, [, count]) => sum + count, 0), trend: binned(samples.map(([sec, count]) => [sec * 1000, count]), range) })), of: undefined }
      }
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 404)) {
        throw error
      }
    }
  }
  const { rows } = await queryRange(run.datasource.uid, { expr: run.expr, range, stepMs, limit: SAMPLE, source: 'patterns' }, abort)
  const groups = new Map<string, { readonly pattern: string; readonly level: Level; readonly times: number[] }>()
  for (const row of rows) {
    const pattern = templateOf(row.line)
    const group = groups.get(`${row.level} ${pattern}`) ?? { pattern, level: row.level, times: [] }
    groups.set(`${row.level} ${pattern}`, group)
    group.times.push(row.ms)
  }
  return {
    list: [...groups.values()].map(({ pattern, level, times }) => ({ pattern, level, count: times.length, trend: binned(times.map((ms) => [ms, 1]), range) })),
    of: rows.length < SAMPLE ? undefined : rows.length,
  }
}

function binned(samples: readonly (readonly [ms: number, count: number])[], range: Range): readonly number[] {
  const bins = new Array<number>(POINTS).fill(0)
  for (const [ms, count] of samples) {
    const at = Math.min(POINTS - 1, Math.max(0, Math.floor(((ms - range.from) / (range.to - range.from)) * POINTS)))
    bins[at] = (bins[at] ?? 0) + count
  }
  return bins
}

type Compared = Found & { readonly before: number | undefined }

/** The most frequent first; compared with another time, what changed most first, and what is gone too. */
function compared(now: readonly Found[], before: readonly Found[] | undefined): readonly Compared[] {
  const key = (one: Found) => `${one.level} ${one.pattern}`
  const then = new Map((before ?? []).map((one) => [key(one), one.count]))
  const here = new Set(now.map(key))
  const gone = (before ?? []).filter((one) => !here.has(key(one))).map((one): Compared => ({ ...one, count: 0, trend: [], before: one.count }))
  const list = [...now.map((one): Compared => ({ ...one, before: before ? (then.get(key(one)) ?? 0) : undefined })), ...gone]
  const weight = (one: Compared) => (one.before === undefined ? one.count : Math.abs(Math.log2((one.count + 1) / (one.before + 1))) * Math.log2(2 + Math.max(one.count, one.before)))
  return list.sort((a, b) => weight(b) - weight(a)).slice(0, 300)
}

function Change({ now, before }: { now: number; before: number }) {
  if (before === 0) {
    return <span class="change is-new">new</span>
  }
  if (now === 0) {
    return <span class="change is-gone">gone</span>
  }
  const times = now / before
  return times >= 2 || times <= 0.5 ? <span class={`change ${times > 1 ? 'is-more' : 'is-less'}`}>{times > 1 ? `×${valueText(times, 'none', 1)}` : `÷${valueText(1 / times, 'none', 1)}`}</span> : <span class="change">{`${times >= 1 ? '+' : ''}${Math.round((times - 1) * 100)}%`}</span>
}

function Trend({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values)
  return (
    <svg class="trend" viewBox={`0 0 ${POINTS * 5} 20`} aria-hidden="true">
      {values.map((value, at) => value > 0 && <rect key={at} x={at * 5} width="4" y={20 - Math.max(1, (value / most) * 20)} height={Math.max(1, (value / most) * 20)} />)}
    </svg>
  )
}
