import { selectors } from './edit.ts'
import { tokenize } from './tokens.ts'

/** What may stand at a place of a query; `from` is where the word being written begins. */
export type Situation =
  | { readonly kind: 'label'; readonly from: number; readonly selector: string }
  | { readonly kind: 'value'; readonly from: number; readonly label: string; readonly selector: string; readonly quoted: boolean }
  | { readonly kind: 'range'; readonly from: number }
  | { readonly kind: 'stage'; readonly from: number; readonly logs: string }
  | { readonly kind: 'grouping'; readonly from: number; readonly logs: string }
  | { readonly kind: 'unwrap'; readonly from: number; readonly logs: string }
  | { readonly kind: 'afterSelector'; readonly from: number; readonly logs: string }
  | { readonly kind: 'expression'; readonly from: number }
  | { readonly kind: 'none' }

/** Decides what completion is about at an offset, from the tokens before it. */
export function situationAt(text: string, at: number): Situation {
  const before = tokenize(text.slice(0, at))
  const last = before.at(-1)
  const writing = last && last.to === at && (last.kind === 'word' || last.kind === 'number') ? last : undefined
  const from = writing?.from ?? at
  const settled = writing ? before.slice(0, -1) : before
  const previous = settled.at(-1)
  if (last?.kind === 'comment') {
    return { kind: 'none' }
  }
  const open: number[] = []
  settled.forEach((token, index) => {
    if (token.kind === 'open') {
      open.push(index)
    } else if (token.kind === 'close') {
      open.pop()
    }
  })
  const inside = open.at(-1)
  const opener = inside === undefined ? undefined : settled[inside]
  if (opener?.text === '{') {
    return inSelector(text, settled, inside ?? 0, from, at)
  }
  if (last && (last.kind === 'string' || last.kind === 'raw') && last.to === at && !isClosed(last.text)) {
    return { kind: 'none' }
  }
  if (opener?.text === '[') {
    return { kind: 'range', from }
  }
  const logs = logsBefore(text, at)
  const grouping = inside === undefined ? undefined : settled[inside - 1]?.text
  if (opener?.text === '(' && (grouping === 'by' || grouping === 'without')) {
    return { kind: 'grouping', from, logs: logs ?? logsAnywhere(text) }
  }
  if (previous?.text === 'unwrap') {
    return { kind: 'unwrap', from, logs: logs ?? '' }
  }
  if (previous?.text === '|') {
    return { kind: 'stage', from, logs: logs ?? '' }
  }
  if (previous?.text === '}' || (logs !== undefined && !writing && (previous?.kind === 'string' || previous?.kind === 'raw'))) {
    return { kind: 'afterSelector', from, logs: logs ?? '' }
  }
  if (previous === undefined || previous.text === '(' || previous.text === ',' || /^[+\-*/%^]$/.test(previous.text)) {
    return { kind: 'expression', from }
  }
  return { kind: 'none' }
}

function isClosed(text: string): boolean {
  const quote = text[0]
  return text.length > 1 && text.endsWith(quote ?? '')
}

function inSelector(text: string, settled: ReturnType<typeof tokenize>, inside: number, from: number, at: number): Situation {
  const inner = settled.slice(inside + 1)
  const previous = inner.at(-1)
  const others = (upTo: number) => {
    const complete = text.slice(settled[inside]?.to ?? 0, upTo).replace(/,\s*$/, '').trim()
    return complete === '' ? '' : `{${complete}}`
  }
  if (previous === undefined || previous.text === ',') {
    return { kind: 'label', from, selector: others(previous?.from ?? settled[inside]?.to ?? 0) }
  }
  const operators = new Set(['=', '!=', '=~', '!~'])
  const name = inner.at(-2)
  if (operators.has(previous.text) && name) {
    return { kind: 'value', from, label: name.text, selector: others(name.from), quoted: false }
  }
  const operator = inner.at(-2)
  const label = inner.at(-3)
  if ((previous.kind === 'string' || previous.kind === 'raw') && previous.to >= at && operator && operators.has(operator.text) && label && !isClosed(previous.text)) {
    return { kind: 'value', from: previous.from + 1, label: label.text, selector: others(label.from), quoted: true }
  }
  return { kind: 'none' }
}

/** The log query that ends at the cursor: its selector and the stages written so far. */
function logsBefore(text: string, at: number): string | undefined {
  const last = selectors(text.slice(0, at)).at(-1)
  if (!last) {
    return undefined
  }
  const done = text.slice(last.from, at)
  const pipe = done.lastIndexOf('|')
  return last.end <= at && pipe > 0 && /^\s*(unwrap\s+)?\w*$/.test(done.slice(pipe + 1)) ? done.slice(0, pipe).trim() : text.slice(last.from, last.end)
}

function logsAnywhere(text: string): string {
  const [first] = selectors(text)
  return first ? text.slice(first.from, first.end) : ''
}
