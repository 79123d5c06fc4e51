import { expect, test } from 'vitest'
import { read } from '../json/reader.ts'
import { arrange, type RepeatValues, type Section } from './layout.ts'

const panel = (id: number, x: number, y: number, w: number, h: number, more: object = {}) => ({ id, type: 'timeseries', gridPos: { x, y, w, h }, ...more })
const none: RepeatValues = () => []
const print = (sections: readonly Section[]) =>
  sections.map((section) => [section.row ? `${section.row.title}@${section.row.y}${section.row.collapsed ? ' closed' : ''}` : '', ...section.panels.map(({ key, box }) => `${key} ${box.x},${box.y} ${box.w}x${box.h}`)].filter(Boolean))

test('panels float up', () => {
  expect(print(arrange(read([panel(1, 0, 5, 12, 4), panel(2, 12, 0, 12, 8), panel(3, 0, 20, 24, 3)]), none, new Set()))).toEqual([['panel-2 12,0 12x8', 'panel-1 0,0 12x4', 'panel-3 0,8 24x3']])
})

test('rows own what follows, closed rows hide it', () => {
  const panels = read([panel(1, 0, 0, 24, 4), { id: 9, type: 'row', title: 'R', gridPos: { x: 0, y: 4, w: 24, h: 1 } }, panel(2, 0, 5, 12, 4), { id: 10, type: 'row', title: 'S', collapsed: true, gridPos: { x: 0, y: 9, w: 24, h: 1 }, panels: [panel(3, 0, 10, 6, 2)] }])
  expect(print(arrange(panels, none, new Set()))).toEqual([['panel-1 0,0 24x4'], ['R@4', 'panel-2 0,5 12x4'], ['S@9 closed']])
  expect(print(arrange(panels, none, new Set(['panel-9', 'panel-10'])))).toEqual([['panel-1 0,0 24x4'], ['R@4 closed'], ['S@5', 'panel-3 0,6 6x2']])
})

test('a repeated panel is copied per value', () => {
  const values: RepeatValues = (name) => (name === 'svc' ? ['a', 'b', 'c'].map((value) => ({ values: [value] })) : [])
  expect(print(arrange(read([panel(1, 0, 0, 24, 4, { repeat: 'svc', maxPerRow: 2 })]), values, new Set()))).toEqual([['panel-1 0,0 12x4', 'panel-1-clone-1 12,0 12x4', 'panel-1-clone-2 0,4 12x4']])
  const rows = arrange(read([{ id: 9, type: 'row', title: 'R', repeat: 'svc', gridPos: { x: 0, y: 0, w: 24, h: 1 } }, panel(2, 0, 1, 12, 4)]), values, new Set())
  expect(rows.map((section) => section.panels[0]?.scoped['svc']?.values)).toEqual([['a'], ['b'], ['c']])
})
