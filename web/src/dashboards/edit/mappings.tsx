import { Icon } from '../../ui/icon.tsx'
import type { Reader } from '../../json/reader.ts'
import { at, type Setter } from './fields.tsx'
import { COLORS } from './thresholds.tsx'

/** One mapping as the form shows it: `match` is a value, `from..to`, an expression, or the name of a special value. */
type Row = { readonly type: 'value' | 'range' | 'regex' | 'special'; readonly match: string; readonly text: string; readonly color: string }

const TYPES: readonly (readonly [Row['type'], string, string])[] = [
  ['value', 'Value', 'up'],
  ['range', 'Range', '0..10'],
  ['regex', 'Expression', '/^5\\d\\d$/'],
  ['special', 'Special', 'null, nan, null+nan, true, false or empty'],
]

/** Texts and colours instead of values. */
export function Mappings({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
  const path = ['fieldConfig', 'defaults', 'mappings']
  const rows = at(panel, path).list().flatMap(rowsOf)
  const store = (next: readonly Row[]) => set(path, next.length === 0 ? undefined : next.map(mappingOf))
  const change = (index: number, more: Partial<Row>) => store(rows.map((row, other) => (other === index ? { ...row, ...more } : row)))
  return (
    <fieldset class="thresholds">
      <legend class="field-label">Texts for values</legend>
      {rows.map((row, index) => (
        <div class="inspect-bar" key={index}>
          <select class="select" aria-label={`Kind of mapping ${index + 1}`} value={row.type} onChange={(event) => change(index, { type: event.currentTarget.value as Row['type'] })}>
            {TYPES.map(([type, name]) => (
              <option key={type} value={type}>
                {name}
              </option>
            ))}
          </select>
          <input class="input" aria-label={`What mapping ${index + 1} is for`} placeholder={TYPES.find(([type]) => type === row.type)?.[2] ?? ''} value={row.match} onInput={(event) => change(index, { match: event.currentTarget.value })} />
          <input class="input" aria-label={`Text of mapping ${index + 1}`} placeholder="Text" value={row.text} onInput={(event) => change(index, { text: event.currentTarget.value })} />
          <select class="select" aria-label={`Colour of mapping ${index + 1}`} value={row.color} onChange={(event) => change(index, { color: event.currentTarget.value })}>
            {[...new Set(['', row.color, ...COLORS])].map((color) => (
              <option key={color} value={color}>
                {color === '' ? 'No colour' : color}
              </option>
            ))}
          </select>
          <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove mapping ${index + 1}`} onClick={() => store(rows.filter((_, other) => other !== index))}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" class="button is-small" onClick={() => store([...rows, { type: 'value', match: '', text: '', color: '' }])}>
        Add text
      </button>
    </fieldset>
  )
}

/** The form's rows of one mapping of the file; a value mapping holds several. */
export function rowsOf(mapping: Reader): readonly Row[] {
  const options = mapping.at('options')
  const result = (one: Reader) => ({ text: one.at('text').str(''), color: one.at('color').str('') })
  switch (mapping.at('type').str('')) {
    case 'value':
      return options.entries().map(([match, one]) => ({ type: 'value', match, ...result(one) }))
    case 'range':
      return [{ type: 'range', match: `${options.at('from').num() ?? ''}..${options.at('to').num() ?? ''}`, ...result(options.at('result')) }]
    case 'regex':
      return [{ type: 'regex', match: options.at('pattern').str(''), ...result(options.at('result')) }]
    case 'special':
      return [{ type: 'special', match: options.at('match').str('null'), ...result(options.at('result')) }]
    default:
      return []
  }
}

export function mappingOf({ type, match, text, color }: Row, index: number): unknown {
  const result = { ...(text === '' ? {} : { text }), ...(color === '' ? {} : { color }), index }
  switch (type) {
    case 'value':
      return { type, options: { [match]: result } }
    case 'range': {
      const [from, to] = match.split('..').map((end) => (end.trim() === '' || Number.isNaN(Number(end)) ? null : Number(end)))
      return { type, options: { from: from ?? null, to: to ?? null, result } }
    }
    case 'regex':
      return { type, options: { pattern: match, result } }
    case 'special':
      return { type, options: { match, result } }
  }
}
