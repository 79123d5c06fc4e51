import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

type Alert = { readonly status: string; readonly labels: Record<string, string>; readonly samples?: readonly { readonly line: string }[]; readonly panelURL: string; readonly valueString: string }
type Body = { readonly version: string; readonly status: string; readonly state: string; readonly title: string; readonly message: string; readonly alerts: readonly Alert[] }

const SERVICE = 'alerted-shop'
const PATIENCE = { timeout: 180_000, interval: 250 }

let stage: Stage
let receiver: Server
let address: string
const bodies: Body[] = []

beforeAll(async () => {
  stage = await Stage.open()
  receiver = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += String(chunk)))
    request.on('end', () => {
      bodies.push(JSON.parse(text) as Body)
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

/** What the receiver was told of the service, oldest first. */
const told = (status: string) => bodies.flatMap((body) => body.alerts.filter((alert) => alert.labels['service'] === SERVICE && alert.status === status).map((alert) => ({ body, alert })))

test('from the menu of a panel to a message with the lines, and to its end', async () => {
  const lines = Array.from({ length: 12 }, (_, at) => `payment ${at} was lost`)
  await stage.push({ service: SERVICE, level: 'ERROR' }, lines, Date.now() - 220_000)
  const page = await stage.page(`/d/${await stage.uidOf('RAG Module Orchestrator')}/x`)
  await page.locator('.legend-item').first().waitFor()
  await page.locator('[data-panel-id="1"]').getByRole('button', { name: /^Menu of/ }).click()
  await page.getByRole('button', { name: 'Alert me…' }).or(page.getByRole('menuitem', { name: 'Alert me…' })).click()
  const dialog = page.getByRole('dialog', { name: 'Alert me' })
  await dialog.getByLabel('Address of the webhook').fill(address)
  expect(await dialog.getByLabel('Level').inputValue()).toBe('ERROR')
  expect(await dialog.getByLabel('Window').inputValue()).toBe('5m')
  expect(await dialog.getByLabel('Above').inputValue()).toBe('10')
  expect(await dialog.getByLabel('Per').inputValue()).toBe('service')
  expect(await dialog.getByLabel('Name of the alert').inputValue()).toBe('ERROR count > 10 in 5m per service')
  await dialog.getByText(/would have fired .* in the last 24 hours/).waitFor()
  await dialog.getByLabel('Check every').selectOption('10s')
  await dialog.getByRole('button', { name: 'Test' }).click()
  await dialog.getByText('A test message was taken.').waitFor()
  expect(bodies[0]?.alerts[0]?.labels['alertname']).toBe('TestAlert')
  await dialog.getByRole('button', { name: 'Save alert' }).click()
  await page.getByRole('dialog', { name: 'Alert saved' }).waitFor()

  await expect.poll(() => told('firing').length, PATIENCE).toBeGreaterThan(0)
  const firing = told('firing')[0]
  expect(firing?.body).toMatchObject({ version: '1', status: 'firing', state: 'alerting' })
  expect(firing?.body.title).toMatch(/^\[FIRING:\d+\] ERROR count > 10 in 5m per service/)
  expect(firing?.alert.samples?.map(({ line }) => line)).toEqual(lines.slice(-3).reverse())
  for (const line of lines.slice(-3)) {
    expect(firing?.body.message).toContain(line)
  }
  expect(firing?.alert.valueString).toContain(`var='A' labels={service=${SERVICE}} value=12`)
  expect(firing?.alert.panelURL).toContain('&viewPanel=1')

  await page.getByRole('link', { name: 'See all alerts' }).click()
  const rule = page.getByRole('listitem', { name: 'ERROR count > 10 in 5m per service' })
  await rule.getByText(new RegExp(`Alerting · service=${SERVICE} · 12`)).waitFor()

  await expect.poll(() => told('resolved').length, PATIENCE).toBe(1)
  expect(told('resolved')[0]?.alert.samples).toBeUndefined()
  await rule.getByText(new RegExp(`Normal · service=${SERVICE} · 0`)).waitFor()
  await rule.getByRole('button', { name: 'Pause' }).click()
  await rule.getByText('Paused', { exact: true }).waitFor()
  await rule.getByRole('button', { name: /^Delete/ }).click()
  await rule.getByRole('button', { name: /^Really delete/ }).click()
  await rule.waitFor({ state: 'detached' })
  const point = page.getByRole('listitem', { name: 'webhook', exact: true })
  await point.getByRole('button', { name: /^Delete/ }).click()
  await point.getByRole('button', { name: /^Really delete/ }).click()
  await point.waitFor({ state: 'detached' })
}, 300_000)

test('from Explore, and a webhook that cannot be', async () => {
  await stage.push({ service: SERVICE, level: 'INFO' }, ['quiet'])
  const page = await stage.page(`/explore?q=${encodeURIComponent(`{service="${SERVICE}"} |= "quiet"`)}`)
  await page.locator('.log-line').first().waitFor()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('button', { name: 'Alert me…' }).or(page.getByRole('menuitem', { name: 'Alert me…' })).click()
  const dialog = page.getByRole('dialog', { name: 'Alert me' })
  await dialog.getByText(`sum by (service) (count_over_time({service="${SERVICE}"} |= "quiet" [5m]))`).waitFor()
  await dialog.getByText('It would not have fired in the last 24 hours.').waitFor()
  await dialog.getByLabel('Address of the webhook').fill('http://169.254.169.254/latest')
  await dialog.getByRole('button', { name: 'Save alert' }).click()
  await dialog.getByText(/is an address of the own network/).waitFor()
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
