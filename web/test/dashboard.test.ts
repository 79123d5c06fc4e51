import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
let board: string
beforeAll(async () => {
  stage = await Stage.open()
  board = `/d/${await stage.uidOf('RAG Module Orchestrator')}/x`
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

test('log in, open the dashboard, choose, read, filter', async () => {
  const page = await stage.anonymous()
  await page.goto(stage.url + board)
  await page.getByLabel('Email or username').fill('admin')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('Invalid username or password')
  await page.getByLabel('Password').fill('admin123')
  await page.getByRole('button', { name: 'Log in' }).click()

  const chart = page.getByRole('region', { name: 'Log Messages Over Time by Level' })
  const logs = page.getByRole('region', { name: 'Deployment Logs' })
  await chart.getByText('orchestrator - ERROR').waitFor()
  await logs.getByRole('button', { name: /request finished/ }).first().waitFor()
  expect(stage.queries('service=~".*", level=~"ERROR|INFO|WARNING|DEBUG"').length).toBeGreaterThan(1)

  await page.getByRole('combobox', { name: 'Service Name' }).click()
  await page.getByRole('option', { name: 'svc.v1+beta' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Log Level' }).click()
  await page.getByRole('option', { name: 'ERROR' }).click()
  await page.getByRole('option', { name: 'WARNING' }).click()
  await page.keyboard.press('Escape')
  await chart.getByText('svc.v1+beta - ERROR').waitFor()
  await expect.poll(() => chart.getByText('orchestrator - ERROR').count()).toBe(0)
  expect(stage.queries('service=~"svc\\\\.v1\\\\+beta", level=~"ERROR|WARNING"').length).toBeGreaterThan(0)
  expect(page.url()).toContain('var-service_name=svc.v1%2Bbeta&var-log_level=ERROR&var-log_level=WARNING')

  await page.reload()
  await expect.poll(() => page.getByRole('combobox', { name: 'Log Level' }).textContent()).toBe('ERROR + WARNING')
  const line = logs.getByRole('button', { name: /model_id/ }).first()
  await line.click()
  expect(await line.getAttribute('aria-expanded')).toBe('true')
  for (const field of ['timestamp', 'message', 'model_id', 'duration_ms', 'level', 'service', 'hostname']) {
    expect(await logs.getByRole('rowheader', { name: field, exact: true }).count(), field).toBeGreaterThan(0)
  }
  await logs.getByRole('button', { name: 'Filter for model_id' }).click()
  await page.getByRole('button', { name: /Remove filter model_id/ }).waitFor()
  await expect.poll(() => stage.queries('| json | model_id="').length).toBeGreaterThan(1)
  await page.goBack()
  await expect.poll(() => page.getByRole('button', { name: /Remove filter model_id/ }).count()).toBe(0)
})

test('what a page needs is asked for while its scripts load, once; queries wait for no list that cannot change them', async () => {
  const page = await stage.member()
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/label/service/values?**', async (route) => {
    await held
    await route.continue()
  })
  await page.goto(stage.url + board)
  await page.getByRole('region', { name: 'Log Messages Over Time by Level' }).getByText('orchestrator - ERROR').waitFor()
  await page.getByRole('region', { name: 'Deployment Logs' }).getByRole('button', { name: /request finished/ }).first().waitFor()
  release()
  await page.getByRole('combobox', { name: 'Service Name' }).click()
  await page.getByRole('option', { name: 'svc.v1+beta' }).waitFor()
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => `${(entry as PerformanceResourceTiming).initiatorType} ${new URL(entry.name).pathname}`))
  for (const path of ['/api/user', '/api/frontend/settings', `/api/dashboards/uid/${board.split('/')[2]}`]) {
    expect(asked.filter((one) => one.endsWith(` ${path}`))).toEqual([`link ${path}`])
  }
})

