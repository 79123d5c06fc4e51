import type { ComponentType } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Datasource } from '../api/grafana.ts'
import { labelNames } from '../api/loki.ts'
import type { EditorProps } from '../logql/editor.tsx'
import type { Range } from '../time/range.ts'
import { Icon } from '../ui/icon.tsx'
import { placeOf } from '../logql/place.ts'
import { Explained } from './explained.tsx'
import { addText, chipsOf, withoutChip } from './chips.ts'
import { changePrefs, prefs } from './prefs.ts'

export type QueryBarProps = {
  readonly query: string
  readonly datasource: Datasource
  readonly range: Range
  readonly busy: boolean
  readonly problem: string | undefined
  readonly onRun: (query: string) => void
  readonly onCancel: () => void
}

/**
 * One bar for three ways of asking: words, conditions as chips, and LogQL. The query always is LogQL; chips are how a
 * plain one is shown, and words are how it grows.
 */
export function QueryBar({ query, datasource, range, busy, problem, onRun, onCancel }: QueryBarProps) {
  const [draft, setDraft] = useState(query)
  const [words, setWords] = useState('')
  const [explained, setExplained] = useState(false)
  const labels = useRef<Promise<ReadonlySet<string>>>(Promise.resolve(new Set()))
  useEffect(() => setDraft(query), [query])
  useEffect(() => {
    const abort = new AbortController()
    labels.current = labelNames(datasource.uid, range, undefined, abort.signal).then(
      (names) => new Set(names),
      () => new Set(),
    )
    return () => abort.abort()
  }, [datasource.uid, Math.floor(range.from / 300_000)])
  const chips = useMemo(() => chipsOf(draft), [draft])
  const code = prefs.value.code || chips === undefined
  const run = async (event?: Event) => {
    event?.preventDefault()
    const known = code ? new Set<string>() : await labels.current
    const next = code ? draft : addText(draft, words, (name) => known.has(name))
    setWords('')
    setDraft(next)
    onRun(next)
  }
  return (
    <form class="query" role="search" aria-label="Query" onSubmit={(event) => void run(event)}>
      <div class="query-box">
        {code ? (
          <Editor value={draft} onChange={setDraft} onRun={() => void run()} datasource={datasource} range={range} problem={problem} />
        ) : (
          <div class="query-words">
            <Icon name="search" />
            {chips?.map((chip) => (
              <span class={`chip is-filter ${chip.negative ? 'is-negative' : ''}`} key={chip.from}>
                {chip.text}
                <button
                  type="button"
                  class="chip-close"
                  aria-label={`Remove ${chip.text}`}
                  onClick={() => {
                    const next = withoutChip(draft, chip)
                    setDraft(next)
                    onRun(next === '{}' ? '' : next)
                  }}
                >
                  <Icon name="close" />
                </button>
              </span>
            ))}
            <input
              class="query-input"
              aria-label="Search logs"
              placeholder={chips && chips.length > 0 ? 'Add words or name=value' : 'Words, name=value, or LogQL'}
              autocomplete="off"
              spellcheck={false}
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
              onKeyDown={(event) => {
                const last = chips?.at(-1)
                if (event.key === 'Backspace' && words === '' && last) {
                  setDraft(withoutChip(draft, last))
                }
              }}
            />
          </div>
        )}
        <div class="query-actions">
          <button type="button" class="button is-quiet is-small" aria-pressed={code} disabled={chips === undefined} onPointerEnter={() => void loadEditor().catch(() => undefined)} title={chips === undefined ? 'This query can only be edited as LogQL' : 'Edit as LogQL or as words'} onClick={() => changePrefs({ code: !prefs.value.code })}>
            <Icon name="code" />
            LogQL
          </button>
          <button type="button" class="button is-quiet is-small" aria-pressed={explained} disabled={draft.trim() === ''} title="What this query does" onClick={() => setExplained(!explained)}>
            <Icon name="info" />
            Explain
          </button>
          {busy ? (
            <button type="button" class="button" onClick={onCancel}>
              <span class="spinner" />
              Cancel
            </button>
          ) : (
            <button type="submit" class="button is-primary" title="Run (Shift+Enter)">
              <Icon name="play" />
              Run query
            </button>
          )}
        </div>
      </div>
      {!code && draft !== '' && (
        <p class="query-said">
          <span class="visually-hidden">As LogQL: </span>
          <Said query={draft} problem={draft === query ? problem : undefined} />
        </p>
      )}
      {explained && draft.trim() !== '' && <Explained query={draft} datasource={datasource} range={range} />}
    </form>
  )
}

/** The query, with the word marked that the server stumbled over. */
function Said({ query, problem }: { query: string; problem: string | undefined }) {
  const at = problem === undefined ? undefined : placeOf(problem, query)
  return (
    <code>
      {at ? (
        <>
          {query.slice(0, at.from)}
          <mark class="query-wrong">{query.slice(at.from, at.to) || ' '}</mark>
          {query.slice(at.to)}
        </>
      ) : (
        query
      )}
    </code>
  )
}

const loadEditor = () => import('../logql/editor.tsx')

/** The editor once its code is here; a plain text field until then, whose focus and cursor the editor takes over. */
function Editor(props: EditorProps) {
  const plain = useRef<HTMLTextAreaElement>(null)
  const [loaded, setLoaded] = useState<{ readonly Editor?: ComponentType<EditorProps>; readonly cursor?: number }>({})
  useEffect(() => {
    loadEditor().then(
      (module) => {
        const { current } = plain
        setLoaded({ Editor: module.LogqlEditor, ...(current !== null && current === document.activeElement ? { cursor: current.selectionEnd } : {}) })
      },
      () => undefined,
    )
  }, [])
  return loaded.Editor ? (
    <loaded.Editor {...props} {...(loaded.cursor === undefined ? {} : { cursor: loaded.cursor })} />
  ) : (
    <textarea class="query-input query-plain" aria-label="LogQL query" rows={1} spellcheck={false} ref={plain} value={props.value} onInput={(event) => props.onChange(event.currentTarget.value)} />
  )
}
