import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Reader } from '../../json/reader.ts'
import type { EditorProps } from '../../logql/editor.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { DashboardModel } from '../model.ts'
import type { Setter } from './fields.tsx'

/** One query of a panel. */
export function TargetEditor({ model, target, at: index, set, onRemove }: { model: DashboardModel; target: Reader; at: number; set: Setter['set']; onRemove: () => void }) {
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
