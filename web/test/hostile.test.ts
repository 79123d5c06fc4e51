import { type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'
import { ADDRESSES, PAYLOADS } from './fixture/payloads.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
  const now = Date.now()
  await Promise.all(
    PAYLOADS.map((payload, at) => {
      const labels = { app: 'hostile', level: at % 2 === 0 ? 'error' : payload, evil: payload }
      return stage.push(labels, [payload, JSON.stringify({ message: payload, [payload]: payload, url: payload }), `msg="${payload.replaceAll('"', "'")}" at=${payload.replaceAll(/\s/g, '')}`], now - 60_000 + at * 1000)
    }),
  )
  await stage.put('/api/dashboards/db', { dashboard: hostileBoard(), overwrite: true })
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

function hostileBoard(): unknown {
  const datasource = { type: 'loki', uid: 'loki-datasource' }
  const selector = '{app="hostile"}'
  const links = ADDRESSES.map((url, at) => ({ title: PAYLOADS[at], url, type: 'link', targetBlank: true }))
  const types = ['timeseries', 'stat', 'table', 'barchart', 'bargauge', 'gauge', 'piechart', 'heatmap', 'histogram', 'state-timeline', 'geomap', 'logs', 'text', 'text', 'text', '__proto__', '<img src=x onerror=window.hit=1>']
  return {
    uid: 'hostile',
    title: PAYLOADS[1],
    description: PAYLOADS[0],
    tags: PAYLOADS.slice(0, 4),
    schemaVersion: 42,
    time: { from: 'now-15m', to: 'now' },
    links,
    annotations: { list: [{ name: PAYLOADS[2], datasource, enable: true, expr: selector, iconColor: 'red;background:url(http://elsewhere.example/)', titleFormat: '{{evil}}', textFormat: '{{evil}}', tagKeys: 'evil' }] },
    templating: {
      list: [
        { name: 'evil', label: PAYLOADS[1], description: PAYLOADS[2], type: 'query', datasource, query: 'label_values(evil)', multi: true, includeAll: true, refresh: 1, current: { text: 'All', value: '$__all' } },
        { name: 'own', label: PAYLOADS[3], type: 'custom', query: PAYLOADS.map((payload) => payload.replaceAll(',', '\\,')).join(','), current: { text: PAYLOADS[1], value: PAYLOADS[1] } },
        { name: '__proto__', type: 'textbox', query: PAYLOADS[1] },
      ],
    },
    panels: types.map((type, at) => ({
      id: at + 1,
      type,
      title: `${PAYLOADS[at % PAYLOADS.length]} $own`,
      description: PAYLOADS[at % PAYLOADS.length],
      links,
      gridPos: { x: (at % 3) * 8, y: Math.floor(at / 3) * 7, w: 8, h: 7 },
      datasource,
      targets: [{ refId: 'A', datasource, expr: type === 'logs' ? selector : `sum by (evil) (count_over_time(${selector}[5m]))`, legendFormat: `{{evil}} ${PAYLOADS[1]}`, queryType: type === 'table' || type === 'barchart' ? 'instant' : 'range' }],
      fieldConfig: {
        defaults: { unit: 'suffix:<img src=x onerror=window.hit=1>', displayName: at % 2 === 0 ? '${__field.labels.evil}' : undefined, noValue: PAYLOADS[1], color: { mode: 'fixed', fixedColor: '"><img src=x onerror=window.hit=1>' }, links, mappings: [{ type: 'range', options: { from: 0, to: 1e9, result: { text: PAYLOADS[at % PAYLOADS.length], color: 'url(javascript:window.hit=1)' } } }], custom: { axisLabel: PAYLOADS[1] } },
        overrides: [],
      },
      options: type === 'text' ? { mode: (['markdown', 'html', 'code'] as const)[at % 3], content: PAYLOADS.join('\n\n') } : { showTime: true, showLabels: true, wrapLogMessage: true, showHeader: true, tooltip: { mode: 'multi' }, legend: { displayMode: 'list', showLegend: true } },
    })),
  }
}

/** What of the payloads came to life on a page. */
async function alive(page: Page): Promise<unknown> {
  return page.evaluate(() => ({
    hit: (window as unknown as { hit?: unknown }).hit ?? null,
    elements: [...document.querySelectorAll('img, iframe, object, embed, form[action^="javascript"], base ~ base, meta[http-equiv], link[href*="elsewhere"], [onerror], [onload], [onclick], [onfocus], [ontoggle], [onmouseover]')].map((element) => element.outerHTML.slice(0, 120)),
    scripts: [...document.scripts].filter((script) => !new URL(script.src, location.href).href.startsWith(`${location.origin}/assets/`)).length,
    links: [...document.links].map((link) => link.href).filter((href) => !/^(https?:|mailto:)/.test(href) || href.includes('relative.example')),
  }))
}

const NOTHING = { hit: null, elements: [], scripts: 0, links: [] }

test('hostile lines, labels and fields stay text in Explore', async () => {
  const page = await stage.page(`/explore?q=${encodeURIComponent('{app="hostile"}')}`)
  const lines = page.getByRole('list', { name: 'Log lines' })
  await lines.getByRole('button', { name: /onerror/ }).first().waitFor()
  const row = lines.locator('.log-line[tabindex="0"]')
  await row.focus()
  for (let at = 0; at < 12; at++) {
    await page.keyboard.press('Enter')
    await page.getByRole('rowheader', { name: 'evil', exact: true }).first().waitFor()
    expect(await alive(page)).toEqual(NOTHING)
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
  }
  const fields = page.getByRole('complementary', { name: 'Fields' })
  await fields.getByRole('button', { name: 'evil', exact: true }).click()
  await fields.getByRole('button', { name: /^Only evil/ }).first().waitFor()
  expect(await alive(page)).toEqual(NOTHING)
  await page.getByRole('button', { name: 'Patterns' }).click()
  await page.locator('.pattern-text').first().waitFor()
  expect(await alive(page)).toEqual(NOTHING)
  await page.getByRole('button', { name: 'Lines', exact: true }).click()
  await lines.locator('.log-line').first().click()
  await page.getByRole('button', { name: 'Filter for evil' }).first().click()
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toContain('evil=')
  await page.locator('.chip.is-filter').nth(1).waitFor()
  expect(await alive(page)).toEqual(NOTHING)
})

test('hostile titles, legends, variables, links, mappings and texts stay text on a dashboard', async () => {
  const page = await stage.page('/d/hostile/x', { viewport: { width: 1280, height: 2400 } })
  await page.locator('.log-line').first().waitFor()
  await page.locator('.legend-item').first().waitFor()
  await page.locator('.markdown').first().waitFor()
  await page.waitForLoadState('networkidle')
  expect(await alive(page)).toEqual(NOTHING)
  await page.locator('.u-over').first().hover()
  await page.locator('.combo-trigger').first().click()
  await page.getByRole('option').nth(2).waitFor()
  expect(await alive(page)).toEqual(NOTHING)
  await page.keyboard.press('Escape')
  await page.locator('.log-line[tabindex="0"]').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('rowheader', { name: 'evil' }).first().waitFor()
  await page.locator('.hint-info').first().click()
  expect(await alive(page)).toEqual(NOTHING)
  await page.goto(`${stage.url}/d/hostile/x?editPanel=panel-1&var-own=${encodeURIComponent(PAYLOADS[1] ?? '')}`)
  await page.getByRole('form', { name: 'Panel settings' }).waitFor()
  expect(await alive(page)).toEqual(NOTHING)
  await page.goto(`${stage.url}/`)
  await page.locator('.board-card').nth(1).waitFor()
  expect(await alive(page)).toEqual(NOTHING)
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
