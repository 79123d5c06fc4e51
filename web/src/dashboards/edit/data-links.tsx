import { Icon } from '../../ui/icon.tsx'
import { at, type Setter } from './fields.tsx'

/** Links on values: `${__value.raw}`, `${__field.labels.name}` and variables may stand in the address. */
export function DataLinks({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
  const path = ['fieldConfig', 'defaults', 'links']
  const links = at(panel, path).list()
  const store = (next: readonly unknown[]) => set(path, next.length === 0 ? undefined : next)
  return (
    <fieldset class="thresholds">
      <legend class="field-label">Links on values</legend>
      {links.map((link, index) => (
        <div class="inspect-bar" key={index}>
          <input class="input" aria-label={`Title of link ${index + 1}`} placeholder="Title" value={link.at('title').str('')} onInput={(event) => set([...path, index, 'title'], event.currentTarget.value)} />
          <input class="input" aria-label={`Address of link ${index + 1}`} placeholder="https://…${__value.raw}" value={link.at('url').str('')} onInput={(event) => set([...path, index, 'url'], event.currentTarget.value)} />
          <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove link ${index + 1}`} onClick={() => store(links.filter((_, other) => other !== index).map((one) => one.value))}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" class="button is-small" onClick={() => store([...links.map((one) => one.value), { title: '', url: '', targetBlank: true }])}>
        Add link
      </button>
    </fieldset>
  )
}
