import type { Settings, User } from '../api/grafana.ts'

export function ExplorePage({ settings }: { user: User; settings: Settings }) {
  return <div class="page">{settings.version}</div>
}
