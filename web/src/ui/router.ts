import { signal } from '@preact/signals'

export type Location = { readonly path: string; readonly search: URLSearchParams }

/** The path below the application's base, beginning with `/`. */
function here(): Location {
  const base = new URL(document.baseURI).pathname
  const path = location.pathname.startsWith(base) ? location.pathname.slice(base.length - 1) : location.pathname
  return { path, search: new URLSearchParams(location.search) }
}

/** Where the user is. The URL is the state: pages read it and write it, so that back and reload work everywhere. */
export const route = signal<Location>(here())

/** An address of this application for links and the history, base included. */
export function href(path: string): string {
  return new URL(document.baseURI).pathname.replace(/\/$/, '') + path
}

/** Goes to a path with query, given as below the base. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  const url = href(path)
  if (url !== location.pathname + location.search) {
    history[options.replace ? 'replaceState' : 'pushState'](null, '', url)
  }
  route.value = here()
}

/** Changes query parameters of the current page; null removes one, a list repeats it. */
export function setQuery(changes: Readonly<Record<string, string | readonly string[] | null>>, options: { readonly replace?: boolean } = {}): void {
  const search = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    search.delete(name)
    for (const item of value === null ? [] : typeof value === 'string' ? [value] : value) {
      search.append(name, item)
    }
  }
  const text = search.toString()
  navigate(`${here().path}${text === '' ? '' : `?${text}`}`, options)
}

addEventListener('popstate', () => {
  route.value = here()
})

/** Lets ordinary links of this origin change the page without loading it anew. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target === '_blank' || link.hasAttribute('download')) {
    return
  }
  const url = new URL(link.href)
  const base = new URL(document.baseURI).pathname
  if (url.origin === location.origin && url.pathname.startsWith(base) && !/^(api|logout|metrics|public|login\/generic_oauth)\b/.test(url.pathname.slice(base.length)) && !(url.hash && url.pathname === location.pathname)) {
    event.preventDefault()
    navigate(url.pathname.slice(base.length - 1) + url.search)
    scrollTo(0, 0)
  }
})
