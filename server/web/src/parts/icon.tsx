import type { JSX } from 'preact'

/** Line icons on a 16 px grid, as path data. */
const PATHS = {
  overview: 'M2.5 9.5 5 6l2.5 4L10 4l3.5 5.5M2.5 13.5h11',
  devices: 'M2.5 3.5h11v4h-11zM2.5 8.5h11v4h-11zM5 5.5h.01M5 10.5h.01',
  map: 'M8 2.5v3M3.5 10.5v-2h9v2M8 5.5v3M6.5 2.5h3v3h-3zM2 10.5h3v3H2zM11 10.5h3v3h-3z',
  alerts: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.5 14.2h3',
  anomalies: 'M1.5 9.5H4l1.5-2 1.5 3L9.5 2.5l2 9 1-2h2',
  agents:
    'M8 8.01h.01M5.5 10.5a3.5 3.5 0 0 1 0-5M10.5 5.5a3.5 3.5 0 0 1 0 5M3.4 12.6a6.5 6.5 0 0 1 0-9.2M12.6 3.4a6.5 6.5 0 0 1 0 9.2',
  query: 'm3 4.5 3.5 3.5L3 11.5M8 12h5',
  settings: 'M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M8.5 3.3v3.4M4 9.3v3.4M8.5 5h3.5M4 11h3.5M12 3.3v3.4M7.5 9.3v3.4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 13.5 13.5',
  person: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.8 13.5c.6-2.3 2.6-3.5 5.2-3.5s4.6 1.2 5.2 3.5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3',
  inbox: 'M2.5 9.5 4.5 3h7l2 6.5v4h-11zM2.5 9.5h3l1 2h3l1-2h3',
  endpoint: 'M3 3.5h10v7H3zM6 13.5h4M8 10.5v3',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  cross: 'm4 4 8 8M12 4l-8 8',
  copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  up: 'm4 10 4-4 4 4',
  down: 'm4 6 4 4 4-4',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M7 6.5v6',
  download: 'M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M3 13.5h10',
  logout: 'M6.5 3h-3v10h3M7 8h6.5M11 5.5 13.5 8 11 10.5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6',
  trash: 'M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
  upload: 'M8 10.5v-8M4.8 5.7 8 2.5l3.2 3.2M3 13.5h10',
  thermometer: 'M6.2 9.4V3.8a1.8 1.8 0 0 1 3.6 0v5.6a3 3 0 1 1-3.6 0zM8 6.5v5',
  bolt: 'M8.8 2 4 9h3.6L7 14l5-7.2H8.3z',
  wave: 'M2 8q3-8 6 0t6 0',
  fan: 'M8 6.5C7 4.5 7.5 2.5 9.5 2.5s2 2.5.5 4M9.5 8c2-1 4-.5 4 1.5s-2.5 2-4 .5M8 9.5c1 2 .5 4-1.5 4s-2-2.5-.5-4M6.5 8c-2 1-4 .5-4-1.5s2.5-2 4-.5M8 8h.01',
  drop: 'M8 2.5c2.5 3 4 5 4 7a4 4 0 0 1-8 0c0-2 1.5-4 4-7z',
  battery: 'M2.5 5h9v6h-9zM13.5 7v2M5 7.2v1.6M7.5 7.2v1.6',
  signal: 'M3 12.5v-2M6.3 12.5v-4M9.7 12.5V6M13 12.5v-9',
  light:
    'M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 2.2v1.4M8 12.4v1.4M2.2 8h1.4M12.4 8h1.4M3.9 3.9l1 1M11.1 11.1l1 1M3.9 12.1l1-1M11.1 4.9l1-1',
  gauge: 'M3 11.5a5.5 5.5 0 1 1 10 0M8 9l2.5-3.2',
  flag: 'M4 14V2.5M4 3h8.5l-2 3 2 3H4',
  hash: 'M6.3 3l-1 10M10.7 3l-1 10M3 6h10.5M2.5 10H13',
  chip: 'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  critical: 'M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM8 5v3.6M8 11h.01',
  warning: 'M8 2.3 14.3 13.3H1.7zM8 6.5v3.2M8 11.5h.01',
  unknown: 'M6.3 6.3A1.75 1.75 0 1 1 8 8.5v.8M8 11.4h.01',
  behind: 'M8 2.2 13.8 8 8 13.8 2.2 8zM5.6 8h4.8',
  ok: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM5.7 8.2l1.6 1.6 3-3.2',
  info: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 7.5v3.5M8 5.2h.01',
  pending: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM5.5 8h.01M8 8h.01M10.5 8h.01',
} as const

export type IconName = keyof typeof PATHS

/** Decoration: what it means stands beside it in words. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {name === 'unknown' && <circle cx="8" cy="8" r="5.5" stroke-dasharray="2.3 2.3" />}
      <path d={PATHS[name]} />
    </svg>
  )
}

export function Brand(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d="M1.5 10C4 5.8 6.7 4 10 4s6 1.8 8.5 6c-2.5 4.2-5.2 6-8.5 6s-6-1.8-8.5-6Z" />
      <circle cx="10" cy="10" r="2.5" fill="currentColor" stroke="none" />
    </svg>
  )
}
