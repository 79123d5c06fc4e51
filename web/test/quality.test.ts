import axe from 'axe-core'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(async () => {
  await stage.close()
})

/** What axe finds on a page, by rule and element; its code is put in by the debugger, past the page's policy. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  return found.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200)}`))
}

const PAGES: readonly (readonly [path: string, ready: string])[] = [
  ['/', '.board-card'],
  ['/d/ragboard/x', '.log-line'],
  ['/d/panels/x', '.stat'],
  ['/explore', '.pane'],
  ['/explore?q=%7Bservice%3D~%22.%2B%22%7D', '.log-line'],
]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [path, ready] of PAGES) {
    test(`axe finds nothing serious on ${path}, ${colorScheme}`, async () => {
      const page = await stage.page(path, { colorScheme })
      await page.locator(ready).first().waitFor()
      await page.locator('.legend-item').first().waitFor({ timeout: 4000 }).catch(() => undefined)
      expect(await violations(page)).toEqual([])
      await page.context().close()
    })
  }
}

test('nothing is wider than a phone', async () => {
  for (const [path, ready] of PAGES) {
    const page = await stage.page(path, { viewport: { width: 390, height: 844 } })
    await page.locator(ready).first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390)
    await page.context().close()
  }
})

test('budgets in gzip: shell 60 KB, dashboard 120 KB, Explore with its editor 250 KB, styles 15 KB', async () => {
  const sizes = async (path: string, act: (page: Page) => Promise<void>) => {
    const page = await stage.anonymous()
    const files = new Map<string, number>()
    page.on('response', (response) => {
      const name = /\/assets\/(.*)$/.exec(response.url())?.[1]
      if (name !== undefined) {
        files.set(name, gzipSync(readFileSync(new URL(`../dist/assets/${name}`, import.meta.url))).length)
      }
    })
    await page.context().addCookies([{ name: 'grafana_session', value: path === '/login' ? '' : 'double', url: stage.double.url }])
    await page.goto(stage.double.url + path)
    await act(page)
    await page.context().close()
    const sum = (ending: string) => [...files].filter(([name]) => name.endsWith(ending)).reduce((total, [, size]) => total + size, 0)
    return { js: sum('.js'), css: sum('.css') }
  }
  const login = await sizes('/login', async (page) => page.getByLabel('Password').waitFor())
  const board = await sizes('/d/ragboard/x', async (page) => {
    await page.locator('.log-line').first().waitFor()
    await page.locator('.legend-item').first().waitFor()
  })
  const explore = await sizes('/explore?q=%7Bservice%3D~%22.%2B%22%7D', async (page) => {
    await page.locator('.log-line').first().waitFor()
    await page.getByRole('button', { name: 'LogQL' }).click()
    await page.locator('.cm-content').waitFor()
  })
  expect({ login, board, explore, fits: login.js <= 60_000 && board.js <= 120_000 && explore.js <= 250_000 && Math.max(board.css, explore.css) <= 15_000 }).toMatchObject({ fits: true })
  const all = readdirSync(new URL('../dist/assets/', import.meta.url)).reduce((total, name) => total + readFileSync(new URL(`../dist/assets/${name}`, import.meta.url)).length, 0)
  expect(all).toBeLessThan(1_500_000)
})

test('hostile lines and labels stay text', async () => {
  const page = await stage.page('/explore')
  const payload = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
  await page.route('**/query_range*', (route) =>
    route.fulfill({ json: { status: 'success', data: { resultType: 'streams', result: [{ stream: { service: payload, level: 'error' }, values: [[`${Date.now() - 1000}000000`, JSON.stringify({ message: payload, [payload]: 1 })]] }] } } }),
  )
  await page.goto(`${stage.double.url}/explore?q=%7Ba%3D%22b%22%7D`)
  await page.locator('.log-line').first().click()
  await page.getByRole('rowheader', { name: 'message' }).waitFor()
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.title()).toBe('Explore - Sigyn')
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
