import { useEffect } from 'preact/hooks'
import './explore.css'
import type { Settings, User } from '../api/grafana.ts'
import { absolute, resolveRange } from '../time/range.ts'
import { navigate, route } from '../ui/router.ts'
import { Pane } from './pane.tsx'
import { prefs } from './prefs.ts'
import { panesOf, searchOf, type PaneState } from './url.ts'

/** `/explore`: one query, or two side by side. Everything asked stands in the URL. */
export function ExplorePage({ settings }: { user: User; settings: Settings }) {
  const panes = panesOf(route.value.search)
  const sources = settings.datasources.filter((ds) => ds.type === 'loki')
  useEffect(() => {
    document.title = 'Explore - Sigyn'
  }, [])
  const show = (next: readonly PaneState[]) => {
    const search = searchOf(next)
    navigate(`/explore${search.size === 0 ? '' : `?${search}`}`)
  }
  const splitOff = (pane: PaneState) => {
    const range = resolveRange(pane.range, Date.now(), prefs.value.zone)
    const day = 86_400_000
    show([pane, range ? { ...pane, range: absolute({ from: range.from - day, to: range.to - day }) } : pane])
  }
  return (
    <div class={`page explore ${panes.length > 1 ? 'is-split' : ''}`}>
      {panes.map((pane, at) => (
        <Pane
          key={at}
          state={pane}
          datasources={sources}
          split={panes.length > 1}
          onChange={(change) => show(panes.map((other, index) => (index === at ? { ...other, ...change } : other)))}
          onSplit={() => splitOff(pane)}
          onClose={panes.length > 1 ? () => show(panes.filter((_, index) => index !== at)) : undefined}
        />
      ))}
    </div>
  )
}
