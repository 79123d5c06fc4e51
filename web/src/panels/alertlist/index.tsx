import { useEffect, useState } from 'preact/hooks'
import '../table/table.css'
import './alertlist.css'
import { errorText, fetchJson, isAbort } from '../../api/http.ts'
import { read } from '../../json/reader.ts'
import { fromNow } from '../../time/format.ts'
import type { PanelProps, PanelType } from '../panel.ts'

type Rule = { readonly name: string; readonly folder: string; readonly state: string; readonly alerts: readonly { readonly labels: string; readonly state: string; readonly since: number }[] }

const ORDER = ['firing', 'pending', 'recovering', 'error', 'nodata', 'inactive']

/** The alert rules with their state; asked anew with every refresh of the dashboard. */
function AlertList({ options, range, text }: PanelProps) {
  const [rules, setRules] = useState<readonly Rule[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const source = options.at('datasource').str('') || 'grafana'
  useEffect(() => {
    const abort = new AbortController()
    fetchJson(`api/prometheus/${encodeURIComponent(source)}/api/v1/rules`, { signal: abort.signal }).then(
      (json) => {
        setRules(rulesOf(json))
        setProblem('')
      },
      (error: unknown) => {
        if (!isAbort(error)) {
          setProblem(errorText(error))
        }
      },
    )
    return () => abort.abort()
  }, [range.to, source])
  if (problem !== '') {
    return <div class="notice is-error">{problem}</div>
  }
  const name = text(options.at('alertName').str('')).toLowerCase()
  const filter = options.at('stateFilter')
  const wanted = (state: string) => filter.at(state === 'inactive' ? 'normal' : state).bool(state === 'firing' || state === 'pending' || state === 'error')
  const shown = (rules ?? []).filter((rule) => rule.name.toLowerCase().includes(name) && wanted(rule.state)).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  if (options.at('viewMode').str('list') === 'stat') {
    return <p class="alert-count">{shown.length}</p>
  }
  if (rules !== undefined && shown.length === 0) {
    return <div class="empty">No alerts</div>
  }
  return (
    <ul class="table-scroll alerts" tabIndex={0} role="region" aria-label="Alerts">
      {shown.slice(0, options.at('maxItems').num(20)).map((rule) => (
        <li key={rule.folder + rule.name} class={`alert is-${rule.state}`}>
          <span class="alert-state">{rule.state}</span>
          <strong>{rule.name}</strong>
          <span class="alert-folder">{rule.folder}</span>
          {options.at('showInstances').bool(false) &&
            rule.alerts.map((alert) => (
              <span class="alert-instance" key={alert.labels}>
                {alert.labels} {Number.isNaN(alert.since) ? '' : fromNow(alert.since, Date.now())}
              </span>
            ))}
        </li>
      ))}
    </ul>
  )
}

function rulesOf(json: unknown): readonly Rule[] {
  return read(json)
    .at('data', 'groups')
    .list()
    .flatMap((group) =>
      group
        .at('rules')
        .list()
        .filter((rule) => rule.at('type').str('alerting') === 'alerting')
        .map((rule) => ({
          name: rule.at('name').str(''),
          folder: group.at('file').str(''),
          state: rule.at('health').str('ok') === 'error' ? 'error' : rule.at('state').str('inactive'),
          alerts: rule.at('alerts').list().map((alert) => ({
            labels: alert.at('labels').entries().filter(([label]) => !label.startsWith('__') && label !== 'alertname').map(([label, value]) => `${label}=${value.text('')}`).join(', '),
            state: alert.at('state').str(''),
            since: Date.parse(alert.at('activeAt').str('')),
          })),
        })),
    )
}

export const alertListPanel: PanelType = { id: 'alertlist', name: 'Alert list', standalone: true, View: AlertList }
