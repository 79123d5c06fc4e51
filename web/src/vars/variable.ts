import { read, type Reader } from '../json/reader.ts'
import type { Binding } from './interpolate.ts'

export type Option = { readonly text: string; readonly value: string }

export const ALL = '$__all'

export type VariableKind = 'query' | 'custom' | 'textbox' | 'constant' | 'interval' | 'datasource' | 'adhoc' | 'switch' | 'other'

/** What a dashboard file says about one variable. */
export type VariableDef = {
  readonly name: string
  readonly label: string
  readonly kind: VariableKind
  readonly description: string
  readonly hidden: boolean
  readonly labelHidden: boolean
  readonly multi: boolean
  readonly includeAll: boolean
  readonly allValue: string
  readonly allowCustom: boolean
  readonly refreshOnRange: boolean
  readonly sort: number
  readonly regex: string
  readonly skipUrl: boolean
  /** The query as text, or the object form of a label query. */
  readonly query: string | { readonly kind: 'names' | 'values'; readonly label: string; readonly stream: string }
  readonly datasource: unknown
  readonly initial: readonly string[]
  readonly initialTexts: readonly string[]
  readonly saved: readonly Option[]
  readonly json: unknown
}

/** A variable as it stands now. */
export type VariableState = {
  readonly def: VariableDef
  readonly options: readonly Option[]
  /** The chosen values; `[ALL]` for All. */
  readonly values: readonly string[]
  readonly loading: boolean
  readonly problem: string | undefined
}

const KINDS: readonly VariableKind[] = ['query', 'custom', 'textbox', 'constant', 'interval', 'datasource', 'adhoc', 'switch']

export function parseVariables(list: Reader): readonly VariableDef[] {
  return list.list().map(parseVariable).filter((def) => def.name !== '')
}

function parseVariable(json: Reader): VariableDef {
  const kind = json.at('type').oneOf(KINDS, 'other')
  const current = json.at('current')
  const one = (value: Reader): readonly string[] => (Array.isArray(value.value) ? value.strings() : value.present ? [value.text('')] : [])
  const hide = json.at('hide').num(0)
  const name = json.at('name').str('')
  const label = json.at('label').str('')
  return {
    name,
    label: label === '' ? name : label,
    kind,
    description: json.at('description').str(''),
    hidden: hide === 2 || kind === 'constant',
    labelHidden: hide === 1,
    multi: json.at('multi').bool(false),
    includeAll: json.at('includeAll').bool(false),
    allValue: json.at('allValue').str(''),
    allowCustom: json.at('allowCustomValue').bool(true),
    refreshOnRange: json.at('refresh').num(0) === 2,
    sort: json.at('sort').num(0),
    regex: json.at('regex').str(''),
    skipUrl: json.at('skipUrlSync').bool(false),
    query: parseQuery(json.at('query'), json.at('definition').str('')),
    datasource: json.at('datasource').value,
    initial: one(current.at('value')),
    initialTexts: one(current.at('text')),
    saved: json.at('options').list().map((option) => ({ text: option.at('text').text(''), value: option.at('value').text('') })).filter((option) => option.value !== ALL),
    json: json.value,
  }
}

function parseQuery(query: Reader, definition: string): VariableDef['query'] {
  const text = query.str()
  if (text !== undefined) {
    return text
  }
  const type = query.at('type').num()
  if (type === undefined) {
    return query.at('query').str(definition)
  }
  return { kind: type === 0 ? 'names' : 'values', label: query.at('label').str(''), stream: query.at('stream').str('') }
}

/** What a label query asks of the server. */
export type LabelQuery = { readonly kind: 'names' } | { readonly kind: 'values'; readonly label: string; readonly selector: string } | { readonly kind: 'fields'; readonly field: string; readonly selector: string } | { readonly kind: 'result'; readonly expr: string }

/** Reads `label_names()`, `label_values(…)`, `field_values(…)`, `query_result(…)` or the object form. */
export function parseLabelQuery(query: VariableDef['query']): LabelQuery | undefined {
  if (typeof query !== 'string') {
    return query.kind === 'names' ? { kind: 'names' } : query.label === '' ? undefined : { kind: 'values', label: query.label, selector: query.stream }
  }
  const text = query.trim()
  if (/^label_names\(\s*\)$/.test(text)) {
    return { kind: 'names' }
  }
  const result = /^query_result\((.*)\)$/s.exec(text)
  if (result) {
    return { kind: 'result', expr: (result[1] ?? '').trim() }
  }
  const call = /^(label_values|field_values)\(\s*(?:(\{.*\}|.*\S)\s*,\s*)?"?([\w.:/$-]+(?:\{[^}]*\})?)"?\s*\)$/s.exec(text)
  if (!call) {
    return undefined
  }
  const [, name, selector = '', label = ''] = call
  return name === 'field_values' ? { kind: 'fields', field: label, selector } : { kind: 'values', label, selector }
}

