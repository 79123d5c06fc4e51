import { expect, test } from 'vitest'
import { addText, chipsOf, withoutChip } from './chips.ts'

const isLabel = (name: string) => name === 'service'

test('typed text becomes LogQL', () => {
  expect(addText('', 'timeout -debug service:api "a b"', isLabel)).toBe('{service="api"} |~ "(?i)timeout" !~ "(?i)debug" |~ "(?i)a b"')
  expect(addText('{service="api"}', 'model_id=7', isLabel)).toBe('{service="api"} | json | model_id="7"')
  expect(addText('{service="api"}', 'a.b', isLabel)).toBe('{service="api"} |~ "(?i)a\\\\.b"')
  expect(addText('{service="api"}', '{x="y"} |= "z"', isLabel)).toBe('{x="y"} |= "z"')
  expect(addText('', 'sum(rate({x="y"}[5m]))', isLabel)).toBe('sum(rate({x="y"}[5m]))')
  expect(addText('', 'http://host/path', isLabel)).toBe('{service_name=~".+"} |~ "(?i)http://host/path"')
})

test('a plain query has chips, a clever one has not', () => {
  expect(chipsOf('{a="b", c!="d"} |= "x" | json | level="error"')?.map((chip) => chip.text)).toEqual(['a = b', 'c != d', 'contains "x"', 'json', 'level="error"'])
  expect(chipsOf('')).toEqual([])
  expect(chipsOf('rate({a="b"}[5m])')).toBeUndefined()
})

test('a chip can be taken away', () => {
  const query = '{a="b", c="d"} |= "x" | json'
  const [, second, third] = chipsOf(query) ?? []
  expect(second && withoutChip(query, second)).toBe('{a="b"} |= "x" | json')
  expect(third && withoutChip(query, third)).toBe('{a="b", c="d"} | json')
})
