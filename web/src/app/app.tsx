import { useSignalEffect } from '@preact/signals'
import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { errorText } from '../api/http.ts'
import { mayEdit, type Settings, type User } from '../api/grafana.ts'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { followKeys, useCommands } from '../ui/commands.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { href, navigate, route } from '../ui/router.ts'
import { chooseTheme, themeChoice } from '../ui/theme.ts'
import { dashboardPage, explorePage } from './ahead.ts'
import { DashboardList } from './home.tsx'
import { LoginPage } from './login.tsx'
import { Logo } from './logo.tsx'
import { session, startSession } from './session.ts'

/** What every page gets. */
export type PageProps = { readonly user: User; readonly settings: Settings }

const provisioningPage = () => import('../admin/provisioning.tsx').then((module): ComponentType<PageProps> => module.ProvisioningPage)

const alertingPage = () => import('../alerting/page.tsx').then((module): ComponentType<PageProps> => module.AlertingPage)

export function App() {
  const now = session.value
  useSignalEffect(() => {
    const { path, search } = route.value
    if (session.value.state === 'anonymous' && path !== '/login') {
      navigate(`/login?redirectTo=${encodeURIComponent(path + (search.size > 0 ? `?${search}` : ''))}`, { replace: true })
    } else if (session.value.state === 'in' && path === '/login') {
      navigate('/', { replace: true })
    }
  })
  switch (now.state) {
    case 'starting':
      return <div class="login" role="status" aria-label="Starting" />
    case 'failed':
      return (
        <main class="login">
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{now.message}</span>
          </div>
          <button type="button" class="button" onClick={() => void startSession()}>
            Try again
          </button>
        </main>
      )
    case 'anonymous':
      return <LoginPage />
    case 'in':
      return (
        <Shell user={now.user}>
          <Page user={now.user} settings={now.settings} />
        </Shell>
      )
  }
}

function Page(props: PageProps) {
  const { path } = route.value
  const folder = /^\/dashboards\/f\/([^/]+)/.exec(path)?.[1]
  if (/^\/(d|d-solo)\/[^/]+/.test(path) || path === '/dashboard/new' || path === '/dashboard/import') {
    return <Lazy load={dashboardPage} {...props} />
  }
  if (path === '/explore') {
    return <Lazy load={explorePage} {...props} />
  }
  if (path === '/alerting' || path.startsWith('/alerting/')) {
    return <Lazy load={alertingPage} {...props} />
  }
  if (path === '/admin/provisioning') {
    return <Lazy load={provisioningPage} {...props} />
  }
  if (folder !== undefined) {
    return <DashboardList user={props.user} title="Dashboards" folder={decodeURIComponent(folder)} />
  }
  if (path === '/dashboards') {
    return <DashboardList user={props.user} title="Dashboards" />
  }
  if (path === '/' || path === '/login') {
    return <DashboardList user={props.user} title="Home" home={{ settings: props.settings }} />
  }
  return (
    <div class="page">
      <div class="empty">
        <h1>Not found</h1>
        <p>
          There is nothing at this address. <a href={href('/')}>Home</a>
        </p>
      </div>
    </div>
  )
}

/** A page whose code is fetched when it is first shown. */
function Lazy({ load, ...props }: PageProps & { load: () => Promise<ComponentType<PageProps>> }) {
  const [page, setPage] = useState<{ readonly Page?: ComponentType<PageProps>; readonly problem?: string }>({})
  useEffect(() => {
    load().then(
      (Page) => setPage({ Page }),
      (error: unknown) => setPage({ problem: errorText(error) }),
    )
  }, [load])
  if (page.problem !== undefined) {
    return (
      <div class="page">
        <div class="notice is-error" role="alert">
          <Icon name="warning" />
          <span>This page could not be loaded: {page.problem}. Reload to get the current version.</span>
        </div>
      </div>
    )
  }
  return page.Page ? <page.Page {...props} /> : <div class="page" role="status" aria-label="Loading" />
}

const overlays = {
  palette: () => import('./palette.tsx').then((module) => module.Palette),
  keys: () => import('./palette.tsx').then((module) => module.KeyboardHelp),
}

