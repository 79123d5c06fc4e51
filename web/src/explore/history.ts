import { read } from '../json/reader.ts'

export type Remembered = { readonly query: string; readonly at: number; readonly starred: boolean; readonly name: string }

const KEY = 'sigyn.queries'
const MOST = 300

/** Queries run in this browser, newest first; starred ones are never pushed out. */
export function queryHistory(): readonly Remembered[] {
  try {
    return read(JSON.parse(localStorage.getItem(KEY) ?? '[]'))
      .list()
      .map((item) => ({ query: item.at('query').str(''), at: item.at('at').num(0), starred: item.at('starred').bool(false), name: item.at('name').str('') }))
      .filter((item) => item.query !== '')
  } catch {
    return []
  }
}

function store(list: readonly Remembered[]): void {
  const starred = list.filter((item) => item.starred)
  const others = list.filter((item) => !item.starred).slice(0, Math.max(0, MOST - starred.length))
  localStorage.setItem(KEY, JSON.stringify([...starred, ...others].sort((a, b) => b.at - a.at)))
}

export function rememberQuery(query: string): void {
  const list = queryHistory()
  const known = list.find((item) => item.query === query)
  store([{ query, at: Date.now(), starred: known?.starred ?? false, name: known?.name ?? '' }, ...list.filter((item) => item !== known)])
}

export function changeRemembered(query: string, change: Partial<Pick<Remembered, 'starred' | 'name'>>): void {
  store(queryHistory().map((item) => (item.query === query ? { ...item, ...change } : item)))
}

export function forgetQuery(query: string): void {
  store(queryHistory().filter((item) => item.query !== query))
}
