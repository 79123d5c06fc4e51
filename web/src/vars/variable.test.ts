import { describe, expect, test } from 'vitest'
import { read } from '../json/reader.ts'
import { ALL, bindingOf, buildOptions, choose, customOptions, isSettled, parseLabelQuery, parseVariables, validChoice } from './variable.ts'

describe('label queries', () => {
  test.each([
    ['label_names()', { kind: 'names' }],
    ['label_values(service)', { kind: 'values', label: 'service', selector: '' }],
    ['label_values({app="x", env=~"$env"}, pod)', { kind: 'values', label: 'pod', selector: '{app="x", env=~"$env"}' }],
    ['label_values({app="x"} |= "a,b", pod)', { kind: 'values', label: 'pod', selector: '{app="x"} |= "a,b"' }],
    ['field_values({app="x"}, model_id)', { kind: 'fields', field: 'model_id', selector: '{app="x"}' }],
    ['query_result(topk(5, sum by (a) (rate({b="c"}[5m]))))', { kind: 'result', expr: 'topk(5, sum by (a) (rate({b="c"}[5m])))' }],
    ['nonsense', undefined],
  ])('%s', (text, expected) => {
    expect(parseLabelQuery(text)).toEqual(expected)
  })
})

describe('options', () => {
  const values = (answers: string[], regex: string, sort = 0) => buildOptions(answers, regex, sort).map(({ text, value }) => (text === value ? text : `${text}=${value}`))
  test('plain text matches whole values', () => expect(values(['a', 'ab'], 'a')).toEqual(['a']))
  test('a group is the value', () => expect(values(['pod-1', 'pod-2', 'x'], '/pod-(\\d)/')).toEqual(['1', '2']))
  test('named groups', () => expect(values(['a:1'], '/(?<text>\\w):(?<value>\\d)/')).toEqual(['a=1']))
  test('doubles vanish', () => expect(values(['a', 'a', 'b'], '')).toEqual(['a', 'b']))
  test('sorting', () => {
    expect(values(['b', 'a'], '', 1)).toEqual(['a', 'b'])
    expect(values(['b', 'a'], '', 2)).toEqual(['b', 'a'])
    expect(values(['p10', 'p9'], '', 3)).toEqual(['p9', 'p10'])
    expect(values(['p10', 'p9'], '', 8)).toEqual(['p10', 'p9'])
  })
  test('custom', () => expect(customOptions('a, one : 1, b\\,c')).toEqual([{ text: 'a', value: 'a' }, { text: 'one', value: '1' }, { text: 'b,c', value: 'b,c' }]))
})

const [services, levels] = parseVariables(
  read([
    { name: 'service_name', label: 'Service Name', type: 'query', query: 'label_values(service)', multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' } },
    { name: 'level', type: 'query', query: { type: 1, label: 'level', stream: '' }, current: { text: ['a'], value: ['a'] } },
  ]),
)

test('the choice stays valid', () => {
  if (!services || !levels) {
    throw new Error('two variables are read')
  }
  const options = [{ text: 'a', value: 'a' }, { text: 'b', value: 'b' }]
  expect(services.initial).toEqual([ALL])
  expect(validChoice(services, options, ['b', 'gone'])).toEqual(['b'])
  expect(validChoice(services, options, ['gone'])).toEqual([ALL])
  expect(validChoice(levels, options, ['gone'])).toEqual(['a'])
  expect(choose([ALL], [ALL, 'a'])).toEqual(['a'])
  expect(choose(['a'], ['a', ALL])).toEqual([ALL])
  expect(bindingOf({ def: services, options, values: [ALL], loading: false, problem: undefined })).toMatchObject({ raw: '.*', values: ['a', 'b'], all: true })
})

test('only All with a value of its own does not depend on the options', () => {
  if (!services || !levels) {
    throw new Error('two variables are read')
  }
  const settled = (def: typeof services, values: readonly string[]) => isSettled({ def, values, options: [], loading: true, problem: undefined })
  expect(settled(services, [ALL])).toBe(true)
  expect(settled(services, ['a'])).toBe(false)
  expect(settled({ ...services, allValue: '' }, [ALL])).toBe(false)
  expect(settled(levels, [ALL])).toBe(false)
})
