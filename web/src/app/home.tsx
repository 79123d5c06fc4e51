import type { ComponentType } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { mayEdit, search, type SearchHit, type Settings, type User } from '../api/grafana.ts'
import { errorText } from '../api/http.ts'
import { Icon } from '../ui/icon.tsx'
import { href } from '../ui/router.ts'
import { recentDashboards } from '../api/recent.ts'

type State = { readonly state: 'loading' } | { readonly state: 'failed'; readonly message: string } | { readonly state: 'ready'; readonly hits: readonly SearchHit[] }

/** The folders and dashboards; `folder` limits it to one. Home shows ways to start, and starred and recent ones first. */
export function DashboardList({ user, title, folder, home }: { user: User; title: string; folder?: string; home?: { readonly settings: Settings } }) {
  const [start, setStart] = useState<{ readonly View?: ComponentType<{ settings: Settings; board: SearchHit | undefined }> }>({})
  useEffect(() => {
    if (home) {
      import('./start.tsx').then(
        ({ Start }) => setStart({ View: Start }),
        () => undefined,
      )
    }
  }, [home !== undefined])
  const [found, setFound] = useState<State>({ state: 'loading' })
  const [text, setText] = useState('')
  useEffect(() => {
    document.title = `${title} - Sigyn`
    search({ limit: '5000' }).then(
      (hits) => setFound({ state: 'ready', hits }),
      (error: unknown) => setFound({ state: 'failed', message: errorText(error) }),
    )
  }, [title])
  const groups = useMemo(() => (found.state === 'ready' ? byFolder(found.hits, text, folder) : []), [found, text, folder])
  const boards = found.state === 'ready' ? found.hits.filter((hit) => hit.kind === 'dashboard') : []
  const recent = home && found.state === 'ready' && text === '' ? recentHits(found.hits) : []
  return (
    <div class="page">
      <div class="narrow">
        <div class="page-head">
          <h1>{folder !== undefined && groups[0] ? groups[0].title : title}</h1>
          <input class="input is-spread" type="search" aria-label="Search dashboards" placeholder="Search dashboards" value={text} onInput={(event) => setText(event.currentTarget.value)} />
          {mayEdit(user) && (
            <a class="button" href={href('/dashboard/new')}>
              <Icon name="plus" />
              New
            </a>
          )}
        </div>
        {found.state === 'loading' && (
          <div class="empty" role="status">
            Loading dashboards…
          </div>
        )}
        {found.state === 'failed' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{found.message}</span>
          </div>
        )}
        <div class="board-list">
          {home && start.View && found.state !== 'loading' && text === '' && <start.View settings={home.settings} board={recent[0] ?? boards[0]} />}
          {recent.length > 0 && <Folder title="Starred and recent" icon="star" hits={recent} />}
          {groups.map((group) => (
            <Folder key={group.uid} title={group.title} icon="folder" hits={group.hits} uid={group.uid} />
          ))}
        </div>
        {found.state === 'ready' && groups.every((group) => group.hits.length === 0) && (
          <div class="empty">
            <p>{text === '' ? 'No dashboards yet.' : 'No dashboard has such a title or tag.'}</p>
            <p>
              Start in <a href={href('/explore')}>Explore</a>, or put dashboard files where the provisioning looks.
            </p>
          </div>
        )}
      </div>
    </div>
  )
}

type Group = { readonly uid: string; readonly title: string; readonly hits: readonly SearchHit[] }

function byFolder(hits: readonly SearchHit[], text: string, folder: string | undefined): readonly Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (hit: SearchHit) => words.every((word) => `${hit.title} ${hit.tags.join(' ')} ${hit.folderTitle}`.toLowerCase().includes(word))
  const groups = new Map<string, { uid: string; title: string; hits: SearchHit[] }>()
  for (const hit of hits) {
    if (hit.kind === 'folder' && !groups.has(hit.uid)) {
      groups.set(hit.uid, { uid: hit.uid, title: hit.title, hits: [] })
    }
  }
  for (const hit of hits) {
    if (hit.kind === 'dashboard' && matches(hit)) {
      const group = groups.get(hit.folderUid) ?? { uid: hit.folderUid, title: hit.folderTitle === '' ? 'Dashboards' : hit.folderTitle, hits: [] }
      groups.set(hit.folderUid, group)
      group.hits.push(hit)
    }
  }
  return [...groups.values()].filter((group) => (folder === undefined || group.uid === folder) && (words.length === 0 || group.hits.length > 0)).sort((a, b) => a.title.localeCompare(b.title))
}

function recentHits(hits: readonly SearchHit[]): readonly SearchHit[] {
  const recent = recentDashboards()
  const known = hits.filter((hit) => hit.kind === 'dashboard' && (hit.starred || recent.includes(hit.uid)))
  return known.sort((a, b) => Number(b.starred) - Number(a.starred) || recent.indexOf(a.uid) - recent.indexOf(b.uid)).slice(0, 6)
}

function Folder({ title, icon, hits, uid }: { title: string; icon: 'star' | 'folder'; hits: readonly SearchHit[]; uid?: string }) {
  return (
    <section class="board-folder" aria-label={title}>
      <h2>
        <Icon name={icon} />
        {uid === undefined || uid === '' ? title : <a href={href(`/dashboards/f/${uid}`)}>{title}</a>}
      </h2>
      <ul class="board-cards">
        {hits.map((hit) => (
          <li key={hit.uid}>
            <a class="board-card" href={hit.url}>
              <strong>{hit.title}</strong>
              {hit.tags.length > 0 && (
                <span class="chips">
                  {hit.tags.map((tag) => (
                    <span class="chip" key={tag}>
                      {tag}
                    </span>
                  ))}
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p class="combo-note">Empty</p>}
    </section>
  )
}
