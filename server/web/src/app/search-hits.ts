import type { AlertResource, DeviceSummary } from '@eyenet/shared/api'
import { alertSentence } from '../pages/alerts/alert-words.ts'
import type { MarkKind } from '../parts/state-mark.tsx'
import { hrefOf, type Route } from '../router/router.ts'
import { PLACES } from './rail.tsx'

export type Hit = {
  readonly group: 'Pages' | 'Devices' | 'Alerts' | 'Interfaces'
  readonly key: string
  readonly name: string
  readonly detail: string
  readonly href: string
  readonly mark?: MarkKind
}

/** Enough to find it; more typing narrows. */
const MOST_PER_GROUP = 8

const ACTIONS: readonly (readonly [name: string, to: Route])[] = [
  ['Add a device', { kind: 'add-device' }],
  ['Endpoints: where a MAC or an address is', { kind: 'endpoints' }],
  ['Discovery: inbox', { kind: 'discovery', section: 'inbox' }],
  ['Discovery: networks of agents', { kind: 'discovery', section: 'networks' }],
  ['Discovery: credentials', { kind: 'discovery', section: 'credentials' }],
  ['Discovery: rules', { kind: 'discovery', section: 'rules' }],
  ['Enrol an agent', { kind: 'enrol' }],
  ['Configuration of agents', { kind: 'configuration' }],
  ['Users', { kind: 'settings', section: 'users' }],
  ['API tokens', { kind: 'settings', section: 'tokens' }],
  ['Sensor choices', { kind: 'settings', section: 'sensors' }],
  ['Models of anomalies', { kind: 'settings', section: 'models' }],
  ['MIB files', { kind: 'settings', section: 'mibs' }],
  ['About', { kind: 'settings', section: 'about' }],
]

type Known = { readonly devices: Iterable<DeviceSummary>; readonly alerts: Iterable<AlertResource> }

export function searchHits(typed: string, { devices, alerts }: Known): readonly Hit[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const fits = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word))
  const first = words[0] ?? ''
  const found = take(devices, (one) => fits(`${one.name} ${one.address} ${one.site} ${one.vendor} ${one.model}`))
  // What begins with the word is what was meant.
  const ranked = [...found].sort(
    (a, b) => Number(b.name.toLowerCase().startsWith(first)) - Number(a.name.toLowerCase().startsWith(first)),
  )
  return [
    ...ranked.slice(0, MOST_PER_GROUP).map(deviceHit),
    ...take(alerts, (one) => fits(`${one.rule} ${one.deviceName ?? ''} ${alertSentence(one)}`))
      .slice(0, MOST_PER_GROUP)
      .map(alertHit),
    ...pageHits()
      .filter((one) => fits(one.name))
      .slice(0, MOST_PER_GROUP),
  ]
}

/** Bounds the work per key press in a large network. */
const MOST_RANKED = 200

function take<T>(all: Iterable<T>, fits: (one: T) => boolean): T[] {
  const found: T[] = []
  for (const one of all) {
    if (fits(one)) found.push(one)
    if (found.length >= MOST_RANKED) break
  }
  return found
}

function deviceHit(one: DeviceSummary): Hit {
  return {
    group: 'Devices',
    key: one.id,
    name: one.name,
    detail: one.address,
    href: hrefOf({ kind: 'device', id: one.id }),
    mark: one.state,
  }
}

function alertHit(one: AlertResource): Hit {
  return {
    group: 'Alerts',
    key: one.id,
    name: alertSentence(one),
    detail: one.deviceName ?? '',
    href: hrefOf({ kind: 'alert', id: one.id }),
    mark: one.severity,
  }
}

function pageHits(): readonly Hit[] {
  const places = PLACES.map((one) => [one.name, one.to] as const)
  return [...places, ...ACTIONS].map(([name, to]) => ({
    group: 'Pages',
    key: name,
    name,
    detail: '',
    href: hrefOf(to),
  }))
}

export function interfaceHits(
  labels: readonly Readonly<Record<string, string>>[],
  devices: ReadonlyMap<string, DeviceSummary>,
): readonly Hit[] {
  return labels.slice(0, MOST_PER_GROUP).flatMap((one) => {
    const { device = '', interface: name = '', ifAlias = '' } = one
    if (device === '' || name === '') return []
    const detail = `${devices.get(device)?.name ?? device}${ifAlias === '' ? '' : ` · ${ifAlias}`}`
    return [
      {
        group: 'Interfaces' as const,
        key: `${device} ${name}`,
        name,
        detail,
        href: hrefOf({ kind: 'interface', id: device, name }),
      },
    ]
  })
}

/** PromQL that finds interfaces by a part of their name or description, whatever the case. */
export function interfaceQuery(typed: string): string {
  const pattern = JSON.stringify(`.*${[...typed.trim()].map(anyCase).join('')}.*`)
  return `topk(${MOST_PER_GROUP}, interface_info{interface=~${pattern}})`
}

function anyCase(letter: string): string {
  const [low, high] = [letter.toLowerCase(), letter.toUpperCase()]
  if (low !== high && low.length === 1 && high.length === 1) return `[${low}${high}]`
  return letter.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
