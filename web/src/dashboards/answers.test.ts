import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Answers } from './answers.ts'
import type { Request } from './panel-query.ts'

const HOUR = 3_600_000
const STEP = 15_000
const T = 1_700_000_010_000 - (1_700_000_010_000 % STEP)

const datasource = { uid: 'loki', name: 'Loki', type: 'loki', isDefault: true, maxLines: 1000, derivedFields: [] }
const request = (to: number, more: Partial<Request> = {}): Request => ({ refId: 'A', datasource, expr: 'x', legend: '', instant: false, logs: false, limit: 1000, stepMs: STEP, range: { from: to - HOUR, to }, direction: 'backward', ...more })

/** The server: a sample at every step and a line every ten seconds up to `now`, with the range of each question kept. */
let asked: (readonly [start: number, end: number])[]
let series: readonly string[]

beforeEach(() => {
  asked = []
  series = ['a']
  vi.stubGlobal('document', { baseURI: 'http://localhost/' })
  vi.stubGlobal('fetch', async (url: string) => {
    const query = new URL(url).searchParams
    const [start, end] = [Number(query.get('start')) / 1e6, Number(query.get('end')) / 1e6]
    asked.push([start, end])
    const times = (every: number) => Array.from({ length: Math.floor(end / every) - Math.ceil(start / every) + 1 }, (_, at) => (Math.ceil(start / every) + at) * every)
    return Response.json({
      data: query.has('limit')
        ? { resultType: 'streams', result: [{ stream: { a: 'b' }, values: times(10_000).toReversed().slice(0, Number(query.get('limit'))).map((ms) => [`${ms}000000`, `line ${ms}`]) }] }
        : { resultType: 'matrix', result: series.map((name) => ({ metric: { name }, values: times(STEP).map((ms) => [ms / 1000, String(ms)]) })) },
    })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

async function ask(answers: Answers, one: Request, whole = false) {
  const [settled] = await answers.ask([one], whole, new AbortController().signal)
  if (settled?.status !== 'fulfilled') {
    throw new Error(JSON.stringify(settled))
  }
  return settled.value
}

test('a refresh of series asks for the new end only and gives what a whole answer gives', async () => {
  const answers = new Answers()
  await ask(answers, request(T))
  const refreshed = await ask(answers, request(T + 30_000))
  expect(asked).toEqual([[T - HOUR, T], [T - 60_000 - STEP, T + 30_000]])
  expect(refreshed.frames).toEqual((await ask(new Answers(), request(T + 30_000))).frames)
})

test('a refresh of lines asks for the new end only and keeps the newest', async () => {
  const answers = new Answers()
  const logs = { logs: true, limit: 100 }
  await ask(answers, request(T, logs))
  const refreshed = await ask(answers, request(T + 30_000, logs))
  expect(asked[1]).toEqual([T - 60_000 - STEP, T + 30_000])
  expect(refreshed.rows.map((row) => row.id)).toEqual((await ask(new Answers(), request(T + 30_000, logs))).rows.map((row) => row.id))
})

test('everything is asked for again when it was wanted, the query is another, the range jumped or a series is new', async () => {
  const answers = new Answers()
  await ask(answers, request(T))
  await ask(answers, request(T + 1000), true)
  await ask(answers, request(T + 2000, { expr: 'y' }))
  await ask(answers, request(T - HOUR, { expr: 'y' }))
  expect(asked.map(([start, end]) => end - start > HOUR - STEP)).toEqual([true, true, true, true])
  await ask(answers, request(T - HOUR + 30_000, { expr: 'y' }))
  series = ['a', 'b']
  const both = await ask(answers, request(T - HOUR + 60_000, { expr: 'y' }))
  expect(asked.slice(4).map(([start, end]) => end - start > HOUR - STEP)).toEqual([false, false, true])
  expect(both.frames.length).toBe(2)
})
