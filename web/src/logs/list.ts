import { formatClockMs, formatDateTimeMs, formatNanos, fromNow } from '../time/format.ts'
import type { Zone } from '../time/zone.ts'
import { ansiSpans, hasAnsi } from './ansi.ts'
import { fieldValue, jsonObject } from './fields.ts'
import { Heights } from './heights.ts'
import { LEVEL_LETTER } from './level.ts'
import { readingOf } from './reading.ts'
import type { LogRow } from './row.ts'

export type ListOptions = {
  readonly zone: Zone
  readonly time: 'none' | 'ms' | 'ns' | 'clock' | 'relative'
  readonly wrap: boolean
  readonly prettify: boolean
  /** Closed rows of structured lines begin with the message. */
  readonly messageFirst: boolean
  readonly small: boolean
  /** Which labels to print before the line; undefined prints none. */
  readonly labels: ((row: LogRow) => string) | undefined
  /** Room for the labels, in characters. */
  readonly labelWidth: number
  /** When given, rows show these fields instead of the line. */
  readonly columns: readonly string[]
  /** Words to mark in the lines. */
  readonly terms: readonly string[]
  /** How many alike rows a row stands for. */
  readonly repeats: ReadonlyMap<string, number>
  /** Rows further apart than this many ms get a mark of the silence between them. */
  readonly gapMs: number | undefined
}

export type ListEvents = {
  /** Draws a row's details below its line; called again when the row is opened anew. */
  readonly openDetails: (row: LogRow, host: HTMLElement) => void
  readonly closeDetails: (host: HTMLElement) => void
  /** The end of the list came near. */
  readonly onEnd: () => void
  readonly onKey: (key: string, row: LogRow) => boolean
}

/** Longest text of a closed row, in UTF-16 units. The rest is shown when the row is opened. */
const MOST_CLOSED = 4000
/** Text of an open row that is laid out at once, and with each wish for more. */
const PIECE = 16_000
/** Longest text that is looked at as JSON. */
const MOST_PRETTY = 200_000
/** Pixels drawn beyond both edges of the view. */
const MARGIN = 300

type Slot = { readonly item: HTMLElement; readonly line: HTMLElement; rest: HTMLElement | undefined; details: HTMLElement | undefined; id: string; key: string }

/**
 * A list of log rows that draws only what is in view and reuses its elements. Text goes in as text, never as markup.
 * Unwrapped closed rows have one fixed height; all others are measured when they are drawn, and a change above the view
 * moves the scroll position along, so that what is read stays in place.
 */
export class LogList {
  private rows: readonly LogRow[] = []
  private readonly open = new Set<string>()
  private readonly slots = new Map<number, Slot>()
  private readonly free: Slot[] = []
  private heights: Heights
  private options: ListOptions
  private active = 0
  private frame = 0
  private version = 0
  private readonly content: HTMLElement
  private readonly sizes: ResizeObserver
  private readonly marks: Highlight | undefined
  private width = 0

  constructor(
    private readonly scroller: HTMLElement,
    options: ListOptions,
    private readonly events: ListEvents,
  ) {
    this.options = options
    this.heights = new Heights(rowHeight(options))
    this.content = document.createElement('div')
    this.content.className = 'log-content'
    this.content.setAttribute('role', 'list')
    this.content.setAttribute('aria-label', 'Log lines')
    scroller.append(this.content)
    scroller.addEventListener('scroll', this.schedule, { passive: true })
    this.content.addEventListener('click', this.onClick)
    this.content.addEventListener('keydown', this.onKeyDown)
    this.sizes = new ResizeObserver(() => {
      if (scroller.clientWidth !== this.width) {
        this.width = scroller.clientWidth
        if (this.options.wrap) {
          this.heights.reset(this.rows.length)
        }
      }
      this.schedule()
    })
    this.sizes.observe(scroller)
    if (typeof Highlight !== 'undefined') {
      this.marks = CSS.highlights.get('log-term') ?? new Highlight()
      CSS.highlights.set('log-term', this.marks)
    }
    this.applyClasses()
  }

  destroy(): void {
    this.sizes.disconnect()
    cancelAnimationFrame(this.frame)
    for (const slot of this.slots.values()) {
      this.release(slot)
    }
    this.content.remove()
    this.scroller.removeEventListener('scroll', this.schedule)
  }

