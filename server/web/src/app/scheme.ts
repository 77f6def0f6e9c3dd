import { effect, signal } from '@preact/signals'

/** Light, dark, or as the system has it. Kept by the browser; public/scheme.js reads it before the first paint. */
export const SCHEMES = ['system', 'light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

const KEY = 'eyenet.scheme'

function stored(): Scheme {
  try {
    return SCHEMES.find((one) => one === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system'
  }
}

export const scheme = signal<Scheme>(stored())

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = signal(systemDark.matches)
systemDark.addEventListener('change', (event) => {
  systemIsDark.value = event.matches
})

/** What is shown: charts are drawn again when it changes, for a canvas knows no CSS variables. */
export const shownScheme = signal<'light' | 'dark'>('light')

effect(() => {
  const chosen = scheme.value
  if (chosen === 'system') delete document.documentElement.dataset.scheme
  else document.documentElement.dataset.scheme = chosen
  shownScheme.value = chosen === 'system' ? (systemIsDark.value ? 'dark' : 'light') : chosen
})

export function chooseScheme(next: Scheme): void {
  scheme.value = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Storage is refused: the choice holds until the page is closed.
  }
}