function Shell({ user, children }: { user: User; children: ComponentChildren }) {
  const { path } = route.value
  const [overlay, setOverlay] = useState<{ readonly View?: ComponentType<{ onClose: () => void }> }>({})
  const show = (which: keyof typeof overlays) => {
    overlays[which]().then(
      (View) => setOverlay({ View }),
      () => undefined,
    )
  }
  useCommands([
    { group: 'Everywhere', title: 'Go to or do anything', keys: '.', run: () => show('palette') },
    { group: 'Everywhere', title: 'All keys', keys: '?', run: () => show('keys') },
    { group: 'Everywhere', title: 'Home', keys: 'g h', run: () => navigate('/') },
    { group: 'Everywhere', title: 'Dashboards', keys: 'g d', run: () => navigate('/dashboards') },
    { group: 'Everywhere', title: 'Explore', keys: 'g e', run: () => navigate('/explore') },
    { group: 'Everywhere', title: 'Alerts', keys: 'g a', run: () => navigate('/alerting') },
    ...(mayEdit(user)
      ? [
          { group: 'Everywhere', title: 'New dashboard', run: () => navigate('/dashboard/new') },
          { group: 'Everywhere', title: 'Import a dashboard', run: () => navigate('/dashboard/import') },
          { group: 'Everywhere', title: 'Provisioned files', run: () => navigate('/admin/provisioning') },
        ]
      : []),
    { group: 'Theme', title: 'Light', run: () => chooseTheme('light') },
    { group: 'Theme', title: 'Dark', run: () => chooseTheme('dark') },
    { group: 'Theme', title: 'As the system', run: () => chooseTheme('system') },
  ])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
        event.preventDefault()
        show('palette')
      } else {
        followKeys(event)
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <div class="shell">
      <a class="button skip" href="#content">
        Skip to content
      </a>
      <nav class="rail" aria-label="Main">
        <a class="rail-brand" href={href('/')} aria-label="Sigyn home">
          <Logo />
        </a>
        <RailLink to="/" icon="home" text="Home" current={path === '/'} />
        <RailLink to="/dashboards" icon="grid" text="Dashboards" current={path.startsWith('/d')} />
        <RailLink to="/explore" icon="compass" text="Explore" current={path === '/explore'} />
        <RailLink to="/alerting" icon="bell" text="Alerts" current={path.startsWith('/alerting')} />
        <span class="rail-space" />
        <button type="button" class="rail-link" title="Search and commands (Ctrl+K)" onClick={() => show('palette')}>
          <Icon name="search" />
          Search
        </button>
        <button type="button" class="rail-link is-wide-only" title="Keyboard (?)" onClick={() => show('keys')}>
          <Icon name="keyboard" />
          Keys
        </button>
        <Dropdown label={`Account of ${user.login}`} icon="user" arrow={false} class="rail-link">
          {(close) => (
            <>
              <div class="combo-note">
                Signed in as <strong>{user.login}</strong>
              </div>
              <div class="menu-separator" />
              {(['system', 'light', 'dark'] as const).map((choice) => (
                <MenuItem
                  key={choice}
                  icon={choice === 'light' ? 'sun' : choice === 'dark' ? 'moon' : 'settings'}
                  checked={themeChoice.value === choice}
                  onChoose={() => {
                    chooseTheme(choice)
                    close()
                  }}
                >
                  {choice === 'system' ? 'Theme of the system' : choice === 'light' ? 'Light theme' : 'Dark theme'}
                </MenuItem>
              ))}
              <div class="menu-separator" />
              {mayEdit(user) && (
                <MenuItem icon="folder" href={href('/admin/provisioning')}>
                  Provisioned files
                </MenuItem>
              )}
              <MenuItem icon="external" href={href('/logout')}>
                Log out
              </MenuItem>
            </>
          )}
        </Dropdown>
      </nav>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      {overlay.View && <overlay.View onClose={() => setOverlay({})} />}
    </div>
  )
}

function RailLink({ to, icon, text, current }: { to: string; icon: IconName; text: string; current: boolean }) {
  return (
    <a class="rail-link" href={href(to)} aria-current={current ? 'page' : undefined}>
      <Icon name={icon} />
      {text}
    </a>
  )
}