  /** Shows these rows. The row at the top of the view stays there, unless the view is at the very start. */
  setRows(rows: readonly LogRow[]): void {
    if (rows === this.rows) {
      return
    }
    const before = this.rows
    const extended = before.length > 0 && rows.length >= before.length && rows[0]?.id === before[0]?.id && rows[before.length - 1]?.id === before.at(-1)?.id
    const top = this.scroller.scrollTop
    const anchorAt = this.heights.rowAt(top)
    const anchor = top > 4 && !extended ? before[anchorAt] : undefined
    const within = top - this.heights.offset(anchorAt)
    this.rows = rows
    if (extended) {
      this.heights.grow(rows.length)
    } else {
      this.heights.reset(rows.length)
      for (const [at, slot] of this.slots) {
        this.slots.delete(at)
        this.release(slot)
      }
    }
    const to = anchor ? rows.findIndex((row) => row.id === anchor.id) : -1
    this.layout()
    if (to >= 0) {
      this.scroller.scrollTop = this.heights.offset(to) + within
    }
    this.draw()
  }

  setOptions(options: ListOptions): void {
    const old = this.options
    this.options = options
    this.version++
    if (old.wrap !== options.wrap || old.prettify !== options.prettify || old.small !== options.small || old.columns !== options.columns || old.labelWidth !== options.labelWidth || old.gapMs !== options.gapMs || old.repeats !== options.repeats) {
      const anchor = this.heights.rowAt(this.scroller.scrollTop)
      this.heights = new Heights(rowHeight(options))
      this.heights.reset(this.rows.length)
      this.applyClasses()
      this.layout()
      this.scroller.scrollTop = this.scroller.scrollTop > 4 ? this.heights.offset(anchor) : 0
    }
    this.draw()
  }

  scrollToRow(id: string, reveal = false): boolean {
    const at = this.rows.findIndex((row) => row.id === id)
    if (at < 0) {
      return false
    }
    if (reveal) {
      this.open.add(id)
    }
    this.active = at
    this.scroller.scrollTop = Math.max(0, this.heights.offset(at) - this.scroller.clientHeight / 3)
    this.draw()
    return true
  }

  private applyClasses(): void {
    this.content.classList.toggle('is-wrapped', this.options.wrap)
    this.content.classList.toggle('is-small', this.options.small)
    this.content.style.setProperty('--label-width', `${this.options.labelWidth}ch`)
  }

