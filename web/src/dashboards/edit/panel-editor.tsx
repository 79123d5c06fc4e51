import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import './edit.css'
import type { EditorProps } from '../../logql/editor.tsx'
import { withValue, type Reader } from '../../json/reader.ts'
import { PANEL_MENU } from '../../panels/registry.ts'
import { Icon } from '../../ui/icon.tsx'
import { UNIT_MENU } from '../../units/units.ts'
import { TRANSFORMATION_IDS } from '../../frames/transform/index.ts'
import type { Placed } from '../layout.ts'
import type { DashboardModel } from '../model.ts'
import { PanelFrame } from '../panel-frame.tsx'
import { changePanel } from './change.ts'
import { JsonDialog } from './json-dialog.tsx'

type Path = readonly (string | number)[]

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
        {type === 'logs' && (
          <>
            <Check label="Time" panel={panel} path={['options', 'showTime']} set={set} />
            <Check label="Labels" panel={panel} path={['options', 'showLabels']} set={set} />
            <Check label="Wrap lines" panel={panel} path={['options', 'wrapLogMessage']} set={set} />
            <Check label="Pretty JSON" panel={panel} path={['options', 'prettifyLogMessage']} set={set} />
            <Select label="Order" panel={panel} path={['options', 'sortOrder']} set={set} choices={[['Descending', 'Newest first'], ['Ascending', 'Oldest first']]} />
          </>
        )}
        {type === 'timeseries' && (
          <>
            <Select label="Style" panel={panel} path={['fieldConfig', 'defaults', 'custom', 'drawStyle']} set={set} choices={[['line', 'Lines'], ['bars', 'Bars'], ['points', 'Points']]} />
            <Select label="Stack" panel={panel} path={['fieldConfig', 'defaults', 'custom', 'stacking', 'mode']} set={set} choices={[['none', 'Off'], ['normal', 'Normal'], ['percent', 'To 100 percent']]} />
            <Num label="Fill opacity" panel={panel} path={['fieldConfig', 'defaults', 'custom', 'fillOpacity']} set={set} />
            <Num label="Line width" panel={panel} path={['fieldConfig', 'defaults', 'custom', 'lineWidth']} set={set} />
            <Text label="Axis label" panel={panel} path={['fieldConfig', 'defaults', 'custom', 'axisLabel']} set={set} />
            <Select label="Legend" panel={panel} path={['options', 'legend', 'displayMode']} set={set} choices={[['list', 'List'], ['table', 'Table'], ['hidden', 'Hidden']]} />
            <Select label="Legend at" panel={panel} path={['options', 'legend', 'placement']} set={set} choices={[['bottom', 'Bottom'], ['right', 'Right']]} />
            <Select label="Tooltip" panel={panel} path={['options', 'tooltip', 'mode']} set={set} choices={[['single', 'One series'], ['multi', 'All series'], ['none', 'Off']]} />
          </>
        )}
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
          </>
        )}
        <Text label="Repeat for variable" panel={panel} path={['repeat']} set={set} />
        <Text label="Minimum step" panel={panel} path={['interval']} set={set} />
      </form>
      {json && <JsonDialog title="Panel JSON" json={panel.value} onClose={() => setJson(false)} onApply={(next) => set([], withValue(next, ['id'], id))} />}
    </div>
  )
}

type Setter = { readonly panel: Reader; readonly path: Path; readonly label: string; readonly set: (path: Path, value: unknown) => void }

function at(panel: Reader, path: Path): Reader {
  return panel.at(...path.map(String))
}

function Text({ panel, path, label, set }: Setter) {
  const id = `edit-${path.join('-')}`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} class="input" value={at(panel, path).str('')} onInput={(event) => set(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />
    </div>
  )
}

function Num({ panel, path, label, set }: Setter) {
  const id = `edit-${path.join('-')}`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} class="input" type="number" step="any" value={at(panel, path).num() ?? ''} onInput={(event) => set(path, event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))} />
    </div>
  )
}

function Check({ panel, path, label, set }: Setter) {
  return (
    <label class="check">
      <input type="checkbox" checked={at(panel, path).bool(false)} onChange={(event) => set(path, event.currentTarget.checked)} />
      {label}
    </label>
  )
}

function Select({ panel, path, label, set, choices }: Setter & { readonly choices: readonly (readonly [value: string, text: string])[] }) {
  const id = `edit-${path.join('-')}`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="select" value={at(panel, path).str(choices[0]?.[0] ?? '')} onChange={(event) => set(path, event.currentTarget.value)}>
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

const COLORS = ['green', 'yellow', 'orange', 'red', 'blue', 'purple', 'text']

function Thresholds({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
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

function TargetEditor({ model, target, at: index, set, onRemove }: { model: DashboardModel; target: Reader; at: number; set: Setter['set']; onRemove: () => void }) {
  const refId = target.at('refId').str(String.fromCharCode(65 + index))
  const [draft, setDraft] = useState(target.at('expr').str(''))
  useEffect(() => setDraft(target.at('expr').str('')), [target.at('expr').str('')])
  const datasource = model.datasource(target.at('datasource').value)
  const apply = () => set(['targets', index, 'expr'], draft)
  const [Loaded, setLoaded] = useState<{ readonly Editor?: ComponentType<EditorProps> }>({})
  useEffect(() => {
    import('../../logql/editor.tsx').then(
      (module) => setLoaded({ Editor: module.LogqlEditor }),
      () => undefined,
    )
  }, [])
  return (
    <div class="target">
      <div class="inspect-bar">
        <strong>{refId}</strong>
        <select class="select" aria-label={`Kind of query ${refId}`} value={target.at('queryType').str('range')} onChange={(event) => set(['targets', index, 'queryType'], event.currentTarget.value)}>
          <option value="range">Range</option>
          <option value="instant">Instant</option>
        </select>
        <input class="input" aria-label={`Legend of query ${refId}`} placeholder="Legend, for example {{level}}" value={target.at('legendFormat').str('')} onInput={(event) => set(['targets', index, 'legendFormat'], event.currentTarget.value)} />
        <span class="is-spread" />
        {draft !== target.at('expr').str('') && (
          <button type="button" class="button is-small is-primary" onClick={apply}>
            Run
          </button>
        )}
        <button type="button" class="button is-quiet is-icon is-small" aria-label={`Show or hide query ${refId}`} aria-pressed={!target.at('hide').bool(false)} onClick={() => set(['targets', index, 'hide'], !target.at('hide').bool(false))}>
          <Icon name="eye" />
        </button>
        <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove query ${refId}`} onClick={onRemove}>
          <Icon name="trash" />
        </button>
      </div>
      <div class="target-editor" onBlurCapture={apply}>
        {Loaded.Editor && datasource ? (
          <Loaded.Editor value={draft} datasource={datasource} range={model.range.value} problem={undefined} onChange={setDraft} onRun={apply} />
        ) : (
          <textarea class="textarea" aria-label="LogQL query" value={draft} onInput={(event) => setDraft(event.currentTarget.value)} />
        )}
      </div>
    </div>
  )
}

/** The panel's transformations: order, switch, remove, and their options as JSON. */
function Transformations({ panel, set }: Pick<Setter, 'panel' | 'set'>) {
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

function OptionsText({ value, label, onChange }: { value: unknown; label: string; onChange: (value: unknown) => void }) {
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
