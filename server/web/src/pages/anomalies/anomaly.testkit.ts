import type { Anomaly } from '@eyenet/shared/api'
import { AgentId, DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'

export const uuid = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`
export const [A, B] = [uuid(1), uuid(2)].map((id) => DeviceId.parse(id))

export function anomaly(at: number, more: Partial<Anomaly> = {}): Anomaly {
  return {
    id: uuid(at),
    agent: AgentId.parse(uuid(9)),
    site: SiteName.parse('berlin'),
    device: DeviceId.parse(A),
    series: { name: 'icmp_rtt_seconds', labels: {} },
    since: epochMs(1_000_000 * at),
    score: 0.6,
    reason: 'above',
    value: 1,
    low: 0,
    high: 0.5,
    detail: null,
    sentence: 'above the usual range for this hour: 1 where 0 to 0.5 is usual',
    shadow: false,
    ...more,
  }
}
