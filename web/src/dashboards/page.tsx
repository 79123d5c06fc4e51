import type { ComponentType } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import './dashboard.css'
import { LazyAlert, mayAlert } from '../alerting/lazy.tsx'
import { setStar, type Dashboard, type Settings, type User } from '../api/grafana.ts'
import { openDashboard, uidIn } from '../app/ahead.ts'
import { errorText, HttpError } from '../api/http.ts'
import { rememberDashboard } from '../api/recent.ts'
import { read } from '../json/reader.ts'
import { RefreshPicker, TimePicker, REFRESH_INTERVALS } from '../time/picker.tsx'
import { move, QUICK_RANGES, zoomOut } from '../time/range.ts'
import { useCommands } from '../ui/commands.ts'
import { Icon } from '../ui/icon.tsx'
import { href, navigate, route, setQuery } from '../ui/router.ts'
import { Controls } from './controls.tsx'
import { Grid } from './grid.tsx'
import { arrange, type Placed } from './layout.ts'
import { dashboardLink } from './links.ts'
import { DashboardModel } from './model.ts'
import { PanelFrame } from './panel-frame.tsx'
import type { PanelData } from './panel-query.ts'
import type { EditingProps } from './edit/index.tsx'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'

type Props = { readonly user: User; readonly settings: Settings }
type Loaded = { readonly state: 'loading' } | { readonly state: 'failed'; readonly message: string } | { readonly state: 'ready'; readonly found: Dashboard }

/** `/d/:uid`: loads a dashboard and shows it. */
export function DashboardPage({ user, settings }: Props) {
  const uid = uidIn(route.value.path) ?? ''
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  const fresh = route.value.path === '/dashboard/new' || route.value.path === '/dashboard/import'
  useEffect(() => {
    if (fresh) {
      import('./edit/change.ts').then(
        ({ blankDashboard }) => setLoaded({ state: 'ready', found: { json: blankDashboard(), meta: NEW_META } }),
        (error: unknown) => setLoaded({ state: 'failed', message: errorText(error) }),
      )
      return
    }
    setLoaded({ state: 'loading' })
    openDashboard(uid).then(
      (found) => {
        rememberDashboard(uid)
        setLoaded({ state: 'ready', found })
      },
      (error: unknown) => setLoaded({ state: 'failed', message: error instanceof HttpError && error.status === 404 ? 'There is no dashboard at this address. It may have been renamed or removed.' : errorText(error) }),
    )
  }, [uid, fresh])
  switch (loaded.state) {
    case 'loading':
      return <div class="page" role="status" aria-label="Loading dashboard" />
    case 'failed':
      return (
        <div class="page">
          <div class="empty">
            <h1>Dashboard not shown</h1>
            <p>{loaded.message}</p>
            <p>
              <a href={href('/dashboards')}>All dashboards</a>
            </p>
          </div>
        </div>
      )
    case 'ready':
      return <OpenDashboard key={uid} found={loaded.found} user={user} settings={settings} />
  }
}

const NEW_META: Dashboard['meta'] = { canSave: true, canEdit: true, provisioned: false, externalId: '', folderTitle: '', folderUid: '', url: '', slug: '', starred: false }

