import { read, type Reader } from '../json/reader.ts'
import { fetchJson } from './http.ts'

export type User = { readonly id: number; readonly login: string; readonly name: string; readonly email: string; readonly isAdmin: boolean; readonly role: string }
export type Datasource = { readonly uid: string; readonly name: string; readonly type: string; readonly isDefault: boolean; readonly maxLines: number; readonly derivedFields: readonly DerivedField[] }
export type DerivedField = { readonly name: string; readonly kind: 'regex' | 'label'; readonly pattern: string; readonly url: string; readonly label: string; readonly datasourceUid: string }
export type Settings = { readonly datasources: readonly Datasource[]; readonly version: string; readonly appName: string; readonly anonymous: boolean; readonly loginHint: string; readonly passwordHint: string; readonly minRefresh: string }
export type SearchHit = { readonly uid: string; readonly title: string; readonly url: string; readonly kind: 'dashboard' | 'folder'; readonly tags: readonly string[]; readonly folderUid: string; readonly folderTitle: string; readonly starred: boolean }
export type DashboardMeta = { readonly canSave: boolean; readonly canEdit: boolean; readonly provisioned: boolean; readonly externalId: string; readonly folderTitle: string; readonly folderUid: string; readonly url: string; readonly slug: string; readonly starred: boolean }
export type Dashboard = { readonly json: unknown; readonly meta: DashboardMeta }

export async function login(user: string, password: string): Promise<void> {
  await fetchJson('login', { method: 'POST', body: { user, password } })
}

/** How people may log in; `elsewhere` is the name of a provider, empty when there is none. */
export type LoginWays = { readonly form: boolean; readonly elsewhere: string }

export async function loginWays(): Promise<LoginWays> {
  const json = read(await fetchJson('api/frontend/settings'))
  return { form: !json.at('disableLoginForm').bool(false), elsewhere: json.at('oauth', 'generic_oauth', 'name').str('') }
}

export async function currentUser(): Promise<User> {
  const json = read(await fetchJson('api/user'))
  return {
    id: json.at('id').num(0),
    login: json.at('login').str(''),
    name: json.at('name').str(''),
    email: json.at('email').str(''),
    isAdmin: json.at('isGrafanaAdmin').bool(false),
    role: json.at('orgRole').str(''),
  }
}

/** Whether somebody may make and change dashboards. */
export function mayEdit({ role, isAdmin }: User): boolean {
  return isAdmin || role === 'Admin' || role === 'Editor'
}

export async function settings(): Promise<Settings> {
  const json = read(await fetchJson('api/frontend/settings'))
  const preferred = json.at('defaultDatasource').str('')
  return {
    datasources: json
      .at('datasources')
      .entries()
      .map(([name, ds]) => datasource(name, ds, preferred))
      .filter((ds) => ds.uid !== '' && !ds.uid.startsWith('--') && ds.uid !== 'grafana'),
    version: json.at('buildInfo', 'version').str(''),
    appName: json.at('appTitle').str('Sigyn'),
    anonymous: json.at('anonymousEnabled').bool(false),
    loginHint: json.at('loginHint').str(''),
    passwordHint: json.at('passwordHint').str(''),
    minRefresh: json.at('minRefreshInterval').str('5s'),
  }
}

function datasource(name: string, json: Reader, preferred: string): Datasource {
  const own = json.at('name').str(name)
  return {
    uid: json.at('uid').str(''),
    name: own,
    type: json.at('type').str(''),
    isDefault: json.at('isDefault').bool(own === preferred),
    maxLines: json.at('jsonData', 'maxLines').num(1000),
    derivedFields: json
      .at('jsonData', 'derivedFields')
      .list()
      .map((field) => ({
        name: field.at('name').str(''),
        kind: field.at('matcherType').oneOf(['regex', 'label'], 'regex'),
        pattern: field.at('matcherRegex').str(''),
        url: field.at('url').str(''),
        label: field.at('urlDisplayLabel').str(''),
        datasourceUid: field.at('datasourceUid').str(''),
      })),
  }
}

/** The datasource a reference of a dashboard means: by uid, by name, or the default one when absent. */
export function findDatasource(all: readonly Datasource[], ref: unknown): Datasource | undefined {
  const byDefault = all.find((ds) => ds.isDefault) ?? all.find((ds) => ds.type === 'loki') ?? all[0]
  const name = typeof ref === 'string' ? ref : (read(ref).at('uid').str() ?? '')
  const type = read(ref).at('type').str('')
  if (name === '' || name === 'default' || name === '-- Mixed --') {
    return type === '' ? byDefault : (all.find((ds) => ds.isDefault && ds.type === type) ?? all.find((ds) => ds.type === type) ?? byDefault)
  }
  const found = all.find((ds) => ds.uid === name) ?? all.find((ds) => ds.name === name)
  if (found) {
    return found
  }
  const sameType = all.filter((ds) => ds.type === (type === '' ? 'loki' : type))
  return sameType.length === 1 ? sameType[0] : undefined
}

export async function search(query: Readonly<Record<string, string>> = {}): Promise<readonly SearchHit[]> {
  return read(await fetchJson('api/search', { query }))
    .list()
    .map((hit) => ({
      uid: hit.at('uid').str(''),
      title: hit.at('title').str(''),
      url: hit.at('url').str(''),
      kind: hit.at('type').str('') === 'dash-folder' ? ('folder' as const) : ('dashboard' as const),
      tags: hit.at('tags').strings(),
      folderUid: hit.at('folderUid').str(''),
      folderTitle: hit.at('folderTitle').str(''),
      starred: hit.at('isStarred').bool(false),
    }))
}

export async function dashboard(uid: string): Promise<Dashboard> {
  const json = read(await fetchJson(`api/dashboards/uid/${encodeURIComponent(uid)}`))
  const meta = json.at('meta')
  return {
    json: json.at('dashboard').value,
    meta: {
      canSave: meta.at('canSave').bool(false),
      canEdit: meta.at('canEdit').bool(false),
      provisioned: meta.at('provisioned').bool(false),
      externalId: meta.at('provisionedExternalId').str(''),
      folderTitle: meta.at('folderTitle').str(''),
      folderUid: meta.at('folderUid').str(''),
      url: meta.at('url').str(''),
      slug: meta.at('slug').str(''),
      starred: meta.at('isStarred').bool(false),
    },
  }
}

export type Saved = { readonly uid: string; readonly url: string; readonly version: number }

export async function saveDashboard(body: { dashboard: unknown; folderUid?: string; message?: string; overwrite?: boolean }): Promise<Saved> {
  const json = read(await fetchJson('api/dashboards/db', { method: 'POST', body }))
  return { uid: json.at('uid').str(''), url: json.at('url').str(''), version: json.at('version').num(0) }
}

export async function setStar(uid: string, starred: boolean): Promise<void> {
  await fetchJson(`api/user/stars/dashboard/uid/${encodeURIComponent(uid)}`, { method: starred ? 'POST' : 'DELETE' })
}

export type Annotation = { readonly time: number; readonly timeEnd: number | undefined; readonly text: string; readonly title: string; readonly tags: readonly string[]; readonly color: string }

export async function annotations(query: Readonly<Record<string, string | number | undefined>>, color: string, signal: AbortSignal): Promise<readonly Annotation[]> {
  return read(await fetchJson('api/annotations', { query, signal }))
    .list()
    .map((item) => ({
      time: item.at('time').num(0),
      timeEnd: item.at('timeEnd').num(),
      text: item.at('text').str(''),
      title: item.at('title').str(''),
      tags: item.at('tags').strings(),
      color,
    }))
}
