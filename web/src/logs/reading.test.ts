import { expect, test } from 'vitest'
import { parseResult } from '../api/loki.ts'
import { readingOf, streamText } from './reading.ts'
import { templateOf } from './template.ts'

function reading(line: string): string | undefined {
  const [row] = parseResult({ data: { resultType: 'streams', result: [{ stream: { service: 'api', level: 'ERROR' }, values: [['1700000000000000001', line]] }] } }, '', '', 'A').rows
  return row && readingOf(row)?.map((part) => (part.kind === 'message' ? `<${part.text}>` : part.text)).join('')
}

test.each([
  ['{"timestamp":"2026-01-01T00:00:00Z","level":"ERROR","message":"not good","service":"api","model_id":"7","user":{"name":"u"}}', '<not good>  model_id=7  user_name=u'],
  ['ts=2026-01-01 level=info msg="a b" took=3ms', '<a b>  took=3ms'],
  ['method=GET status=200', 'method=GET  status=200'],
  ['{"service":"other"}', 'service=other'],
  ['{"level":"ERROR"}', undefined],
  ['plain text with a = sign', undefined],
  ['{"broken": ', undefined],
])('%s reads %s', (line, expected) => {
  expect(reading(line)).toBe(expected)
})

test('a very long line is not read', () => {
  expect(reading(`{"message":"${'x'.repeat(5000)}"}`)).toBeUndefined()
})

test.each([
  [{ hostname: 'h1', level: 'INFO', service: 'api', service_name: 'api', model_id: '7' }, {}, 'api h1 model_id=7'],
  [{ hostname: 'h1', service: 'api', pod: 'h1' }, { service: 'api' }, 'h1'],
  [{ filename: '/var/log/a' }, {}, 'filename=/var/log/a'],
])('a stream of %o says %s', (labels, common, expected) => {
  expect(streamText(labels, common)).toBe(expected)
})

test.each([
  ['2026-01-01T00:00:00.123Z GET /a/17 200 in 3ms', '<_> GET /a/<_> in <_>'],
  ['user 550e8400-e29b-41d4-a716-446655440000 logged in', 'user <_> logged in'],
  ['nothing varies here', 'nothing varies here'],
  ['a 1 2, 3 b', 'a <_> b'],
])('%s is of the pattern %s', (line, expected) => {
  expect(templateOf(line)).toBe(expected)
})
