import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import './edit.css'
import { PANEL_MENU } from '../../panels/registry.ts'
import { Dropdown, MenuItem } from '../../ui/dropdown.tsx'
import { Icon } from '../../ui/icon.tsx'
import { setQuery } from '../../ui/router.ts'
import { Grid } from '../grid.tsx'
import type { Placed } from '../layout.ts'
import type { DashboardModel } from '../model.ts'
import type { PanelData } from '../panel-query.ts'
import { addPanel, duplicatePanel, placePanel, removePanel } from './change.ts'
import { Handles } from './handles.tsx'
import { InspectDialog } from './inspect.tsx'
import { JsonDialog } from './json-dialog.tsx'
import { PanelEditor } from './panel-editor.tsx'
import { SaveDialog } from './save.tsx'
import { SettingsDialog } from './settings.tsx'

export type EditingProps = {
  readonly model: DashboardModel
  readonly editing: boolean
  readonly edited: Placed | undefined
  readonly json: boolean
  readonly inspected: { readonly placed: Placed; readonly data: PanelData } | undefined
  readonly menu: (placed: Placed) => (close: () => void, data: PanelData) => ComponentChildren
  readonly onClosePanel: () => void
  readonly onCloseJson: () => void
  readonly onCloseInspect: () => void
  readonly onStop: () => void
}

/** Everything that changes a dashboard or looks behind it. */
export function Editing({ model, editing, edited, json, inspected, menu, onClosePanel, onCloseJson, onCloseInspect, onStop }: EditingProps) {
  const [saving, setSaving] = useState(false)
  const [settings, setSettings] = useState(false)
  const dirty = model.json.value !== model.saved.value
  const change = (next: unknown) => {
    model.json.value = next
  }
  const add = (type: string) => {
    const datasource = model.settings.datasources.find((ds) => ds.isDefault) ?? model.settings.datasources[0]
    const { dashboard, id } = addPanel(model.json.value, type, datasource ? { type: datasource.type, uid: datasource.uid } : null)
    change(dashboard)
    if (type !== 'row') {
      setQuery({ editPanel: `panel-${id}` })
    }
  }
  return (
    <>
      {editing && (
        <div class="inspect-bar" role="toolbar" aria-label="Editing">
          <Dropdown label="Add panel" icon="plus" text="Add panel">
            {(close) =>
              [...PANEL_MENU, ['row', 'Row'] as const].map(([type, name]) => (
                <MenuItem
                  key={type}
                  onChoose={() => {
                    close()
                    add(type)
                  }}
                >
                  {name}
                </MenuItem>
              ))
            }
          </Dropdown>
          <button type="button" class="button" onClick={() => setSettings(true)}>
            <Icon name="settings" />
            Settings
          </button>
          <span class="is-spread" />
          {dirty && (
            <button type="button" class="button" onClick={() => change(model.saved.value)}>
              Discard changes
            </button>
          )}
          <button type="button" class="button is-primary" onClick={() => setSaving(true)}>
            <Icon name="save" />
            Save
          </button>
          <button type="button" class="button" onClick={onStop}>
            Stop editing
          </button>
        </div>
      )}
      {editing && edited && <PanelEditor model={model} placed={edited} onClose={onClosePanel} />}
      {editing && !edited && (
        <Grid
          model={model}
          menu={(placed) => (close, data) => (
            <>
              {menu(placed)(close, data)}
              <MenuItem
                icon="copy"
                hint="p d"
                onChoose={() => {
                  close()
                  change(duplicatePanel(model.json.value, placed.id))
                }}
              >
                Duplicate
              </MenuItem>
              <MenuItem
                icon="trash"
                onChoose={() => {
                  close()
                  change(removePanel(model.json.value, placed.id))
                }}
              >
                Remove
              </MenuItem>
            </>
          )}
          overlay={(placed) => placed.path.length === 2 && <Handles placed={placed} onPlace={(box) => change(placePanel(model.json.value, placed.id, box))} />}
        />
      )}
      {editing && !edited && model.dashboard.at('panels').list().length === 0 && (
        <div class="empty">
          <p>This dashboard is empty. Add a panel, or paste the JSON of a dashboard from the menu.</p>
        </div>
      )}
      {saving && <SaveDialog model={model} onClose={() => setSaving(false)} onSaved={() => setSaving(false)} />}
      {settings && <SettingsDialog model={model} onClose={() => setSettings(false)} />}
      {json && (
        <JsonDialog
          title="Dashboard JSON"
          json={model.json.value}
          onClose={onCloseJson}
          {...(model.meta.canEdit
            ? {
                onApply: (next: unknown) => {
                  change(next)
                  model.readVariables()
                  model.reload()
                },
              }
            : {})}
        />
      )}
      {inspected && <InspectDialog placed={inspected.placed} data={inspected.data} onClose={onCloseInspect} />}
    </>
  )
}
