import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

export type DropdownProps = {
  /** The accessible name of the button; also its tooltip when only an icon shows. */
  readonly label: string
  readonly icon?: IconName
  readonly text?: string
  readonly arrow?: boolean
  readonly class?: string
  readonly pop?: 'menu' | 'dialog'
  readonly popClass?: string
  /** The content; call `close` when something was chosen. */
  readonly children: (close: () => void) => ComponentChildren
}

/** A button that opens a floating box below it; Escape, a click elsewhere and leaving by Tab close it. */
export function Dropdown({ label, icon, text, arrow = true, class: className = 'button', pop = 'menu', popClass = '', children }: DropdownProps) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const id = useId()
  const close = () => {
    setOpen(false)
    root.current?.querySelector('button')?.focus()
  }
  useDismiss(root, open, () => setOpen(false))
  return (
    <div class="dropdown" ref={root}>
      <button type="button" class={className} aria-label={label} title={text === undefined ? label : undefined} aria-haspopup={pop} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        {icon && <Icon name={icon} />}
        {text !== undefined && <span>{text}</span>}
        {arrow && <Icon name="down" />}
      </button>
      {open && (
        <Pop id={id} role={pop} label={label} class={popClass} focusFirst onEscape={close}>
          {children(close)}
        </Pop>
      )}
    </div>
  )
}

/** Closes what is open when a press or the focus goes elsewhere. */
export function useDismiss(root: { readonly current: HTMLElement | null }, open: boolean, dismiss: () => void): void {
  const latest = useRef(dismiss)
  latest.current = dismiss
  useEffect(() => {
    if (!open) {
      return
    }
    const outside = (event: Event) => {
      if (root.current && event.target instanceof Node && !root.current.contains(event.target)) {
        latest.current()
      }
    }
    document.addEventListener('pointerdown', outside, true)
    document.addEventListener('focusin', outside, true)
    return () => {
      document.removeEventListener('pointerdown', outside, true)
      document.removeEventListener('focusin', outside, true)
    }
  }, [open, root])
}

type PopProps = {
  readonly id: string
  readonly role: 'menu' | 'dialog' | 'listbox' | 'group'
  readonly label: string
  readonly class?: string
  readonly focusFirst?: boolean
  readonly onEscape: () => void
  readonly children: ComponentChildren
}

/** The floating box; turns to the side where it fits and moves the focus inside. Arrow keys walk through menu items. */
export function Pop({ id, role, label, class: className = '', focusFirst = false, onEscape, children }: PopProps) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) {
      return
    }
    const bounds = element.getBoundingClientRect()
    if (bounds.right > document.documentElement.clientWidth - 8) {
      element.classList.add('is-right')
      const left = element.getBoundingClientRect().left
      if (left < 8) {
        element.style.right = `${left - 8}px`
      }
    }
    if (focusFirst) {
      focusables(element)[0]?.focus({ preventScroll: true })
    }
  }, [focusFirst])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onEscape()
    } else if (role === 'menu' && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && box.current) {
      event.preventDefault()
      const items = focusables(box.current)
      const at = items.findIndex((item) => item === document.activeElement)
      items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus()
    }
  }
  return (
    <div class={`pop ${className}`} id={id} role={role} aria-label={label} ref={box} onKeyDown={onKeyDown}>
      {children}
    </div>
  )
}

function focusables(root: HTMLElement): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('button:not(:disabled), a[href], input, select, textarea, [tabindex="0"]')]
}

export type MenuItemProps = {
  readonly icon?: IconName
  readonly hint?: string
  readonly onChoose?: () => void
  readonly href?: string
  readonly checked?: boolean
  readonly children: ComponentChildren
}

export function MenuItem({ icon, hint, onChoose, href, checked, children }: MenuItemProps) {
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
      {hint !== undefined && <span class="is-end">{hint}</span>}
    </>
  )
  return href === undefined ? (
    <button type="button" class={`menu-item ${checked ? 'is-active' : ''}`} role={checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={checked} onClick={onChoose}>
      {inside}
    </button>
  ) : (
    <a class="menu-item" role="menuitem" href={href} onClick={onChoose}>
      {inside}
    </a>
  )
}
