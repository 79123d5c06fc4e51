import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.clear())
afterAll(async () => {
  await stage.close()
})

const QUERY = `/explore?q=${encodeURIComponent('{service=~".+", hostname="node-1"}')}`

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
  await page.getByRole('option', { name: 'service', exact: true }).click()
  await page.getByRole('option', { name: 'deployment', exact: true }).click()
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('{service="deployment"}')
})

test('a metric query gives series, a wrong one its error', async () => {
  const page = await stage.page(`/explore?q=${encodeURIComponent('sum by (level) (count_over_time({service=~".+"}[1m]))')}`)
  await page.getByRole('region', { name: 'Series' }).getByText('{level="ERROR"}').waitFor()
  await page.goto(`${stage.url}/explore?q=${encodeURIComponent('{service="boom"} | = "x"')}`)
  await page.getByRole('alert').getByText(/parse error at line 1, col \d+/).waitFor()
})

test('expand, filter, columns, top values, context', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('list', { name: 'Log lines' }).getByRole('button', { name: /model_id/ }).first().click()
  await page.getByRole('button', { name: 'Filter out service', exact: true }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toMatch(/^\{service=~"\.\+", hostname="node-1", service!="[^"]+"\}$/)
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

test('a label that exploded says that it is a field now', async () => {
  const now = Date.now()
  for (let first = 0; first < 51_000; first += 3000) {
    const streams = Array.from({ length: 3000 }, (_, at) => ({ stream: { app: 'exploded', visit: `v${first + at}` }, values: [[`${now}${String(at).padStart(6, '0')}`, 'came by']] }))
    const answer = await fetch(`${stage.logs}/loki/api/v1/push`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ streams }) })
    expect(answer.status).toBe(204)
  }
  const page = await stage.page(`/explore?q=${encodeURIComponent('{app="exploded"} | visit="v50999"')}`)
  const fields = page.getByRole('complementary', { name: 'Fields' })
  await fields.getByRole('listitem').filter({ hasText: 'visit' }).getByText('was a label').waitFor()
  expect(await fields.getByText('was a label').count()).toBe(1)
})

test('older lines come by scrolling, and none twice', async () => {
  const page = await stage.page(QUERY)
  const status = page.getByRole('region', { name: 'Logs' }).locator('.result-count')
  await expect.poll(() => status.textContent()).toMatch(/^[\d,]+\+ lines/)
  const shown = async () => Number(((await status.textContent()) ?? '').split(' ')[0]?.replaceAll(/[,+]/g, ''))
  while (((await status.textContent()) ?? '').includes('+')) {
    const before = await shown()
    await page.locator('.log-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await expect.poll(async () => (await shown()) > before || !((await status.textContent()) ?? '').includes('+')).toBe(true)
  }
  const volume = await page.getByRole('region', { name: 'Log volume' }).locator('.legend-item').allTextContents()
  expect(volume.length).toBeGreaterThan(3)
  const start = stage.ranges('limit=1000').at(-1)?.start ?? 0n
  const end = stage.ranges('limit=1000').find((range) => range.start === start)?.end ?? 0n
  expect(await shown()).toBe(await stage.count('{service=~".+", hostname="node-1"}', start, end))
})

test('live: follows, pauses, resumes', async () => {
  const page = await stage.page(`/explore?q=${encodeURIComponent('{app="followed"}')}&live=1`)
  const live = page.getByRole('region', { name: 'Live logs' })
  await live.getByText(/^Live, /).waitFor()
  const say = (text: string) => stage.push({ app: 'followed', level: 'info' }, [text])
  await say('one came')
  await live.getByRole('button', { name: /one came/ }).waitFor()
  await live.getByRole('button', { name: 'Pause' }).click()
  await say('two came')
  await live.getByText('Paused, 1 waiting').waitFor()
  expect(await live.getByRole('button', { name: /two came/ }).count()).toBe(0)
  await live.getByRole('button', { name: 'Resume' }).click()
  await live.getByRole('button', { name: /two came/ }).waitFor()
  await stage.push({ app: 'followed', level: 'info' }, ['three came'], Date.now(), { trace_id: 'abc' })
  await live.getByRole('button', { name: /three came/ }).click()
  await live.getByRole('table', { name: 'Structured metadata' }).getByRole('rowheader', { name: 'trace_id' }).waitFor()
  expect(await live.getByRole('table', { name: 'Labels' }).getByRole('rowheader', { name: 'trace_id' }).count()).toBe(0)
  await page.reload()
  await live.getByText(/^Live, /).waitFor()
})

test('download the whole range', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('button', { name: 'Download the whole range' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /JSON lines/ }).click()])
  expect(file.suggestedFilename()).toMatch(/^logs-.*\.ndjson$/)
  const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\n')
  const asked = new URL(file.url()).searchParams
  expect(lines.length).toBe(await stage.count(asked.get('query') ?? '', BigInt(asked.get('start') ?? 0), BigInt(asked.get('end') ?? 0)))
  const times = lines.map((line) => (JSON.parse(line) as { timestamp: string }).timestamp)
  expect(times).toEqual([...times].sort().reverse())
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ labels: { hostname: 'node-1' } })
})