  private readonly schedule = (): void => {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0
        this.draw()
      })
    }
  }

  private layout(): void {
    this.content.style.height = `${Math.max(1, this.heights.total)}px`
  }

  private draw(): void {
    const { scroller, heights } = this
    if (this.rows.length === 0) {
      for (const [at, slot] of this.slots) {
        this.slots.delete(at)
        this.release(slot)
      }
      this.layout()
      return
    }
    for (let pass = 0; pass < 3; pass++) {
      const top = scroller.scrollTop
      const first = heights.rowAt(Math.max(0, top - MARGIN))
      const bottom = top + scroller.clientHeight + MARGIN
      let last = first
      for (let y = heights.offset(first); last < this.rows.length && y < bottom; last++) {
        y += heights.height(last)
      }
      for (const [at, slot] of this.slots) {
        if (at < first || at >= last) {
          this.slots.delete(at)
          this.release(slot)
        }
      }
      for (let at = first; at < last; at++) {
        const row = this.rows[at]
        if (row) {
          const slot = this.slots.get(at) ?? this.take()
          this.slots.set(at, slot)
          this.fill(slot, row, at)
        }
      }
      if (!this.measure(top)) {
        break
      }
    }
    for (const [at, slot] of this.slots) {
      slot.item.style.transform = `translateY(${heights.offset(at)}px)`
    }
    this.markTerms()
    if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 600) {
      this.events.onEnd()
    }
  }

  /** Takes the true heights of what is drawn; true when they moved rows so far that another pass is needed. */
  private measure(top: number): boolean {
    const anchor = this.heights.rowAt(top)
    const measured: [number, number][] = []
    for (const [at, slot] of this.slots) {
      if (this.options.wrap || this.options.gapMs !== undefined || slot.details || this.heights.height(at) !== rowHeight(this.options)) {
        measured.push([at, slot.item.offsetHeight])
      }
    }
    let above = 0
    let changed = 0
    for (const [at, height] of measured) {
      const change = this.heights.set(at, height)
      changed += Math.abs(change)
      above += at < anchor ? change : 0
    }
    if (changed > 0) {
      this.layout()
      if (above !== 0) {
        this.scroller.scrollTop = top + above
      }
    }
    return changed > 0
  }

  private take(): Slot {
    const reused = this.free.pop()
    if (reused) {
      reused.item.hidden = false
      return reused
    }
    const item = document.createElement('div')
    item.className = 'log-row'
    item.setAttribute('role', 'listitem')
    const line = document.createElement('div')
    line.className = 'log-line'
    line.setAttribute('role', 'button')
    item.append(line)
    this.content.append(item)
    return { item, line, rest: undefined, details: undefined, id: '', key: '' }
  }

  private release(slot: Slot): void {
    this.dropDetails(slot)
    slot.item.hidden = true
    slot.id = ''
    slot.key = ''
    this.free.push(slot)
  }

  private dropDetails(slot: Slot): void {
    slot.rest?.remove()
    slot.rest = undefined
    if (slot.details) {
      this.events.closeDetails(slot.details)
      slot.details.remove()
      slot.details = undefined
    }
  }

  private fill(slot: Slot, row: LogRow, at: number): void {
    const open = this.open.has(row.id)
    const key = `${this.version} ${open} ${at === this.active}`
    if (slot.id === row.id && slot.key === key) {
      return
    }
    const sameRow = slot.id === row.id
    slot.id = row.id
    slot.key = key
    slot.item.className = `log-row lv-${row.level}${open ? ' is-open' : ''}`
    slot.item.dataset['index'] = String(at)
    slot.item.setAttribute('aria-posinset', String(at + 1))
    slot.item.setAttribute('aria-setsize', String(this.rows.length))
    slot.line.setAttribute('aria-expanded', String(open))
    slot.line.tabIndex = at === this.active ? 0 : -1
    slot.line.replaceChildren(...this.lineParts(row, at, open))
    if (open && (!slot.details || !sameRow)) {
      this.dropDetails(slot)
      const text = this.textOf(row, true)
      if (text.length > PIECE) {
        slot.rest = this.rest(text)
        slot.item.append(slot.rest)
      }
      slot.details = document.createElement('div')
      slot.details.className = 'log-details'
      slot.item.append(slot.details)
      this.events.openDetails(row, slot.details)
    } else if (!open) {
      this.dropDetails(slot)
    }
  }

  private lineParts(row: LogRow, at: number, open: boolean): readonly Node[] {
    const { options } = this
    const parts: Node[] = []
    const before = this.rows[at - 1]
    const gap = before ? Math.abs(before.ms - row.ms) : 0
    if (options.gapMs !== undefined && gap > options.gapMs) {
      parts.push(span('log-gap', `${Math.round(gap / 1000)} s without lines`))
    }
    if (row.skipped !== undefined && row.skipped > 0) {
      parts.push(span('log-gap', `${row.skipped.toLocaleString('en')} lines skipped`))
    }
    const level = span('log-level', LEVEL_LETTER[row.level])
    level.title = row.level
    parts.push(level, hidden(`${row.level} `))
    if (options.time !== 'none') {
      const time = span('log-time', timeText(row, options))
      time.title = `${formatNanos(row.ns, options.zone)}, ${fromNow(row.ms, Date.now())}`
      parts.push(time)
    }
    const repeats = options.repeats.get(row.id)
    if (repeats !== undefined && repeats > 0) {
      const badge = span('log-repeats', `×${repeats + 1}`)
      badge.title = `${repeats + 1} alike lines`
      parts.push(badge)
    }
    const labels = options.labels?.(row)
    if (labels !== undefined && options.labelWidth > 0) {
      const element = span('log-labels', labels)
      element.title = labels
      parts.push(element)
    }
    if (options.columns.length > 0) {
      for (const column of options.columns) {
        parts.push(span('log-column', column === 'line' ? row.line.slice(0, MOST_CLOSED) : (fieldValue(row, column) ?? '')))
      }
      return parts
    }
    parts.push(this.body(row, open))
    return parts
  }

  private body(row: LogRow, open: boolean): HTMLElement {
    const { wrap, prettify, messageFirst } = this.options
    const body = span('log-body', '')
    const reading = messageFirst && !open && !prettify ? readingOf(row) : undefined
    if (reading) {
      body.append(...reading.map((part) => span(`log-${part.kind}`, wrap ? part.text : oneLine(part.text))))
      return body
    }
    const text = this.textOf(row, open)
    const most = open ? PIECE : MOST_CLOSED
    const shown = wrap || open ? text.slice(0, most) : oneLine(text.slice(0, most))
    if (hasAnsi(shown)) {
      body.append(...ansiSpans(shown).map((part) => span(part.classes, part.text)))
    } else {
      body.textContent = shown
    }
    if (text.length > most && !open) {
      body.append(span('log-cut', ` … ${more(text.length - most)}`))
    }
    return body
  }

  private textOf(row: LogRow, open: boolean): string {
    const { wrap, prettify } = this.options
    const json = prettify && (wrap || open) && row.line.length <= MOST_PRETTY ? jsonObject(row.line) : undefined
    return json ? JSON.stringify(json, null, 2) : row.line
  }

  /** What follows in a very long line: a button that adds the next piece, as a block of its own that is laid out only when seen. */
  private rest(text: string): HTMLElement {
    const host = document.createElement('div')
    host.className = 'log-rest'
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'button is-small'
    let at = PIECE
    const label = () => {
      button.textContent = `${more(text.length - at)}, show ${Math.min(PIECE, text.length - at).toLocaleString('en')}`
    }
    label()
    button.addEventListener('click', () => {
      const next = text.slice(at, at + PIECE)
      at += next.length
      button.before(span('log-piece', next))
      if (at < text.length) {
        label()
      } else {
        button.remove()
      }
      this.draw()
    })
    host.append(button)
    return host
  }

  private markTerms(): void {
    const { marks } = this
    if (!marks) {
      return
    }
    for (const range of [...marks]) {
      const node = range instanceof Range ? range.startContainer : undefined
      if (!node || !node.isConnected || this.content.contains(node)) {
        marks.delete(range)
      }
    }
    const terms = this.options.terms.map((term) => term.toLowerCase()).filter((term) => term !== '')
    if (terms.length === 0) {
      return
    }
    for (const slot of this.slots.values()) {
      for (const element of slot.line.querySelectorAll('.log-body, .log-body > *, .log-column')) {
        const node = element.firstChild
        if (node instanceof Text) {
          markIn(node, terms, marks)
        }
      }
    }
  }

  private toggle(at: number): void {
    const row = this.rows[at]
    if (!row) {
      return
    }
    if (!this.open.delete(row.id)) {
      this.open.add(row.id)
    }
    this.activate(at, false)
    this.draw()
    this.slots.get(at)?.line.focus({ preventScroll: true })
  }

  private activate(at: number, focus: boolean): void {
    this.active = Math.min(this.rows.length - 1, Math.max(0, at))
    if (!focus) {
      return
    }
    const top = this.heights.offset(this.active)
    const bottom = top + this.heights.height(this.active)
    if (top < this.scroller.scrollTop) {
      this.scroller.scrollTop = top
    } else if (bottom > this.scroller.scrollTop + this.scroller.clientHeight) {
      this.scroller.scrollTop = bottom - this.scroller.clientHeight
    }
    this.draw()
    this.slots.get(this.active)?.line.focus({ preventScroll: true })
  }

  private readonly onClick = (event: MouseEvent): void => {
    const line = event.target instanceof Element ? event.target.closest('.log-line') : null
    const item = line?.closest<HTMLElement>('.log-row')
    const selection = getSelection()
    const selecting = selection !== null && !selection.isCollapsed && selection.anchorNode !== null && (item?.contains(selection.anchorNode) ?? false)
    if (item && !selecting) {
      this.toggle(Number(item.dataset['index']))
    }
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof Element) || !event.target.classList.contains('log-line') || event.ctrlKey || event.metaKey || event.altKey) {
      return
    }
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / rowHeight(this.options)) - 1)
    const moves: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length }
    const move = moves[event.key]
    const row = this.rows[this.active]
    if (move !== undefined) {
      event.preventDefault()
      this.activate(this.active + move, true)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      this.toggle(this.active)
    } else if (row && this.events.onKey(event.key, row)) {
      event.preventDefault()
    }
  }
}

