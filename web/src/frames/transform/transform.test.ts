import { expect, test } from 'vitest'
import { read } from '../../json/reader.ts'
import { displayName, type Field, type Frame } from '../frame.ts'
import { isKnownTransformation, transform } from './index.ts'

/** A frame written as columns; the first letter of a name may give its type: `t:`, `n:` or text. */
function frame(columns: Record<string, readonly unknown[]>, refId = 'A', labels?: Record<string, string>): Frame {
  return {
    refId,
    fields: Object.entries(columns).map(([key, values]): Field => {
      const [, kind, name = key] = /^(t|n):(.*)$/.exec(key) ?? []
      return { name, type: kind === 't' ? 'time' : kind === 'n' ? 'number' : 'string', values, ...(kind === 'n' && labels ? { labels } : {}) }
    }),
  }
}

/** Every frame as `name: v, v` columns joined by ` | `. */
const print = (frames: readonly Frame[]) => frames.map((one) => one.fields.map((field) => `${displayName(field, one)}: ${field.values.map((value) => (value === null ? '-' : String(value))).join(',')}`).join(' | '))

const apply = (frames: readonly Frame[], id: string, options: object = {}) => print(transform(frames, read([{ id, options }])))

const table = frame({ 't:Time': [1, 2, 3], service: ['a', 'b', 'a'], 'n:ms': [10, 30, 20] })
const series = [frame({ 't:Time': [1, 2], 'n:Value': [1, 2] }, 'A', { level: 'error', svc: 'x' }), frame({ 't:Time': [2, 3], 'n:Value': [5, 6] }, 'A', { level: 'info', svc: 'x' })]

