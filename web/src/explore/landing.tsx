import { useEffect, useState } from 'preact/hooks'
import './landing.css'
import '../logs/levels.css'
import type { Datasource } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { queryInstant } from '../api/loki.ts'
import { quote } from '../logql/tokens.ts'
import { levelOf, LEVELS, type Level } from '../logs/level.ts'
import { formatDuration } from '../time/duration.ts'
import type { Range } from '../time/range.ts'
import { valueText } from '../units/units.ts'

export type Service = { readonly name: string; readonly total: number; readonly levels: ReadonlyMap<Level, number> }

/** Where exploring starts: the services that wrote in the range, with their share of each level. */
export function Landing({ datasource, range, onChoose, onFound }: { datasource: Datasource; range: Range; onChoose: (query: string) => void; onFound?: (services: readonly Service[]) => void }) {
  const [services, setServices] = useState<readonly Service[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    const abort = new AbortController()
    const expr = `sum by (service_name, detected_level) (count_over_time({service_name=~".+"}[${formatDuration(range.to - range.from)}]))`
    queryInstant(datasource.uid, { expr, range, stepMs: 60_000 }, abort.signal).then(
      (result) => {
        const found = new Map<string, Map<Level, number>>()
        for (const frame of result.frames) {
          const labels = frame.fields[1]?.labels ?? {}
          const levels = found.get(labels['service_name'] ?? '') ?? new Map<Level, number>()
          found.set(labels['service_name'] ?? '', levels)
          const level = levelOf(labels['detected_level'] ?? '')
          levels.set(level, (levels.get(level) ?? 0) + Number(frame.fields[1]?.values[0] ?? 0))
        }
        const list = [...found].map(([name, levels]) => ({ name, levels, total: [...levels.values()].reduce((a, b) => a + b, 0) })).sort((a, b) => b.total - a.total)
        setServices(list)
        onFound?.(list)
        setProblem('')
      },
      (error: unknown) => !isAbort(error) && setProblem(errorText(error)),
    )
    return () => abort.abort()
  }, [datasource, range.from, range.to])
  if (problem !== '') {
    return (
      <div class="notice is-error" role="alert">
        {problem}
      </div>
    )
  }
  if (services === undefined) {
    return (
      <div class="empty" role="status">
        Looking for services…
      </div>
    )
  }
  if (services.length === 0) {
    return (
      <div class="empty">
        <p>No log lines in this range.</p>
        <p>Choose a longer range, or send something to see it here.</p>
      </div>
    )
  }
  return (
    <section class="landing" aria-label="Services">
      <h2>What writes logs</h2>
      <ul class="board-cards">
        {services.map((service) => (
          <li key={service.name}>
            <button type="button" class="board-card landing-card" onClick={() => onChoose(`{service_name=${quote(service.name)}}`)}>
              <strong>{service.name === '' ? '(no service)' : service.name}</strong>
              <span class="landing-count">{valueText(service.total, 'short')} lines</span>
              <span class="landing-bar" aria-hidden="true">
                {LEVELS.map((level) => {
                  const count = service.levels.get(level) ?? 0
                  return count > 0 && <span key={level} class={`lv-${level}`} style={{ flexGrow: String(count) }} />
                })}
              </span>
              <span class="landing-levels">
                {(['critical', 'error', 'warning'] as const).flatMap((level) => {
                  const count = service.levels.get(level) ?? 0
                  return count > 0 ? [<span key={level} class={`lv-${level}`}>{`${valueText(count, 'short')} ${level}`}</span>] : []
                })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
