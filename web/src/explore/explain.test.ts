import { expect, test } from 'vitest'
import { placeOf } from '../logql/place.ts'
import { explain } from './explain.ts'

test('a query is told in the order in which it happens', () => {
  expect(explain('sum by (level) (count_over_time({app="a"} |= "x" | json | status >= 500 [5m]))').map(({ code, does }) => `${code}: ${does.split(' ').slice(0, 2).join(' ')}`)).toEqual([
    '{app="a"}: takes the',
    '|= "x": keeps lines',
    '| json: reads the',
    '| status >= 500: keeps lines',
    'count_over_time: counts the',
    'sum: adds series',
  ])
  expect(explain('')).toEqual([])
})

test.each([
  ['parse error at line 1, col 7: unexpected', '{a="b"} jsn', '}'],
  ['parse error at line 1, col 9: unexpected', '{a="b"} jsn', 'jsn'],
  ['parse error at line 2, col 3: unexpected', '{a="b"}\n| jsn', 'jsn'],
  ['parse error at line 1, col 99: unexpected $end', '{a="b"} |', '|'],
  ['no place', '{a="b"}', undefined],
])('%s is marked in the text', (problem, text, marked) => {
  const place = placeOf(problem, text)
  expect(place && text.slice(place.from, place.to)).toBe(marked)
})
