import { useEffect, useState } from 'preact/hooks'
import type { Datasource } from '../api/grafana.ts'
import { indexStats, queryPlan } from '../api/loki.ts'
import { selectors } from '../logql/edit.ts'
import type { Range } from '../time/range.ts'
import { valueText } from '../units/units.ts'
import { explain } from './explain.ts'

/** What a query does, part by part, and how much there is to read for it. */
export function Explained({ query, datasource, range }: { query: string; datasource: Datasource; range: Range }) {
  const [cost, setCost] = useState('')
  const [plan, setPlan] = useState<readonly string[]>([])
  const [selector] = selectors(query)
  const streams = selector ? query.slice(selector.from, selector.to) : ''
  useEffect(() => {
    const abort = new AbortController()
    setCost('')
    if (streams !== '') {
      indexStats(datasource.uid, streams, range, abort.signal).then(
        (stats) => setCost(`${stats.streams.toLocaleString('en')} streams with ${stats.entries.toLocaleString('en')} lines, ${valueText(stats.bytes, 'decbytes')} in this range`),
        () => undefined,
      )
    }
    return () => abort.abort()
  }, [datasource.uid, streams, range])
  useEffect(() => {
    const abort = new AbortController()
    setPlan([])
    queryPlan(datasource.uid, query, range, abort.signal).then(setPlan, () => undefined)
    return () => abort.abort()
  }, [datasource.uid, query, range])
  return (
    <section class="explained" aria-label="What this query does">
      <ol>
        {explain(query).map((step, at) => (
          <li key={at}>
            <code>{step.code}</code>
            <span>{step.does}</span>
          </li>
        ))}
      </ol>
      {cost !== '' && <p class="combo-note">{cost}</p>}
      {plan.length > 0 && (
        <details>
          <summary>How the server answers it</summary>
          <pre tabIndex={0}>{plan.join('\n')}</pre>
        </details>
      )}
    </section>
  )
}
