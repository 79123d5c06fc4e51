import { expect, test } from 'vitest'
import { parseResult } from '../api/loki.ts'
import { ansiSpans } from './ansi.ts'
import { dedup } from './dedup.ts'
import { fieldsOf } from './fields.ts'
import { Heights } from './heights.ts'
import { levelOfLine } from './level.ts'
import { highlightTerms } from './terms.ts'

const answer = (values: readonly unknown[]) => ({ status: 'success', data: { resultType: 'streams', encodingFlags: ['categorize-labels'], result: [{ stream: { service: 'api', level: 'ERROR' }, values }], stats: { summary: { totalBytesProcessed: 5, totalLinesProcessed: 2, execTime: 0.1 } } } })

test('rows keep their nanoseconds, their kinds of labels and their twins', () => {
  const result = parseResult(answer([['1700000000000000001', 'a', { structuredMetadata: { trace: 't' }, parsed: { x: '1' } }], ['1700000000000000002', 'b'], ['1700000000000000002', 'b']]), '', '', 'A')
  expect(result.rows.map((row) => [row.ns, row.line, row.level, row.metadata, row.parsed])).toEqual([
    ['1700000000000000002', 'b', 'error', {}, {}],
    ['1700000000000000002', 'b', 'error', {}, {}],
    ['1700000000000000001', 'a', 'error', { trace: 't' }, { x: '1' }],
  ])
  expect(new Set(result.rows.map((row) => row.id)).size).toBe(3)
  expect(result.stats).toEqual({ bytes: 5, lines: 2, seconds: 0.1 })
})

test('series are named by the legend and keep NaN', () => {
  const { frames } = parseResult({ data: { resultType: 'matrix', result: [{ metric: { a: 'b' }, values: [[1, '2'], [2, 'NaN'], [3, '+Inf']] }] } }, 'x', '{{a}} {{gone}}!', 'A')
  expect(frames.map((frame) => [frame.name, frame.fields[0]?.values, frame.fields[1]?.values])).toEqual([['b !', [1000, 2000, 3000], [2, Number.NaN, Number.POSITIVE_INFINITY]]])
})

test('an answer that is no answer gives nothing', () => {
  expect(parseResult('<html>', '', '', 'A').rows).toEqual([])
  expect(parseResult(answer([[5, null], 'x', null]), '', '', 'A').rows).toEqual([])
})

test('fields say where they come from', () => {
  const [row] = parseResult(answer([['1700000000000000001', '{"level":"ERROR","model_id":7,"user":{"name":"u"},"service":"other"}']]), '', '', 'A').rows
  expect(row && fieldsOf(row).map((field) => `${field.kind} ${field.name}=${field.value}`)).toEqual(['label level=ERROR', 'json model_id=7', 'json user_name=u', 'json service=other'])
  const [plain] = parseResult(answer([['1700000000000000001', 'msg="a b" took=3ms']]), '', '', 'A').rows
  expect(plain && fieldsOf(plain).map((field) => `${field.kind} ${field.name}=${field.value}`)).toEqual(['logfmt msg=a b', 'logfmt took=3ms', 'label service=api', 'label level=ERROR'])
})

test.each([
  ['plain', { level: 'WARNING' }, 'warning'],
  ['plain', { detected_level: 'fatal' }, 'critical'],
  ['2026 [ERROR] no', {}, 'error'],
  ['terrorist information', {}, 'unknown'],
  ['x', { severity: '4' }, 'warning'],
  ['nothing', {}, 'unknown'],
])('the level of %s with %o is %s', (line, labels, level) => {
  expect(levelOfLine(line, labels as Record<string, string>)).toBe(level)
})

test('heights find rows and offsets', () => {
  const heights = new Heights(20)
  heights.reset(1000)
  expect([heights.total, heights.offset(10), heights.rowAt(0), heights.rowAt(199), heights.rowAt(200), heights.rowAt(1e9)]).toEqual([20_000, 200, 0, 9, 10, 999])
  heights.set(5, 120)
  expect([heights.total, heights.offset(5), heights.offset(6), heights.rowAt(219), heights.rowAt(220)]).toEqual([20_100, 100, 220, 5, 6])
  heights.grow(1200)
  expect([heights.total, heights.height(5), heights.offset(1200)]).toEqual([24_100, 120, 24_100])
})

test('alike lines fold', () => {
  const { rows } = parseResult(answer([['1700000000000000003', 'took 5ms'], ['1700000000000000002', 'took 7ms'], ['1700000000000000001', 'other']]), '', '', 'A')
  expect(dedup(rows, 'numbers').map(({ row, repeats }) => [row.line, repeats])).toEqual([['took 5ms', 1], ['other', 0]])
  expect(dedup(rows, 'exact').length).toBe(3)
})

test('terminal colours become classes', () => {
  expect(ansiSpans('a\u001b[1;31mb\u001b[0mc')).toEqual([{ text: 'a', classes: '' }, { text: 'b', classes: 'ansi-bold ansi-fg1' }, { text: 'c', classes: '' }])
})

test('what a query looks for is marked', () => {
  expect(highlightTerms('{a="b"} |= "x y" |~ "(?i)Tim\\\\.e" |~ "a.*b" != "no" | json | c="d"')).toEqual(['x y', 'Tim.e'])
})
