/** Every place of the page. What a person sees is in the address; what is typed while searching is in its query. */
export type Route =
  | { readonly kind: 'overview' }
  | { readonly kind: 'map' }
  | { readonly kind: 'devices' }
  | { readonly kind: 'add-device' }
  | { readonly kind: 'discovery'; readonly section: DiscoverySection }
  | { readonly kind: 'endpoints' }
  | { readonly kind: 'device'; readonly id: string; readonly tab?: DeviceTab }
  | { readonly kind: 'interface'; readonly id: string; readonly name: string }
  | { readonly kind: 'alerts' }
  | { readonly kind: 'alert'; readonly id: string }
  | { readonly kind: 'anomalies' }
  | { readonly kind: 'anomaly'; readonly id: string }
  | { readonly kind: 'agents' }
  | { readonly kind: 'enrol' }
  | { readonly kind: 'configuration' }
  | { readonly kind: 'tools' }
  | { readonly kind: 'query' }
  | { readonly kind: 'settings'; readonly section: SettingsSection }
  | { readonly kind: 'nowhere'; readonly path: string }

/** Places of one device beside its overview. */
export const DEVICE_TABS = ['neighbors', 'interfaces', 'sensors', 'hardware', 'network', 'readings'] as const
export type DeviceTab = (typeof DEVICE_TABS)[number]

export const DISCOVERY_SECTIONS = ['inbox', 'networks', 'credentials', 'rules', 'vanished'] as const
export type DiscoverySection = (typeof DISCOVERY_SECTIONS)[number]

export const SETTINGS_SECTIONS = ['account', 'users', 'tokens', 'sensors', 'mibs', 'models', 'about'] as const
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number]

export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '')
  const [place, id, sub, name] = parts.map(decode)
  if (place === undefined) return { kind: 'overview' }
  if (parts.length === 1) return onePart(place) ?? { kind: 'nowhere', path }
  return (
    (id === undefined ? undefined : deeper(place, id, { sub, name, length: parts.length })) ?? { kind: 'nowhere', path }
  )
}

const PLAIN = ['map', 'devices', 'endpoints', 'alerts', 'anomalies', 'agents', 'query'] as const

function onePart(place: string): Route | undefined {
  const plain = PLAIN.find((one) => one === place)
  if (plain !== undefined) return { kind: plain }
  if (place === 'discovery') return { kind: 'discovery', section: 'inbox' }
  return place === 'settings' ? { kind: 'settings', section: 'account' } : undefined
}

type Rest = { readonly sub: string | undefined; readonly name: string | undefined; readonly length: number }

function deeper(place: string, id: string, { sub, name, length }: Rest): Route | undefined {
  if (place === 'devices' && length === 4 && sub === 'interfaces' && name !== undefined) {
    return { kind: 'interface', id, name }
  }
  if (place === 'devices' && length === 3) {
    const tab = DEVICE_TABS.find((one) => one === sub)
    return tab === undefined ? undefined : { kind: 'device', id, tab }
  }
  if (length !== 2) return undefined
  if (place === 'discovery') {
    const found = DISCOVERY_SECTIONS.find((one) => one === id && one !== 'inbox')
    return found === undefined ? undefined : { kind: 'discovery', section: found }
  }
  if (place === 'devices') return id === 'add' ? { kind: 'add-device' } : { kind: 'device', id }
  if (place === 'alerts') return { kind: 'alert', id }
  if (place === 'anomalies') return { kind: 'anomaly', id }
  if (place === 'agents' && (id === 'enrol' || id === 'configuration' || id === 'tools')) return { kind: id }
  const section = place === 'settings' ? SETTINGS_SECTIONS.find((one) => one === id) : undefined
  return section === undefined ? undefined : { kind: 'settings', section }
}

export function pathOf(route: Route): string {
  switch (route.kind) {
    case 'overview':
      return '/'
    case 'add-device':
      return '/devices/add'
    case 'device':
      return `/devices/${encodeURIComponent(route.id)}${route.tab === undefined ? '' : `/${route.tab}`}`
    case 'interface':
      return `/devices/${encodeURIComponent(route.id)}/interfaces/${encodeURIComponent(route.name)}`
    case 'alert':
      return `/alerts/${encodeURIComponent(route.id)}`
    case 'anomaly':
      return `/anomalies/${encodeURIComponent(route.id)}`
    case 'enrol':
      return '/agents/enrol'
    case 'configuration':
      return '/agents/configuration'
    case 'tools':
      return '/agents/tools'
    case 'discovery':
      return route.section === 'inbox' ? '/discovery' : `/discovery/${route.section}`
    case 'settings':
      return route.section === 'account' ? '/settings' : `/settings/${route.section}`
    case 'nowhere':
      return route.path
    default:
      return `/${route.kind}`
  }
}

/** What stays the same while a person moves within one place: the parts of a device are one. */
export const placeOf = (route: Route): string =>
  pathOf(route.kind === 'device' ? { kind: 'device', id: route.id } : route)

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
