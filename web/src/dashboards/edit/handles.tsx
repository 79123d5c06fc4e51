import { useRef } from 'preact/hooks'
import './edit.css'
import { Icon } from '../../ui/icon.tsx'
import { GAP, UNIT, type Box, type Placed } from '../layout.ts'

export type HandlesProps = { readonly placed: Placed; readonly onPlace: (box: Box) => void }

/** Moves and resizes a panel by pointer, or with the arrow keys on either handle. */
export function Handles({ placed, onPlace }: HandlesProps) {
  const title = placed.panel.at('title').str('panel')
  const start = useRef<{ readonly x: number; readonly y: number; readonly column: number } | undefined>(undefined)
  const key = (resize: boolean) => (event: KeyboardEvent) => {
    const steps: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const step = steps[event.key]
    if (step) {
      event.preventDefault()
      onPlace(changed(placed.box, resize, step[0], step[1]))
    }
  }
  const pointer = (resize: boolean) => ({
    onPointerDown: (event: PointerEvent) => {
      const grid = (event.currentTarget as HTMLElement).closest('.grid')
      start.current = { x: event.clientX, y: event.clientY, column: ((grid?.clientWidth ?? 1200) + GAP) / 24 }
      ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
      event.preventDefault()
    },
    onPointerMove: (event: PointerEvent) => {
      const cell = (event.currentTarget as HTMLElement).closest<HTMLElement>('.grid-cell')
      if (start.current && cell) {
        const [dx, dy] = [event.clientX - start.current.x, event.clientY - start.current.y]
        cell.style.transform = resize ? '' : `translate(${dx}px, ${dy}px)`
        cell.style.zIndex = '20'
        cell.style.outline = resize ? `2px dashed var(--accent)` : ''
      }
    },
    onPointerUp: (event: PointerEvent) => {
      const cell = (event.currentTarget as HTMLElement).closest<HTMLElement>('.grid-cell')
      const from = start.current
      start.current = undefined
      if (cell && from) {
        cell.style.transform = ''
        cell.style.zIndex = ''
        cell.style.outline = ''
        const columns = Math.round((event.clientX - from.x) / from.column)
        const rows = Math.round((event.clientY - from.y) / (UNIT + GAP))
        if (columns !== 0 || rows !== 0) {
          onPlace(changed(placed.box, resize, columns, rows))
        }
      }
    },
  })
  return (
    <>
      <button type="button" class="handle is-move" aria-label={`Move ${title}`} title="Drag, or use the arrow keys" onKeyDown={key(false)} {...pointer(false)}>
        <Icon name="drag" />
      </button>
      <button type="button" class="handle is-resize" aria-label={`Resize ${title}`} title="Drag, or use the arrow keys" onKeyDown={key(true)} {...pointer(true)} />
    </>
  )
}

function changed(box: Box, resize: boolean, columns: number, rows: number): Box {
  return resize ? { ...box, w: box.w + columns, h: box.h + rows } : { ...box, x: box.x + columns, y: Math.max(0, box.y + rows) }
}
