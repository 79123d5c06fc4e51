import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import './editor.css'
import type { Datasource } from '../api/grafana.ts'
import type { Range } from '../time/range.ts'
import { completer } from './complete.ts'
import { placeOf } from './place.ts'
import { logql, logqlColors } from './language.ts'

export type EditorProps = {
  readonly value: string
  readonly datasource: Datasource
  readonly range: Range
  /** The server's refusal; its `line 1, col 23` is marked in the text. */
  readonly problem: string | undefined
  /** Where the cursor is at first, when the editor has the focus from the start. */
  readonly cursor?: number
  readonly onChange: (value: string) => void
  readonly onRun: () => void
}

/** The nonce under which this page may add styles. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

/** A LogQL editor: colours, closing brackets, completion from the server, the server's errors in place. */
export function LogqlEditor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  useLayoutEffect(() => {
    if (!host.current) {
      return
    }
    const run = () => {
      latest.current.onRun()
      return true
    }
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          Prec.highest(
            keymap.of([
              { key: 'Shift-Enter', run },
              { key: 'Mod-Enter', run },
            ]),
          ),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          history(),
          closeBrackets(),
          bracketMatching(),
          logql(),
          syntaxHighlighting(logqlColors),
          autocompletion({ override: [completer(() => latest.current.datasource.uid, () => latest.current.range)], icons: false }),
          placeholder('{service_name="…"} |= "…"'),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'LogQL query', spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString())
            }
          }),
        ],
      }),
    })
    view.current = made
    const { cursor } = latest.current
    if (cursor !== undefined) {
      made.dispatch({ selection: { anchor: Math.min(cursor, made.state.doc.length) } })
      made.focus()
    }
    return () => made.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    if (editor && editor.state.doc.toString() !== props.value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } })
    }
  }, [props.value])
  useEffect(() => {
    const editor = view.current
    if (editor) {
      const found = props.problem === undefined ? undefined : diagnostic(props.problem, editor.state)
      editor.dispatch(setDiagnostics(editor.state, found ? [found] : []))
    }
  }, [props.problem])
  return <div class="logql-editor" ref={host} />
}

/** The mark of a parse error at its place. */
function diagnostic(problem: string, state: EditorState): Diagnostic | undefined {
  const place = placeOf(problem, state.doc.toString())
  return place && { ...place, severity: 'error', message: problem }
}
