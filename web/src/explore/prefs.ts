import { signal } from '@preact/signals'
import { read } from '../json/reader.ts'
import type { Dedup } from '../logs/dedup.ts'
import type { ListOptions } from '../logs/list.ts'

/** How this browser likes its log lists. */
export type Prefs = { readonly time: ListOptions['time'] | 'auto'; readonly messageFirst: boolean; readonly wrap: boolean; readonly prettify: boolean; readonly labels: boolean; readonly small: boolean; readonly gaps: boolean; readonly dedup: Dedup; readonly facets: boolean; readonly volume: boolean; readonly zone: string; readonly code: boolean }

const KEY = 'sigyn.explore'

function stored(): Prefs {
  let json: unknown
  try {
    json = JSON.parse(localStorage.getItem(KEY) ?? '{}')
  } catch {
    json = {}
  }
  const saved = read(json)
  return {
    time: saved.at('time').oneOf(['auto', 'none', 'ms', 'ns', 'clock', 'relative'], 'auto'),
    wrap: saved.at('wrap').bool(innerWidth < 700),
    messageFirst: saved.at('messageFirst').bool(true),
    prettify: saved.at('prettify').bool(false),
    labels: saved.at('labels').bool(true),
    small: saved.at('small').bool(false),
    gaps: saved.at('gaps').bool(false),
    dedup: saved.at('dedup').oneOf(['none', 'exact', 'numbers', 'signature'], 'none'),
    facets: saved.at('facets').bool(innerWidth > 900),
    volume: saved.at('volume').bool(true),
    zone: saved.at('zone').str('browser'),
    code: saved.at('code').bool(false),
  }
}

export const prefs = signal<Prefs>(stored())

export function changePrefs(change: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...change }
  localStorage.setItem(KEY, JSON.stringify(prefs.value))
}
