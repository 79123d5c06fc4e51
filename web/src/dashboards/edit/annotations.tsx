import { Icon } from '../../ui/icon.tsx'
import type { DashboardModel } from '../model.ts'
import { Check, Num, Text, type Path } from './fields.tsx'

/** Marks over time: what log lines or stored annotations say happened. */
export function AnnotationsEditor({ model, change }: { model: DashboardModel; change: (path: Path, value: unknown) => void }) {
  const path = ['annotations', 'list']
  const list = model.dashboard.at(...path).list()
  const datasource = model.settings.datasources.find((ds) => ds.isDefault)
  return (
    <section aria-label="Annotations" class="edit-list">
      {list.map((query, index) => {
        const form = { panel: query, set: (at: Path, value: unknown) => change([...path, index, ...at], value) }
        const builtIn = query.at('builtIn').num(0) === 1
        return (
          <div class="target" key={index}>
            <div class="inspect-bar">
              <strong>{query.at('name').str('')}</strong>
              <span class="is-spread" />
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove ${query.at('name').str('')}`} onClick={() => change(path, list.filter((_, other) => other !== index).map((one) => one.value))}>
                <Icon name="trash" />
              </button>
            </div>
            <div class="edit-form">
              <Text label="Name" path={['name']} {...form} />
              <Text label="Colour" path={['iconColor']} {...form} />
              {!builtIn && (
                <>
                  <Text label="Log query" path={['expr']} {...form} />
                  <Text label="Title, such as {{service}}" path={['titleFormat']} {...form} />
                  <Text label="Text, the line when empty" path={['textFormat']} {...form} />
                  <Text label="Tags from labels" path={['tagKeys']} {...form} />
                  <Num label="Most marks" path={['maxLines']} {...form} />
                </>
              )}
              <Check label="Shown" path={['enable']} otherwise {...form} />
            </div>
          </div>
        )
      })}
      <button type="button" class="button is-small" onClick={() => change(path, [...list.map((one) => one.value), { name: 'New annotation', enable: true, iconColor: 'light-blue', datasource: datasource ? { type: datasource.type, uid: datasource.uid } : null, expr: '{service_name=~".+"} |= "deployed"', tagKeys: 'service_name' }])}>
        <Icon name="plus" />
        Add annotation
      </button>
    </section>
  )
}

/** Links at the head of the dashboard. */
export function LinksEditor({ model, change }: { model: DashboardModel; change: (path: Path, value: unknown) => void }) {
  const list = model.dashboard.at('links').list()
  return (
    <section aria-label="Links" class="edit-list">
      {list.map((link, index) => {
        const form = { panel: link, set: (at: Path, value: unknown) => change(['links', index, ...at], value) }
        return (
          <div class="target" key={index}>
            <div class="edit-form">
              <Text label="Title" path={['title']} {...form} />
              <Text label="Address" path={['url']} {...form} />
              <Check label="With the time range" path={['keepTime']} {...form} />
              <Check label="With the variables" path={['includeVars']} {...form} />
              <Check label="In a new tab" path={['targetBlank']} {...form} />
              <button type="button" class="button is-small" onClick={() => change(['links'], list.filter((_, other) => other !== index).map((one) => one.value))}>
                <Icon name="trash" />
                Remove
              </button>
            </div>
          </div>
        )
      })}
      <button type="button" class="button is-small" onClick={() => change(['links'], [...list.map((one) => one.value), { type: 'link', title: 'New link', url: 'https://', targetBlank: true, keepTime: false, includeVars: false }])}>
        <Icon name="plus" />
        Add link
      </button>
    </section>
  )
}
