import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Annotation, EditorState, Prec } from '@codemirror/state'
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

const fromOutside = Annotation.define<boolean>()

/** Typing over a selection is not left to the browser, which would keep its style as a `style` that the page's policy refuses. */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main
  const { data } = event
  if (empty || data === null || event.inputType !== 'insertText' || view.composing) {
    return false
  }
  event.preventDefault()
  const insert = () => view.state.update({ ...view.state.replaceSelection(data), userEvent: 'input.type', scrollIntoView: true })
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))) {
    view.dispatch(insert())
  }
  return true
}

/** A LogQL editor: colours, closing brackets, completion from the server, the server's errors in place. */
export function LogqlEditor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  /** Texts written here that have not come back as `value` yet; a `value` that is none of them was set from outside. */
  const written = useRef<string[]>([])
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
            if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(fromOutside))) {
              const text = update.state.doc.toString()
              written.current.push(text)
              latest.current.onChange(text)
            }
          }),
          EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
        ],
      }),
    })
    view.current = made
    const { cursor } = latest.current
    if (cursor !== undefined) {
      made.dispatch({ selection: { anchor: Math.min(cursor, made.state.doc.length) } })
      made.focus()
      startCompletion(made)
    }
    return () => made.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    const own = written.current.indexOf(props.value)
    written.current = own < 0 ? [] : written.current.slice(own + 1)
    if (editor && own < 0 && editor.state.doc.toString() !== props.value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value }, annotations: fromOutside.of(true) })
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
