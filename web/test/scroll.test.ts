import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

const ROWS = 100_000

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(async () => {
  await stage.close()
})

/** 100,000 rows in one answer, every fourth long enough to wrap. */
function answer(): string {
  const start = Date.now()
  const values = Array.from({ length: ROWS }, (_, at) => [`${start - at}000000`, `line ${at} ${at % 4 === 0 ? 'with a good deal more text '.repeat(12) : 'short'}`])
  return JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [{ stream: { service: 'big', level: 'info' }, values }] } })
}

test.each([['unwrapped', false], ['wrapped', true]])('100,000 rows scroll smoothly, %s', async (_, wrap) => {
  const page = await stage.page('/explore')
  const body = answer()
  await page.route('**/query_range*', (route) => route.fulfill({ contentType: 'application/json', body: route.request().url().includes('count_over_time') ? '{"status":"success","data":{"resultType":"matrix","result":[]}}' : body }))
  await page.evaluate((on) => localStorage.setItem('sigyn.explore', JSON.stringify({ wrap: on, facets: false })), wrap)
  await page.goto(`${stage.url}/explore?q=%7Ba%3D%22b%22%7D`)
  await page.getByRole('button', { name: /line 0 / }).waitFor()
  const measured = await page.evaluate(async () => {
    const list = document.querySelector('.log-scroll') as HTMLElement
    const tasks: number[] = []
    const observer = new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map((entry) => entry.duration)))
    observer.observe({ type: 'longtask' })
    await new Promise(requestAnimationFrame)
    for (let frame = 0; frame < 180; frame++) {
      list.scrollTop += frame < 90 ? 700 : 12_000
      await new Promise(requestAnimationFrame)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    observer.disconnect()
    const view = list.getBoundingClientRect()
    const rows = [...list.querySelectorAll<HTMLElement>('.log-row:not([hidden])')].map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top)
    const overlaps = rows.filter((row, at) => at > 0 && Math.abs(row.top - (rows[at - 1]?.bottom ?? 0)) > 1).length
    return { longest: Math.max(0, ...tasks), drawn: rows.length, overlaps, covers: (rows[0]?.top ?? 0) <= view.top + 1 && (rows.at(-1)?.bottom ?? 0) >= view.bottom - 1 }
  })
  expect(measured.covers).toBe(true)
  expect(measured.overlaps).toBe(0)
  expect(measured.drawn).toBeLessThan(120)
  expect(measured.longest).toBeLessThan(SHARED ? 150 : 50)
})

/** On a machine shared with other work a task may wait for the processor in the middle. */
const SHARED = process.env['SIGYN_QUIET_MACHINE'] !== '1'

test('a line of 20 MB does not freeze the list', async () => {
  const page = await stage.member()
  const now = Date.now() - 1000
  const values = Array.from({ length: 500 }, (_, at) => [`${now - at}000000`, at === 3 ? `{"message":"huge","rest":"${'long '.repeat(4_000_000)}"}` : `line ${at}`])
  const body = JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [{ stream: { service: 'big', level: 'info' }, values }] } })
  await page.route('**/query_range*', (route) => route.fulfill({ contentType: 'application/json', body: route.request().url().includes('count_over_time') ? '{"status":"success","data":{"resultType":"matrix","result":[]}}' : body }))
  await page.goto(`${stage.url}/explore?q=%7Ba%3D%22b%22%7D`)
  await page.getByRole('button', { name: /line 0/ }).waitFor()
  const opening = await page.evaluate(async () => {
    const tasks: number[] = []
    const observer = new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map((entry) => entry.duration)))
    observer.observe({ type: 'longtask' })
    const list = document.querySelector('.log-scroll') as HTMLElement
    const lines = [...document.querySelectorAll<HTMLElement>('.log-row:not([hidden]) .log-line')]
    lines.find((line) => line.textContent?.includes('huge'))?.click()
    for (let frame = 0; frame < 60; frame++) {
      list.scrollTop += 100
      await new Promise(requestAnimationFrame)
    }
    observer.disconnect()
    return { longest: Math.max(0, ...tasks), cut: document.querySelectorAll('.log-cut').length }
  })
  expect(opening.longest).toBeLessThan(SHARED ? 2_000 : 500)
  await page.locator('.log-scroll').evaluate((element) => element.scrollTo(0, 0))
  await page.getByText(/more characters/).first().waitFor()
})
