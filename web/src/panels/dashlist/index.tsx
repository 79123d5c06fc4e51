import { useEffect, useState } from 'preact/hooks'
import { search, type SearchHit } from '../../api/grafana.ts'
import { errorText } from '../../api/http.ts'
import { recentDashboards } from '../../api/recent.ts'
import '../table/table.css'
import type { PanelProps, PanelType } from '../panel.ts'

/** Links to starred, recent or found dashboards. */
function DashList({ options, rawRange, text }: PanelProps) {
  const [hits, setHits] = useState<readonly SearchHit[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    search({ type: 'dash-db', limit: '1000' }).then(setHits, (error: unknown) => setProblem(errorText(error)))
  }, [])
  if (problem !== '') {
    return <div class="notice is-error">{problem}</div>
  }
  const most = options.at('maxItems').num(10)
  const recent = recentDashboards()
  const query = text(options.at('query').str('')).toLowerCase()
  const tags = options.at('tags').strings()
  const folder = options.at('folderUID').str('')
  const groups: readonly (readonly [string, readonly SearchHit[]])[] = [
    ['Starred', options.at('showStarred').bool(true) ? (hits ?? []).filter((hit) => hit.starred) : []],
    ['Recently viewed', options.at('showRecentlyViewed').bool(false) ? recent.flatMap((uid) => (hits ?? []).filter((hit) => hit.uid === uid)) : []],
    ['Found', options.at('showSearch').bool(false) ? (hits ?? []).filter((hit) => hit.title.toLowerCase().includes(query) && tags.every((tag) => hit.tags.includes(tag)) && (folder === '' || hit.folderUid === folder)) : []],
  ]
  const suffix = options.at('keepTime').bool(false) ? `?from=${encodeURIComponent(rawRange.from)}&to=${encodeURIComponent(rawRange.to)}` : ''
  const shown = groups.filter(([, list]) => list.length > 0)
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Dashboards">
      {hits !== undefined && shown.length === 0 && <div class="empty">No dashboards</div>}
      {shown.map(([title, list]) => (
        <div key={title}>
          {options.at('showHeadings').bool(true) && <h3 class="field-label">{title}</h3>}
          <ul>
            {list.slice(0, most).map((hit) => (
              <li key={hit.uid}>
                <a class="menu-item" href={hit.url + suffix}>
                  {hit.title}
                  {options.at('showFolderNames').bool(true) && <span class="is-end">{hit.folderTitle}</span>}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}

export const dashListPanel: PanelType = { id: 'dashlist', name: 'Dashboard list', standalone: true, View: DashList }
