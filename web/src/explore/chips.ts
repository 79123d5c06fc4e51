import { addFilter, addLineFilter, isLogQuery, matcherName, selectors, type Selector } from '../logql/edit.ts'
import { escapeRegex, quote } from '../logql/tokens.ts'

/** One condition of a query, as the search bar shows it; `from` and `to` are where it stands in the text. */
export type Chip = { readonly text: string; readonly kind: 'label' | 'line' | 'stage'; readonly negative: boolean; readonly from: number; readonly to: number }

/** The conditions of a plain log query, or undefined when the text is more than that and needs the editor. */
export function chipsOf(query: string): readonly Chip[] | undefined {
  const selector = onlySelector(query)
  if (!selector) {
    return query.trim() === '' ? [] : undefined
  }
  return [
    ...selector.matchers.map((matcher): Chip => ({ text: `${matcher.label} ${matcher.op} ${matcher.value}`, kind: 'label', negative: matcher.op.startsWith('!'), from: matcher.from, to: matcher.to })),
    ...selector.stages.map((stage): Chip => {
      const text = query.slice(stage.from, stage.to)
      const line = /^(\|=|\|~|!=|!~|\|>|!>)\s*(.*)$/s.exec(text)
      const said: Record<string, string> = { '|=': 'contains', '|~': 'matches', '!=': 'without', '!~': 'without match', '|>': 'pattern', '!>': 'not pattern' }
      return line
        ? { text: `${said[line[1] ?? ''] ?? ''} ${(line[2] ?? '').replace(/^"\(\?i\)/, '"')}`, kind: 'line', negative: (line[1] ?? '').startsWith('!'), from: stage.from, to: stage.to }
        : { text: text.replace(/^\|\s*/, ''), kind: 'stage', negative: /!=|!~/.test(text), from: stage.from, to: stage.to }
    }),
  ]
}

function onlySelector(query: string): Selector | undefined {
  const found = selectors(query)
  const [selector] = found
  return selector && found.length === 1 && isLogQuery(query) && query.slice(0, selector.from).trim() === '' && query.slice(selector.end).trim() === '' ? selector : undefined
}

/** The query without one condition. */
export function withoutChip(query: string, chip: Chip): string {
  const selector = onlySelector(query)
  if (chip.kind !== 'label' || !selector) {
    return `${query.slice(0, chip.from).trimEnd()}${query.slice(chip.to)}`
  }
  const kept = selector.matchers.filter((matcher) => matcher.from !== chip.from).map((matcher) => query.slice(matcher.from, matcher.to))
  return `{${kept.join(', ')}}${query.slice(selector.to)}`
}

const ANYTHING = 'service_name=~".+"'

/**
 * Adds what was typed to a query. Each word must be in the line, whatever its case; `-word` must not; `"a phrase"` is
 * one; `name=value`, `name!=value` and `name=~value` test a label where `isLabel` says the name is one, else a field.
 * Text that is LogQL already replaces the query.
 */
export function addText(query: string, text: string, isLabel: (name: string) => boolean): string {
  const typed = text.trim()
  if (typed === '') {
    return query
  }
  if (/^\s*(\{|\w+\s*(by|without)?\s*\()/.test(typed) && typed.includes('{')) {
    return typed
  }
  let result = query.trim() === '' ? `{${ANYTHING}}` : query
  for (const [, minus, name, op, value, phrase, word] of typed.matchAll(/(-?)(?:([A-Za-z_][\w.]*)(=~|!=|!~|=|:(?!\/\/))("[^"]*"|\S+)|"([^"]*)"|(\S+))/g)) {
    if (name !== undefined && value !== undefined) {
      const plain = value.startsWith('"') ? value.slice(1, -1) : value
      const operator = op === ':' ? (minus ? '!=' : '=') : (op as '=' | '!=' | '=~' | '!~')
      result = addFilter(result, { field: name, op: operator, value: plain, kind: isLabel(name) ? 'label' : 'json' })
      if (isLabel(name)) {
        result = result.replace(`${ANYTHING}, `, '')
      }
    } else {
      const wanted = phrase ?? word ?? ''
      result = addLineFilter(result, minus ? '!~' : '|~', `(?i)${escapeRegex(wanted)}`)
    }
  }
  return result
}

/** A selector of exactly these labels. */
export function exactSelector(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${matcherName(name)}=${quote(value)}`)
    .join(', ')}}`
}
