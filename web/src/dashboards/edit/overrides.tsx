import { Icon } from '../../ui/icon.tsx'
import { at, type Setter } from './fields.tsx'
import { OptionsText } from './transformations.tsx'

const MATCHERS: readonly (readonly [id: string, name: string])[] = [
  ['byName', 'Field with the name'],
  ['byRegexp', 'Fields whose name matches'],
  ['byType', 'Fields of the type'],
  ['byFrameRefID', 'Fields of the query'],
]

const PROPERTIES: readonly string[] = ['color', 'displayName', 'unit', 'decimals', 'min', 'max', 'noValue', 'thresholds', 'mappings', 'links', 'custom.drawStyle', 'custom.lineWidth', 'custom.fillOpacity', 'custom.axisPlacement', 'custom.axisLabel', 'custom.stacking', 'custom.hideFrom', 'custom.cellOptions', 'custom.width', 'custom.align']

/** What a property looks like at first. */
const FIRST: Readonly<Record<string, unknown>> = { color: { mode: 'fixed', fixedColor: 'red' }, displayName: '', unit: 'short', noValue: '', thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }] }, mappings: [], links: [], 'custom.drawStyle': 'bars', 'custom.axisPlacement': 'right', 'custom.axisLabel': '', 'custom.stacking': { mode: 'normal' }, 'custom.hideFrom': { viz: true, legend: false, tooltip: true }, 'custom.cellOptions': { type: 'color-background' }, 'custom.align': 'right' }

/** Settings for some of the fields only. */
export function Overrides({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
  const path = ['fieldConfig', 'overrides']
  const overrides = at(panel, path).list()
  return (
    <fieldset class="thresholds">
      <legend class="field-label">Other settings for some fields</legend>
      {overrides.map((override, index) => {
        const properties = override.at('properties').list()
        const name = `override ${index + 1}`
        return (
          <div class="target" key={index}>
            <div class="inspect-bar">
              <select class="select" aria-label={`What ${name} matches by`} value={override.at('matcher', 'id').str('byName')} onChange={(event) => set([...path, index, 'matcher', 'id'], event.currentTarget.value)}>
                {MATCHERS.map(([id, text]) => (
                  <option key={id} value={id}>
                    {text}
                  </option>
                ))}
              </select>
              <input class="input" aria-label={`What ${name} matches`} value={override.at('matcher', 'options').text('')} onInput={(event) => set([...path, index, 'matcher', 'options'], event.currentTarget.value)} />
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove ${name}`} onClick={() => set(path, overrides.filter((_, other) => other !== index).map((one) => one.value))}>
                <Icon name="close" />
              </button>
            </div>
            {properties.map((property, place) => (
              <div key={property.at('id').str('')}>
                <div class="inspect-bar">
                  <span class="field-label">{property.at('id').str('')}</span>
                  <span class="is-spread" />
                  <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove ${property.at('id').str('')} of ${name}`} onClick={() => set([...path, index, 'properties'], properties.filter((_, other) => other !== place).map((one) => one.value))}>
                    <Icon name="close" />
                  </button>
                </div>
                <OptionsText value={property.at('value').value ?? null} label={`${property.at('id').str('')} of ${name}`} onChange={(value) => set([...path, index, 'properties', place, 'value'], value)} />
              </div>
            ))}
            <select class="select" aria-label={`Add a setting to ${name}`} value="" onChange={(event) => set([...path, index, 'properties'], [...properties.map((one) => one.value), { id: event.currentTarget.value, value: FIRST[event.currentTarget.value] ?? 0 }])}>
              <option value="">Add a setting</option>
              {PROPERTIES.filter((id) => !properties.some((one) => one.at('id').str('') === id)).map((id) => (
                <option key={id}>{id}</option>
              ))}
            </select>
          </div>
        )
      })}
      <button type="button" class="button is-small" onClick={() => set(path, [...overrides.map((one) => one.value), { matcher: { id: 'byName', options: '' }, properties: [] }])}>
        Add override
      </button>
    </fieldset>
  )
}
