import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

const ROWS = 100_000

/**
 * Does something and gives the longest task of the page's main thread meanwhile, in ms of processor time: what a task
 * waits for other programs is not its own.
 */
async function longestTask<T>(page: Page, act: () => Promise<T>): Promise<readonly [longestMs: number, result: T]> {
  await stage.browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'toplevel'] })
  const [result, recorded] = await act().then(
    async (done) => [done, await stage.browser.stopTracing()] as const,
    async (error: unknown) => {
      await stage.browser.stopTracing()
      throw error
    },
  )
  const trace = JSON.parse(String(recorded)) as { traceEvents: readonly { name: string; ph: string; pid: number; tid: number; tdur?: number; args?: { name?: string } }[] }
  const renderers = new Set(trace.traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map((event) => `${event.pid} ${event.tid}`))
  const tasks = trace.traceEvents.filter((event) => event.tdur !== undefined && renderers.has(`${event.pid} ${event.tid}`)).map((event) => (event.tdur ?? 0) / 1000)
  if (tasks.length === 0) {
    throw new Error('no task was traced')
  }
  return [Math.max(...tasks), result]
}

/** The least that a few attempts take, so that a machine busy with other things does not fail the list. */
async function quietest<T>(enoughMs: number, attempt: () => Promise<readonly [longestMs: number, result: T]>): Promise<readonly [longestMs: number, result: T]> {
  let best = await attempt()
  for (let more = 0; more < 2 && best[0] >= enoughMs; more++) {
    const next = await attempt()
    best = next[0] < best[0] ? next : best
  }
  return best
}

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.clear())
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
  const scroll = () => page.evaluate(async () => {
    const list = document.querySelector('.log-scroll') as HTMLElement
    list.scrollTop = 0
    await new Promise(requestAnimationFrame)
    for (let frame = 0; frame < 120; frame++) {
      list.scrollTop += frame < 60 ? 700 : 12_000
      await new Promise(requestAnimationFrame)
    }
    const view = list.getBoundingClientRect()
    const rows = [...list.querySelectorAll<HTMLElement>('.log-row:not([hidden])')].map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top)
    const overlaps = rows.filter((row, at) => at > 0 && Math.abs(row.top - (rows[at - 1]?.bottom ?? 0)) > 1).length
    return { drawn: rows.length, overlaps, covers: (rows[0]?.top ?? 0) <= view.top + 1 && (rows.at(-1)?.bottom ?? 0) >= view.bottom - 1 }
  })
  const [longest, measured] = await quietest(50, () => longestTask(page, scroll))
  console.info(`longest task ${longest.toFixed(1)} ms`)
  expect(measured.covers).toBe(true)
  expect(measured.overlaps).toBe(0)
  expect(measured.drawn).toBeLessThan(120)
  expect(longest).toBeLessThan(50)
})

test('a line of 20 MB does not freeze the list', async () => {
  const page = await stage.member()
  const now = Date.now() - 1000
  const values = Array.from({ length: 500 }, (_, at) => [`${now - at}000000`, at === 3 ? `{"message":"huge","rest":"${'long '.repeat(4_000_000)}"}` : `line ${at}`])
  const body = JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [{ stream: { service: 'big', level: 'info' }, values }] } })
  await page.route('**/query_range*', (route) => route.fulfill({ contentType: 'application/json', body: route.request().url().includes('count_over_time') ? '{"status":"success","data":{"resultType":"matrix","result":[]}}' : body }))
  await page.goto(`${stage.url}/explore?q=%7Ba%3D%22b%22%7D`)
  await page.getByRole('button', { name: /line 0/ }).waitFor()
  const [longest] = await longestTask(page, async () => {
    await page.getByRole('button', { name: /huge/ }).click()
    await page.getByText(/more characters/).first().waitFor()
    await page.evaluate(async () => {
      const list = document.querySelector('.log-scroll') as HTMLElement
      for (let frame = 0; frame < 60; frame++) {
        list.scrollTop += 100
        await new Promise(requestAnimationFrame)
      }
    })
  })
  console.info(`longest task ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(250)
  await page.locator('.log-scroll').evaluate((element) => element.scrollTo(0, 0))
  const shown = () => page.locator('.log-row.is-open').evaluate((row) => row.textContent?.length ?? 0)
  const before = await shown()
  await page.getByRole('button', { name: /more characters, show/ }).click()
  expect(await shown()).toBeGreaterThan(before + 10_000)
})
