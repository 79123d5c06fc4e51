import { useState } from 'preact/hooks'
import './edit.css'
import { withValue } from '../../json/reader.ts'
import { Dialog } from '../../ui/dialog.tsx'
import type { DashboardModel } from '../model.ts'
import { AnnotationsEditor, LinksEditor } from './annotations.tsx'
import type { Path } from './fields.tsx'
import { VariablesEditor } from './variables.tsx'

const TABS = ['General', 'Variables', 'Annotations', 'Links'] as const

/** Everything about a dashboard that is not a panel. */
export function SettingsDialog({ model, onClose }: { model: DashboardModel; onClose: () => void }) {
  const { dashboard } = model
  const [tab, setTab] = useState<(typeof TABS)[number]>('General')
  const set = (path: Path, value: unknown) => {
    model.json.value = withValue(model.json.value, path, value)
  }
  const text = (label: string, path: readonly string[], hint = '') => (
    <div class="field">
      <label for={`set-${path.join('-')}`}>{label}</label>
      <input id={`set-${path.join('-')}`} class="input" placeholder={hint} value={dashboard.at(...path).text('')} onInput={(event) => set(path, event.currentTarget.value)} />
    </div>
  )
  return (
    <Dialog title="Dashboard settings" wide onClose={onClose}>
      <div class="tabs" role="tablist">
        {TABS.map((name) => (
          <button key={name} type="button" class="tab" role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>
            {name}
          </button>
        ))}
      </div>
      {tab === 'Variables' && (
        <VariablesEditor
          model={model}
          change={(path, value) => {
            set(path, value)
            model.readVariables()
            model.reload()
          }}
        />
      )}
      {tab === 'Annotations' && <AnnotationsEditor model={model} change={set} />}
      {tab === 'Links' && <LinksEditor model={model} change={set} />}
      {tab === 'General' && (
        <>
      {text('Title', ['title'])}
      {text('Description', ['description'])}
      <div class="field">
        <label for="set-tags">Tags</label>
        <input id="set-tags" class="input" placeholder="separated by commas" value={dashboard.at('tags').strings().join(', ')} onChange={(event) => set(['tags'], event.currentTarget.value.split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''))} />
      </div>
      {text('From', ['time', 'from'], 'now-1h')}
      {text('To', ['time', 'to'], 'now')}
      {text('Refresh', ['refresh'], '30s, or empty')}
      {text('Time zone', ['timezone'], 'browser, utc, Europe/Tallinn')}
      <div class="field">
        <label for="set-tooltip">Crosshair</label>
        <select id="set-tooltip" class="select" value={String(dashboard.at('graphTooltip').num(0))} onChange={(event) => set(['graphTooltip'], Number(event.currentTarget.value))}>
          <option value="0">Each panel its own</option>
          <option value="1">Shared by all panels</option>
          <option value="2">Shared with tooltips</option>
        </select>
      </div>
        </>
      )}
    </Dialog>
  )
}
