import type { Datasource } from '../api/grafana.ts'
import type { Range } from '../time/range.ts'

export type EditorProps = {
  readonly value: string
  readonly datasource: Datasource
  readonly range: Range
  /** The server's refusal; its `line 1, col 23` is marked in the text. */
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
  readonly onRun: () => void
}

export function LogqlEditor({ value, onChange, onRun }: EditorProps) {
  return (
    <textarea
      class="query-input query-plain"
      aria-label="LogQL query"
      rows={Math.min(8, value.split('\n').length)}
      spellcheck={false}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          onRun()
        }
      }}
    />
  )
}