test('the dashboard of the user is drawn as its file says', async () => {
  const page = await stage.page(board)
  const legend = page.getByRole('region', { name: 'Log Messages Over Time by Level' }).locator('.legend > li', { hasText: 'orchestrator - ERROR' })
  await expect.poll(() => legend.first().textContent()).toMatch(/orchestrator - ERROR.*Last.*\d.*Total.*\d/)
  const logs = page.getByRole('region', { name: 'Deployment Logs' })
  await logs.locator('.log-row:not([hidden])').nth(5).waitFor()
  expect(await logs.locator('.log-content.is-wrapped').count()).toBe(1)
  const rows = await logs.locator('.log-row:not([hidden])').evaluateAll((all) =>
    all.sort((a, b) => Number((a as HTMLElement).dataset['index']) - Number((b as HTMLElement).dataset['index'])).map((row) => [row.querySelector('.log-time')?.textContent ?? '', row.querySelector('.log-labels')?.textContent ?? ''] as const),
  )
  expect(rows.map(([time]) => time)).toEqual(rows.map(([time]) => time).toSorted().toReversed())
  expect(rows.every(([time, labels]) => /\d\d:\d\d:\d\d/.test(time) && labels !== '')).toBe(true)
  expect(await page.getByRole('button', { name: '30s' }).count()).toBe(1)

  await page.getByRole('combobox', { name: 'Service Name' }).click()
  await page.getByRole('option', { name: 'orchestrator', exact: true }).click()
  await page.getByRole('option', { name: 'deployment', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => stage.queries().filter((query) => /service=~"(orchestrator\|deployment|deployment\|orchestrator)"/.test(query)).length).toBeGreaterThan(1)
})

test('a filter is written the way the field needs it: as a matcher where it is a label', async () => {
  await stage.push({ service: 'label-writer', level: 'INFO', model_id: 'labelled' }, ['model as a label'])
  const page = await stage.page(`${board}?var-service_name=label-writer&var-log_level=INFO`)
  const logs = page.getByRole('region', { name: 'Deployment Logs' })
  await logs.getByRole('button', { name: /model as a label/ }).click()
  await logs.getByRole('button', { name: 'Filter for model_id' }).click()
  await page.getByRole('button', { name: /Remove filter model_id/ }).waitFor()
  await expect.poll(() => stage.queries('model_id="labelled"}').length).toBeGreaterThan(1)
  await logs.getByRole('button', { name: /model as a label/ }).waitFor()
})

test('provisioned files: what came of each, the broken one first', async () => {
  const page = await stage.page('/')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Provisioned files' }).click()
  const files = page.locator('.provisioning-file')
  await expect.poll(() => files.first().textContent()).toMatch(/Failed.*broken\.json.*line 3/)
  await files.getByRole('link', { name: 'RAG Module Orchestrator' }).waitFor()
  await page.getByText(/^1 of \d+ files need attention$/).waitFor()
})

test('every panel type shows something; a broken and an unknown one say so', async () => {
  const page = await stage.page('/d/panels/x', { viewport: { width: 1280, height: 2200 } })
  for (const [title, text] of [['Lines by level', 'ERROR'], ['Errors', /\d+/], ['Per service', 'deployment'], ['Share', 'Percent'], ['Counts', 'svc.v1+beta'], ['Bars', 'orchestrator'], ['Busy', 'deployment'], ['Spread', 'model-training'], ['Notes', 'Runbook'], ['Unknown type', 'orchestrator']] as const) {
    await page.getByRole('region', { name: title, exact: true }).getByText(text).first().waitFor()
  }
  await page.getByRole('region', { name: 'Broken' }).getByText('parse error at line 1, col 5').waitFor()
  await page.getByRole('region', { name: 'Unknown type' }).getByRole('button', { name: 'Notices' }).click()
  await page.getByText('Panels of type "geomap" are not drawn here').waitFor()
  expect(await page.locator('.markdown script').count()).toBe(0)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await expect.poll(() => page.getByRole('region', { name: 'Bars', exact: true }).count()).toBe(0)
})

test('time: quick ranges, absolute ones, shared by the URL', async () => {
  const page = await stage.page(`${board}?from=now-15m&to=now`)
  await page.getByRole('button', { name: 'Time range: Last 15 minutes' }).click()
  await page.getByRole('button', { name: 'Last 6 hours' }).click()
  await expect.poll(() => page.url()).toContain('from=now-6h')
  await page.getByRole('button', { name: /^Time range/ }).click()
  await page.getByLabel('From').fill('2026-01-02 03:04:05')
  await page.getByLabel('To', { exact: true }).fill('2026-01-01 00:00:00')
  await page.getByText('The end must be after the start').waitFor()
  await page.getByLabel('To', { exact: true }).fill('2026-01-03 00:00:00')
  await page.getByRole('button', { name: 'Apply time range' }).click()
  await expect.poll(() => page.url()).toMatch(/from=\d{13}&to=\d{13}/)
  await page.getByText('No log lines in this range').waitFor()
})

test('only the keyboard', async () => {
  const page = await stage.page('/')
  await page.getByRole('link', { name: 'RAG Module Orchestrator' }).focus()
  await page.keyboard.press('Enter')
  const level = page.getByRole('combobox', { name: 'Log Level' })
  await level.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.type('DEB')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect.poll(() => level.textContent()).toBe('DEBUG')
  const logs = page.getByRole('region', { name: 'Deployment Logs' })
  await logs.getByRole('button', { name: /debug/i }).nth(2).waitFor()
  await logs.locator('.log-line[tabindex="0"]').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await logs.getByRole('rowheader', { name: 'message' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-expanded'))).toBe('true')
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
