import { DeviceId, type EpochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'
import { type DownPort, type Picture, waysFrom } from '../topology/topology.ts'

const TIMEOUT_MS = 10_000
/** Devices whose ports are read at once: where more stand next to what is away, more is broken than one switched-off port. */
const MAX_DEVICES = 100
const MAX_PORTS = 20_000

/** Of devices that answer next to such as do not, the ports that an administrator has switched off. */
export async function readOffPorts(
  store: Pick<MetricStore, 'query'>,
  { ways, answers, now }: Pick<Picture, 'ways' | 'answers'> & { readonly now: EpochMs },
): Promise<readonly Pick<DownPort, 'device' | 'port' | 'isOff'>[]> {
  const near = new Set<string>()
  for (const { device, state } of answers.values()) {
    if (state !== 'down') continue
    for (const { to } of waysFrom(ways, device)) if (answers.get(to)?.state === 'up') near.add(to)
  }
  if (near.size === 0) return []
  const devices = [...near].slice(0, MAX_DEVICES)
  const expr = parseQuery(`ifAdminStatus{device=~"${devices.join('|')}"} == 2`)
  const { result } = await store.query({ expr, start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS, limit: MAX_PORTS })
  if (result.kind !== 'vector') return []
  return result.samples.flatMap(({ labels }) => {
    const device = DeviceId.safeParse(labels.device)
    if (!device.success || labels.interface === undefined) return []
    return [{ device: device.data, port: labels.interface, isOff: true }]
  })
}
