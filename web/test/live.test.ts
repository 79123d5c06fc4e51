import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

/**
 * How long lines are pushed at {@link PER_SECOND}. The long form says how long a line takes from its push to the screen:
 * `TAIL_SECONDS=30 npx vitest run --project browser test/live.test.ts`.
 */
const SECONDS = Number(process.env['TAIL_SECONDS'] ?? 0)
const PER_SECOND = Number(process.env['TAIL_RATE'] ?? 20)
const SHORT_LINES = 40
const AIM_MS = 1000

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

/** Has the page note when each line that tells its push, `pushed NUMBER at MS`, was painted within the view of its list. */
async function noteLines(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = new Map<number, readonly [pushedMs: number, seenMs: number]>()
    ;(window as unknown as { seenLines: typeof seen }).seenLines = seen
    let waiting = false
    const look = () => {
      waiting = false
      const now = Date.now()
      for (const list of document.querySelectorAll('.log-scroll')) {
        const view = list.getBoundingClientRect()
        for (const row of list.querySelectorAll<HTMLElement>('.log-row:not([hidden])')) {
          const found = /pushed (\d+) at (\d+)/.exec(row.textContent ?? '')
          const { top, bottom } = row.getBoundingClientRect()
          if (found && !seen.has(Number(found[1])) && top >= view.top - 1 && bottom <= Math.min(view.bottom, innerHeight) + 1) {
            seen.set(Number(found[1]), [Number(found[2]), now])
          }
        }
      }
    }
    const afterPaint = () => requestAnimationFrame(() => setTimeout(look))
    new MutationObserver(() => {
      if (!waiting) {
        waiting = true
        afterPaint()
      }
    }).observe(document.body, { childList: true, characterData: true, attributes: true, subtree: true })
  })
}

function seenLines(page: Page): Promise<readonly (readonly [line: number, pushedMs: number, seenMs: number])[]> {
  return page.evaluate(() => [...(window as unknown as { seenLines: ReadonlyMap<number, readonly [number, number]> }).seenLines].map(([line, [pushed, seen]]) => [line, pushed, seen] as const))
}

test('live: every pushed line is seen', { timeout: 120_000 + SECONDS * 2000 }, async () => {
  const long = SECONDS > 0
  const count = long ? SECONDS * PER_SECOND : SHORT_LINES
  const page = await stage.page(`/explore?q=${encodeURIComponent('{app="screen"}')}&live=1`, { viewport: { width: 1280, height: long ? 900 : 2400 } })
  await page.getByRole('region', { name: 'Live logs' }).getByText(/^Live, /).waitFor()
  await noteLines(page)
  const start = Date.now()
  const pushes: Promise<void>[] = []
  for (let line = 0; line < count; line++) {
    if (long) {
      await new Promise((resolve) => setTimeout(resolve, start + (line * 1000) / PER_SECOND - Date.now()))
    }
    const now = Date.now()
    const push = stage.push({ app: 'screen', level: 'info' }, [`pushed ${line} at ${now}`], now)
    pushes.push(push)
    if (!long) {
      await push
    }
  }
  await Promise.all(pushes)
  await expect.poll(async () => (await seenLines(page)).length).toBe(count)
  expect(await page.getByText(/lines skipped/).count()).toBe(0)
  const millis = (await seenLines(page)).map(([, pushed, seen]) => seen - pushed).toSorted((a, b) => a - b)
  const at = (share: number) => millis[Math.min(count - 1, Math.floor(count * share))] ?? Number.NaN
  console.info(`from push to screen, ${count} lines: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`)
  if (long) {
    expect(at(0.99)).toBeLessThanOrEqual(AIM_MS)
  }
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