test.each([
  ['organize', [table], { excludeByName: { Time: true }, renameByName: { ms: 'took' }, indexByName: { ms: 0, service: 1 } }, ['took: 10,30,20 | service: a,b,a']],
  ['sortBy', [table], { sort: [{ field: 'ms', desc: true }] }, ['Time: 2,3,1 | service: b,a,a | ms: 30,20,10']],
  ['limit', [table], { limitField: 1 }, ['Time: 1 | service: a | ms: 10']],
  ['limit', [table], { limitField: -1 }, ['Time: 3 | service: a | ms: 20']],
  ['filterFieldsByName', [table], { include: { pattern: '/^(ms|service)$/' } }, ['service: a,b,a | ms: 10,30,20']],
  ['filterByValue', [table], { type: 'include', match: 'any', filters: [{ fieldName: 'ms', config: { id: 'greater', options: { value: 15 } } }] }, ['Time: 2,3 | service: b,a | ms: 30,20']],
  ['filterByValue', [table], { type: 'exclude', match: 'all', filters: [{ fieldName: 'service', config: { id: 'equal', options: { value: 'a' } } }] }, ['Time: 2 | service: b | ms: 30']],
  ['filterByRefId', [table, frame({ x: ['1'] }, 'B')], { include: 'B' }, ['x: 1']],
  ['groupBy', [table], { fields: { service: { operation: 'groupby', aggregations: [] }, ms: { operation: 'aggregate', aggregations: ['sum', 'count'] } } }, ['service: a,b | ms (sum): 30,30 | ms (count): 2,1']],
  ['reduce', series, { reducers: ['max', 'sum'], labelsToFields: true }, ['Field: Value,Value | level: error,info | svc: x,x | Max: 2,6 | Total: 3,11']],
  ['reduce', [table], { mode: 'reduceFields', reducers: ['mean'] }, ['service: - | ms: 20']],
  ['labelsToFields', series, {}, ['Time: 1,2 | level: error,error | svc: x,x | Value: 1,2', 'Time: 2,3 | level: info,info | svc: x,x | Value: 5,6']],
  ['labelsToFields', series, { valueLabel: 'level', keepLabels: ['level'] }, ['Time: 1,2 | error: 1,2', 'Time: 2,3 | info: 5,6']],
  ['merge', [frame({ k: ['a', 'b'], 'n:x': [1, 2] }), frame({ k: ['b', 'c'], 'n:y': [3, 4] })], {}, ['k: a,b,c | x: 1,2,- | y: -,3,4']],
  ['joinByField', [frame({ k: ['a', 'b'], 'n:x': [1, 2] }), frame({ k: ['b', 'c'], 'n:y': [3, 4] })], { byField: 'k' }, ['k: a,b,c | x: 1,2,- | y: -,3,4']],
  ['joinByField', [frame({ k: ['a', 'b'], 'n:x': [1, 2] }), frame({ k: ['b', 'c'], 'n:y': [3, 4] })], { byField: 'k', mode: 'inner' }, ['k: b | x: 2 | y: 3']],
  ['seriesToRows', series, {}, ['Time: 3,2,2,1 | Metric: {level="info", svc="x"},{level="error", svc="x"},{level="info", svc="x"},{level="error", svc="x"} | Value: 6,2,5,1']],
  ['calculateField', [table], { mode: 'binary', binary: { left: 'ms', operator: '*', right: '2' }, alias: 'double' }, ['Time: 1,2,3 | service: a,b,a | ms: 10,30,20 | double: 20,60,40']],
  ['calculateField', [frame({ 'n:a': [1, 2], 'n:b': [3, 4] })], { mode: 'reduceRow', reduce: { reducer: 'sum' } }, ['a: 1,2 | b: 3,4 | Total: 4,6']],
  ['calculateField', [table], { mode: 'cumulativeFunctions', cumulative: { field: 'ms', reducer: 'sum' }, alias: 'run', replaceFields: true }, ['Time: 1,2,3 | run: 10,40,60']],
  ['renameByRegex', [table], { regex: '^m(.)$', renamePattern: 'M$1' }, ['Time: 1,2,3 | service: a,b,a | Ms: 10,30,20']],
  ['convertFieldType', [frame({ x: ['1', 'z', '2.5'] })], { conversions: [{ targetField: 'x', destinationType: 'number' }] }, ['x: 1,-,2.5']],
  ['extractFields', [frame({ Line: ['{"a":1,"b":{"c":"x"}}', 'no'] })], { source: 'Line', format: 'json', replace: true, jsonPaths: [{ path: 'a' }, { path: 'b.c', alias: 'c' }] }, ['a: 1,- | c: x,-']],
  ['extractFields', [frame({ Line: ['x=1 y="b c"'] })], { source: 'Line', format: 'kvp', replace: true }, ['x: 1 | y: b c']],
  ['extractFields', [frame({ Line: ['GET /a 200'] })], { source: 'Line', format: 'regexp', regExp: '/(?<method>\\w+) .* (?<status>\\d+)/', replace: true }, ['method: GET | status: 200']],
  ['partitionByValues', [table], { fields: ['service'] }, ['Time: 1,3 | a: 10,20', 'Time: 2 | b: 30']],
  ['groupingToMatrix', [frame({ r: ['a', 'b'], c: ['x', 'y'], 'n:v': [1, 2] })], { rowField: 'r', columnField: 'c', valueField: 'v' }, ['r\\c: a,b | x: 1,- | y: -,2']],
  ['rowsToFields', [frame({ name: ['a', 'b'], 'n:v': [1, 2] })], {}, ['a: 1 | b: 2']],
  ['transpose', [frame({ name: ['a', 'b'], 'n:v': [1, 2] })], {}, ['Field: v | a: 1 | b: 2']],
  ['histogram', [frame({ 'n:v': [1, 2, 2, 9] })], { bucketSize: 5 }, ['xMin: 0,5 | xMax: 5,10 | v: 3,1']],
  ['somethingElse', [table], {}, ['Time: 1,2,3 | service: a,b,a | ms: 10,30,20']],
] as const)('%s %#', (id, frames, options, expected) => {
  expect(apply(frames, id, options)).toEqual(expected)
})

test('a disabled step does nothing, a filtered one only its query', () => {
  const list = read([{ id: 'limit', disabled: true, options: { limitField: 0 } }, { id: 'limit', filter: { id: 'byRefId', options: 'B' }, options: { limitField: 0 } }])
  expect(print(transform([frame({ x: ['1'] }), frame({ y: ['2'] }, 'B')], list))).toEqual(['y: ', 'x: 1'])
  expect(isKnownTransformation('toString')).toBe(false)
})
