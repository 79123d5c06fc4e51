import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

/** Refreshes of the heap test; the long form is `SOAK_MINUTES=120 npx vitest run --project browser test/refresh.test.ts`. */
const SOAK_MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0)
const SHORT_ROUNDS = 30

let stage: Stage
let board: string
beforeAll(async () => {
  stage = await Stage.open(undefined, '--js-flags=--expose-gc')
  board = `/d/${await stage.uidOf('RAG Module Orchestrator')}/x`
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

/** How long the ranges were that the chart of the dashboard asked for, in ms. */
function asked(): readonly number[] {
  return stage.ranges('count_over_time').map(({ start, end }) => Number((end - start) / 1_000_000n))
}

async function ready(page: Page): Promise<void> {
  await page.locator('.log-line').first().waitFor()
  await page.locator('.legend-item').first().waitFor()
}

async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((on) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => on })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}

test('a refresh every 30 s asks for the new end only; a hidden tab waits', async () => {
  const page = await stage.member()
  await page.clock.install()
  await page.goto(stage.url + board)
  await ready(page)
  const first = asked().length
  await page.clock.fastForward(33_000)
  await expect.poll(() => asked().length).toBe(first + 1)
  expect(asked()[first - 1]).toBeGreaterThanOrEqual(60 * 60_000)
  expect(asked().at(-1)).toBeGreaterThanOrEqual(60_000)
  expect(asked().at(-1)).toBeLessThan(10 * 60_000)

  await hide(page, true)
  await page.clock.fastForward(33_000)
  await page.clock.fastForward(33_000)
  await page.clock.fastForward(33_000)
  await hide(page, false)
  await expect.poll(() => asked().length).toBe(first + 2)

  await page.getByRole('button', { name: 'Refresh', exact: true }).click()
  await expect.poll(() => asked().length).toBe(first + 3)
  expect(asked().at(-1)).toBeGreaterThanOrEqual(60 * 60_000)
})

test('the heap stays flat over many refreshes', { timeout: 300_000 + SOAK_MINUTES * 90_000 }, async () => {
  const page = await stage.member()
  if (SOAK_MINUTES === 0) {
    await page.clock.install()
  }
  await page.goto(`${stage.url}${board}?refresh=5s`)
  await ready(page)
  const debug = await page.context().newCDPSession(page)
  const heap = async () => {
    await debug.send('HeapProfiler.collectGarbage')
    return (await debug.send('Runtime.getHeapUsage')).usedSize
  }
  const refreshes = async (count: number) => {
    for (let round = 0; round < count; round++) {
      const before = asked().length
      if (SOAK_MINUTES === 0) {
        await page.clock.fastForward(6_000)
      }
      await expect.poll(() => asked().length).toBeGreaterThan(before)
    }
    await page.waitForLoadState('networkidle')
  }
  const rounds = SOAK_MINUTES === 0 ? SHORT_ROUNDS : SOAK_MINUTES * 12
  await refreshes(Math.min(20, rounds / 2))
  const early = await heap()
  await refreshes(rounds)
  const late = await heap()
  const elements = await page.evaluate(() => document.querySelectorAll('*').length)
  console.info(`heap ${(early / 1e6).toFixed(1)} MB, after ${rounds} more refreshes ${(late / 1e6).toFixed(1)} MB, ${elements} elements`)
  expect(late).toBeLessThan(early * 1.2 + 2_000_000)
  expect(elements).toBeLessThan(5_000)
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
