import { expect, test } from 'vitest'
import { read } from '../../json/reader.ts'
import { addPanel, blankDashboard, changePanel, duplicatePanel, placePanel, removePanel } from './change.ts'
import { diffLines, withContext } from './diff.ts'

const board = { title: 'x', unknown: { kept: true }, panels: [{ id: 1, gridPos: { x: 0, y: 0, w: 12, h: 4 }, secret: 5 }, { id: 2, gridPos: { x: 12, y: 0, w: 12, h: 4 } }, { id: 3, type: 'row', collapsed: true, gridPos: { x: 0, y: 4, w: 24, h: 1 }, panels: [{ id: 4, title: 'in' }] }] }
const boxes = (dashboard: unknown) => read(dashboard).at('panels').list().map((panel) => ['id', 'x', 'y', 'w', 'h'].map((key) => (key === 'id' ? panel.at('id') : panel.at('gridPos', key)).num()).join(' '))

test('a change leaves everything else as it was', () => {
  const changed = changePanel(board, 4, (panel) => ({ ...(panel as object), title: 'out' }))
  expect(read(changed).at('panels').list()[2]?.at('panels').list()[0]?.at('title').str()).toBe('out')
  expect(read(changed).at('unknown', 'kept').bool(false)).toBe(true)
  expect(board.panels[2]?.panels?.[0]?.title).toBe('in')
})

test('panels come, go and double', () => {
  const { dashboard, id } = addPanel(board, 'timeseries', { type: 'loki', uid: 'x' })
  expect([id, boxes(dashboard)]).toEqual([5, ['5 0 0 12 8', '1 0 8 12 4', '2 12 8 12 4', '3 0 12 24 1']])
  expect(boxes(duplicatePanel(board, 2)).at(-1)).toBe('5 12 4 12 4')
  expect(read(removePanel(board, 4)).at('panels').list()[2]?.at('panels').list().length).toBe(0)
  expect(boxes(removePanel(board, 1))).toEqual(['2 12 0 12 4', '3 0 4 24 1'])
  expect(boxes(addPanel(blankDashboard(), 'logs', null).dashboard)).toEqual(['1 0 0 12 8'])
})

test('a moved panel pushes others down', () => {
  expect(boxes(placePanel(board, 2, { x: 0, y: 0, w: 12, h: 4 }))).toEqual(['1 0 4 12 4', '2 0 0 12 4', '3 0 8 24 1'])
  expect(boxes(placePanel(board, 1, { x: 0, y: 0, w: 30, h: 1 }))).toEqual(['1 0 0 24 2', '2 12 2 12 4', '3 0 6 24 1'])
})

test('differences with their surroundings', () => {
  const lines = diffLines('a\nb\nc\nd\ne\nf\ng\nh', 'a\nb\nc\nX\ne\nf\ng\nh')
  expect(lines.map(({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text).join('')).toBe(' a b c-d+X e f g h')
  expect(withContext(lines, 1).map((line) => line?.text ?? '…').join('')).toBe('cdXe…')
})
