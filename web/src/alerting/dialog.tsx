import type { ComponentChildren } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import './alerting.css'
import type { Datasource } from '../api/grafana.ts'
import { errorText, isAbort } from '../api/http.ts'
import { labelNames, queryRange } from '../api/loki.ts'
import { parseDuration } from '../time/duration.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { href } from '../ui/router.ts'
import { contactPoints, savePoint, saveRule, tryPoint, webhook, type ContactPoint } from './api.ts'
import { crossings, exprOf, firstCondition, nameOf, subjectOf, type Condition } from './condition.ts'

export type AlertFrom = {
  readonly datasource: Datasource
  /** With the current values of the dashboard's variables in it. */
  readonly query: string
  readonly title: string
  readonly folderUid?: string
  readonly dashboardUid?: string
  readonly panelId?: number
}

const WINDOWS = ['1m', '5m', '10m', '15m', '30m', '1h']
const PENDING = ['0s', '1m', '2m', '5m', '15m']
const INTERVALS = ['10s', '30s', '1m', '5m']
const DAY_MS = 86_400_000
const NEW = ''

/** From a query to an alert in one sentence. */
export function AlertDialog({ from, onClose }: { from: AlertFrom; onClose: () => void }) {
  const subject = useMemo(() => subjectOf(from.query), [from.query])
  const [condition, setCondition] = useState<Condition>(() => firstCondition(subject))
  const [name, setName] = useState<string | undefined>(undefined)
  const [pending, setPending] = useState('0s')
  const [interval, setInterval] = useState('1m')
  const [points, setPoints] = useState<readonly ContactPoint[] | undefined>(undefined)
  const [receiver, setReceiver] = useState(NEW)
  const [newName, setNewName] = useState('webhook')
  const [url, setUrl] = useState('')
  const [names, setNames] = useState<readonly string[]>([])
  const [problem, setProblem] = useState('')
  const [tried, setTried] = useState('')
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState('')
  const ids = useId()

  useEffect(() => {
    contactPoints().then(
      (found) => {
        const sent = found.filter((point) => point.delivered)
        setPoints(sent)
        setReceiver(sent[0]?.name ?? NEW)
      },
      (error: unknown) => setProblem(errorText(error)),
    )
    labelNames(from.datasource.uid, { from: Date.now() - 3_600_000, to: Date.now() }).then(setNames, () => undefined)
  }, [from.datasource.uid])

  const expr = exprOf(subject, condition)
  const title = name ?? nameOf(subject, condition, from.title)
  const change = (part: Partial<Condition>) => setCondition({ ...condition, ...part })
  const levels = subject.kind === 'value' ? [] : subject.levels.length > 0 ? subject.levels : subject.levelLabel === '' ? ['error', 'warn', 'info', 'debug'] : []
  const labels = subject.kind === 'value' ? [] : [...new Set([...subject.by, ...(condition.per === '' ? [] : [condition.per]), ...names.filter((one) => one !== subject.levelLabel && !one.startsWith('__'))])]
  const target = receiver === NEW ? webhook(newName.trim(), url.trim()) : points?.find((point) => point.name === receiver)
  const act = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem('')
    setTried('')
    try {
      await work()
    } catch (error) {
      setProblem(errorText(error))
    } finally {
      setBusy(false)
    }
  }
  const save = () =>
    act(async () => {
      if (receiver === NEW) {
        const point = webhook(newName.trim(), url.trim())
        await savePoint(point)
        setPoints(await contactPoints())
        setReceiver(point.name)
      }
      setSaved(await saveRule(ruleOf(from, { title, expr, condition, pending, interval, receiver: receiver === NEW ? newName.trim() : receiver, counts: subject.kind === 'count' })))
    })
  const test = () =>
    act(async () => {
      const failure = target === undefined ? 'choose where to send it' : await tryPoint(target)
      setTried(failure === '' ? 'A test message was taken.' : `The test message was not taken: ${failure}`)
    })

  if (saved !== '') {
    return (
      <Dialog
        title="Alert saved"
        onClose={onClose}
        foot={
          <>
            <a class="button" href={href(`/alerting/grafana/${saved}/view`)}>
              See all alerts
            </a>
            <button type="button" class="button is-primary" onClick={onClose}>
              Done
            </button>
          </>
        }
      >
        <p>
          “{title}” is checked every {interval}. {receiver} is told when it fires, with the lines that made it, and when it is over.
        </p>
      </Dialog>
    )
  }
  return (
    <Dialog
      title="Alert me"
      wide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" disabled={busy || target === undefined} onClick={() => void test()}>
            Test
          </button>
          <button type="submit" class="button is-primary" form={`${ids}-form`} disabled={busy}>
            Save alert
          </button>
        </>
      }
    >
      <form
        id={`${ids}-form`}
        class="alert-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <p class="alert-sentence">
          When the {subject.kind === 'count' ? 'count of lines' : 'value'}
          {levels.length > 1 && (
            <>
              {' of level '}
              <Choose label="Level" value={condition.level} onChange={(level) => change({ level })} choices={[['', 'any'], ...levels.map((level) => [level, level] as const)]} />
            </>
          )}
          {subject.kind === 'count' && (
            <>
              {' over '}
              <Choose label="Window" value={condition.window} onChange={(window) => change({ window })} choices={WINDOWS.map((one) => [one, one] as const)} />
            </>
          )}
          {' is above '}
          <input class="input alert-number" type="number" step="any" required aria-label="Above" value={condition.above} onInput={(event) => change({ above: event.currentTarget.valueAsNumber })} />
          {subject.kind === 'count' && (
            <>
              {' per '}
              <Choose label="Per" value={condition.per} onChange={(per) => change({ per })} choices={[['', 'all together'], ...labels.map((label) => [label, label] as const)]} />
            </>
          )}
          {' for '}
          <Choose label="For" value={pending} onChange={setPending} choices={PENDING.map((one) => [one, one === '0s' ? 'a moment' : one] as const)} />
          {', send to '}
          <Choose label="Send to" value={receiver} onChange={setReceiver} choices={[...[...new Set(points?.map((point) => point.name))].map((one) => [one, one] as const), [NEW, 'a new webhook…']]} />
        </p>
        {receiver === NEW && (
          <div class="alert-pair">
            <Field label="Address of the webhook">{(id) => <input id={id} class="input" type="url" required placeholder="https://…" value={url} onInput={(event) => setUrl(event.currentTarget.value)} />}</Field>
            <Field label="Call it">{(id) => <input id={id} class="input" required value={newName} onInput={(event) => setNewName(event.currentTarget.value)} />}</Field>
          </div>
        )}
        <div class="alert-pair">
          <Field label="Name of the alert">{(id) => <input id={id} class="input" required maxLength={190} value={title} onInput={(event) => setName(event.currentTarget.value)} />}</Field>
          <Field label="Check every">
            {(id) => (
              <select id={id} class="select" value={interval} onChange={(event) => setInterval(event.currentTarget.value)}>
                {INTERVALS.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <code class="alert-expr">{expr}</code>
        <Backtest uid={from.datasource.uid} expr={expr} window={condition.window} above={condition.above} />
        {tried !== '' && (
          <p class="combo-note" role="status">
            {tried}
          </p>
        )}
        {problem !== '' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{problem}</span>
          </div>
        )}
      </form>
    </Dialog>
  )
}

