import { computed, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** Something that can be done now: by its keys, or by its name in the palette. */
export type Command = {
  readonly title: string
  readonly group: string
  /** Keys pressed one after the other, such as `g h`. */
  readonly keys?: string
  readonly run: () => void
}

const offered = signal<ReadonlyMap<symbol, readonly Command[]>>(new Map())

/** All commands of what is on the screen, the page's own last. */
export const commands = computed<readonly Command[]>(() => [...offered.value.values()].flat())

/** Offers commands while a component is shown. */
export function useCommands(list: readonly Command[]): void {
  const latest = useRef(list)
  latest.current = list
  const shape = list.map((command) => `${command.keys} ${command.title}`).join('\n')
  useEffect(() => {
    const key = Symbol(shape)
    const stable = list.map((command, at) => ({ ...command, run: () => latest.current[at]?.run() }))
    offered.value = new Map([...offered.peek(), [key, stable]])
    return () => {
      offered.value = new Map([...offered.peek()].filter(([other]) => other !== key))
    }
  }, [shape])
}

/** How long after its first key a command waits for the second. */
const SEQUENCE_MS = 1500

let pressed = ''
let pressedAt = 0

/** Runs the command whose keys were pressed; typing into a field is left alone. */
export function followKeys(event: KeyboardEvent): void {
  const target = event.target
  const typing = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  if (event.defaultPrevented || typing || event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1 || document.querySelector('dialog[open], [role=menu]')) {
    return
  }
  const before = event.timeStamp - pressedAt < SEQUENCE_MS ? `${pressed} ` : ''
  const now = commands.peek()
  const found = [`${before}${event.key}`, event.key].map((keys) => now.findLast((command) => command.keys === keys)).find((command) => command !== undefined)
  pressed = found ? '' : event.key
  pressedAt = event.timeStamp
  if (found) {
    event.preventDefault()
    found.run()
  }
}
