import { read, type Reader } from '../json/reader.ts'
import type { Binding } from '../vars/interpolate.ts'

export const COLUMNS = 24
/** Height of one grid unit and the gap between two, px. */
export const UNIT = 30
export const GAP = 8

export type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number }

/** A panel to draw: its JSON, its place, and the single values of the variables it is repeated for. */
export type Placed = { readonly key: string; readonly id: number; readonly panel: Reader; readonly path: readonly (string | number)[]; readonly box: Box; readonly scoped: Readonly<Record<string, Binding>> }

/** A row header; its panels follow it. */
export type Section = { readonly key: string; readonly row: { readonly title: string; readonly y: number; readonly collapsed: boolean; readonly scoped: Readonly<Record<string, Binding>> } | undefined; readonly panels: readonly Placed[] }

/** The chosen values of a variable, one binding each; what repeats copy for. */
export type RepeatValues = (variable: string) => readonly Binding[]

export function boxOf(panel: Reader): Box {
  const grid = panel.at('gridPos')
  const w = Math.min(COLUMNS, Math.max(1, grid.at('w').num(12)))
  return { w, h: Math.max(1, grid.at('h').num(9)), x: Math.min(COLUMNS - w, Math.max(0, grid.at('x').num(0))), y: Math.max(0, grid.at('y').num(0)) }
}

export function pixels(units: number): number {
  return units * UNIT + (units - 1) * GAP
}

type Item = { readonly key: string; readonly id: number; readonly panel: Reader; readonly path: readonly (string | number)[]; readonly box: Box; readonly scoped: Readonly<Record<string, Binding>> }

/**
 * Where everything of a dashboard stands: rows open or closed (`toggled` holds the keys of rows that are not as saved),
 * repeats copied, panels floated up.
 */
export function arrange(panels: Reader, repeatValues: RepeatValues, toggled: ReadonlySet<string>): readonly Section[] {
  const raw = panels.list().map((panel, at): Item => ({ key: `panel-${panel.at('id').num(at + 1000)}`, id: panel.at('id').num(at + 1000), panel, path: ['panels', at], box: boxOf(panel), scoped: {} }))
  const ordered = [...raw].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)
  const groups: { row: Item | undefined; items: Item[] }[] = [{ row: undefined, items: [] }]
  for (const item of ordered) {
    if (item.panel.at('type').str('') === 'row') {
      const children = item.panel.at('panels').list().map((panel, at): Item => ({ key: `panel-${panel.at('id').num(at + 2000)}`, id: panel.at('id').num(at + 2000), panel, path: [...item.path, 'panels', at], box: boxOf(panel), scoped: {} }))
      groups.push({ row: item, items: children })
    } else {
      groups.at(-1)?.items.push(item)
    }
  }
  const sections: Section[] = []
  let top = 0
  for (const group of groups.flatMap((one) => repeatRow(one, repeatValues))) {
    const collapsed = group.row !== undefined && group.row.panel.at('collapsed').bool(false) !== toggled.has(group.row.key)
    const rowTop = top
    const header = group.row ? 1 : 0
    const placed = collapsed ? [] : compact(group.items.flatMap((item) => repeatPanel(item, repeatValues)), rowTop + header)
    top = Math.max(rowTop + header, ...placed.map(({ box }) => box.y + box.h))
    sections.push({
      key: group.row?.key ?? 'top',
      row: group.row ? { title: group.row.panel.at('title').str(''), y: rowTop, collapsed, scoped: group.row.scoped } : undefined,
      panels: placed,
    })
  }
  return sections.filter((section) => section.row !== undefined || section.panels.length > 0)
}

type Group = { readonly row: Item | undefined; readonly items: readonly Item[] }

function repeatRow(group: Group, repeatValues: RepeatValues): readonly Group[] {
  const variable = group.row?.panel.at('repeat').str('') ?? ''
  const values = variable === '' ? [] : repeatValues(variable)
  if (!group.row || values.length === 0) {
    return [group]
  }
  const { row, items } = group
  return values.map((value, copy) => {
    const scoped = { [variable]: value }
    const suffix = copy === 0 ? '' : `-clone-${copy}`
    return { row: { ...row, key: row.key + suffix, scoped }, items: items.map((item) => ({ ...item, key: item.key + suffix, scoped })) }
  })
}

function repeatPanel(item: Item, repeatValues: RepeatValues): readonly Item[] {
  const variable = item.panel.at('repeat').str('')
  const values = variable === '' || variable in item.scoped ? [] : repeatValues(variable)
  if (values.length === 0) {
    return [item]
  }
  const vertical = item.panel.at('repeatDirection').str('h') === 'v'
  const perRow = Math.max(1, Math.min(item.panel.at('maxPerRow').num(4), values.length))
  const w = vertical ? item.box.w : Math.floor(COLUMNS / perRow)
  return values.map((value, copy) => ({
    ...item,
    key: copy === 0 ? item.key : `${item.key}-clone-${copy}`,
    scoped: { ...item.scoped, [variable]: value },
    box: vertical ? { ...item.box, y: item.box.y + copy * item.box.h } : { w, h: item.box.h, x: (copy % perRow) * w, y: item.box.y + Math.floor(copy / perRow) * item.box.h },
  }))
}

/** Floats boxes up as far as nothing is in the way, in reading order; the first line is `top`. */
export function compact<T extends { readonly box: Box }>(items: readonly T[], top: number): readonly T[] {
  const placed: T[] = []
  const skyline = new Array<number>(COLUMNS).fill(top)
  for (const item of [...items].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)) {
    const { x, w, h } = item.box
    const y = Math.max(...skyline.slice(x, x + w))
    skyline.fill(y + h, x, x + w)
    placed.push({ ...item, box: { x, w, h, y } })
  }
  return placed
}

/** The panel of an id wherever it is, also inside closed rows. */
export function findPanel(dashboard: unknown, id: number): { readonly panel: Reader; readonly path: readonly (string | number)[] } | undefined {
  const panels = read(dashboard).at('panels').list()
  for (const [at, panel] of panels.entries()) {
    if (panel.at('id').num() === id) {
      return { panel, path: ['panels', at] }
    }
    for (const [below, child] of panel.at('panels').list().entries()) {
      if (child.at('id').num() === id) {
        return { panel: child, path: ['panels', at, 'panels', below] }
      }
    }
  }
  return undefined
}
