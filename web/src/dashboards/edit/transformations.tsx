import { useState } from 'preact/hooks'
import { TRANSFORMATION_IDS } from '../../frames/transform/index.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Setter } from './fields.tsx'

/** The panel's transformations: order, switch, remove, and their options as JSON. */
export function Transformations({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
  const list = panel.at('transformations').list()
  const store = (next: readonly unknown[]) => set(['transformations'], next.length === 0 ? undefined : next)
  return (
    <section aria-label="Transformations">
      {list.map((one, index) => (
        <div class="target" key={index}>
          <div class="inspect-bar">
            <strong>{one.at('id').str('')}</strong>
            <span class="is-spread" />
            <button type="button" class="button is-quiet is-icon is-small" aria-label={`Move ${one.at('id').str('')} up`} disabled={index === 0} onClick={() => store(list.map((_, other) => list[other === index ? index - 1 : other === index - 1 ? index : other]?.value))}>
              <Icon name="up" />
            </button>
            <button type="button" class="button is-quiet is-icon is-small" aria-label={`Use ${one.at('id').str('')}`} aria-pressed={!one.at('disabled').bool(false)} onClick={() => set(['transformations', index, 'disabled'], !one.at('disabled').bool(false))}>
              <Icon name="eye" />
            </button>
            <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove ${one.at('id').str('')}`} onClick={() => store(list.filter((_, other) => other !== index).map((other) => other.value))}>
              <Icon name="trash" />
            </button>
          </div>
          <OptionsText value={one.at('options').value ?? {}} label={`Options of ${one.at('id').str('')}`} onChange={(value) => set(['transformations', index, 'options'], value)} />
        </div>
      ))}
      <select class="select" aria-label="Add transformation" value="" onChange={(event) => store([...list.map((one) => one.value), { id: event.currentTarget.value, options: {} }])}>
        <option value="">Add transformation</option>
        {TRANSFORMATION_IDS.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </section>
  )
}

/** Any JSON as text; what is no JSON is marked and not taken over. */
export function OptionsText({ value, label, onChange }: { value: unknown; label: string; onChange: (value: unknown) => void }) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2))
  const [bad, setBad] = useState(false)
  return (
    <textarea
      class="textarea"
      aria-label={label}
      aria-invalid={bad}
      rows={Math.min(12, text.split('\n').length)}
      value={text}
      onInput={(event) => {
        setText(event.currentTarget.value)
        try {
          onChange(JSON.parse(event.currentTarget.value))
          setBad(false)
        } catch {
          setBad(true)
        }
      }}
    />
  )
}