function OpenDashboard({ found, user, settings }: Props & { found: Dashboard }) {
  const model = useMemo(() => new DashboardModel(found.json, found.meta, settings, user), [found])
  const [started, setStarted] = useState(false)
  const [editing, setEditing] = useState(route.peek().path.startsWith('/dashboard/') || route.peek().search.has('editPanel'))
  const [json, setJson] = useState(route.peek().path === '/dashboard/import')
  const [inspected, setInspected] = useState<{ readonly placed: Placed; readonly data: PanelData } | undefined>(undefined)
  const [alerted, setAlerted] = useState<{ readonly placed: Placed; readonly data: PanelData } | undefined>(undefined)
  const [Editing, setEditor] = useState<{ readonly Page?: ComponentType<EditingProps> }>({})
  useEffect(() => {
    if (editing || json || inspected) {
      import('./edit/index.tsx').then(
        (module) => setEditor({ Page: module.Editing }),
        () => undefined,
      )
    }
  }, [editing, json, inspected])
  useEffect(() => {
    model.start()
    setStarted(true)
    return () => model.stop()
  }, [model])
  const { search, path } = route.value
  const kiosk = search.has('kiosk')
  const solo = path.startsWith('/d-solo/')
  useEffect(() => {
    document.body.classList.toggle('is-kiosk', kiosk || solo)
    return () => document.body.classList.remove('is-kiosk')
  }, [kiosk, solo])
  const title = model.dashboard.at('title').str('Dashboard')
  useEffect(() => {
    document.title = `${title} - Sigyn`
  }, [title])
  const wanted = search.get(solo ? 'panelId' : 'viewPanel')
  const alone = wanted === null ? undefined : panelByKey(model, wanted)
  const edited = search.get('editPanel')
  const editedPanel = edited === null ? undefined : panelByKey(model, edited)
  const canEdit = model.meta.canEdit && model.dashboard.at('editable').bool(true)
  const menu = (placed: Placed) => (close: () => void, data: PanelData) => (
    <>
      <MenuItem
        icon="info"
        hint="i"
        onChoose={() => {
          close()
          setInspected({ placed, data })
        }}
      >
        Inspect
      </MenuItem>
      {mayAlert() && data.requests.length > 0 && (
        <MenuItem
          icon="bell"
          onChoose={() => {
            close()
            setAlerted({ placed, data })
          }}
        >
          Alert me…
        </MenuItem>
      )}
      {canEdit && (
        <MenuItem
          icon="edit"
          hint="e"
          onChoose={() => {
            close()
            setEditing(true)
            setQuery({ editPanel: placed.key })
          }}
        >
          Edit
        </MenuItem>
      )}
    </>
  )
  const pointed = (act: (key: string) => void) => () => {
    const key = document.querySelector<HTMLElement>('.panel:hover, .panel:focus-within')?.dataset['panelKey']
    if (key !== undefined) {
      act(key)
    }
  }
  useCommands([
    { group: 'Dashboard', title: 'Refresh', keys: 'd r', run: () => model.refreshNow() },
    { group: 'Dashboard', title: kiosk ? 'Leave kiosk mode' : 'Kiosk mode', keys: 'd k', run: () => setQuery({ kiosk: kiosk ? null : '1' }) },
    { group: 'Dashboard', title: 'JSON', keys: 'd j', run: () => setJson(true) },
    ...(canEdit ? [{ group: 'Dashboard', title: editing ? 'Stop editing' : 'Edit', keys: 'd e', run: () => setEditing(!editing) }] : []),
    { group: 'Panel under the pointer', title: 'View', keys: 'v', run: pointed((key) => setQuery({ viewPanel: alone ? null : key })) },
    {
      group: 'Panel under the pointer',
      title: 'Edit',
      keys: 'e',
      run: pointed((key) => {
        if (canEdit) {
          setEditing(true)
          setQuery({ editPanel: key })
        }
      }),
    },
    { group: 'Panel under the pointer', title: 'Explore', keys: 'p x', run: pointed((key) => navigate(document.querySelector<HTMLElement>(`[data-panel-key="${CSS.escape(key)}"]`)?.dataset['explore'] ?? '/explore')) },
    { group: 'Time', title: 'Twice the range', keys: 't z', run: () => model.setRange(zoomOut(model.range.value)) },
    { group: 'Time', title: 'Earlier', keys: 't [', run: () => model.setRange(move(model.range.value, -1)) },
    { group: 'Time', title: 'Later', keys: 't ]', run: () => model.setRange(move(model.range.value, 1)) },
    { group: 'Time', title: 'Choose the time range', keys: 't t', run: () => document.querySelector<HTMLElement>('[aria-label^="Time range"]')?.click() },
  ])
  if (!started) {
    return <div class="page" />
  }
  return (
    <div class="page dashboard">
      {!solo && <Head model={model} title={title} kiosk={kiosk} alone={alone !== undefined} editing={editing} canEdit={canEdit} onEdit={() => setEditing(!editing)} onJson={() => setJson(true)} />}
      {!solo && <Controls model={model} />}
      {model.annotationProblem.value !== undefined && (
        <div class="notice is-warning">
          <Icon name="warning" />
          <span>Annotations could not be loaded: {model.annotationProblem.value}</span>
        </div>
      )}
      {Editing.Page && (editing || json || inspected) && (
        <Editing.Page
          model={model}
          editing={editing}
          edited={editedPanel}
          json={json}
          inspected={inspected}
          menu={menu}
          onClosePanel={() => setQuery({ editPanel: null })}
          onCloseJson={() => setJson(false)}
          onCloseInspect={() => setInspected(undefined)}
          onStop={() => setEditing(false)}
        />
      )}
      {alerted && <PanelAlert model={model} {...alerted} onClose={() => setAlerted(undefined)} />}
      {editing && Editing.Page ? null : alone ? (
        <div class="panel-alone">
          <PanelFrame key={alone.key} model={model} placed={alone} alone />
        </div>
      ) : (
        <Grid model={model} menu={menu} />
      )}
    </div>
  )
}

/** An alert from the first query of a panel. */
function PanelAlert({ model, placed, data, onClose }: { model: DashboardModel; placed: Placed; data: PanelData; onClose: () => void }) {
  const [request] = data.requests
  if (!request) {
    return null
  }
  const { meta, dashboard } = model
  const title = model.text(placed.panel.at('title').str(''), placed.scoped)
  return <LazyAlert from={{ datasource: request.datasource, query: request.expr, title, folderUid: meta.folderUid, dashboardUid: dashboard.at('uid').str(''), panelId: placed.id }} onClose={onClose} />
}

