import { selectors } from '../logql/edit.ts'
import { tokenize } from '../logql/tokens.ts'

/** One part of a query and what it does, for people. */
export type Step = { readonly code: string; readonly does: string }

const OPERATORS: Readonly<Record<string, string>> = {
  '|=': 'keeps lines that contain this text',
  '!=': 'drops lines that contain this text',
  '|~': 'keeps lines that match this expression',
  '!~': 'drops lines that match this expression',
  '|>': 'keeps lines of this pattern',
  '!>': 'drops lines of this pattern',
}

const STAGES: Readonly<Record<string, string>> = {
  json: 'reads the fields of a JSON line',
  logfmt: 'reads the fields of a key=value line',
  pattern: 'reads the named places of a pattern',
  regexp: 'reads the named groups of an expression',
  unpack: 'unpacks what the agent packed',
  line_format: 'writes the line anew',
  label_format: 'renames or makes labels',
  unwrap: 'takes a number out of a field, for functions over it',
  decolorize: 'drops terminal colours',
  drop: 'forgets these labels',
  keep: 'keeps only these labels',
  distinct: 'keeps one line for each value',
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  count_over_time: 'counts the lines of each window',
  rate: 'counts lines per second, averaged over each window',
  bytes_over_time: 'adds up the bytes of each window',
  bytes_rate: 'bytes per second, averaged over each window',
  absent_over_time: 'is 1 where a window has no lines',
  sum_over_time: 'adds up the numbers of each window',
  avg_over_time: 'averages the numbers of each window',
  min_over_time: 'takes the smallest number of each window',
  max_over_time: 'takes the greatest number of each window',
  quantile_over_time: 'estimates a quantile of the numbers of each window',
  first_over_time: 'takes the first number of each window',
  last_over_time: 'takes the last number of each window',
  sum: 'adds series up',
  avg: 'averages series',
  min: 'takes the smallest of the series',
  max: 'takes the greatest of the series',
  count: 'counts the series',
  topk: 'keeps the greatest series',
  bottomk: 'keeps the smallest series',
  sort: 'sorts ascending',
  sort_desc: 'sorts descending',
}

/** What a query does, part by part, in the order in which it happens. */
export function explain(query: string): readonly Step[] {
  const steps = selectors(query).flatMap((selector): readonly Step[] => [
    { code: query.slice(selector.from, selector.to), does: 'takes the streams with these labels' },
    ...selector.stages.map((stage) => ({ code: query.slice(stage.from, stage.to), does: OPERATORS[stage.name] ?? STAGES[stage.name] ?? 'keeps lines whose label or field compares so' })),
  ])
  const called = tokenize(query)
    .filter((token, at, all) => token.text in FUNCTIONS && ['(', 'by', 'without'].includes(all[at + 1]?.text ?? ''))
    .toReversed()
  return [...steps, ...called.map((token) => ({ code: token.text, does: FUNCTIONS[token.text] ?? '' }))]
}
