import { snippetCompletion, startCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import { detectedFields, labelNames, labelValues } from '../api/loki.ts'
import type { Range } from '../time/range.ts'
import { situationAt } from './situation.ts'
import { escapeString, quote, tokenize } from './tokens.ts'

/** Most values offered at once. */
const MOST = 2000

const RANGE_FUNCTIONS: readonly (readonly [string, string])[] = [
  ['count_over_time', 'lines in the window'],
  ['rate', 'lines per second'],
  ['bytes_over_time', 'bytes in the window'],
  ['bytes_rate', 'bytes per second'],
  ['absent_over_time', '1 when there are no lines'],
]
const UNWRAPPED: readonly string[] = ['sum_over_time', 'avg_over_time', 'min_over_time', 'max_over_time', 'stddev_over_time', 'stdvar_over_time', 'quantile_over_time', 'first_over_time', 'last_over_time', 'rate_counter']
const AGGREGATIONS: readonly (readonly [string, string])[] = [
  ['sum', 'adds series up'],
  ['avg', 'mean of series'],
  ['min', 'smallest'],
  ['max', 'greatest'],
  ['count', 'how many series'],
  ['topk', 'the k greatest'],
  ['bottomk', 'the k smallest'],
  ['stddev', 'standard deviation'],
  ['stdvar', 'variance'],
  ['sort', 'ascending'],
  ['sort_desc', 'descending'],
]
const PARSERS: readonly (readonly [string, string])[] = [
  ['json', 'fields of a JSON line'],
  ['logfmt', 'fields of key=value lines'],
  ['pattern', 'fields by a pattern with <names>'],
  ['regexp', 'fields by named groups'],
  ['unpack', 'fields packed by the agent'],
]
const STAGES: readonly (readonly [string, string])[] = [
  ['line_format', 'rewrite the line'],
  ['label_format', 'rename or make labels'],
  ['unwrap', 'take a number out of the line'],
  ['decolorize', 'drop terminal colours'],
  ['drop', 'drop labels'],
  ['keep', 'keep only these labels'],
]

type Apply = (view: EditorView, completion: Completion, from: number, to: number) => void

/** Puts a label's name with an empty value and offers its values. */
const openValue: Apply = (view, { label }, from, to) => {
  const closing = isSelectorClosed(view.state.sliceDoc(to)) ? '' : '}'
  view.dispatch({ changes: { from, to, insert: `${label}=""${closing}` }, selection: { anchor: from + label.length + 2 }, userEvent: 'input.complete' })
  startCompletion(view)
}

/** Whether the selector that `rest` begins inside of has its closing brace. */
function isSelectorClosed(rest: string): boolean {
  return tokenize(rest).find((token) => token.text === '}' || token.text === '{')?.text === '}'
}

/** Puts a value into the quotes around the cursor and goes behind them. */
function closeValue(value: string): Apply {
  return (view, _, from, to) => {
    const closed = view.state.sliceDoc(to, to + 1) === '"'
    const insert = `${escapeString(value)}${closed ? '' : '"'}`
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length + (closed ? 1 : 0) }, userEvent: 'input.complete' })
  }
}

