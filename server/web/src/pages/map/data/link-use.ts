import type { TopologyLink } from '@eyenet/shared/api'
import { type InstantSample, literally, queryInstant, quoted } from '../../../net/prometheus.ts'
import { request } from '../../../session/session.ts'

/** Traffic of one port, bits per second. */
export type PortTraffic = { readonly inBps: number | undefined; readonly outBps: number | undefined }
export type Traffic = ReadonlyMap<string, PortTraffic>

export const portKey = (device: string, port: string): string => `${device} ${port}`

/** Ports asked about at once; of a larger picture the fastest links are. */
const MOST_PORTS = 400

/** Ports of devices at both ends of these links, the fastest links first. */
export function portsOf(links: readonly TopologyLink[], devices: ReadonlySet<string>): readonly PortOf[] {
  const ports = new Map<string, PortOf>()
  const bySpeed = [...links].sort((a, b) => (b.speedBps ?? 0) - (a.speedBps ?? 0))
  for (const { a, b } of bySpeed) {
    for (const { node, port } of [a, b]) {
      if (port === undefined || !devices.has(node) || ports.size >= MOST_PORTS) continue
      ports.set(portKey(node, port), { device: node, port })
    }
  }
  return [...ports.values()]
}
type PortOf = { readonly device: string; readonly port: string }

/** PromQL for the traffic of these ports and no others, in one way. */
export function trafficQuery(ports: readonly PortOf[], way: 'in' | 'out'): string {
  const any = (values: Iterable<string>): string => quoted([...new Set(values)].map(literally).join('|'))
  const device = any(ports.map((one) => one.device))
  const port = any(ports.map((one) => one.port))
  const metric = way === 'in' ? 'ifHCInOctets' : 'ifHCOutOctets'
  return `8 * rate(${metric}{device=~${device},interface=~${port}}[5m])`
}

/** Traffic as it was at a moment; without one, as it is now. */
export async function fetchTraffic(
  ports: readonly PortOf[],
  at: number | undefined,
  signal?: AbortSignal,
): Promise<Traffic> {
  if (ports.length === 0) return new Map()
  const [into, out] = await Promise.all([
    queryInstant(request, { expr: trafficQuery(ports, 'in'), at }, signal),
    queryInstant(request, { expr: trafficQuery(ports, 'out'), at }, signal),
  ])
  // Without figures the map is still a map: links are shown as not measured.
  return trafficOf(into.kind === 'ok' ? into.value : [], out.kind === 'ok' ? out.value : [])
}

export function trafficOf(into: readonly InstantSample[], out: readonly InstantSample[]): Traffic {
  const traffic = new Map<string, PortTraffic>()
  const put = (samples: readonly InstantSample[], way: 'inBps' | 'outBps'): void => {
    for (const { labels, value } of samples) {
      const { device = '', interface: port = '' } = labels
      if (!Number.isFinite(value)) continue
      const key = portKey(device, port)
      traffic.set(key, { ...(traffic.get(key) ?? { inBps: undefined, outBps: undefined }), [way]: value })
    }
  }
  put(into, 'inBps')
  put(out, 'outBps')
  return traffic
}

/** The busier way at the busier end, as a share of the link's speed; absent where speed or traffic is not known. */
export function useOf(links: readonly TopologyLink[], traffic: Traffic): ReadonlyMap<string, number> {
  const use = new Map<string, number>()
  for (const { id, a, b, speedBps } of links) {
    if (speedBps === undefined || speedBps <= 0) continue
    const figures = [a, b].flatMap(({ node, port }) => {
      const one = port === undefined ? undefined : traffic.get(portKey(node, port))
      return [one?.inBps, one?.outBps].filter((figure) => figure !== undefined)
    })
    if (figures.length > 0) use.set(id, Math.max(...figures) / speedBps)
  }
  return use
}
