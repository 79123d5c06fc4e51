import { useEffect, useState } from 'preact/hooks'
import './provisioning.css'
import { errorText, fetchJson, isAbort } from '../api/http.ts'
import { read } from '../json/reader.ts'
import { fromNow } from '../time/format.ts'
import { Icon } from '../ui/icon.tsx'
import { href } from '../ui/router.ts'

const STATES = ['failed', 'conflict', 'loaded', 'unchanged'] as const
type FileState = (typeof STATES)[number]
type File = { readonly kind: string; readonly path: string; readonly provider: string; readonly state: FileState; readonly message: string; readonly place: string; readonly uid: string; readonly title: string; readonly notes: readonly string[]; readonly at: number }

const SAID: Readonly<Record<FileState, string>> = { failed: 'Failed', conflict: 'In conflict', loaded: 'Loaded', unchanged: 'Unchanged' }
const REFRESH_MS = 5000

/** What came of each provisioned file, those that need somebody first; looked at anew while the page is open. */
export function ProvisioningPage() {
  const [files, setFiles] = useState<readonly File[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    document.title = 'Provisioning - Sigyn'
    const abort = new AbortController()
    const load = async () => {
      try {
        setFiles(filesOf(await fetchJson('api/ui/provisioning', { signal: abort.signal })))
        setProblem('')
      } catch (error) {
        if (!isAbort(error)) {
          setProblem(errorText(error))
        }
      }
    }
    void load()
    const again = setInterval(() => {
      if (!document.hidden) {
        void load()
      }
    }, REFRESH_MS)
    return () => {
      clearInterval(again)
      abort.abort()
    }
  }, [])
  const troubled = (files ?? []).filter((file) => file.state === 'failed' || file.state === 'conflict').length
  return (
    <div class="page">
      <div class="narrow">
        <div class="page-head">
          <h1>Provisioning</h1>
          {files && files.length > 0 && <span class="provisioning-sum">{troubled === 0 ? `All ${files.length} files are in use` : `${troubled} of ${files.length} files need attention`}</span>}
        </div>
        {problem !== '' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{problem}</span>
          </div>
        )}
        {!files && problem === '' && (
          <div class="empty" role="status">
            Loading…
          </div>
        )}
        {files?.length === 0 && (
          <div class="empty">
            <p>No files are provisioned.</p>
          </div>
        )}
        <ul class="provisioning-files">
          {files?.map((file) => (
            <li key={`${file.kind} ${file.path} ${file.uid}`} class={`provisioning-file is-${file.state}`}>
              <span class="provisioning-state">{SAID[file.state]}</span>
              <div>
                <strong>{file.title !== '' && file.uid !== '' ? <a href={href(`/d/${file.uid}/x`)}>{file.title}</a> : file.kind}</strong>
                {file.provider !== '' && <span class="provisioning-by"> by {file.provider}</span>}
                <code>{file.path}</code>
                {file.message !== '' && (
                  <p class="provisioning-message">
                    {file.message}
                    {file.place}
                  </p>
                )}
                {file.notes.map((note) => (
                  <p key={note} class="provisioning-note">
                    {note}
                  </p>
                ))}
              </div>
              <time dateTime={new Date(file.at).toISOString()}>{fromNow(file.at, Date.now())}</time>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function filesOf(json: unknown): readonly File[] {
  const files = read(json)
    .at('files')
    .list()
    .map((file): File => {
      const [line, column, message] = [file.at('line').num(0), file.at('column').num(0), file.at('message').str('')]
      return {
        kind: file.at('kind').str(''),
        path: file.at('path').str(''),
        provider: file.at('provider').str(''),
        state: file.at('state').oneOf(STATES, 'loaded'),
        message,
        place: line > 0 && !/line \d/.test(message) ? ` (line ${line}, column ${column})` : '',
        uid: file.at('uid').str(''),
        title: file.at('title').str(''),
        notes: file.at('notes').strings(),
        at: Date.parse(file.at('at').str('')) || Date.now(),
      }
    })
  return files.sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || (a.path < b.path ? -1 : 1))
}
