import { useState } from 'preact/hooks'
import './edit.css'
import { withValue } from '../../json/reader.ts'
import { PANEL_MENU } from '../../panels/registry.ts'
import { Icon } from '../../ui/icon.tsx'
import { UNIT_MENU } from '../../units/units.ts'
import type { Placed } from '../layout.ts'
import type { DashboardModel } from '../model.ts'
import { PanelFrame } from '../panel-frame.tsx'
import { changePanel } from './change.ts'
import { DataLinks } from './data-links.tsx'
import { Num, Text, type Path } from './fields.tsx'
import { JsonDialog } from './json-dialog.tsx'
import { Mappings } from './mappings.tsx'
import { Options } from './options.tsx'
import { Overrides } from './overrides.tsx'
import { TargetEditor } from './target-editor.tsx'
import { Thresholds } from './thresholds.tsx'
import { Transformations } from './transformations.tsx'

/** One panel large, with everything about it beside; each change is drawn at once. */
export function PanelEditor({ model, placed, onClose }: { model: DashboardModel; placed: Placed; onClose: () => void }) {
  const [json, setJson] = useState(false)
  const { panel, id } = placed
  const set = (path: Path, value: unknown) => {
    model.json.value = changePanel(model.json.value, id, (before) => withValue(before, path, value))
  }
  const type = panel.at('type').str('')
  const targets = panel.at('targets').list()
  const known = PANEL_MENU.some(([known]) => known === type)
  return (
    <div class="panel-editor">
      <div class="panel-editor-main">
        <div class="panel-alone">
          <PanelFrame key={`${placed.key} ${type}`} model={model} placed={placed} alone />
        </div>
        {!['text', 'dashlist', 'alertlist'].includes(type) && (
          <section class="panel-editor-queries" aria-label="Queries">
            {targets.map((target, at) => (
              <TargetEditor key={at} model={model} target={target} at={at} set={set} onRemove={() => set(['targets'], targets.filter((_, index) => index !== at).map((one) => one.value))} />
            ))}
            <button type="button" class="button is-small" onClick={() => set(['targets'], [...targets.map((one) => one.value), { refId: String.fromCharCode(65 + targets.length), datasource: panel.at('datasource').value, expr: '', queryType: 'range' }])}>
              <Icon name="plus" />
              Add query
            </button>
            <Transformations panel={panel} set={set} />
          </section>
        )}
      </div>
      <form class="panel-editor-side" aria-label="Panel settings" onSubmit={(event) => event.preventDefault()}>
        <div class="inspect-bar">
          <button type="button" class="button is-primary" onClick={onClose}>
            Done
          </button>
          <button type="button" class="button" onClick={() => setJson(true)}>
            <Icon name="code" />
            JSON
          </button>
        </div>
        <Text label="Title" panel={panel} path={['title']} set={set} />
        <Text label="Description" panel={panel} path={['description']} set={set} />
        <div class="field">
          <label for="panel-type">Type</label>
          <select id="panel-type" class="select" value={type} onChange={(event) => set(['type'], event.currentTarget.value)}>
            {!known && <option value={type}>{type}</option>}
            {PANEL_MENU.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </div>
        {type === 'text' && (
          <div class="field">
            <label for="text-content">Content</label>
            <textarea id="text-content" class="textarea" rows={8} value={panel.at('options', 'content').str('')} onInput={(event) => set(['options', 'content'], event.currentTarget.value)} />
          </div>
        )}
        <Options type={type} panel={panel} set={set} />
        {!['text', 'logs', 'dashlist', 'alertlist'].includes(type) && (
          <>
            <div class="field">
              <label for="panel-unit">Unit</label>
              <select id="panel-unit" class="select" value={panel.at('fieldConfig', 'defaults', 'unit').str('')} onChange={(event) => set(['fieldConfig', 'defaults', 'unit'], event.currentTarget.value === '' ? undefined : event.currentTarget.value)}>
                <option value="">None</option>
                {UNIT_MENU.map(([group, units]) => (
                  <optgroup key={group} label={group}>
                    {units.map(([value, name]) => (
                      <option key={value} value={value}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </select>
            </div>
            <Num label="Decimals" panel={panel} path={['fieldConfig', 'defaults', 'decimals']} set={set} />
            <Num label="Min" panel={panel} path={['fieldConfig', 'defaults', 'min']} set={set} />
            <Num label="Max" panel={panel} path={['fieldConfig', 'defaults', 'max']} set={set} />
            <Thresholds panel={panel} set={set} />
            <Mappings panel={panel} set={set} />
            <DataLinks panel={panel} set={set} />
            <Overrides panel={panel} set={set} />
          </>
        )}
        <Text label="Repeat for variable" panel={panel} path={['repeat']} set={set} />
        <Text label="Minimum step" panel={panel} path={['interval']} set={set} />
      </form>
      {json && <JsonDialog title="Panel JSON" json={panel.value} onClose={() => setJson(false)} onApply={(next) => set([], withValue(next, ['id'], id))} />}
    </div>
  )
}
