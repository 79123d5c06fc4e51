import { addFilter, selectors, type Selector } from '../logql/edit.ts'

/** Lines of a query that are counted, or a number that is compared as it is. */
export type Subject =
  | {
      readonly kind: 'count'
      /** Selects the lines. */
      readonly lines: string
      /** The indexed label that says how bad a line is, when the query looks at it, and the values it allows. */
      readonly levelLabel: string
      readonly levels: readonly string[]
      /** The labels by which the query counts, but the level. */
      readonly by: readonly string[]
    }
  | { readonly kind: 'value'; readonly expr: string }

/** What a rule says. */
export type Condition = { readonly window: string; readonly above: number; readonly per: string; readonly level: string }

const LEVEL = /^(level|detected_level|severity|log_level|loglevel|lvl)$/
const SERVICE = ['service', 'service_name', 'app', 'container', 'job']

/** What a query is about: its lines when it shows or counts lines, else its number. */
export function subjectOf(query: string): Subject {
  const all = selectors(query)
  const [first] = all
  const counts = /^\s*\{/.test(query) || /\b(count_over_time|rate)\s*(by\s*\([^)]*\)\s*)?\(/.test(query)
  if (!first || all.length !== 1 || !counts || first.stages.some((stage) => stage.name === 'unwrap')) {
    return { kind: 'value', expr: query }
  }
  const level = levelOf(first)
  const by = [...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names]) => (names ?? '').split(',').map((name) => name.trim())).filter((name) => /^\w+$/.test(name) && !LEVEL.test(name))
  return { kind: 'count', lines: query.slice(first.from, first.end), levelLabel: level?.label ?? '', levels: level?.values ?? [], by: [...new Set(by)] }
}

/** The level that a selector asks for: one value, or some of them side by side. */
function levelOf(selector: Selector): { readonly label: string; readonly values: readonly string[] } | undefined {
  const matcher = selector.matchers.find(({ label, op }) => LEVEL.test(label) && (op === '=' || op === '=~'))
  return matcher && { label: matcher.label, values: /^[\w-]+(\|[\w-]+)*$/.test(matcher.value) ? matcher.value.split('|') : [] }
}

/** What a beginner most likely wants to know of it: more than ten errors in five minutes, per service. */
export function firstCondition(subject: Subject): Condition {
  if (subject.kind === 'value') {
    return { window: '5m', above: 0, per: '', level: '' }
  }
  const level = subject.levels.length === 1 ? '' : (subject.levels.find((one) => /^(error|critical|fatal)$/i.test(one)) ?? '')
  return { window: '5m', above: 10, per: SERVICE.find((name) => subject.by.includes(name)) ?? subject.by[0] ?? SERVICE.find((name) => subject.lines.includes(`${name}=`)) ?? '', level }
}

/** The query that a rule asks. */
export function exprOf(subject: Subject, { window, per, level }: Condition): string {
  if (subject.kind === 'value') {
    return subject.expr
  }
  const lines = level === '' ? subject.lines : subject.levelLabel === '' ? addFilter(subject.lines, { field: 'detected_level', op: '=', value: level, kind: 'metadata' }) : addFilter(subject.lines, { field: subject.levelLabel, op: '=', value: level, kind: 'label' })
  return `sum${per === '' ? '' : ` by (${per})`} (count_over_time(${lines} [${window}]))`
}

/** A name that tells the rule from others. */
export function nameOf(subject: Subject, condition: Condition, title: string): string {
  if (subject.kind === 'value') {
    return `${title === '' ? 'Value' : title} above ${condition.above}`
  }
  const what = condition.level !== '' ? condition.level : subject.levels.length === 1 ? subject.levels[0] : 'Line'
  return `${what} count > ${condition.above} in ${condition.window}${condition.per === '' ? '' : ` per ${condition.per}`}`
}

/** How often a number rose above the limit: once for each time it came from below. */
export function crossings(values: readonly (number | null | undefined)[], above: number): number {
  let count = 0
  let over = false
  for (const value of values) {
    const now = value !== null && value !== undefined && value > above
    count += now && !over ? 1 : 0
    over = now
  }
  return count
}
