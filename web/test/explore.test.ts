import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(async () => {
  await stage.close()
})

const QUERY = '/explore?q=%7Bservice%3D~%22.%2B%22%7D'

test('from words to chips to LogQL', async () => {
  const page = await stage.page('/explore')
  const box = page.getByRole('textbox', { name: 'Search logs' })
  await box.fill('service=orchestrator timeout -cache')
  await page.keyboard.press('Enter')
  await page.getByText('{service="orchestrator"} |~ "(?i)timeout" !~ "(?i)cache"').waitFor()
  await page.getByRole('button', { name: /retrying after timeout/ }).first().waitFor()
  await page.getByRole('region', { name: 'Log volume' }).getByText('error').waitFor()
  await page.getByRole('button', { name: /^Remove without match/ }).click()
  await expect.poll(() => page.url()).not.toContain('cache')
  await page.getByRole('button', { name: 'LogQL' }).click()
  const editor = page.getByRole('textbox', { name: 'LogQL query' })
  await expect.poll(() => editor.textContent()).toContain('{service="orchestrator"} |~ "(?i)timeout"')
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('{serv')
  await page.getByRole('option', { name: 'service' }).click()
  await page.getByRole('option', { name: 'deployment' }).click()
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('{service="deployment"}')
})

test('a metric query gives series, a wrong one its error', async () => {
  const page = await stage.page(`/explore?q=${encodeURIComponent('sum by (level) (count_over_time({service=~".+"}[1m]))')}`)
  await page.getByRole('region', { name: 'Series' }).getByText('{level="ERROR"}').waitFor()
  await page.goto(`${stage.url}/explore?q=${encodeURIComponent('{service="boom"} | = "x"')}`)
  await page.getByRole('alert').getByText('parse error at line 1, col 23').waitFor()
})

test('expand, filter, columns, top values, context', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('list', { name: 'Log lines' }).getByRole('button', { name: /model_id/ }).first().click()
  await page.getByRole('button', { name: 'Filter out service' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toMatch(/^\{service=~"\.\+", service!="[^"]+"\}$/)
  const fields = page.getByRole('complementary', { name: 'Fields' })
  await fields.getByRole('button', { name: 'level', exact: true }).click()
  await fields.getByRole('button', { name: 'Only level ERROR' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toContain('level="ERROR"')
  await fields.getByRole('button', { name: 'Show column model_id' }).click()
  await expect.poll(() => page.url()).toContain('cols=model_id')
  await page.getByRole('list', { name: 'Log lines' }).getByRole('button').first().click()
  await page.getByRole('button', { name: 'Show context' }).click()
  await page.getByRole('dialog', { name: 'Context' }).getByRole('list', { name: 'Log lines' }).getByRole('button').nth(3).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
})

test('older lines come by scrolling, and none twice', async () => {
  const page = await stage.page(QUERY)
  const status = page.getByRole('region', { name: 'Logs' }).getByRole('status').first()
  await expect.poll(() => status.textContent()).toContain('1,000+ lines')
  await page.locator('.log-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect.poll(() => status.textContent()).toContain('2,000+ lines')
  for (let i = 0; i < 4; i++) {
    await page.locator('.log-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.waitForFunction((count) => !document.querySelector('.result-count')?.textContent?.includes(count), `${i + 2},000+`)
  }
  await expect.poll(() => status.textContent()).toMatch(/^(4,\d\d\d|5,000) lines/)
})

test('live: follows, pauses, resumes', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('button', { name: 'Live' }).click()
  const live = page.getByRole('region', { name: 'Live logs' })
  await live.getByRole('button', { name: /live line 5/ }).waitFor()
  await live.getByRole('button', { name: 'Pause' }).click()
  await live.getByText(/Paused, [2-9] waiting/).waitFor()
  await live.getByRole('button', { name: 'Resume' }).click()
  await live.getByText(/^Live, /).waitFor()
})

test('download the whole range', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('button', { name: 'Download the whole range' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /JSON lines/ }).click()])
  expect(file.suggestedFilename()).toMatch(/^logs-.*\.ndjson$/)
  const chunks: Buffer[] = []
  for await (const chunk of await file.createReadStream()) {
    chunks.push(chunk as Buffer)
  }
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n')
  expect(lines.length).toBeGreaterThan(4500)
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ labels: { hostname: 'node-1' } })
})

test('split compares with yesterday, history keeps queries', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Split and compare' }).click()
  await expect.poll(() => page.getByRole('button', { name: 'Close this side' }).count()).toBe(2)
  expect(page.url()).toContain('q2=')
  await page.getByRole('button', { name: 'Run query' }).first().click()
  await page.getByRole('button', { name: 'More', exact: true }).first().click()
  await page.getByRole('menuitem', { name: 'Queries' }).click()
  await page.getByRole('dialog', { name: 'Queries' }).getByRole('button', { name: '{service=~".+"}' }).waitFor()
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
