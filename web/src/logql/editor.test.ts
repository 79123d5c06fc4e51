import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { logqlParser } from './language.ts'
import { situationAt } from './situation.ts'

/** Offsets of what the grammar did not understand. */
function errors(query: string): readonly number[] {
  const found: number[] = []
  logqlParser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) {
        found.push(node.from)
      }
    },
  })
  return found
}

test.each([
  '{a="b"}',
  '{a="b", c!~`d`,}',
  '{"service.name"="x"}',
  '{a="b"} |= "x" or "y" != "z" |~ `w` |> "<_> x" !> "y" !~ "v"',
  '{a="b"} |= ip("10.0.0.0/8")',
  '{a="b"} | json | level="error" or ms > 5 and (x="y", z!="w") | line_format "{{.x}}"',
  '{a="b"} | json first="a.b", second="c" | logfmt --strict --keep-empty x | regexp "(?P<x>y)" | pattern "<x> <_>" | unpack | decolorize',
  '{a="b"} | label_format a=b, c="{{.d}}" | drop x, y="z" | keep q | distinct d',
  '{a="b"} | took > 1.5s and size <= 20KB and n == -3 and addr = ip("1.2.3.4")',
  'rate({a="b"}[5m])',
  'rate({a="b"} |= "x" [$__auto] offset 1h)',
  'sum by (a, b) (count_over_time({a="b"} | json [5m]))',
  'sum(count_over_time({a="b"}[1h30m])) by (a)',
  'topk(5, sum without (x) (bytes_rate({a="b"}[1m])))',
  'quantile_over_time(0.99, {a="b"} | json | unwrap duration(ms) | __error__="" [5m]) by (svc)',
  'sum(rate({a="b"}[1m])) / on (x) group_left (y) sum(rate({c="d"}[1m])) * 100 > bool 5',
  'rate({a="b"}[1m]) and rate({c="d"}[1m]) unless rate({e="f"}[1m]) or vector(0)',
  'label_replace(rate({a="b"}[1m]), "x", "$1", "y", "(.*)")',
  'approx_topk(3, sum by (a) (rate({a="b"}[1m])))',
  'variants(count_over_time({a="b"}[1m]), bytes_over_time({a="b"}[1m])) of ({a="b"}[1m])',
  'vector(1) + vector(1)',
  '-1 ^ 2 ^ 3 % 4',
  '{a=~"$x"} | $filter',
  '# a note\n{a="b"} // more\n|= "x"',
  'sum by (a) (rate({a="b"}[1m] OFFSET 5m)) AND ON (a) rate({c="d"}[1m])',
  '{json="x", by="y", ip="z", offset="w"} | json="v"',
])('understands %s', (query) => {
  expect(errors(query)).toEqual([])
})

/** Queries that the server takes, and such that it refuses for their syntax; its own tests read the same files. */
const corpus = (name: string) =>
  readFileSync(new URL(`../../../testdata/logql/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')

test.each(corpus('accept.txt'))('understands what the server does: %s', (query) => {
  expect(errors(query)).toEqual([])
})

test.each(corpus('reject-syntax.txt'))('sees what the server refuses: %s', (query) => {
  expect(errors(query).length).toBeGreaterThan(0)
})

test.each(['{a=}', '{a="b"', 'rate({a="b"}[5m]', '{a="b"} | | json', 'sum by (count_over_time({a="b"}[1m]))  )'])('sees the fault of %s', (query) => {
  expect(errors(query).length).toBeGreaterThan(0)
})

describe('completion', () => {
  /** The cursor is the `|^|` of the text. */
  const at = (marked: string) => {
    const place = marked.indexOf('^')
    return situationAt(marked.replace('^', ''), place)
  }
  test.each([
    ['{^', { kind: 'label', from: 1, selector: '' }],
    ['{ser^', { kind: 'label', from: 1, selector: '' }],
    ['{a="b", ser^', { kind: 'label', from: 8, selector: '{a="b"}' }],
    ['{a=^', { kind: 'value', from: 3, label: 'a', selector: '', quoted: false }],
    ['{x="y", a=~"b^', { kind: 'value', from: 12, label: 'a', selector: '{x="y"}', quoted: true }],
    ['{a="b"} ^', { kind: 'afterSelector', from: 8, logs: '{a="b"}' }],
    ['{a="b"} |= "x" | js^', { kind: 'stage', from: 17, logs: '{a="b"} |= "x"' }],
    ['{a="b"} | json | unwrap d^', { kind: 'unwrap', from: 24, logs: '{a="b"} | json' }],
    ['rate({a="b"}[^', { kind: 'range', from: 13 }],
    ['sum by (a, l^) (rate({a="b"}[1m]))', { kind: 'grouping', from: 11, logs: '{a="b"}' }],
    ['^', { kind: 'expression', from: 0 }],
    ['sum(co^', { kind: 'expression', from: 4 }],
    ['{a="b"} |= "te^', { kind: 'none' }],
    ['{a="b"} # no^', { kind: 'none' }],
  ])('%s', (marked, expected) => {
    expect(at(marked)).toEqual(expected)
  })
})
