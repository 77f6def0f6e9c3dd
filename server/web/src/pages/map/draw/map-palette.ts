/** The page's colours as a canvas needs them: it knows no CSS variables. */
export const PALETTE_NAMES = [
  'bg',
  'surface',
  'line',
  'line-strong',
  'ink',
  'ink-2',
  'ink-3',
  'inverse',
  'focus',
  'critical',
  'critical-solid',
  'critical-wash',
  'warning',
  'warning-solid',
  'warning-wash',
  'unknown',
  'unknown-wash',
  'ok',
  'behind',
  'behind-wash',
  'use-idle',
  'use-used',
  'use-busy',
  'use-full',
  'series-3',
] as const
export type Palette = Readonly<Record<(typeof PALETTE_NAMES)[number], string>> & { readonly sans: string }

/** Reads them as the present scheme has them. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const colours = Object.fromEntries(PALETTE_NAMES.map((name) => [name, read(name)]))
  return { ...EMPTY, ...colours, sans: read('sans') || 'sans-serif' }
}

const EMPTY: Omit<Palette, 'sans'> = {
  bg: '',
  surface: '',
  line: '',
  'line-strong': '',
  ink: '',
  'ink-2': '',
  'ink-3': '',
  inverse: '',
  focus: '',
  critical: '',
  'critical-solid': '',
  'critical-wash': '',
  warning: '',
  'warning-solid': '',
  'warning-wash': '',
  unknown: '',
  'unknown-wash': '',
  ok: '',
  behind: '',
  'behind-wash': '',
  'use-idle': '',
  'use-used': '',
  'use-busy': '',
  'use-full': '',
  'series-3': '',
}