function Choose({ label, value, choices, onChange }: { label: string; value: string; choices: readonly (readonly [value: string, text: string])[]; onChange: (value: string) => void }) {
  return (
    <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {choices.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  )
}

function Field({ label, children }: { label: string; children: (id: string) => ComponentChildren }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  )
}

/** How often the rule would have fired of late. */
function Backtest({ uid, expr, window, above }: { uid: string; expr: string; window: string; above: number }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    const abort = new AbortController()
    const later = setTimeout(() => {
      const now = Date.now()
      queryRange(uid, { expr, range: { from: now - DAY_MS, to: now }, stepMs: parseDuration(window) ?? 300_000 }, abort.signal).then(
        ({ frames }) => {
          const times = frames.flatMap(({ fields }) => fields.slice(1)).reduce((sum, field) => sum + crossings(field.values as readonly (number | null)[], above), 0)
          setSaid(times === 0 ? 'It would not have fired in the last 24 hours.' : `It would have fired ${times === 1 ? 'once' : `${times} times`} in the last 24 hours.`)
        },
        (error: unknown) => {
          if (!isAbort(error)) {
            setSaid(`The last 24 hours cannot be looked at: ${errorText(error)}`)
          }
        },
      )
    }, 400)
    return () => {
      clearTimeout(later)
      abort.abort()
    }
  }, [uid, expr, window, above])
  return (
    <p class="combo-note" aria-live="polite">
      {said}
    </p>
  )
}

type Made = { readonly title: string; readonly expr: string; readonly condition: Condition; readonly pending: string; readonly interval: string; readonly receiver: string; readonly counts: boolean }

/** The rule as Grafana's provisioning API takes it. */
function ruleOf(from: AlertFrom, made: Made): object {
  const seconds = (text: string) => (parseDuration(text) ?? 60_000) / 1000
  const { per, above, window } = made.condition
  return {
    title: made.title,
    folderUID: from.folderUid ?? '',
    ruleGroup: `Every ${made.interval}`,
    interval: seconds(made.interval),
    condition: 'B',
    for: made.pending,
    noDataState: made.counts ? 'OK' : 'NoData',
    execErrState: 'Error',
    data: [
      { refId: 'A', queryType: 'instant', datasourceUid: from.datasource.uid, relativeTimeRange: { from: seconds(window), to: 0 }, model: { refId: 'A', expr: made.expr, queryType: 'instant', emptyIsZero: made.counts } },
      { refId: 'B', queryType: '', datasourceUid: '__expr__', relativeTimeRange: { from: 0, to: 0 }, model: { refId: 'B', type: 'threshold', expression: 'A', conditions: [{ evaluator: { type: 'gt', params: [above] } }] } },
    ],
    annotations: {
      summary: made.counts ? `${per === '' ? '' : `{{ $labels.${per} }}: `}{{ $values.A }} lines in ${window}` : `{{ $values.A }} is above ${above}`,
      ...(from.dashboardUid === undefined ? {} : { __dashboardUid__: from.dashboardUid }),
      ...(from.panelId === undefined ? {} : { __panelId__: String(from.panelId) }),
    },
    labels: {},
    isPaused: false,
    notification_settings: { receiver: made.receiver, group_wait: '0s', group_interval: made.interval, repeat_interval: '4h' },
  }
}