/** The panel of a `viewPanel` value: a key such as `panel-2`, or a bare id. */
function panelByKey(model: DashboardModel, wanted: string): Placed | undefined {
  const rows = model.dashboard.at('panels').list().filter((panel) => panel.at('type').str('') === 'row')
  const closed = new Set(rows.filter((row) => row.at('collapsed').bool(false)).map((row) => `panel-${row.at('id').num(0)}`))
  const all = arrange(read(model.dashboard.at('panels').value), (name) => model.repeatValues(name), closed).flatMap((section) => section.panels)
  return all.find((placed) => placed.key === wanted) ?? all.find((placed) => placed.key === `panel-${wanted}`)
}

type HeadProps = { model: DashboardModel; title: string; kiosk: boolean; alone: boolean; editing: boolean; canEdit: boolean; onEdit: () => void; onJson: () => void }

function Head({ model, title, kiosk, alone, editing, canEdit, onEdit, onJson }: HeadProps) {
  const { meta } = model
  const [starred, setStarred] = useState(meta.starred)
  const intervals = model.dashboard.at('timepicker', 'refresh_intervals').strings()
  const quick = model.dashboard.at('timepicker', 'quick_ranges').list().map((range) => ({ label: range.at('display').str(''), range: { from: range.at('from').str(''), to: range.at('to').str('') } }))
  const links = model.dashboard.at('links').list().filter((link) => link.at('type').str('link') === 'link').flatMap((link) => dashboardLink(link, model) ?? [])
  return (
    <header class="page-head dashboard-head">
      <nav class="crumbs" aria-label="Breadcrumb">
        {meta.folderTitle !== '' && (
          <>
            <a href={href(meta.folderUid === '' ? '/dashboards' : `/dashboards/f/${meta.folderUid}`)}>{meta.folderTitle}</a>
            <span aria-hidden="true">/</span>
          </>
        )}
        <h1>{title}</h1>
      </nav>
      <button
        type="button"
        class={`button is-quiet is-icon ${starred ? 'is-starred' : ''}`}
        aria-label="Star this dashboard"
        aria-pressed={starred}
        title={starred ? 'Starred' : 'Star this dashboard'}
        onClick={() => {
          setStarred(!starred)
          setStar(model.dashboard.at('uid').str(''), !starred).catch(() => setStarred(starred))
        }}
      >
        <Icon name="star" />
      </button>
      {links.map((link) => (
        <a class="button is-quiet is-small" key={link.title + link.url} href={link.url} title={link.tooltip} target={link.newTab ? '_blank' : undefined} rel="noopener noreferrer">
          <Icon name="external" />
          {link.title}
        </a>
      ))}
      <span class="is-spread" />
      {alone && (
        <button type="button" class="button" onClick={() => setQuery({ viewPanel: null })}>
          <Icon name="left" />
          Back to dashboard
        </button>
      )}
      {!model.dashboard.at('timepicker', 'hidden').bool(false) && (
        <TimePicker range={model.rawRange.value} zone={model.zone.value} quick={quick.length > 0 ? quick : QUICK_RANGES} onChange={(range) => model.setRange(range)} onZone={(zone) => setQuery({ timezone: zone })} />
      )}
      <RefreshPicker
        interval={model.refresh.value}
        intervals={intervals.length > 0 ? intervals : REFRESH_INTERVALS}
        busy={model.busy.value > 0}
        onRefresh={() => model.refreshNow()}
        onCancel={() => model.cancel()}
        onInterval={(interval) => setQuery({ refresh: interval })}
      />
      <Dropdown label="Dashboard menu" icon="more" arrow={false} class="button is-icon">
        {(close) => (
          <>
            {canEdit && (
              <MenuItem
                icon="edit"
                onChoose={() => {
                  close()
                  onEdit()
                }}
              >
                {editing ? 'Stop editing' : 'Edit dashboard'}
              </MenuItem>
            )}
            <MenuItem
              icon="code"
              onChoose={() => {
                close()
                onJson()
              }}
            >
              JSON
            </MenuItem>
            <MenuItem
              icon="full"
              hint="d k"
              onChoose={() => {
                close()
                setQuery({ kiosk: '1' })
              }}
            >
              Kiosk mode
            </MenuItem>
            <MenuItem
              icon="link"
              onChoose={() => {
                close()
                void navigator.clipboard.writeText(location.href)
              }}
            >
              Copy link
            </MenuItem>
          </>
        )}
      </Dropdown>
      {kiosk && (
        <button type="button" class="button is-icon" aria-label="Leave kiosk mode" onClick={() => setQuery({ kiosk: null })}>
          <Icon name="close" />
        </button>
      )}
    </header>
  )
}
