import { quote, tokenize, unquote, type Token } from './tokens.ts'

/** Where a field of a log line lives: an indexed label, structured metadata, parsed by the query, or only inside the line's own JSON or logfmt text. */
export type FieldKind = 'label' | 'metadata' | 'parsed' | 'json' | 'logfmt'

export type FilterOp = '=' | '!=' | '=~' | '!~' | '>' | '<' | '>=' | '<='

/** One condition on one field, as chips and "filter for" make them. */
export type FieldFilter = { readonly field: string; readonly op: FilterOp; readonly value: string; readonly kind: FieldKind }

/** A matcher inside a stream selector. */
export type Matcher = { readonly label: string; readonly op: string; readonly value: string; readonly from: number; readonly to: number }

/** One `{…}` of a query with the pipeline behind it. */
export type Selector = {
  readonly from: number
  /** Offset after `}`. */
  readonly to: number
  /** Offset after the last pipeline stage. */
  readonly end: number
  readonly matchers: readonly Matcher[]
  /** Each stage's first token after `|` (or the filter operator) and its extent. */
  readonly stages: readonly { readonly name: string; readonly from: number; readonly to: number }[]
}

/** Every stream selector of a query, left to right. */
export function selectors(query: string): readonly Selector[] {
  const tokens = tokenize(query).filter((token) => token.kind !== 'comment')
  const found: Selector[] = []
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.text === '{') {
      const close = tokens.findIndex((token, at) => at > i && token.text === '}')
      if (close < 0) {
        break
      }
      found.push(selectorAt(tokens, i, close))
      i = close
    }
  }
  return found
}

function selectorAt(tokens: readonly Token[], open: number, close: number): Selector {
  const matchers: Matcher[] = []
  for (let i = open + 1; i < close; ) {
    const [name, op, value] = [tokens[i], tokens[i + 1], tokens[i + 2]]
    if (name && op && value && i + 2 < close) {
      const label = name.kind === 'string' || name.kind === 'raw' ? unquote(name.text) : name.text
      matchers.push({ label, op: op.text, value: value.kind === 'string' || value.kind === 'raw' ? unquote(value.text) : value.text, from: name.from, to: value.to })
    }
    i += 3
    if (tokens[i]?.text === ',') {
      i++
    }
  }
  const stages: { name: string; from: number; to: number }[] = []
  let depth = 0
  let end = tokens[close]?.to ?? 0
  let current: { name: string; from: number; to: number } | undefined
  for (let i = close + 1; i < tokens.length; i++) {
    const token = tokens[i]
    if (!token || (depth === 0 && (token.kind === 'close' || token.text === '['))) {
      break
    }
    if (depth === 0 && (token.text === '|' || token.text === '|=' || token.text === '|~' || token.text === '|>' || token.text === '!>' || ((token.text === '!=' || token.text === '!~') && startsFilter(tokens, i, current?.name)))) {
      current = { name: token.text === '|' ? (tokens[i + 1]?.text ?? '') : token.text, from: token.from, to: token.to }
      stages.push(current)
    } else if (!current) {
      break
    }
    depth += token.kind === 'open' ? 1 : token.kind === 'close' ? -1 : 0
    current.to = token.to
    end = token.to
  }
  return { from: tokens[open]?.from ?? 0, to: tokens[close]?.to ?? 0, end, matchers, stages }
}

/** `!=` and `!~` start a line filter unless they compare a label inside a label filter. */
function startsFilter(tokens: readonly Token[], at: number, stage: string | undefined): boolean {
  const before = tokens[at - 1]
  return stage === undefined || before?.kind === 'string' || before?.kind === 'raw' || before?.kind === 'close' || before?.kind === 'variable' || ['json', 'logfmt', 'unpack', 'decolorize'].includes(before?.text ?? '')
}

const PARSERS = new Set(['json', 'logfmt', 'regexp', 'pattern', 'unpack'])

/**
 * The query with a condition added to every selector of it. An equal condition already there is removed instead (a
 * toggle), and its opposite is replaced.
 */
export function addFilter(query: string, filter: FieldFilter): string {
  return editSelectors(query, (text, selector) =>
    filter.kind === 'label' ? labelFilter(text, selector, filter) : fieldFilter(text, selector, filter),
  )
}

