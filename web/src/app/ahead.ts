import { dashboard, type Dashboard } from '../api/grafana.ts'
import { route } from '../ui/router.ts'

export const dashboardPage = () => import('../dashboards/page.tsx').then((module) => module.DashboardPage)
export const explorePage = () => import('../explore/page.tsx').then((module) => module.ExplorePage)

let asked: { readonly uid: string; readonly found: Promise<Dashboard> } | undefined

/** Asks for what the first page will need while it is still being found out who is there. */
export function lookAhead(): void {
  const { path } = route.peek()
  const uid = uidIn(path)
  if (uid !== undefined) {
    const found = dashboard(uid)
    asked = { uid, found }
    found.catch(() => undefined)
    dashboardPage().catch(() => undefined)
  } else if (path === '/explore') {
    explorePage().catch(() => undefined)
  }
}

/** A dashboard, from what was asked ahead when it is that one; asked so once, as it may change. */
export function openDashboard(uid: string): Promise<Dashboard> {
  const found = asked?.uid === uid ? asked.found : dashboard(uid)
  asked = undefined
  return found
}

/** The dashboard that a path shows. */
export function uidIn(path: string): string | undefined {
  const uid = /^\/d(?:-solo)?\/([^/]+)/.exec(path)?.[1]
  return uid === undefined ? undefined : decodeURIComponent(uid)
}