/** Height in px of a closed, unwrapped row; the style sheet says the same. */
export function rowHeight(options: Pick<ListOptions, 'small'>): number {
  return options.small ? 20 : 24
}

function timeText(row: LogRow, options: ListOptions): string {
  switch (options.time) {
    case 'ns':
      return formatNanos(row.ns, options.zone)
    case 'clock':
      return formatClockMs(row.ms, options.zone)
    case 'relative':
      return fromNow(row.ms, Date.now())
    default:
      return formatDateTimeMs(row.ms, options.zone)
  }
}

function more(count: number): string {
  return `${count.toLocaleString('en')} more characters`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ↵ ')
}

/** Marks the first places of each term in a text. */
function markIn(node: Text, terms: readonly string[], marks: Highlight): void {
  const text = node.data.toLowerCase()
  for (const term of terms) {
    for (let at = text.indexOf(term), count = 0; at >= 0 && count < 50; at = text.indexOf(term, at + term.length), count++) {
      const range = new Range()
      range.setStart(node, at)
      range.setEnd(node, Math.min(node.length, at + term.length))
      marks.add(range)
    }
  }
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement('span')
  if (className !== '') {
    element.className = className
  }
  element.textContent = text
  return element
}

function hidden(text: string): HTMLElement {
  return span('visually-hidden', text)
}
