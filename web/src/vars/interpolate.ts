import { escapeRegex, escapeString, tokenize } from '../logql/tokens.ts'
import { formatPattern } from '../time/format.ts'

/** What a name stands for. `values` are what queries see, `texts` what people see. */
export type Binding = {
  readonly values: readonly string[]
  readonly texts?: readonly string[]
  /** Declared with several values possible (multi or All): its values are escaped as regular expressions. */
  readonly multi?: boolean
  /** The values are plain text of labels or of a text box, so they may be quoted safely. */
  readonly literal?: boolean
  /** Typed by a person as a pattern: quoted inside strings, but kept as a regular expression. */
  readonly typed?: boolean
  /** Text that replaces the reference as it stands (the `allValue` of All). */
  readonly raw?: string
  /** All values are chosen. */
  readonly all?: boolean
  /** Epoch ms, for `$__from` and `$__to`. */
  readonly time?: number
  /** For `${name.field}`. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Looks a name up; undefined leaves the reference in the text. */
export type Scope = (name: string) => Binding | undefined

const REFERENCE = /\$\{(\w+)(?:\.([^:^}]+)|\["([^"]+)"\])?(?::([^}]+))?\}|\$(\w+)|\[\[(\w+)(?::([^\]]+))?\]\]/g

type Reference = { readonly name: string; readonly field: string | undefined; readonly format: string | undefined; readonly whole: string }

function references(text: string, replace: (reference: Reference) => string): string {
  return text.replace(REFERENCE, (whole: string, braced?: string, dotted?: string, keyed?: string, format?: string, plain?: string, square?: string, squareFormat?: string) =>
    replace({ whole, name: braced ?? plain ?? square ?? '', field: dotted ?? keyed, format: format ?? squareFormat }),
  )
}

/** The names a text refers to. */
export function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  references(text, (reference) => {
    names.add(reference.name)
    return ''
  })
  return names
}

/** Replaces references in titles, links and other plain texts. */
export function interpolate(text: string, scope: Scope, defaultFormat = 'glob'): string {
  return references(text, (reference) => {
    const binding = scope(reference.name)
    if (!binding) {
      return reference.whole
    }
    if (reference.field !== undefined) {
      return binding.fields?.[reference.field] ?? reference.whole
    }
    return formatted(reference.name, binding, reference.format ?? defaultFormat, scope)
  })
}

function formatted(name: string, binding: Binding, format: string, scope: Scope): string {
  const [kind = '', ...args] = format.split(':')
  if (binding.raw !== undefined && !['text', 'percentencode', 'queryparam', 'date'].includes(kind)) {
    return interpolate(binding.raw, scope)
  }
  const { values } = binding
  const texts = binding.all ? ['All'] : (binding.texts ?? values)
  const several = values.length !== 1
  const first = values[0] ?? ''
  switch (kind) {
    case 'regex':
      return several ? `(${values.map(escapeRegex).join('|')})` : escapeRegex(first)
    case 'pipe':
      return values.join('|')
    case 'csv':
    case 'raw':
      return values.join(',')
    case 'json':
      return JSON.stringify(several || binding.multi ? (several ? values : values[0]) : first)
    case 'singlequote':
      return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',')
    case 'doublequote':
      return values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(',')
    case 'sqlstring':
      return values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',')
    case 'lucene':
      return values.length === 0 ? '__empty__' : several ? `(${values.map((value) => `"${lucene(value)}"`).join(' OR ')})` : lucene(first)
    case 'distributed':
      return values.map((value, at) => (at === 0 ? value : `${name}=${value}`)).join(',')
    case 'queryparam':
      return (binding.all ? ['$__all'] : values).map((value) => `var-${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
    case 'customqueryparam': {
      const [parameter = name, prefix = ''] = args
      return values.map((value) => `${encodeURIComponent(parameter)}=${prefix}${encodeURIComponent(value)}`).join('&')
    }
    case 'percentencode':
    case 'uriencode':
      return encodeURIComponent(several ? `{${values.join(',')}}` : first)
    case 'html':
      return values.join(', ').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
    case 'text':
      return texts.join(' + ')
    case 'join':
      return values.join(args.length > 0 ? args.join(':') : ',')
    case 'date':
      return binding.time === undefined ? first : formatDate(binding.time, args.join(':'))
    default:
      return several ? `{${values.join(',')}}` : first
  }
}

function lucene(value: string): string {
  return value.replace(/[+\-=&|><!(){}[\]^"~*?:\\/]/g, '\\$&')
}

function formatDate(ms: number, pattern: string): string {
  switch (pattern) {
    case '':
    case 'iso':
      return new Date(ms).toISOString()
    case 'seconds':
      return String(Math.floor(ms / 1000))
    case 'ms':
      return String(ms)
    default:
      return formatPattern(ms, pattern, 'utc')
  }
}

/**
 * Replaces references in LogQL, escaping each by where it stands: inside `"…"` or back-ticks, behind a regular
 * expression or an equality. In the ordinary case (`label=~"$name"`) the text is the one dashboards expect; an equality
 * on several values becomes a regular expression.
 */
export function interpolateLogql(query: string, scope: Scope): string {
  let result = ''
  let at = 0
  const tokens = tokenize(query)
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (!token || token.kind === 'comment') {
      continue
    }
    const next = tokens[i + 1]
    const isEquality = (token.text === '=' || token.text === '!=') && next !== undefined && (next.kind === 'string' || next.kind === 'raw')
    if (isEquality && next && needsRegex(next.text, scope)) {
      result += query.slice(at, token.from) + (token.text === '=' ? '=~' : '!~')
      at = token.to
      result += query.slice(at, next.from) + inString(next.text, next.kind === 'raw', true, scope)
      at = next.to
      i++
    } else if (token.kind === 'string' || token.kind === 'raw') {
      const before = tokens[i - 1]?.text ?? ''
      result += query.slice(at, token.from) + inString(token.text, token.kind === 'raw', before === '=~' || before === '!~' || before === '|~', scope)
      at = token.to
    } else if (token.kind === 'variable') {
      result += query.slice(at, token.from) + interpolate(token.text, scope, 'csv')
      at = token.to
    }
  }
  return result + query.slice(at)
}

/** Does the literal refer to a variable whose value only a regular expression can express? */
function needsRegex(literal: string, scope: Scope): boolean {
  let found = false
  references(literal, ({ name, format }) => {
    const binding = scope(name)
    found ||= binding !== undefined && format === undefined && (binding.values.length > 1 || binding.raw !== undefined)
    return ''
  })
  return found
}

function inString(literal: string, raw: boolean, regex: boolean, scope: Scope): string {
  return references(literal, (reference) => {
    const binding = scope(reference.name)
    if (!binding) {
      return reference.whole
    }
    if (reference.field !== undefined) {
      return binding.fields?.[reference.field] ?? reference.whole
    }
    const quoteInside = (text: string) => (raw ? text : escapeString(text))
    if (reference.format !== undefined) {
      const text = formatted(reference.name, binding, reference.format, scope)
      return reference.format === 'regex' ? quoteInside(text) : text
    }
    if (binding.raw !== undefined) {
      return interpolate(binding.raw, scope)
    }
    if (regex && (binding.multi || (binding.literal && !binding.typed))) {
      return binding.values.map((value) => quoteInside(escapeRegex(value))).join('|')
    }
    return binding.literal ? quoteInside(binding.values.join('|')) : binding.values.join('|')
  })
}
