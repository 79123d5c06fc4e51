import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { SearchHit, Settings } from '../api/grafana.ts'
import { Landing } from '../explore/landing.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { href, navigate } from '../ui/router.ts'

const HOUR = 3_600_000
const ANYTHING = '{service_name=~".+"}'
const FAILING = `${ANYTHING} | detected_level=~"error|critical|fatal"`

const explore = (query: string, more = '') => `/explore?q=${encodeURIComponent(query)}${more}`

/** Three ways in for who comes first or comes back, and what writes logs at the moment. */
export function Start({ settings, board }: { settings: Settings; board: SearchHit | undefined }) {
  const datasource = settings.datasources.find((ds) => ds.type === 'loki' && ds.isDefault) ?? settings.datasources.find((ds) => ds.type === 'loki')
  const range = useMemo(() => ({ from: Date.now() - HOUR, to: Date.now() }), [])
  const [failing, setFailing] = useState<number | undefined>(undefined)
  return (
    <>
      <section class="start" aria-label="Start here">
        <Way icon="warning" title="See what is failing" to={href(explore(FAILING))}>
          {failing === undefined ? 'Errors of the last hour, of all services' : failing === 0 ? 'No errors in the last hour' : `${failing.toLocaleString('en')} errors in the last hour`}
        </Way>
        <Way icon="live" title="Follow what happens" to={href(explore(ANYTHING, '&live=1'))}>
          New lines of all services as they come
        </Way>
        {board ? (
          <Way icon="chart" title="Look at it over time" to={board.url}>
            {board.title}
          </Way>
        ) : (
          <Way icon="plus" title="Make a dashboard" to={href('/dashboard/new')}>
            Charts and lines you want to see together
          </Way>
        )}
      </section>
      {datasource && (
        <Landing
          datasource={datasource}
          range={range}
          onChoose={(query) => navigate(explore(query))}
          onFound={(services) => setFailing(services.reduce((sum, { levels }) => sum + (levels.get('error') ?? 0) + (levels.get('critical') ?? 0), 0))}
        />
      )}
    </>
  )
}

function Way({ icon, title, to, children }: { icon: IconName; title: string; to: string; children: ComponentChildren }) {
  return (
    <a class="start-way" href={to}>
      <Icon name={icon} />
      <strong>{title}</strong>
      <span>{children}</span>
    </a>
  )
}
