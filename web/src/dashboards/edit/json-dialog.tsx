import { useState } from 'preact/hooks'
import './edit.css'
import { read } from '../../json/reader.ts'
import { Dialog } from '../../ui/dialog.tsx'

/** Any JSON as text: to read, to copy, and with `onApply` to change. */
export function JsonDialog({ title, json, onClose, onApply }: { title: string; json: unknown; onClose: () => void; onApply?: (json: unknown) => void }) {
  const [text, setText] = useState(() => JSON.stringify(json, null, 2))
  const [problem, setProblem] = useState('')
  const apply = () => {
    try {
      const parsed: unknown = JSON.parse(text)
      if (read(parsed).keys.length === 0) {
        setProblem('This is no JSON object.')
        return
      }
      onApply?.(parsed)
      onClose()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <Dialog
      title={title}
      wide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={() => void navigator.clipboard.writeText(text)}>
            Copy
          </button>
          {onApply && (
            <button type="button" class="button is-primary" onClick={apply}>
              Apply
            </button>
          )}
        </>
      }
    >
      {problem !== '' && (
        <div class="notice is-error" role="alert">
          {problem}
        </div>
      )}
      <textarea class="textarea json-text" aria-label={title} spellcheck={false} readOnly={!onApply} value={text} onInput={(event) => setText(event.currentTarget.value)} />
    </Dialog>
  )
}