test('patterns, and what changed', async () => {
  const now = Date.now()
  await stage.push({ app: 'changed', level: 'info' }, Array.from({ length: 40 }, (_, at) => `order ${at} accepted in ${at * 3} ms`), now - 60_000)
  await stage.push({ app: 'changed', level: 'error' }, Array.from({ length: 5 }, (_, at) => `order ${at} lost at 10.0.0.${at}`), now - 50_000)
  await stage.push({ app: 'changed', level: 'info' }, Array.from({ length: 10 }, (_, at) => `order ${at} accepted in ${at * 3} ms`), now - 25 * 60_000)
  await stage.push({ app: 'changed', level: 'info' }, ['worker 3 retired'], now - 25 * 60_000)
  const page = await stage.page(`/explore?q=${encodeURIComponent('{app="changed"} != "nothing"')}&from=now-15m&view=patterns`)
  const patterns = page.getByRole('region', { name: 'Patterns' })
  const row = (text: string) => patterns.getByRole('row').filter({ hasText: text })
  await row('order <_> accepted in <_> ms').getByText('40', { exact: true }).waitFor()
  await page.getByLabel(/What changed against/).selectOption({ label: 'The time just before' })
  await row('order <_> accepted in <_> ms').getByText('×4').waitFor()
  await row('order <_> lost at <_>').getByText('new').waitFor()
  await row('worker <_> retired').getByText('gone').waitFor()
  await patterns.getByRole('button', { name: 'Only lines like order <_> lost at <_>' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('{app="changed"} != "nothing" |> "order <_> lost at <_>"')
  await page.getByRole('region', { name: 'Logs' }).getByText(/^5 lines/).waitFor()
})

test('a query explains itself, and shows where it is wrong', async () => {
  const page = await stage.page(QUERY)
  await page.getByRole('button', { name: 'Explain' }).click()
  const said = page.getByRole('region', { name: 'What this query does' })
  await said.getByText('takes the streams with these labels').waitFor()
  await said.getByText(/\d+ streams with .* in this range/).waitFor()
  await page.goto(`${stage.url}/explore?q=${encodeURIComponent('{service=~".+"} | json | status >= ')}`)
  await page.locator('mark.query-wrong, .cm-lintRange-error').first().waitFor()
})

test('columns, dedup, nanoseconds, pretty JSON, a link to one line', async () => {
  const page = await stage.page(QUERY)
  const line = page.locator('.log-line').first()
  await line.waitFor()
  await page.getByRole('button', { name: 'View settings' }).click()
  await page.getByRole('menuitemradio', { name: 'Nanoseconds' }).click()
  await expect.poll(() => line.locator('.log-time').textContent()).toMatch(/\.\d{9}$/)
  await page.getByRole('menuitemcheckbox', { name: /Message first/ }).click()
  await expect.poll(() => page.locator('.log-body', { hasText: '{"timestamp"' }).count()).toBeGreaterThan(0)
  await page.getByRole('menuitemradio', { name: 'Fold by signature' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('list', { name: 'Log lines' }).getByRole('button', { name: /model_id/ }).first().click()
  await page.getByRole('button', { name: 'Copy link' }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  await page.goto(link)
  await expect.poll(() => page.locator('.log-line[aria-expanded="true"]').count()).toBe(1)
  expect(link).toMatch(/from=\d+&to=\d+.*row=\d+_/)
})

test('commands: the palette, and keys', async () => {
  const page = await stage.page('/')
  await page.locator('.landing-card').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.getByRole('textbox', { name: 'Search logs' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('?')
  await expect.poll(() => page.getByRole('textbox', { name: 'Search logs' }).inputValue()).toBe('?')
  await page.locator('h1').click()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Follow new lines').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command or dashboard' }).fill('rag orch')
  await page.getByRole('option', { name: /RAG Module Orchestrator/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Deployment Logs' }).waitFor()
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
  await page.getByRole('dialog', { name: 'Queries' }).getByRole('button', { name: '{service=~".+", hostname="node-1"}' }).waitFor()
})

test('nothing complained', () => {
  expect(stage.complaints).toEqual([])
})
