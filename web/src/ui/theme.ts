import { computed, effect, signal } from '@preact/signals'
import type { Theme } from '../units/colors.ts'

export type ThemeChoice = 'system' | Theme

const KEY = 'sigyn.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = signal(dark.matches)
dark.addEventListener('change', () => {
  systemIsDark.value = dark.matches
})

function stored(): ThemeChoice {
  const asked = new URLSearchParams(location.search).get('theme')
  const value = asked ?? localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** What the user asked for; `theme` is what is shown. */
export const themeChoice = signal<ThemeChoice>(stored())
export const theme = computed<Theme>(() => (themeChoice.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : themeChoice.value))

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice
  localStorage.setItem(KEY, choice)
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value
})
