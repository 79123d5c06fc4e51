import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { Stage } from './browser.ts'
import { SERVICES } from './fixture/lines.ts'
import { Sigyn } from './sigyn.ts'

let sigyn: Sigyn
let stage: Stage
beforeAll(async () => {
  sigyn = await Sigyn.startAsInContainer(2000)
  stage = await Stage.open(sigyn)
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
  await sigyn.close()
})

const TITLE = 'RAG Module Orchestrator'
const CHART = 'Log Messages Over Time by Level'

test('folder, dashboard and datasource are those of the files; another store has the dashboard under the same address', async () => {
  const page = await stage.page('/dashboards')
  await page.getByText('RAG Module', { exact: true }).first().waitFor()
  const uid = await stage.uidOf(TITLE)
  expect(await page.getByRole('link', { name: TITLE }).first().getAttribute('href')).toContain(`d/${uid}/`)
  const other = await fetch(`${inject('sigyn').dashboards}/api/dashboards/uid/${uid}`, { headers: { Authorization: `Basic ${btoa('admin:admin123')}` } })
  expect(other.status).toBe(200)
  expect(((await other.json()) as { dashboard: { title: string } }).dashboard.title).toBe(TITLE)
  expect(await stage.get('/api/datasources/uid/loki-datasource')).toMatchObject({ type: 'loki', isDefault: true, readOnly: false })
  for (const [password, status] of [['admin123', 200], ['wrong', 401]] as const) {
    expect((await fetch(`${sigyn.dashboards}/api/org`, { headers: { Authorization: `Basic ${btoa(`admin:${password}`)}` } })).status).toBe(status)
    expect((await fetch(`${sigyn.dashboards}/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user: 'admin', password }) })).status).toBe(status)
  }
})

test('the axis has its name and begins at zero', async () => {
  const page = await stage.member()
  await page.addInitScript(() => {
    const drawn = new Set<string>()
    ;(window as unknown as { drawn: Set<string> }).drawn = drawn
    const draw = CanvasRenderingContext2D.prototype.fillText
    CanvasRenderingContext2D.prototype.fillText = function (text: string, ...where: [number, number]) {
      drawn.add(text)
      draw.call(this, text, ...where)
    }
  })
  await page.goto(`${stage.url}/d/${await stage.uidOf(TITLE)}/x`)
  await page.getByRole('region', { name: CHART }).locator('.legend-item').first().waitFor()
  const drawn = () => page.evaluate(() => [...(window as unknown as { drawn: Set<string> }).drawn])
  await expect.poll(drawn).toEqual(expect.arrayContaining(['Log Count', '0']))
  expect((await drawn()).filter((text) => /^[-−]/.test(text))).toEqual([])
})

test('both lists have all values; a name with signs of regular expressions is that name and no other', async () => {
  await stage.push({ service: 'svcxv11beta', level: 'INFO' }, ['looks alike'])
  const page = await stage.page(`/d/${await stage.uidOf(TITLE)}/x`)
  const offered = async (variable: string) => {
    await page.getByRole('combobox', { name: variable }).click()
    const texts = await page.getByRole('listbox', { name: variable }).getByRole('option').allTextContents()
    await page.keyboard.press('Escape')
    return texts.map((text) => text.replace('✓', ''))
  }
  await expect.poll(() => offered('Service Name')).toEqual(['All', ...[...SERVICES, 'svcxv11beta'].toSorted()])
  expect(await offered('Log Level')).toEqual(['All', 'ERROR', 'INFO', 'WARNING', 'DEBUG'])
  const [chart, logs] = [page.getByRole('region', { name: CHART }), page.getByRole('region', { name: 'Deployment Logs' })]
  await chart.getByText('svcxv11beta - INFO').waitFor()
  await logs.getByRole('button', { name: /looks alike/ }).waitFor()
  await page.getByRole('combobox', { name: 'Service Name' }).click()
  await page.getByRole('option', { name: 'svc.v1+beta' }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => chart.getByText('svcxv11beta - INFO').count()).toBe(0)
  await chart.getByText('svc.v1+beta - INFO').waitFor()
  await expect.poll(() => logs.getByRole('button', { name: /looks alike/ }).count()).toBe(0)
  await logs.getByRole('button', { name: /request finished/ }).first().waitFor()
})

test('a changed file shows without a restart; a broken one leaves what was and says where', async () => {
  const page = await stage.page(`/d/${await stage.uidOf(TITLE)}/x`)
  await page.getByRole('region', { name: 'Deployment Logs' }).waitFor()
  sigyn.replaceBoard('deployment.json', (text) => text.replaceAll('"Deployment Logs"', '"Logs of deployments"'))
  const changed = Date.now()
  await expect
    .poll(async () => {
      await page.reload()
      await page.getByRole('region', { name: CHART }).waitFor()
      return page.getByRole('region', { name: 'Logs of deployments' }).count()
    })
    .toBe(1)
  console.info(`a changed file showed after ${Date.now() - changed} ms`)

  sigyn.replaceBoard('deployment.json', (text) => text.replace('"panels": [', '"panels": [,'))
  const line = sigyn.boardText('deployment.json').split('\n').findIndex((text) => text.includes('[,')) + 1
  const status = page.locator('.provisioning-file').first()
  await expect
    .poll(async () => {
      await page.goto(`${stage.url}/admin/provisioning`)
      await status.waitFor()
      return status.textContent()
    })
    .toMatch(new RegExp(`Failed.*deployment\\.json.*line ${line}, column \\d+`))
  await page.goto(`${stage.url}/d/${await stage.uidOf(TITLE)}/x`)
  await page.getByRole('region', { name: 'Logs of deployments' }).locator('.log-line').first().waitFor()
})

test('the log has a line with the word provisioning for each file', async () => {
  const about = (file: string) => sigyn.output().split('\n').filter((text) => text.includes('provisioning') && text.includes(file))
  expect(about('datasources.yaml')).toEqual([expect.stringContaining('state=loaded')])
  expect(about('dashboards.yaml')).toEqual([expect.stringContaining('state=loaded')])
  await expect.poll(() => about('deployment.json').length).toBe(3)
  expect(about('deployment.json')).toEqual([expect.stringContaining('state=loaded'), expect.stringContaining('state=loaded'), expect.stringMatching(/state=failed.*line=\d+ column=\d+.*the previous version stays/)])
})

test('steps that are finished and sealed come from what the server remembers', async () => {
  const found = async () => {
    const metrics = await (await fetch(`${stage.logs}/metrics`)).text()
    return Number(/^loki_cache_hits\{[^}]*\} (\S+)$/m.exec(metrics)?.[1])
  }
  expect((await fetch(`${stage.logs}/flush`, { method: 'POST' })).status).toBe(204)
  const page = await stage.page(`/d/${await stage.uidOf(TITLE)}/x`)
  const chart = page.getByRole('region', { name: CHART })
  await chart.locator('.legend-item').first().waitFor()
  const before = await found()
  await page.reload()
  await chart.locator('.legend-item').first().waitFor()
  expect(await found()).toBeGreaterThan(before)
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
