import { fetchJson, send } from '../api/http.ts'
import { read, type Reader } from '../json/reader.ts'

const RULES = 'api/v1/provisioning/alert-rules'
const POINTS = 'api/v1/provisioning/contact-points'

export type Alert = { readonly labels: readonly (readonly [name: string, value: string])[]; readonly state: string; readonly since: number; readonly value: string }
export type Rule = {
  readonly uid: string
  readonly name: string
  readonly folder: string
  readonly state: string
  readonly health: string
  readonly problem: string
  readonly query: string
  readonly evaluated: number
  readonly intervalS: number
  readonly paused: boolean
  /** Comes from a file, and is changed there. */
  readonly provisioned: boolean
  readonly receiver: string
  readonly alerts: readonly Alert[]
}

/** Our own rules and how they stand. */
export async function rules(signal: AbortSignal): Promise<readonly Rule[]> {
  const json = read(await fetchJson('api/prometheus/grafana/api/v1/rules', { signal }))
  return json
    .at('data', 'groups')
    .list()
    .flatMap((group) => group.at('rules').list().filter((rule) => rule.at('uid').present).map((rule) => ruleOf(group, rule)))
}

function ruleOf(group: Reader, rule: Reader): Rule {
  return {
    uid: rule.at('uid').str(''),
    name: rule.at('name').str(''),
    folder: group.at('file').str(''),
    state: rule.at('state').str('inactive'),
    health: rule.at('health').str('ok'),
    problem: rule.at('lastError').str(''),
    query: rule.at('query').str(''),
    evaluated: Math.max(0, Date.parse(rule.at('lastEvaluation').str('')) || 0),
    intervalS: group.at('interval').num(60),
    paused: rule.at('isPaused').bool(false),
    provisioned: rule.at('provenance').str('') !== '',
    receiver: rule.at('receiver').str(''),
    alerts: rule.at('alerts').list().map((alert) => ({
      labels: alert.at('labels').entries().filter(([name]) => !/^(__.*__|alertname|grafana_folder)$/.test(name)).map(([name, value]) => [name, value.text('')] as const),
      state: alert.at('state').str(''),
      since: Date.parse(alert.at('activeAt').str('')) || 0,
      value: alert.at('value').text(''),
    })),
  }
}

export async function saveRule(rule: object): Promise<string> {
  return read(await fetchJson(RULES, { method: 'POST', body: rule })).at('uid').str('')
}

export async function setPaused(uid: string, paused: boolean): Promise<void> {
  const rule = (await fetchJson(`${RULES}/${uid}`)) as object
  await fetchJson(`${RULES}/${uid}`, { method: 'PUT', body: { ...rule, isPaused: paused } })
}

export async function deleteRule(uid: string): Promise<void> {
  await send(`${RULES}/${uid}`, { method: 'DELETE' })
}

export type ContactPoint = { readonly uid: string; readonly name: string; readonly type: string; readonly settings: unknown; readonly address: string; readonly delivered: boolean; readonly provisioned: boolean }

export async function contactPoints(): Promise<readonly ContactPoint[]> {
  return read(await fetchJson(POINTS)).list().map((point) => ({
    uid: point.at('uid').str(''),
    name: point.at('name').str(''),
    type: point.at('type').str(''),
    settings: point.at('settings').value,
    address: point.at('settings', 'url').str(point.at('settings', 'addresses').str('')),
    delivered: point.at('delivered').bool(false),
    provisioned: point.at('provenance').str('') !== '',
  }))
}

export function webhook(name: string, url: string): Pick<ContactPoint, 'name' | 'type' | 'settings'> {
  return { name, type: 'webhook', settings: { url, httpMethod: 'POST' } }
}

export async function savePoint(point: Pick<ContactPoint, 'name' | 'type' | 'settings'>): Promise<void> {
  await fetchJson(POINTS, { method: 'POST', body: point })
}

export async function deletePoint(uid: string): Promise<void> {
  await send(`${POINTS}/${uid}`, { method: 'DELETE' })
}

/** Sends an alert that is none; what went wrong, empty when nothing did. */
export async function tryPoint({ name, type, settings, uid }: Pick<ContactPoint, 'name' | 'type' | 'settings'> & { readonly uid?: string }): Promise<string> {
  const config = { name, type, settings, uid: uid ?? '' }
  const answer = read(await fetchJson('api/alertmanager/grafana/config/api/v1/receivers/test', { method: 'POST', body: { receivers: [{ name, grafana_managed_receiver_configs: [config] }] } }))
  return answer.at('receivers').list().flatMap((receiver) => receiver.at('grafana_managed_receiver_configs').list()).map((result) => result.at('error').str('')).join(' ')
}
