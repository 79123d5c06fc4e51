import { describe, expect, test } from 'vitest'
import { read } from '../json/reader.ts'
import { applyFieldConfig } from '../frames/config.ts'
import type { Field, Frame } from '../frames/frame.ts'
import { reduce } from '../frames/reduce.ts'
import { colorOf, paletteColor } from './colors.ts'
import { displayOf, shownText } from './display.ts'
import { valueText } from './units.ts'

test.each([
  [0, undefined, undefined, '0'],
  [1234, 'none', undefined, '1234'],
  [1234, 'short', undefined, '1.23 K'],
  [1_500_000, 'short', undefined, '1.5 Mil'],
  [0.0123, 'none', undefined, '0.012'],
  [12.345, 'none', undefined, '12.3'],
  [12.345, 'none', 2, '12.35'],
  [1536, 'bytes', undefined, '1.5 KiB'],
  [1536, 'decbytes', undefined, '1.54 kB'],
  [0.25, 'percentunit', undefined, '25%'],
  [25, 'percent', 1, '25.0%'],
  [0.002, 's', undefined, '2 ms'],
  [90, 's', undefined, '1.5 min'],
  [7200, 's', undefined, '2 hours'],
  [1500, 'ms', undefined, '1.5 s'],
  [0, 'ms', undefined, '0 ms'],
  [12, 'reqps', undefined, '12 req/s'],
  [1, 'bool_on_off', undefined, 'On'],
  [255, 'hex', undefined, 'FF'],
  [3661, 'dthms', undefined, '01:01:01'],
  [3661, 'dtdurations', undefined, '1 hour, 1 minute'],
  [5, 'suffix: apples', undefined, '5 apples'],
  [5, 'currencyUSD', undefined, '$5'],
  [5, 'furlongs', undefined, '5 furlongs'],
  [Number.NaN, 'bytes', undefined, 'NaN'],
  [Number.POSITIVE_INFINITY, 'bytes', undefined, '+Inf'],
])('%d in %s with %s decimals is %s', (value, unit, decimals, expected) => {
  expect(valueText(value, unit, decimals)).toBe(expected)
})

describe('reducers', () => {
  test.each([
    ['lastNotNull', 3], ['current', 3], ['last', null], ['first', 1], ['min', 1], ['max', 3], ['mean', 2], ['avg', 2], ['sum', 6], ['total', 6], ['count', 3], ['countAll', 4], ['range', 2], ['diff', 2], ['median', 2], ['p50', 2], ['delta', 2], ['changeCount', 3], ['allIsZero', false], ['distinctCount', 4], ['nonsense', undefined],
  ])('%s', (id, expected) => expect(reduce([1, 2, 3, null], id)).toBe(expected))
  test('nothing to reduce', () => expect([reduce([], 'max'), reduce([], 'sum'), reduce([], 'last')]).toEqual([null, 0, null]))
})

test('the palette begins as people know it', () => {
  expect([0, 1, 2, 3].map((at) => paletteColor(at, 'dark'))).toEqual(['#73BF69', '#F2CC0C', '#5794F2', '#FF9830'])
  expect(colorOf('green', 'light')).toBe('#56A64B')
  expect(colorOf('url(javascript:alert(1))', 'light')).toBe('#808080')
})

test('defaults, overrides, mappings and thresholds decide how a value looks', () => {
  const value: Field = { name: 'Value', type: 'number', values: [1, 50, null], labels: { svc: 'api' }, legend: 'api' }
  const frame: Frame = { refId: 'A', fields: [value] }
  const config = read({
    defaults: { unit: 'ms', noValue: 'none', mappings: [{ type: 'value', options: { 1: { text: 'up', color: 'blue' } } }, { type: 'range', options: { from: 90, to: 99, result: { text: 'high' } } }], thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 10, color: 'red' }] }, color: { mode: 'thresholds' } },
    overrides: [{ matcher: { id: 'byName', options: 'api' }, properties: [{ id: 'unit', value: 's' }, { id: 'custom.lineWidth', value: 3 }, { id: 'displayName', value: 'API ${__field.labels.svc}' }] }],
  })
  const [field] = applyFieldConfig([frame], config, (text, one) => text.replace('${__field.labels.svc}', one.labels?.['svc'] ?? ''))[0]?.fields ?? []
  if (!field) {
    throw new Error('the field stays')
  }
  const show = displayOf(field, { theme: 'dark', zone: 'utc' })
  expect([show(1), show(50), show(95), show(null)].map(shownText)).toEqual(['up', '50 s', 'high', 'none'])
  expect([show(1).color, show(50).color, show(5).color]).toEqual(['#5794F2', '#F2495C', '#73BF69'])
  expect([field.config?.displayName, field.config?.custom['lineWidth']]).toEqual(['API api', 3])
})
