import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

const datasource = { type: 'loki', uid: 'loki-datasource' }

type Saved = { readonly dashboard: { readonly version: number; readonly panels: readonly { readonly title: string; readonly type: string; readonly fieldConfig?: { readonly defaults: Readonly<Record<string, unknown>> }; readonly unknownKey?: unknown }[]; readonly templating: { readonly list: readonly { readonly name: string; readonly multi: boolean }[] } } }

test('edit with a live preview, see the difference, save, and find it saved', async () => {
  const board = {
    uid: 'edited',
    title: 'Edited',
    schemaVersion: 42,
    time: { from: 'now-1h', to: 'now' },
    tags: [],
    templating: { list: [] },
    panels: [{ id: 1, type: 'timeseries', title: 'Before', unknownKey: { keep: ['this'] }, gridPos: { x: 0, y: 0, w: 12, h: 8 }, datasource, targets: [{ refId: 'A', datasource, expr: 'sum by (level) (count_over_time({service=~".+"}[5m]))', legendFormat: '{{level}}' }], fieldConfig: { defaults: {}, overrides: [] }, options: {} }],
  }
  await stage.put('/api/dashboards/db', { dashboard: board, overwrite: true })
  const page = await stage.page('/d/edited/x?editPanel=panel-1')
  const form = page.getByRole('form', { name: 'Panel settings' })
  await form.getByLabel('Title', { exact: true }).fill('After')
  const panel = page.getByRole('region', { name: 'After', exact: true })
  await panel.getByText('ERROR').first().waitFor()
  await form.getByLabel('Unit').selectOption('bytes')
  await form.getByRole('button', { name: 'Add text' }).click()
  await form.getByLabel('What mapping 1 is for').fill('0')
  await form.getByLabel('Text of mapping 1').fill('nothing')
  await form.getByLabel('Type').selectOption('stat')
  await panel.locator('.stat').first().waitFor()
  await page.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Dashboard settings' })
  await settings.getByRole('tab', { name: 'Variables' }).click()
  await settings.getByRole('button', { name: 'Add variable' }).click()
  await settings.getByLabel('Name', { exact: true }).fill('svc')
  await settings.getByLabel('Query', { exact: true }).fill('label_values(service)')
  await settings.getByText(/deployment, .*orchestrator/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'svc' }).waitFor()

  await page.getByRole('button', { name: 'Save' }).click()
  const save = page.getByRole('dialog', { name: 'Save dashboard' })
  await save.locator('.is-removed', { hasText: '"Before"' }).waitFor()
  await save.locator('.is-added', { hasText: '"After"' }).waitFor()
  await save.getByLabel('What changed').fill('tested')
  await save.getByRole('button', { name: 'Save', exact: true }).click()
  await save.waitFor({ state: 'detached' })
  const { dashboard } = (await stage.get('/api/dashboards/uid/edited')) as Saved
  expect(dashboard.panels.map(({ title, type, unknownKey, fieldConfig }) => ({ title, type, unknownKey, defaults: fieldConfig?.defaults }))).toEqual([
    { title: 'After', type: 'stat', unknownKey: { keep: ['this'] }, defaults: { unit: 'bytes', mappings: [{ type: 'value', options: { 0: { text: 'nothing', index: 0 } } }] } },
  ])
  expect(dashboard.templating.list.map(({ name, multi }) => ({ name, multi }))).toEqual([{ name: 'svc', multi: true }])

  await stage.put('/api/dashboards/db', { dashboard: { ...dashboard, title: 'Edited elsewhere' }, overwrite: true })
  await page.getByRole('button', { name: 'Add panel' }).click()
  await page.getByRole('menuitem', { name: 'Row' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await save.getByRole('button', { name: 'Save', exact: true }).click()
  await save.getByRole('alert').waitFor()
  await save.getByRole('button', { name: 'Save over the other version' }).click()
  await save.waitFor({ state: 'detached' })
  expect(((await stage.get('/api/dashboards/uid/edited')) as Saved).dashboard.panels.map(({ type }) => type)).toEqual(['row', 'stat'])
})

test('import a file, export it again', async () => {
  const page = await stage.page('/dashboard/import')
  const json = page.getByRole('dialog', { name: 'Dashboard JSON' })
  await json.getByRole('textbox').fill('{ "broken": ')
  await json.getByRole('button', { name: 'Apply' }).click()
  await json.getByRole('alert').waitFor()
  await json.getByRole('textbox').fill(JSON.stringify({ title: 'Imported', schemaVersion: 42, own: { kept: true }, time: { from: 'now-1h', to: 'now' }, panels: [{ id: 7, type: 'logs', title: 'Lines', gridPos: { x: 0, y: 0, w: 24, h: 10 }, targets: [{ refId: 'A', datasource, expr: '{service="deployment"}' }] }] }))
  await json.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('region', { name: 'Lines' }).locator('.log-line').first().waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  const save = page.getByRole('dialog', { name: 'Save dashboard' })
  const [file] = await Promise.all([page.waitForEvent('download'), save.getByRole('button', { name: 'Download JSON' }).click()])
  expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ title: 'Imported', own: { kept: true }, panels: [{ id: 7, type: 'logs' }] })
  await save.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => page.url()).toMatch(/\/d\/[^/]+/)
  await stage.uidOf('Imported')
})

test('who may only look is offered nothing to change, and may explore', async () => {
  await stage.put('/api/admin/users', { login: 'looker', password: 'secret12' })
  const page = await stage.anonymous()
  await page.context().request.post(`${stage.url}/login`, { data: { user: 'looker', password: 'secret12' } })
  await page.goto(`${stage.url}/`)
  await page.locator('.board-card').first().waitFor()
  expect(await page.getByRole('link', { name: 'New', exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Provisioned files' }).count()).toBe(0)
  await page.goto(`${stage.url}/d/${await stage.uidOf('RAG Module Orchestrator')}/x`)
  await page.locator('.log-line').first().waitFor()
  await page.getByRole('button', { name: 'Dashboard menu' }).click()
  await page.getByRole('menuitem', { name: 'JSON' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Edit dashboard' }).count()).toBe(0)
  await page.goto(`${stage.url}/explore?q=${encodeURIComponent('{service=~".+"}')}`)
  await page.locator('.log-line').first().waitFor()
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