/** The options a query's answers give: filtered and cut by `regex`, without doubles, sorted. */
export function buildOptions(answers: readonly string[], regex: string, sort: number): readonly Option[] {
  const pattern = regexOf(regex)
  const options = new Map<string, Option>()
  for (const answer of answers) {
    for (const option of pattern ? matched(answer, pattern) : [{ text: answer, value: answer }]) {
      if (!options.has(option.value)) {
        options.set(option.value, option)
      }
    }
  }
  return sortOptions([...options.values()], sort)
}

function regexOf(text: string): RegExp | undefined {
  if (text === '') {
    return undefined
  }
  const slashed = /^\/(.*)\/([a-z]*)$/s.exec(text)
  try {
    return slashed ? new RegExp(slashed[1] ?? '', `${(slashed[2] ?? '').replace('g', '')}g`) : new RegExp(`^${text}$`, 'g')
  } catch {
    return undefined
  }
}

function matched(answer: string, pattern: RegExp): readonly Option[] {
  return [...answer.matchAll(pattern)].map((match) => {
    const { groups } = match
    if (groups && ('text' in groups || 'value' in groups)) {
      const value = groups['value'] ?? groups['text'] ?? ''
      return { text: groups['text'] ?? value, value }
    }
    return match.length > 1 ? { text: match[1] ?? '', value: match[1] ?? '' } : { text: answer, value: answer }
  })
}

function sortOptions(options: readonly Option[], sort: number): readonly Option[] {
  const number = (text: string) => Number(/-?\d+(\.\d+)?/.exec(text)?.[0] ?? Number.NaN)
  const natural = new Intl.Collator('en', { numeric: true })
  const compare: Record<number, (a: Option, b: Option) => number> = {
    1: (a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
    3: (a, b) => (number(a.text) || 0) - (number(b.text) || 0),
    5: (a, b) => a.text.toLowerCase().localeCompare(b.text.toLowerCase()),
    7: (a, b) => natural.compare(a.text, b.text),
  }
  const order = compare[sort % 2 === 0 ? sort - 1 : sort]
  if (!order) {
    return options
  }
  const sorted = [...options].sort(order)
  return sort % 2 === 0 ? sorted.reverse() : sorted
}

/** The options of a custom variable: `a, b, text : value`, with `\,` for a comma. */
export function customOptions(query: string): readonly Option[] {
  return query
    .split(/(?<!\\),/)
    .map((part) => part.trim().replaceAll('\\,', ','))
    .filter((part) => part !== '')
    .map((part) => {
      const pair = /^(.+?)\s+:\s+(.+)$/.exec(part)
      return pair ? { text: pair[1] ?? '', value: pair[2] ?? '' } : { text: part, value: part }
    })
}

/** The choice that remains when the options changed: what is still valid, else All or the first. */
export function validChoice(def: VariableDef, options: readonly Option[], values: readonly string[]): readonly string[] {
  if (values.includes(ALL) && def.includeAll) {
    return [ALL]
  }
  const valid = values.filter((value) => options.some((option) => option.value === value))
  if (valid.length > 0) {
    return def.multi ? valid : valid.slice(0, 1)
  }
  if (def.allowCustom && def.kind === 'custom' && values.length > 0 && !values.includes(ALL)) {
    return values
  }
  const first = options[0]
  return def.includeAll ? [ALL] : first ? [first.value] : []
}

/** The choice after picking from a list where All and the others exclude each other. */
export function choose(before: readonly string[], after: readonly string[]): readonly string[] {
  const addedAll = after.includes(ALL) && !before.includes(ALL)
  return addedAll ? [ALL] : after.filter((value) => value !== ALL || after.length === 1)
}

/** What the closed control shows. */
export function shownChoice(state: VariableState): string {
  if (state.values.includes(ALL)) {
    return 'All'
  }
  return state.values.map((value) => state.options.find((option) => option.value === value)?.text ?? value).join(' + ')
}

/** Whether what queries see of a variable is the same whatever its options are. */
export function isSettled({ def, values }: VariableState): boolean {
  return values.includes(ALL) && def.includeAll && def.allValue !== ''
}

/** What queries see of a variable. */
export function bindingOf(state: VariableState): Binding {
  const { def, options } = state
  const all = state.values.includes(ALL)
  const values = all ? options.map((option) => option.value) : state.values
  return {
    values,
    texts: all ? ['All'] : values.map((value) => options.find((option) => option.value === value)?.text ?? value),
    multi: def.multi || def.includeAll,
    literal: def.kind === 'query' || def.kind === 'textbox' || ((def.multi || def.includeAll) && def.kind === 'custom'),
    typed: def.kind === 'textbox',
    all,
    ...(all && def.allValue !== '' ? { raw: def.allValue } : {}),
  }
}

/** Names of the variables that a definition refers to, out of those given. */
export function textsOf(def: VariableDef): string {
  const query = typeof def.query === 'string' ? def.query : `${def.query.label} ${def.query.stream}`
  return `${query} ${def.regex} ${read(def.datasource).at('uid').str('')}`
}
