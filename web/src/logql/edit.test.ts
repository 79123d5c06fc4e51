import { describe, expect, test } from 'vitest'
import { addFilter, addLineFilter, isLogQuery, selectors, type FieldFilter } from './edit.ts'

const on = (field: string, op: FieldFilter['op'], value: string, kind: FieldFilter['kind']): FieldFilter => ({ field, op, value, kind })

describe('filters', () => {
  test.each([
    ['{a="b"}', on('c', '=', 'd', 'label'), '{a="b", c="d"}'],
    ['{}', on('c', '=', 'd', 'label'), '{c="d"}'],
    ['{a="b"}', on('service.name', '!=', 'd', 'label'), '{a="b", "service.name"!="d"}'],
    ['{a="b", c="d"}', on('c', '=', 'd', 'label'), '{a="b"}'],
    ['{a=~"b|c"}', on('a', '=', 'b', 'label'), '{a="b"}'],
    ['{a="b", c!="d"}', on('c', '=', 'd', 'label'), '{a="b", c="d"}'],
    ['{a="b"}', on('model_id', '=', '7', 'json'), '{a="b"} | json | model_id="7"'],
    ['{a="b"} | json', on('model_id', '=', '7', 'json'), '{a="b"} | json | model_id="7"'],
    ['{a="b"} | json | model_id="7"', on('model_id', '=', '7', 'parsed'), '{a="b"} | json'],
    ['{a="b"} | json | model_id="7"', on('model_id', '!=', '7', 'parsed'), '{a="b"} | json | model_id!="7"'],
    ['{a="b"}', on('trace', '=', 'x"y', 'metadata'), '{a="b"} | trace="x\\"y"'],
    ['sum by (a) (count_over_time({a="b"} |= "x" [5m]))', on('m', '=', '1', 'metadata'), 'sum by (a) (count_over_time({a="b"} |= "x" | m="1" [5m]))'],
    ['sum(rate({a="b"}[5m])) / sum(rate({c="d"}[5m]))', on('e', '=', 'f', 'label'), 'sum(rate({a="b", e="f"}[5m])) / sum(rate({c="d", e="f"}[5m]))'],
    ['sum_over_time({a="b"} | json | unwrap ms [5m])', on('m', '=', '1', 'parsed'), 'sum_over_time({a="b"} | json | m="1" | unwrap ms [5m])'],
    ['{a="b"} != "x" | json', on('m', '>', '5', 'parsed'), '{a="b"} != "x" | json | m > 5'],
  ])('%s with %o', (query, filter, expected) => {
    expect(addFilter(query, filter)).toBe(expected)
  })

  test('line filters go behind the line filters', () => {
    expect(addLineFilter('{a="b"} |= "x" | json', '|=', 'say "no"')).toBe('{a="b"} |= "x" |= "say \\"no\\"" | json')
    expect(addLineFilter('{a="b"}', '!=', 'y')).toBe('{a="b"} != "y"')
  })
})

test('a selector knows its stages', () => {
  const [selector] = selectors('{a="b"} |= "x" != "y" | json | level="error" or ms != 5 | line_format "{{.x}}"')
  expect(selector?.stages.map((stage) => stage.name)).toEqual(['|=', '!=', 'json', 'level', 'line_format'])
})

test('log queries are told from metric queries', () => {
  expect(isLogQuery('  # note\n {a="b"}')).toBe(true)
  expect(isLogQuery('rate({a="b"}[5m])')).toBe(false)
})
