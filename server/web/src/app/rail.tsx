import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { openAlerts } from '../live/site.ts'
import { Brand, Icon, type IconName } from '../parts/icon.tsx'
import { hrefOf, type Route, route } from '../router/router.ts'

type Place = {
  readonly name: string
  readonly icon: IconName
  readonly to: Route
  readonly covers: readonly Route['kind'][]
}

export const PLACES: readonly Place[] = [
  { name: 'Overview', icon: 'overview', to: { kind: 'overview' }, covers: ['overview'] },
  { name: 'Map', icon: 'map', to: { kind: 'map' }, covers: ['map'] },
  {
    name: 'Devices',
    icon: 'devices',
    to: { kind: 'devices' },
    covers: ['devices', 'device', 'interface', 'add-device', 'endpoints', 'discovery'],
  },
  { name: 'Alerts', icon: 'alerts', to: { kind: 'alerts' }, covers: ['alerts', 'alert'] },
  { name: 'Anomalies', icon: 'anomalies', to: { kind: 'anomalies' }, covers: ['anomalies', 'anomaly'] },
  { name: 'Agents', icon: 'agents', to: { kind: 'agents' }, covers: ['agents', 'enrol', 'configuration', 'tools'] },
  { name: 'Query', icon: 'query', to: { kind: 'query' }, covers: ['query'] },
  { name: 'Settings', icon: 'settings', to: { kind: 'settings', section: 'account' }, covers: ['settings'] },
]

const KEY = 'eyenet.rail'
export const railNarrow = signal(readNarrow())

function readNarrow(): boolean {
  try {
    return localStorage.getItem(KEY) === 'narrow'
  } catch {
    return false
  }
}

function toggle(): void {
  railNarrow.value = !railNarrow.value
  try {
    localStorage.setItem(KEY, railNarrow.value ? 'narrow' : 'wide')
  } catch {
    // Storage is refused: the choice holds until the page is closed.
  }
}

export function Rail(): JSX.Element {
  return (
    <nav class="rail" aria-label="Places">
      <a class="brand" href={hrefOf({ kind: 'overview' })} aria-label="EyeNet, overview">
        <Brand />
        <span class="brand-name">EyeNet</span>
      </a>
      <div class="places">
        {PLACES.map((place) => (
          <PlaceLink key={place.name} place={place} />
        ))}
      </div>
      <div class="rail-foot">
        <button
          type="button"
          class="place"
          onClick={toggle}
          aria-expanded={!railNarrow.value}
          title={railNarrow.value ? 'Show names' : 'Icons only'}
        >
          <Icon name={railNarrow.value ? 'right' : 'left'} />
          <span class="place-name">Collapse</span>
        </button>
      </div>
    </nav>
  )
}

function PlaceLink({ place }: { place: Place }): JSX.Element {
  const here = place.covers.includes(route.value.kind)
  return (
    <a
      class={`place${place.to.kind === 'query' ? ' hide-small' : ''}`}
      href={hrefOf(place.to)}
      aria-current={here ? 'page' : undefined}
      title={railNarrow.value ? place.name : undefined}
    >
      <Icon name={place.icon} />
      <span class="place-name">{place.name}</span>
      {place.to.kind === 'alerts' && <OpenCount />}
    </a>
  )
}

/** Open alerts, in the colour of the worst; nothing when there are none. */
function OpenCount(): JSX.Element | null {
  const state = openAlerts.value
  if (state.kind !== 'ready') return null
  const open = [...state.value.values()].filter((alert) => alert.state !== 'pending')
  if (open.length === 0) return null
  const firing = open.filter((alert) => alert.state === 'firing')
  const worst = firing.some((alert) => alert.severity === 'critical')
    ? 'critical'
    : firing.length > 0
      ? 'warning'
      : 'unknown'
  return (
    <span class={`count ${worst}`}>
      {open.length}
      <span class="hidden-text"> open</span>
    </span>
  )
}
