import { DeviceId, type EpochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'
import type { DownPort } from '../topology/topology.ts'

/** Down, wanted up, and up within the last day, as the rule InterfaceDown has it; what was explained is read on. */
const DOWN_PORTS = parseQuery(`
  (ifOperStatus == 2 and on (site, device, interface) ifAdminStatus == 1)
  and on (site, device, interface) (
    min_over_time(ifOperStatus[15m]) == 1
    or ifOperStatus offset 1h == 1
    or ifOperStatus offset 6h == 1
    or ifOperStatus offset 24h == 1
    or interface_behind_failure == 1
  )
`)
const TIMEOUT_MS = 10_000
/** Beyond it more is broken than ports can tell of. */
const MAX_PORTS = 20_000

/** The ports that devices say are down now. */
export async function readDownPorts(
  store: Pick<MetricStore, 'query'>,
  now: EpochMs,
): Promise<readonly Pick<DownPort, 'device' | 'port'>[]> {
  const ask = { expr: DOWN_PORTS, start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS, limit: MAX_PORTS }
  const { result } = await store.query(ask)
  if (result.kind !== 'vector') return []
  return result.samples.flatMap(({ labels }) => {
    const device = DeviceId.safeParse(labels.device)
    return device.success && labels.interface !== undefined ? [{ device: device.data, port: labels.interface }] : []
  })
}
