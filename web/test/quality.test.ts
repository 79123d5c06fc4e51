import axe from 'axe-core'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
let board: string
beforeAll(async () => {
  stage = await Stage.open()
  board = `/d/${await stage.uidOf('RAG Module Orchestrator')}/x`
  for (let at = 0; at < 30; at++) {
    // More than a panel has room for without scrolling.
    await stage.push({ service: `crowd-${at}`, level: 'INFO' }, ['one of many'])
  }
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

/** What axe finds on a page, by rule and element; its code is put in by the debugger, past the page's policy. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  return found.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200)}`))
}

const PAGES: readonly (readonly [name: string, path: () => string, ready: string])[] = [
  ['home', () => '/', '.board-card'],
  ['the dashboard', () => board, '.log-line'],
  ['every panel', () => '/d/panels/x', '.stat'],
  ['the start of Explore', () => '/explore', '.landing-card'],
  ['Explore with lines', () => '/explore?q=%7Bservice%3D~%22.%2B%22%7D', '.log-line'],
  ['Explore with the editor', () => `/explore?q=${encodeURIComponent('sum by (level) (rate({service=~".+"}[1m]))')}`, '.cm-content'],
  ['the alerts', () => '/alerting', '.empty, .alert-rule'],
  ['the provisioned files', () => '/admin/provisioning', '.provisioning-file'],
  ['the login', () => '/login', '.login-card'],
]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, path, ready] of PAGES) {
    test(`axe finds nothing serious on ${name}, ${colorScheme}`, async () => {
      const page = await (name === 'the login' ? stage.anonymous({ colorScheme }) : stage.member({ colorScheme }))
      await page.goto(stage.url + path())
      await page.locator(ready).first().waitFor()
      await page.waitForLoadState('networkidle')
      expect(await violations(page)).toEqual([])
    })
  }
}

test('nothing is wider than a phone', async () => {
  for (const [name, path, ready] of PAGES.slice(0, -1)) {
    const page = await stage.page(path(), { viewport: { width: 390, height: 844 } })
    await page.locator(ready).first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390)
  }
})

test('budgets in gzip: shell 60 KB, dashboard 120 KB, Explore with its editor 250 KB, styles 15 KB', async () => {
  const sizes = async (path: string, act: (page: Page) => Promise<void>) => {
    const page = path === '/login' ? await stage.anonymous() : await stage.member()
    const files = new Map<string, Promise<number>>()
    page.on('response', (response) => {
      const name = /\/assets\/(.*)$/.exec(response.url())?.[1]
      if (name !== undefined) {
        files.set(name, response.body().then((body) => gzipSync(body).length))
      }
    })
    await page.goto(stage.url + path)
    await act(page)
    const loaded = await Promise.all([...files].map(async ([name, size]) => [name, await size] as const))
    const sum = (ending: string) => loaded.filter(([name]) => name.endsWith(ending)).reduce((total, [, size]) => total + size, 0)
    return { js: sum('.js'), css: sum('.css') }
  }
  const login = await sizes('/login', async (page) => page.getByLabel('Password').waitFor())
  const dashboard = await sizes(board, async (page) => {
    await page.locator('.log-line').first().waitFor()
    await page.locator('.legend-item').first().waitFor()
  })
  const explore = await sizes('/explore?q=%7Bservice%3D~%22.%2B%22%7D', async (page) => {
    await page.locator('.log-line').first().waitFor()
    await page.getByRole('button', { name: 'LogQL' }).click()
    await page.locator('.cm-content').waitFor()
  })
  expect({ login, dashboard, explore, fits: login.js <= 60_000 && dashboard.js <= 120_000 && explore.js <= 250_000 && Math.max(dashboard.css, explore.css) <= 15_000 }).toMatchObject({ fits: true })
  const all = readdirSync(new URL('../dist/assets/', import.meta.url)).reduce((total, name) => total + readFileSync(new URL(`../dist/assets/${name}`, import.meta.url)).length, 0)
  expect(all).toBeLessThan(1_500_000)
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
