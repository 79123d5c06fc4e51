const KEY = 'sigyn.recent'

/** Uids of the dashboards opened last in this browser, newest first. */
export function recentDashboards(): readonly string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : []
  } catch {
    return []
  }
}

export function rememberDashboard(uid: string): void {
  localStorage.setItem(KEY, JSON.stringify([uid, ...recentDashboards().filter((other) => other !== uid)].slice(0, 20)))
}
