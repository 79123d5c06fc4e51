import type { Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'
import { SERVICES } from './fixture/lines.ts'

/**
 * Refreshes of the heap test. The long form is two hours of a wall screen: `SOAK_REFRESHES=1440 npx vitest run --project
 * browser test/refresh.test.ts`, with new lines before each refresh. `SOAK_SPEED=4` lets the page's timers of seconds run
 * four times as fast.
 */
const SOAK_REFRESHES = Number(process.env['SOAK_REFRESHES'] ?? 0)
const SOAK_SPEED = Number(process.env['SOAK_SPEED'] ?? 1)
const SHORT_ROUNDS = 30
const SAMPLES = 30

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

test('what a refresh does not ask for again stays on the chart, and what is new is added', async () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `kept ${at}`)
  await stage.push({ service: 'kept', level: 'ERROR' }, lines(5), Date.now() - 20 * 60_000)
  const page = await stage.member()
  await page.clock.install()
  await page.goto(`${stage.url}${board}?var-service_name=kept&var-log_level=ERROR`)
  const legend = page.getByRole('region', { name: 'Log Messages Over Time by Level' }).locator('.legend > li', { hasText: 'kept - ERROR' })
  const total = async () => Number(/Total\D*([\d,.]+)/.exec((await legend.first().textContent()) ?? '')?.[1]?.replaceAll(',', ''))
  await expect.poll(total).toBeGreaterThanOrEqual(5)
  const [before, first] = [await total(), asked().length]
  await stage.push({ service: 'kept', level: 'ERROR' }, lines(3))
  await page.clock.fastForward(33_000)
  await expect.poll(total).toBeGreaterThan(before)
  expect(((await total()) - before) % 3).toBe(0)
  expect(asked().slice(first).map((ms) => ms < 10 * 60_000)).toEqual([true])
})

/** What the page has after everything that nobody holds was collected. */
type Sample = { readonly refreshes: number; readonly heapBytes: number; readonly nodes: number; readonly listeners: number }

/** Bytes by which the least of the last third of the samples is above the least of the first. */
function growth(samples: readonly Sample[]): number {
  const third = Math.ceil(samples.length / 3)
  const least = (some: readonly Sample[]) => Math.min(...some.map(({ heapBytes }) => heapBytes))
  return least(samples.slice(-third)) - least(samples.slice(0, third))
}

test('the heap stays flat over many refreshes', { timeout: 300_000 + SOAK_REFRESHES * 15_000 }, async () => {
  const page = await stage.member()
  const long = SOAK_REFRESHES > 0
  if (long) {
    await page.addInitScript((speed) => {
      const real = window.setTimeout.bind(window)
      window.setTimeout = ((act: TimerHandler, ms = 0, ...rest: unknown[]) => real(act, ms >= 1000 ? ms / speed : ms, ...rest)) as typeof window.setTimeout
    }, SOAK_SPEED)
  } else {
    await page.clock.install()
  }
  await page.goto(`${stage.url}${board}?refresh=5s`)
  await ready(page)
  const pending = new Set<Request>()
  page.on('request', (request) => pending.add(request))
  page.on('requestfinished', (request) => pending.delete(request))
  page.on('requestfailed', (request) => pending.delete(request))
  /** An answer that was not drawn yet holds up to 3 MB. */
  const settled = async () => {
    await expect.poll(() => pending.size).toBe(0)
    if (!long) {
      await page.clock.runFor(500)
      await expect.poll(() => pending.size).toBe(0)
    }
  }
  const debug = await page.context().newCDPSession(page)
  const sample = async (refreshes: number): Promise<Sample> => {
    await settled()
    await debug.send('HeapProfiler.collectGarbage')
    const { usedSize } = await debug.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await debug.send('Memory.getDOMCounters')
    return { refreshes, heapBytes: usedSize, nodes, listeners: jsEventListeners }
  }
  const refreshes = async (count: number) => {
    for (let round = 0; round < count; round++) {
      const before = asked().length
      if (long) {
        await stage.push({ service: SERVICES[round % SERVICES.length] ?? '', level: 'INFO', hostname: 'wall' }, Array.from({ length: 20 }, (_, at) => `{"message":"wall screen ${round} ${at}","model_id":"${at}"}`))
      } else {
        await page.clock.fastForward(6_000)
      }
      await expect.poll(() => asked().length).toBeGreaterThan(before)
    }
  }
  const rounds = long ? SOAK_REFRESHES : SHORT_ROUNDS
  const between = Math.ceil(rounds / SAMPLES)
  await refreshes(Math.min(60, rounds / 2))
  const samples = [await sample(0)]
  for (let done = between; done <= rounds; done += between) {
    await refreshes(between)
    const taken = await sample(done)
    samples.push(taken)
    if (long) {
      console.info(JSON.stringify(taken))
    }
  }
  const [first, last] = [samples[0], samples.at(-1)]
  const grown = growth(samples)
  console.info(`heap ${((first?.heapBytes ?? 0) / 1e6).toFixed(2)} MB, after ${rounds} refreshes ${((last?.heapBytes ?? 0) / 1e6).toFixed(2)} MB, the least of a third grown by ${(grown / 1e6).toFixed(2)} MB; ${last?.nodes} nodes, ${last?.listeners} listeners`)
  expect(grown).toBeLessThan(600_000)
  expect(last?.nodes).toBeLessThan((first?.nodes ?? 0) * 1.5 + 1000)
  expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(5_000)
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
