import type { DeviceId } from '@eyenet/shared/identity'
import { stationsMadeBy } from '../../makers/makers.ts'
import type { KnownEndpoint } from './endpoint-book.ts'

/** Of one answer: some 20 MB of text. */
export const MAX_STATIONS_AT_ONCE = 100_000

export type EndpointQuery = {
  /** A part of an address (a MAC in any notation), a name, its maker, or a device's name. */
  readonly q?: string
  readonly device?: DeviceId
  readonly port?: string
  readonly limit: number
  readonly cursor?: string
}

/** Stations that match, those seen last first. Pure. */
export function findEndpoints(
  endpoints: Iterable<KnownEndpoint>,
  { q = '', device, port }: Pick<EndpointQuery, 'q' | 'device' | 'port'>,
  nameOf: (device: DeviceId) => string | undefined,
): readonly KnownEndpoint[] {
  const text = q.trim().toLowerCase()
  const mac = macPart(text)
  const names = new Map<DeviceId, boolean>()
  const isNamed = (id: DeviceId): boolean => {
    const known = names.get(id) ?? (nameOf(id) ?? '').toLowerCase().includes(text)
    names.set(id, known)
    return known
  }
  const isMadeBy = text === '' ? undefined : stationsMadeBy(text)
  const found: KnownEndpoint[] = []
  for (const one of endpoints) {
    if (device !== undefined && one.device !== device) continue
    if (port !== undefined && one.port !== port) continue
    const fits = text === '' || hasText(one, text, mac) || (one.device !== undefined && isNamed(one.device))
    if (fits || isMadeBy?.(one.mac)) found.push(one)
  }
  return found.sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.mac < b.mac ? -1 : 1))
}

function hasText(one: KnownEndpoint, text: string, mac: string | undefined): boolean {
  if (mac !== undefined && one.mac.replaceAll(':', '').includes(mac)) return true
  return one.ips.some((ip) => ip.includes(text)) || one.name.toLowerCase().includes(text)
}

/**
 * The hex digits of a MAC or a part of it, in any notation: 00:1b:21:…, 00-1B-21-…, 001b.21…, 001b21…; undefined for what
 * cannot be one.
 */
export function macPart(text: string): string | undefined {
  const digits = text.replace(/[:\-. ]/g, '')
  return /^[0-9a-f]{2,12}$/.test(digits) ? digits : undefined
}