/** Completion with the labels, values and fields that the server knows in the range. */
export function completer(uid: () => string, range: () => Range): (context: CompletionContext) => Promise<CompletionResult | null> {
  const cache = new Map<string, Promise<readonly string[]>>()
  const known = (key: string, load: () => Promise<readonly string[]>) => {
    const { from } = range()
    const whole = `${uid()} ${Math.floor(from / 300_000)} ${key}`
    const cached = cache.get(whole)
    if (cached) {
      return cached
    }
    const loading = load()
    cache.set(whole, loading)
    loading.catch(() => cache.delete(whole))
    return loading
  }
  const selectorOrNone = (selector: string) => (selector === '' ? undefined : selector)
  const labels = (selector: string) => known(`labels ${selector}`, () => labelNames(uid(), range(), selectorOrNone(selector)))
  const values = (label: string, selector: string) => known(`values ${label} ${selector}`, () => labelValues(uid(), label, range(), selectorOrNone(selector)))
  const fields = (logs: string) => (logs === '' ? Promise.resolve([]) : known(`fields ${logs}`, async () => (await detectedFields(uid(), logs, range())).map((field) => field.name)))

  return async (context) => {
    const situation = situationAt(context.state.doc.toString(), context.pos)
    const result = (from: number, options: readonly Completion[]): CompletionResult => ({ from, options: [...options], validFor: /^[\w.]*$/ })
    const either = async (...lists: readonly Promise<readonly string[]>[]) => [...new Set((await Promise.all(lists.map((list) => list.catch(() => [])))).flat())]
    switch (situation.kind) {
      case 'none':
        return null
      case 'label':
        return result(situation.from, (await labels(situation.selector).catch(() => [])).map((name) => ({ label: name, type: 'property', apply: openValue })))
      case 'value': {
        const found = (await values(situation.label, situation.selector).catch(() => [])).slice(0, MOST)
        return { from: situation.from, options: found.map((value) => ({ label: value, type: 'text', apply: situation.quoted ? closeValue(value) : quote(value) })), validFor: /^[^"]*$/ }
      }
      case 'range':
        return result(situation.from, ['$__auto', '1m', '5m', '10m', '30m', '1h', '1d'].map((label, at) => ({ label, type: 'constant', boost: -at })))
      case 'unwrap':
        return result(situation.from, [
          ...(await either(fields(situation.logs))).map((label): Completion => ({ label, type: 'variable' })),
          ...['duration', 'bytes'].map((name) => snippetCompletion(`${name}(\${field})`, { label: `${name}()`, type: 'function' })),
        ])
      case 'grouping':
        return result(situation.from, (await either(labels(''), fields(situation.logs))).map((label) => ({ label, type: 'property' })))
      case 'stage':
        return result(situation.from, [
          ...PARSERS.map(([label, detail]): Completion => ({ label, detail, type: 'keyword', boost: 2 })),
          ...STAGES.map(([label, detail]): Completion => ({ label, detail, type: 'keyword', boost: 1 })),
          ...(await either(fields(situation.logs))).map((label): Completion => ({ label, type: 'variable', detail: 'field', apply: `${label}="` })),
        ])
      case 'afterSelector':
        return result(situation.from, [
          snippetCompletion('|= "${text}"', { label: '|= ""', detail: 'line contains', type: 'operator', boost: 3 }),
          snippetCompletion('!= "${text}"', { label: '!= ""', detail: 'line does not contain', type: 'operator', boost: 2 }),
          snippetCompletion('|~ "${regex}"', { label: '|~ ""', detail: 'line matches', type: 'operator', boost: 2 }),
          { label: '| json', detail: 'fields of a JSON line', type: 'keyword', boost: 1 },
          { label: '| logfmt', detail: 'fields of key=value lines', type: 'keyword', boost: 1 },
        ])
      case 'expression':
        if (!context.explicit && context.matchBefore(/\w+/) === null) {
          return null
        }
        return result(situation.from, [
          snippetCompletion('{${label}="${value}"}', { label: '{}', detail: 'stream selector', type: 'keyword', boost: 5 }),
          ...RANGE_FUNCTIONS.map(([label, detail]) => snippetCompletion(`${label}(\${{}}[$__auto])`, { label, detail, type: 'function', boost: 2 })),
          ...AGGREGATIONS.map(([label, detail]) => snippetCompletion(`${label} by (\${label}) (\${})`, { label, detail, type: 'function', boost: 1 })),
          ...UNWRAPPED.map((label) => snippetCompletion(`${label}(\${{}} | unwrap \${field} [$__auto])`, { label, detail: 'of an unwrapped field', type: 'function' })),
        ])
    }
  }
}
