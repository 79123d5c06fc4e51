import { useEffect, useState } from 'preact/hooks'
import './alerting.css'
import { mayEdit } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import type { PageProps } from '../app/app.tsx'
import { fromNow } from '../time/format.ts'
import { Icon } from '../ui/icon.tsx'
import { route } from '../ui/router.ts'
import { contactPoints, deletePoint, deleteRule, rules, setPaused, tryPoint, type ContactPoint, type Rule } from './api.ts'

const REFRESH_MS = 5000
const ORDER = ['firing', 'recovering', 'pending', 'inactive']
const MOST_SHOWN = 100
const SAID: Readonly<Record<string, string>> = { firing: 'Firing', recovering: 'Recovering', pending: 'Pending', inactive: 'Normal' }

/** The rules and how they stand, and who is told; looked at anew while the page is open. */
export function AlertingPage({ user }: PageProps) {
  const [all, setAll] = useState<readonly Rule[] | undefined>(undefined)
  const [points, setPoints] = useState<readonly ContactPoint[]>([])
  const [problem, setProblem] = useState('')
  const [round, setRound] = useState(0)
  const may = mayEdit(user)
  const wanted = /^\/alerting\/grafana\/([^/]+)/.exec(route.value.path)?.[1]
  useEffect(() => {
    document.title = 'Alerts - Sigyn'
    const abort = new AbortController()
    const load = async () => {
      try {
        setAll(await rules(abort.signal))
        setPoints(may ? await contactPoints() : [])
        setProblem('')
      } catch (error) {
        if (!isAbort(error)) {
          setProblem(errorText(error))
        }
      }
    }
    void load()
    const again = setInterval(() => {
      if (!document.hidden) {
        void load()
      }
    }, REFRESH_MS)
    return () => {
      clearInterval(again)
      abort.abort()
    }
  }, [round, may])
  const act = (work: Promise<unknown>) => {
    work.then(
      () => setRound(round + 1),
      (error: unknown) => setProblem(errorText(error)),
    )
  }
  const sorted = [...(all ?? [])].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name))
  return (
    <div class="page">
      <div class="narrow">
        <div class="page-head">
          <h1>Alerts</h1>
        </div>
        {problem !== '' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{problem}</span>
          </div>
        )}
        {all === undefined && problem === '' && (
          <div class="empty" role="status">
            Loading…
          </div>
        )}
        {all?.length === 0 && (
          <div class="empty">
            <p>No alerts yet. Choose “Alert me…” in the menu of a panel or of Explore.</p>
          </div>
        )}
        <ul class="alert-rules">
          {sorted.map((rule) => (
            <RuleItem key={rule.uid} rule={rule} may={may} open={rule.uid === wanted} act={act} />
          ))}
        </ul>
        {may && points.length > 0 && (
          <>
            <h2>Contact points</h2>
            <ul class="alert-rules">
              {points.map((point) => (
                <PointItem key={point.uid} point={point} act={act} />
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function RuleItem({ rule, may, open, act }: { rule: Rule; may: boolean; open: boolean; act: (work: Promise<unknown>) => void }) {
  const state = rule.paused ? 'paused' : rule.problem !== '' ? 'error' : rule.state
  return (
    <li class={`alert-rule is-${state}`} aria-label={rule.name}>
      <span class="alert-rule-state">{rule.paused ? 'Paused' : rule.problem !== '' ? 'Error' : (SAID[rule.state] ?? rule.state)}</span>
      <div>
        <strong>{rule.name}</strong>
        <span class="alert-rule-note">
          {rule.folder} · every {rule.intervalS} s{rule.evaluated === 0 ? '' : ` · checked ${fromNow(rule.evaluated, Date.now())}`}
          {rule.receiver === '' ? '' : ` · to ${rule.receiver}`}
          {rule.health === 'nodata' ? ' · no data' : ''}
        </span>
        <code>{rule.query}</code>
        {rule.problem !== '' && <p class="alert-rule-problem">{rule.problem}</p>}
        {rule.alerts.length > 0 && (
          <details open={open || rule.state !== 'inactive'}>
            <summary>
              {rule.alerts.length} {rule.alerts.length === 1 ? 'instance' : 'instances'}
            </summary>
            <ul>
              {rule.alerts.slice(0, MOST_SHOWN).map((alert) => (
                <li key={alert.labels.join()}>
                  {alert.state} · {alert.labels.length === 0 ? 'all together' : alert.labels.map(([name, value]) => `${name}=${value}`).join(', ')}
                  {alert.value === '' ? '' : ` · ${alert.value.replace(/\.0$/, '')}`} · since {fromNow(alert.since, Date.now())}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {may && !rule.provisioned && (
        <div class="alert-rule-acts">
          <button type="button" class="button is-small is-quiet" onClick={() => act(setPaused(rule.uid, !rule.paused))}>
            <Icon name={rule.paused ? 'play' : 'pause'} />
            {rule.paused ? 'Resume' : 'Pause'}
          </button>
          <DeleteButton what={rule.name} onDelete={() => act(deleteRule(rule.uid))} />
        </div>
      )}
    </li>
  )
}

function PointItem({ point, act }: { point: ContactPoint; act: (work: Promise<unknown>) => void }) {
  const [said, setSaid] = useState('')
  const test = () => {
    tryPoint(point).then(
      (failure) => setSaid(failure === '' ? 'A test message was taken.' : failure),
      (error: unknown) => setSaid(errorText(error)),
    )
  }
  return (
    <li class="alert-rule" aria-label={point.name}>
      <span class="alert-rule-state">{point.type}</span>
      <div>
        <strong>{point.name}</strong>
        <code>{point.address}</code>
        {!point.delivered && <p class="alert-rule-problem">Not delivered here: messages of this type are not sent.</p>}
        {said !== '' && <p role="status">{said}</p>}
      </div>
      <div class="alert-rule-acts">
        {point.delivered && (
          <button type="button" class="button is-small is-quiet" onClick={test}>
            Test
          </button>
        )}
        {!point.provisioned && <DeleteButton what={point.name} onDelete={() => act(deletePoint(point.uid))} />}
      </div>
    </li>
  )
}

/** Asks once more before it does it. */
function DeleteButton({ what, onDelete }: { what: string; onDelete: () => void }) {
  const [sure, setSure] = useState(false)
  return (
    <button type="button" class={`button is-small ${sure ? 'is-danger' : 'is-quiet'}`} aria-label={sure ? `Really delete ${what}` : `Delete ${what}`} onClick={() => (sure ? onDelete() : setSure(true))} onBlur={() => setSure(false)}>
      <Icon name="trash" />
      {sure ? 'Really delete' : 'Delete'}
    </button>
  )
}
