import { computed } from '@preact/signals'
import { devices } from '../live/site.ts'
import { type DeviceTab, type Route, route } from '../router/router.ts'

/** What the present place is called: for the tab and for screen readers. */
export const placeName = computed(() => nameOf(route.value))

const NAMES = {
  overview: 'Overview',
  map: 'Map',
  devices: 'Devices',
  'add-device': 'Add a device',
  discovery: 'Discovery',
  endpoints: 'Endpoints',
  alerts: 'Alerts',
  alert: 'Alert',
  anomalies: 'Anomalies',
  anomaly: 'Anomaly',
  agents: 'Agents',
  enrol: 'Enrol an agent',
  configuration: 'Configuration of agents',
  tools: 'Tools of agents',
  query: 'Query',
  settings: 'Settings',
  nowhere: 'Not found',
} as const

const TABS: Record<DeviceTab, string> = {
  neighbors: 'Neighbours',
  interfaces: 'Interfaces',
  sensors: 'Sensors',
  hardware: 'Hardware',
  network: 'Network',
  readings: 'Readings',
}

function nameOf(place: Route): string {
  if (place.kind === 'device')
    return place.tab === undefined ? deviceName(place.id) : `${TABS[place.tab]} of ${deviceName(place.id)}`
  if (place.kind === 'interface') return `${place.name} of ${deviceName(place.id)}`
  return NAMES[place.kind]
}

function deviceName(id: string): string {
  const known = devices.value
  return (known.kind === 'ready' ? known.value.get(id)?.name : undefined) ?? 'Device'
}
