import { type DeviceState, silentAfterMs } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { DeviceReach } from '@eyenet/shared/wire'

export type AlertCounts = { readonly critical: number; readonly warning: number; readonly info: number }
export const NO_ALERTS: AlertCounts = { critical: 0, warning: 0, info: 0 }

export type DeviceFindings = {
  readonly reach: DeviceReach
  readonly alerts: AlertCounts
  /** Another failure explains that it does not answer. */
  readonly isBehind: boolean
  /** Time of its newest sample. */
  readonly seenAt: EpochMs
  readonly intervalSeconds: number
  readonly now: EpochMs
}

/** How a device is: what is wrong leads, and silence is not health. */
export function deviceState({ reach, alerts, isBehind, seenAt, intervalSeconds, now }: DeviceFindings): DeviceState {
  if (!isHeard({ seenAt, intervalSeconds }, now)) return 'unknown'
  // Found by the agent itself and never answered: nothing can be said of it.
  if (reach.snmp === 'off' && reach.icmp === 'off' && reach.problem !== '') return 'unknown'
  const answers = reach.snmp === 'up' || reach.icmp === 'up'
  const asked = reach.snmp !== 'off' || reach.icmp !== 'off'
  if (asked && !answers && isBehind) return 'behind-failure'
  if ((asked && !answers) || alerts.critical > 0) return 'critical'
  if (reach.snmp === 'down' || alerts.warning > 0) return 'warning'
  return 'ok'
}

/** Whether its agent tells of it now, be it that it does not answer. */
export function isHeard(
  { seenAt, intervalSeconds }: { readonly seenAt: EpochMs | undefined; readonly intervalSeconds: number },
  now: EpochMs,
): boolean {
  return seenAt !== undefined && now - seenAt <= silentAfterMs(intervalSeconds)
}
