import { Icon } from '../../ui/icon.tsx'
import { at, type Setter } from './fields.tsx'

/** Colours by name that read in both themes. */
export const COLORS = ['green', 'yellow', 'orange', 'red', 'blue', 'purple', 'text']

/** From which value on which colour. */
export function Thresholds({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
  const path = ['fieldConfig', 'defaults', 'thresholds']
  const saved = at(panel, path).at('steps').list().map((step) => ({ value: step.at('value').num() ?? null, color: step.at('color').str('green') }))
  const steps = saved.length > 0 ? saved : [{ value: null, color: 'green' }]
  const store = (next: typeof steps) => set(path, { mode: at(panel, path).at('mode').str('absolute'), steps: next })
  return (
    <fieldset class="thresholds">
      <legend class="field-label">Thresholds</legend>
      {steps.map((step, index) => (
        <div class="inspect-bar" key={index}>
          <select class="select" aria-label={`Colour of threshold ${index + 1}`} value={step.color} onChange={(event) => store(steps.map((one, other) => (other === index ? { ...one, color: event.currentTarget.value } : one)))}>
            {[...new Set([step.color, ...COLORS])].map((color) => (
              <option key={color}>{color}</option>
            ))}
          </select>
          {index === 0 ? (
            <span class="combo-note">Base</span>
          ) : (
            <>
              <input class="input" type="number" step="any" aria-label={`Value of threshold ${index + 1}`} value={step.value ?? ''} onInput={(event) => store(steps.map((one, other) => (other === index ? { ...one, value: Number(event.currentTarget.value) } : one)))} />
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove threshold ${index + 1}`} onClick={() => store(steps.filter((_, other) => other !== index))}>
                <Icon name="close" />
              </button>
            </>
          )}
        </div>
      ))}
      <button type="button" class="button is-small" onClick={() => store([...steps, { value: (steps.at(-1)?.value ?? 0) + 10, color: 'red' }])}>
        Add threshold
      </button>
    </fieldset>
  )
}
