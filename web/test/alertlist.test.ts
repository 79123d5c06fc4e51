import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const alert = (pod: string, state = 'firing', activeAt = ago(10)) => ({ labels: { alertname: 'TooManyErrors', pod }, annotations: {}, state, activeAt, value: '2e+00' })
const rule = (name: string, state: string, alerts: readonly object[] = [], health = 'ok') => ({ name, state, query: 'vector(1)', duration: 60, labels: {}, annotations: {}, alerts, health, lastError: '', type: 'alerting' })

/** What the ruler of another log server says, in two groups of two namespaces. */
const groups = (errors: string) => [
  { name: 'web', file: 'prod', rules: [rule('Quiet', 'inactive'), rule('TooManyErrors', errors, errors === 'firing' ? [alert('a'), alert('<b>b</b>')] : []), rule('Slow', 'pending', [alert('c', 'pending', ago(0))]), { name: 'job:lines', query: 'vector(1)', labels: {}, health: 'ok', type: 'recording' }] },
  { name: 'db', file: 'test', rules: [rule('Broken query', 'inactive', [], 'err'), rule('New', 'unknown', [], 'unknown')] },
]

let stage: Stage
let ruler: Server
let errors = 'firing'
let answers = true

beforeAll(async () => {
  stage = await Stage.open()
  ruler = createServer((request, response) => {
    const known = request.url?.startsWith('/prometheus/api/v1/rules') === true
    response.writeHead(!known ? 404 : answers ? 200 : 500, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answers ? { status: 'success', data: { groups: groups(errors) }, errorType: '', error: '' } : 'the ruler is ill'))
  })
  await new Promise<void>((resolve) => ruler.listen(0, '127.0.0.1', resolve))
  await stage.put('/api/datasources', { name: 'Ruler', uid: 'ruler', type: 'loki', access: 'proxy', url: `http://127.0.0.1:${(ruler.address() as AddressInfo).port}` })
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.remove('/api/datasources/uid/ruler')
  await stage.close()
  ruler.closeAllConnections()
  await new Promise((resolve) => ruler.close(resolve))
})

const panel = (id: number, title: string, options: object) => ({ id, type: 'alertlist', title, gridPos: { x: ((id - 1) % 3) * 8, y: Math.floor((id - 1) / 3) * 8, w: 8, h: 8 }, options: { datasource: 'Ruler', ...options } })

async function open(): Promise<Page> {
  const everything = { firing: true, pending: true, error: true, normal: true, noData: true }
  const panels = [
    panel(1, 'Default', {}),
    panel(2, 'With instances', { showInstances: true, stateFilter: { firing: true, pending: false, error: false } }),
    panel(3, 'Everything by name', { sortOrder: 1, stateFilter: everything }),
    panel(4, 'Counted', { viewMode: 'stat' }),
    panel(5, 'By name', { alertName: '$part' }),
    panel(6, 'Two of a namespace', { folder: { id: 1, title: 'prod' }, sortOrder: 5, maxItems: 2, stateFilter: everything }),
    panel(7, 'Nobody', { datasource: 'loki-datasource' }),
  ]
  await stage.put('/api/dashboards/db', { overwrite: true, dashboard: { uid: 'alertlists', title: 'Alert lists', schemaVersion: 42, time: { from: 'now-1h', to: 'now' }, templating: { list: [{ name: 'part', type: 'textbox', query: 'slo', current: { text: 'slo', value: 'slo' } }] }, panels } })
  return stage.page('/d/alertlists/x', { viewport: { width: 1280, height: 1400 } })
}

/** The rules that a panel shows, each with its state, in order. */
const rules = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true }).locator('.alert').evaluateAll((all) => all.map((one) => `${one.querySelector('.alert-state')?.textContent} ${one.querySelector('strong')?.textContent}`))

test('rules with their states, chosen and ordered as the options say', async () => {
  errors = 'firing'
  const page = await open()
  await expect.poll(() => rules(page, 'Default')).toEqual(['firing TooManyErrors', 'pending Slow', 'error Broken query'])
  await expect.poll(() => rules(page, 'With instances')).toEqual(['firing TooManyErrors'])
  const instances = page.getByRole('region', { name: 'With instances', exact: true }).locator('.alert-instance')
  expect(await instances.allTextContents()).toEqual([expect.stringMatching(/^pod=a .*10 min/), expect.stringMatching(/^pod=<b>b<\/b> .*10 min/)])
  await expect.poll(() => rules(page, 'Everything by name')).toEqual(['error Broken query', 'unknown New', 'inactive Quiet', 'pending Slow', 'firing TooManyErrors'])
  await expect.poll(() => page.getByRole('region', { name: 'Counted', exact: true }).locator('.alert-count').textContent()).toBe('3')
  await expect.poll(() => rules(page, 'By name')).toEqual(['pending Slow'])
  await expect.poll(() => rules(page, 'Two of a namespace')).toEqual(['pending Slow', 'firing TooManyErrors'])
  await page.getByRole('region', { name: 'Nobody', exact: true }).getByText('No alerts').waitFor()
})

test('asked anew with a refresh; a ruler that fails says so', async () => {
  errors = 'firing'
  const page = await open()
  await expect.poll(() => rules(page, 'With instances')).toEqual(['firing TooManyErrors'])
  errors = 'inactive'
  await page.getByRole('button', { name: 'Refresh', exact: true }).click()
  await page.getByRole('region', { name: 'With instances', exact: true }).getByText('No alerts').waitFor()
  await expect.poll(() => rules(page, 'Default')).toEqual(['pending Slow', 'error Broken query'])
  answers = false
  await page.getByRole('button', { name: 'Refresh', exact: true }).click()
  await page.getByRole('region', { name: 'Default', exact: true }).getByText(/Ruler answered 500.*the ruler is ill/).waitFor()
  answers = true
  await page.getByRole('button', { name: 'Refresh', exact: true }).click()
  await expect.poll(() => rules(page, 'Default')).toEqual(['pending Slow', 'error Broken query'])
})

test('nothing complained but about the ruler', () => {
  expect(stage.complaints.filter((complaint) => !/status of 502.*api\/prometheus\/Ruler/.test(complaint))).toEqual([])
})
