import { expect, test } from 'vitest'
import { panesOf, searchOf, type PaneState } from './url.ts'

const pane = (more: Partial<PaneState>): PaneState => ({ datasource: '', query: '', range: { from: 'now-1h', to: 'now' }, oldestFirst: false, columns: [], live: false, view: 'lines', row: undefined, ...more })

test('the short form comes back as it went', () => {
  const panes = [pane({ datasource: 'loki', query: '{a="b"} |= "c d"', columns: ['x', 'y'], oldestFirst: true }), pane({ datasource: 'loki', query: '{a="b"}', range: { from: 'now-25h', to: 'now-24h' } })]
  expect(panesOf(searchOf(panes))).toEqual(panes)
  expect(searchOf([pane({})]).toString()).toBe('')
})

test('links of other tools are read', () => {
  const panes = { abc: { datasource: 'uid1', queries: [{ refId: 'A', expr: '{a="b"}' }], range: { from: 'now-6h', to: 'now' }, panelsState: { logs: { id: 'row1', sortOrder: 'Ascending' } } } }
  expect(panesOf(new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify(panes) }))).toEqual([pane({ datasource: 'uid1', query: '{a="b"}', range: { from: 'now-6h', to: 'now' }, oldestFirst: true, row: 'row1' })])
  expect(panesOf(new URLSearchParams({ left: '["now-2h","now","Loki",{"expr":"{a=\\"b\\"}"}]' }))).toEqual([pane({ datasource: 'Loki', query: '{a="b"}', range: { from: 'now-2h', to: 'now' } })])
  expect(panesOf(new URLSearchParams({ left: 'no json' }))).toEqual([pane({})])
})
