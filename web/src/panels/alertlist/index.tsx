import { useEffect, useState } from 'preact/hooks'
import '../table/table.css'
import './alertlist.css'
import { errorText, fetchJson, isAbort } from '../../api/http.ts'
import { read } from '../../json/reader.ts'
import { fromNow } from '../../time/format.ts'
import type { PanelProps, PanelType } from '../panel.ts'

type Rule = { readonly name: string; readonly folder: string; readonly state: string; readonly alerts: readonly { readonly labels: string; readonly state: string; readonly since: number }[] }

const ORDER = ['firing', 'pending', 'recovering', 'error', 'nodata', 'unknown', 'inactive']

/** What the options call a state that they do not call by its name. */
const FILTERS: Readonly<Record<string, string>> = { inactive: 'normal', unknown: 'normal', nodata: 'noData' }

const byName = (a: Rule, b: Rule) => a.name.localeCompare(b.name)
const byImportance = (a: Rule, b: Rule) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)
/** When the first of a rule's alerts began; rules without one are the last in either order. */
const begun = (rule: Rule, none: number) => {
  const times = rule.alerts.map(({ since }) => since).filter((since) => !Number.isNaN(since))
  return times.length === 0 ? none : Math.min(...times)
}

/** By the number that files have for the order. */
const SORTS: Readonly<Record<number, (a: Rule, b: Rule) => number>> = {
  1: byName,
  2: (a, b) => byName(b, a),
  3: byImportance,
  4: (a, b) => begun(a, Number.MAX_SAFE_INTEGER) - begun(b, Number.MAX_SAFE_INTEGER),
  5: (a, b) => begun(b, 0) - begun(a, 0),
}

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
  const folder = options.at('folder', 'title').str('')
  const filter = options.at('stateFilter')
  const wanted = (state: string) => filter.at(FILTERS[state] ?? state).bool(state === 'firing' || state === 'pending' || state === 'error')
  const shown = (rules ?? []).filter((rule) => rule.name.toLowerCase().includes(name) && (folder === '' || rule.folder === folder) && wanted(rule.state)).sort(SORTS[options.at('sortOrder').num(3)] ?? byImportance)
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
          state: /^err/.test(rule.at('health').str('ok')) ? 'error' : rule.at('state').str('inactive'),
          alerts: rule.at('alerts').list().map((alert) => ({
            labels: alert.at('labels').entries().filter(([label]) => !label.startsWith('__') && label !== 'alertname').map(([label, value]) => `${label}=${value.text('')}`).join(', '),
            state: alert.at('state').str(''),
            since: Date.parse(alert.at('activeAt').str('')),
          })),
        })),
    )
}

export const alertListPanel: PanelType = { id: 'alertlist', name: 'Alert list', standalone: true, View: AlertList }
