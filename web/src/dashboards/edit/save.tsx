import { useMemo, useState } from 'preact/hooks'
import './edit.css'
import { saveDashboard } from '../../api/grafana.ts'
import { errorText, HttpError } from '../../api/http.ts'
import { read, withValue } from '../../json/reader.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { navigate } from '../../ui/router.ts'
import type { DashboardModel } from '../model.ts'
import { diffLines, withContext } from './diff.ts'

/** A dashboard's JSON as files hold it: without the database number. */
export function exported(json: unknown): string {
  return JSON.stringify(withValue(json, ['id'], null), null, 2)
}

export function downloadText(text: string, name: string, type: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** What changed, a message, and saving; a dashboard that comes from a file can be copied or downloaded instead. */
export function SaveDialog({ model, onClose, onSaved }: { model: DashboardModel; onClose: () => void; onSaved: () => void }) {
  const [message, setMessage] = useState('')
  const [problem, setProblem] = useState<{ readonly text: string; readonly conflict: boolean } | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [asCopy, setAsCopy] = useState(false)
  const [title, setTitle] = useState(`${model.dashboard.at('title').str('')} copy`)
  const lines = useMemo(() => withContext(diffLines(JSON.stringify(model.saved.value, null, 2) ?? '', JSON.stringify(model.json.value, null, 2))), [])
  const changes = lines.filter((line) => line !== undefined && line.kind !== 'same').length
  const save = async (overwrite: boolean) => {
    setBusy(true)
    try {
      const dashboard = asCopy ? withValue(withValue(withValue(model.json.value, ['id'], null), ['uid'], undefined), ['title'], title) : model.json.value
      const saved = await saveDashboard({ dashboard, message, overwrite, ...(model.meta.folderUid === '' ? {} : { folderUid: model.meta.folderUid }) })
      if (asCopy || read(model.json.value).at('uid').str('') !== saved.uid) {
        onSaved()
        navigate(`/d/${saved.uid}`)
        return
      }
      model.json.value = withValue(model.json.value, ['version'], saved.version)
      model.saved.value = model.json.value
      onSaved()
    } catch (error) {
      setProblem({ text: errorText(error), conflict: error instanceof HttpError && error.status === 412 })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="Save dashboard"
      wide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={() => downloadText(exported(model.json.value), `${model.meta.slug === '' ? 'dashboard' : model.meta.slug}.json`, 'application/json')}>
            <Icon name="download" />
            Download JSON
          </button>
          {problem?.conflict && (
            <button type="button" class="button is-danger" disabled={busy} onClick={() => void save(true)}>
              Save over the other version
            </button>
          )}
          <button type="button" class="button is-primary" disabled={busy} onClick={() => void save(false)}>
            Save
          </button>
        </>
      }
    >
      {model.meta.provisioned && (
        <div class="notice">
          <Icon name="info" />
          <span>This dashboard comes from the file {model.meta.externalId}. If saving is refused, download the JSON and put it there, or save a copy.</span>
        </div>
      )}
      {problem && (
        <div class="notice is-error" role="alert">
          <Icon name="warning" />
          <span>{problem.text}</span>
        </div>
      )}
      <div class="field">
        <label for="save-message">What changed</label>
        <input id="save-message" class="input" value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
      </div>
      <label class="check">
        <input type="checkbox" checked={asCopy} onChange={(event) => setAsCopy(event.currentTarget.checked)} />
        Save as a copy
      </label>
      {asCopy && (
        <div class="field">
          <label for="save-title">Title of the copy</label>
          <input id="save-title" class="input" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </div>
      )}
      <p class="field-label">{changes === 0 ? 'Nothing changed' : `${changes} changed lines`}</p>
      <pre class="diff" tabIndex={0} aria-label="Changes">
        {lines.map((line, at) => (
          <span key={at} class={`diff-line is-${line?.kind ?? 'gap'}`}>
            {line ? `${line.kind === 'added' ? '+' : line.kind === 'removed' ? '-' : ' '} ${line.text}` : '⋯'}
            {'\n'}
          </span>
        ))}
      </pre>
    </Dialog>
  )
}
