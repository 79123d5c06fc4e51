import { expect, test } from 'vitest'
import { crossings, exprOf, firstCondition, nameOf, subjectOf } from './condition.ts'

const made = (query: string, change: object = {}) => {
  const subject = subjectOf(query)
  return exprOf(subject, { ...firstCondition(subject), ...change })
}

test('a count per service and level becomes errors per service', () => {
  const query = 'sum by (service, level) (count_over_time({service=~".*", level=~"ERROR|INFO|WARNING|DEBUG"}[5m]))'
  expect(made(query)).toBe('sum by (service) (count_over_time({service=~".*", level="ERROR"} [5m]))')
  expect(made(query, { level: '', window: '1h', per: '' })).toBe('sum (count_over_time({service=~".*", level=~"ERROR|INFO|WARNING|DEBUG"} [1h]))')
  const subject = subjectOf(query)
  expect(nameOf(subject, firstCondition(subject), 'x')).toBe('ERROR count > 10 in 5m per service')
})

test('lines are counted with all that filters them', () => {
  expect(made('{service="api", level="ERROR"} |= "time[out]" | json | status >= 500')).toBe('sum by (service) (count_over_time({service="api", level="ERROR"} |= "time[out]" | json | status >= 500 [5m]))')
  expect(made('sum(rate({app="x"} |= "boom" [$__auto])) by (pod)')).toBe('sum by (pod) (count_over_time({app="x"} |= "boom" [5m]))')
  expect(made('{app="x"}', { level: 'error', per: '' })).toBe('sum (count_over_time({app="x"} | detected_level="error" [5m]))')
})

test('what is no count is compared as it is', () => {
  for (const query of ['sum(rate({a="b"}[1m])) / sum(rate({a="c"}[1m]))', 'avg_over_time({a="b"} | unwrap ms [5m])', 'sum_over_time({a="b"} | logfmt | unwrap rate (x) [5m])', 'vector(1)']) {
    expect(subjectOf(query).kind, query).toBe('value')
    expect(made(query)).toBe(query)
  }
})

test('crossings are counted from below', () => {
  expect(crossings([11, 12, 3, null, 20, undefined, 10, 11], 10)).toBe(3)
  expect(crossings([1, 2, 10], 10)).toBe(0)
})
