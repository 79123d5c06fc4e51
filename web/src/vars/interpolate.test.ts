import { describe, expect, test } from 'vitest'
import { interpolate, interpolateLogql, namesIn, type Binding } from './interpolate.ts'

const bindings: Record<string, Binding> = {
  one: { values: ['a b'] },
  two: { values: ['a', 'b.c'], texts: ['A', 'B'], multi: true },
  svc: { values: ['svc.v1+beta'], multi: true, literal: true },
  pair: { values: ['svc.v1', 'x|y'], multi: true, literal: true },
  all: { values: ['ERROR', 'INFO'], raw: 'ERROR|INFO|WARNING|DEBUG', all: true, multi: true },
  star: { values: ['a'], raw: '.*', all: true, multi: true },
  box: { values: ['say "hi" \\d+'], literal: true, typed: true },
  single: { values: ['a.b'], literal: true },
  constant: { values: ['json | level="x"'] },
  __interval: { values: ['15s'] },
  __auto: { values: ['2s'] },
  __from: { values: ['1700000000000'], time: 1_700_000_000_000 },
  __dashboard: { values: ['My board'], fields: { uid: 'abc' } },
}
const scope = (name: string) => bindings[name]

describe('formats', () => {
  test.each([
    ['$one', 'a b'],
    ['$two', '{a,b.c}'],
    ['[[two]]', '{a,b.c}'],
    ['[[two:pipe]]', 'a|b.c'],
    ['${two:regex}', '(a|b\\.c)'],
    ['${two:csv}', 'a,b.c'],
    ['${two:json}', '["a","b.c"]'],
    ['${one:json}', '"a b"'],
    ['${two:singlequote}', "'a','b.c'"],
    ['${two:doublequote}', '"a","b.c"'],
    ['${two:lucene}', '("a" OR "b.c")'],
    ['${two:distributed}', 'a,two=b.c'],
    ['${one:queryparam}', 'var-one=a%20b'],
    ['${two:queryparam}', 'var-two=a&var-two=b.c'],
    ['${all:queryparam}', 'var-all=%24__all'],
    ['${two:customqueryparam:x:p-}', 'x=p-a&x=p-b.c'],
    ['${one:percentencode}', 'a%20b'],
    ['${two:text}', 'A + B'],
    ['${all:text}', 'All'],
    ['${two:join: and }', 'a and b.c'],
    ['${__from:date:iso}', '2023-11-14T22:13:20.000Z'],
    ['${__from:date:seconds}', '1700000000'],
    ['${__from:date:YYYY-MM-DD}', '2023-11-14'],
    ['${__dashboard.uid}', 'abc'],
    ['$unknown and ${unknown:csv}', '$unknown and ${unknown:csv}'],
    ['$all', 'ERROR|INFO|WARNING|DEBUG'],
    ['no $ here, 5$', 'no $ here, 5$'],
  ])('%s is %s', (text, expected) => {
    expect(interpolate(text, scope)).toBe(expected)
  })
})

describe('LogQL', () => {
  test.each([
    ['{s=~"$svc"}', '{s=~"svc\\\\.v1\\\\+beta"}'],
    ['{s=~"$pair"}', '{s=~"svc\\\\.v1|x\\\\|y"}'],
    ['{s=~`$pair`}', '{s=~`svc\\.v1|x\\|y`}'],
    ['{s="$svc"}', '{s="svc.v1+beta"}'],
    ['{s="$pair"}', '{s=~"svc\\\\.v1|x\\\\|y"}'],
    ['{s!="$pair"}', '{s!~"svc\\\\.v1|x\\\\|y"}'],
    ['{s=~"$star", l=~"$all"}', '{s=~".*", l=~"ERROR|INFO|WARNING|DEBUG"}'],
    ['{s="$star"}', '{s=~".*"}'],
    ['{s=~"$single"}', '{s=~"a\\\\.b"}'],
    ['{s="x"} |= "$box"', '{s="x"} |= "say \\"hi\\" \\\\d+"'],
    ['{s="x"} |~ "$box"', '{s="x"} |~ "say \\"hi\\" \\\\d+"'],
    ['{s="x"} |= `$box`', '{s="x"} |= `say "hi" \\d+`'],
    ['{s="x"} | $constant', '{s="x"} | json | level="x"'],
    ['rate({s="x"}[$__interval])', 'rate({s="x"}[15s])'],
    ['rate({s="x"}[$__auto]) # $one', 'rate({s="x"}[2s]) # $one'],
    ['{s=~"${two:regex}"}', '{s=~"(a|b\\\\.c)"}'],
    ['{s=~"${two:pipe}"}', '{s=~"a|b.c"}'],
    ['{s=~"$unknown"}', '{s=~"$unknown"}'],
    ['{s=~".*$"}', '{s=~".*$"}'],
  ])('%s becomes %s', (query, expected) => {
    expect(interpolateLogql(query, scope)).toBe(expected)
  })
})

test('names are found in every syntax', () => {
  expect([...namesIn('$a ${b:csv} [[c]] ${d.e}')]).toEqual(['a', 'b', 'c', 'd'])
})
