import { expect, test } from 'vitest'
import type { DerivedField } from '../api/grafana.ts'
import { linksOf } from './links.ts'
import type { LogRow } from './row.ts'

const row: LogRow = { id: '1', ns: '1', ms: 0, line: 'trace=abc&1 see https://runbooks.example/a?b=c) and "https://x.example/"', level: 'info', labels: { pod: 'p-1' }, metadata: { trace_id: 't"2' }, parsed: {} }
const field = (more: Partial<DerivedField>): DerivedField => ({ name: 'Trace', kind: 'regex', pattern: 'trace=(\\S+)', url: 'https://traces.example/${__value.raw}', label: '', datasourceUid: '', ...more })
const urls = (derived: Partial<DerivedField>) => linksOf({ ...row, line: row.line.slice(0, 12) }, { uid: 'l', name: 'L', type: 'loki', isDefault: true, maxLines: 1, derivedFields: [field(derived)] }).map((link) => link.url)

test('links come from the datasource and from the line itself', () => {
  expect(urls({})).toEqual(['https://traces.example/abc%261'])
  expect(urls({ kind: 'label', pattern: 'trace_id', url: '/explore?x=${__value.raw}' })).toEqual(['/explore?x=t%222'])
  expect(urls({ datasourceUid: 'tempo', url: '${__value.raw}' })).toEqual(['explore?ds=tempo&q=abc%261'])
  expect(linksOf(row, undefined).map((link) => link.url)).toEqual(['https://runbooks.example/a?b=c)', 'https://x.example/'])
})

test.each(['javascript:alert(1)', 'JAVASCRIPT:${__value.raw}', 'data:text/html,x', '//elsewhere.example', 'java\nscript:x', ' vbscript:x'])('%j leads nowhere', (url) => {
  expect(urls({ url })).toEqual([])
})

test('an expression that is none makes no link', () => {
  expect(urls({ pattern: '(' })).toEqual([])
})