/** The query with a line filter (`|=`, `!=`, `|~`, `!~`, `|>`, `!>`) behind the line filters it has. */
export function addLineFilter(query: string, op: '|=' | '!=' | '|~' | '!~' | '|>' | '!>', text: string): string {
  return editSelectors(query, (whole, selector) => {
    const lineFilters = selector.stages.filter((stage, at) => isLineFilter(stage.name) && selector.stages.slice(0, at).every((s) => isLineFilter(s.name)))
    const at = lineFilters.at(-1)?.to ?? selector.to
    return `${whole.slice(0, at)} ${op} ${quote(text)}${whole.slice(at)}`
  })
}

function isLineFilter(name: string): boolean {
  return ['|=', '!=', '|~', '!~', '|>', '!>'].includes(name)
}

/** Applies an edit to every selector, last first so that earlier offsets stay true. */
function editSelectors(query: string, edit: (query: string, selector: Selector) => string): string {
  return selectors(query).reduceRight(edit, query)
}

function labelFilter(query: string, selector: Selector, filter: FieldFilter): string {
  const matcher = (op: string, value: string) => `${matcherName(filter.field)}${op}${quote(value)}`
  const same = selector.matchers.find((m) => m.label === filter.field && m.op === filter.op && m.value === filter.value)
  if (same && selector.matchers.length > 1) {
    return rewriteSelector(query, selector, selector.matchers.filter((m) => m !== same).map((m) => query.slice(m.from, m.to)))
  }
  if (same) {
    return query
  }
  const kept = selector.matchers
    .filter((m) => !(m.label === filter.field && (isOpposite(m.op, filter.op) && m.value === filter.value || (filter.op === '=' && (m.op === '=' || m.op === '=~')))))
    .map((m) => query.slice(m.from, m.to))
  return rewriteSelector(query, selector, [...kept, matcher(filter.op, filter.value)])
}

function rewriteSelector(query: string, selector: Selector, matchers: readonly string[]): string {
  return `${query.slice(0, selector.from)}{${matchers.join(', ')}}${query.slice(selector.to)}`
}

function isOpposite(one: string, other: string): boolean {
  return (one === '=' && other === '!=') || (one === '!=' && other === '=') || (one === '=~' && other === '!~') || (one === '!~' && other === '=~')
}

/** A label name in a matcher: quoted when it is not a plain identifier. */
export function matcherName(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : quote(label)
}

function fieldFilter(query: string, selector: Selector, filter: FieldFilter): string {
  const condition = `${fieldName(filter.field)}${filter.op === '=' || filter.op === '!=' ? filter.op : ` ${filter.op} `}${conditionValue(filter)}`
  const text = (stage: { from: number; to: number }) => query.slice(stage.from + 1, stage.to).trim().replaceAll(/\s+/g, ' ')
  const same = selector.stages.find((stage) => text(stage) === condition)
  if (same) {
    return trimEnd(query.slice(0, same.from)) + query.slice(same.to)
  }
  const opposite = `${fieldName(filter.field)}${filter.op === '=' ? '!=' : '='}${conditionValue(filter)}`
  const against = selector.stages.find((stage) => text(stage) === opposite)
  if (against) {
    return `${query.slice(0, against.from)}| ${condition}${query.slice(against.to)}`
  }
  const unwrap = selector.stages.find((stage) => stage.name === 'unwrap')
  const at = unwrap ? unwrap.from : selector.end
  const parsed = selector.stages.some((stage) => PARSERS.has(stage.name))
  const parser = (filter.kind === 'json' || filter.kind === 'logfmt') && !parsed ? ` | ${filter.kind}` : ''
  const before = trimEnd(query.slice(0, at))
  const after = query.slice(at)
  return `${before}${parser} | ${condition}${after.startsWith('|') ? ` ${after}` : after}`
}

function trimEnd(text: string): string {
  return text.replace(/\s+$/, '')
}

function fieldName(field: string): string {
  return field.replaceAll(/[^\w]/g, '_').replace(/^(?=\d)/, '_')
}

function conditionValue(filter: FieldFilter): string {
  return ['>', '<', '>=', '<='].includes(filter.op) ? filter.value : quote(filter.value)
}

/** Is this a query for log lines (and not for numbers)? Decided by how it begins. */
export function isLogQuery(query: string): boolean {
  const first = tokenize(query).find((token) => token.kind !== 'comment' && token.text !== '(')
  return first?.text === '{'
}
