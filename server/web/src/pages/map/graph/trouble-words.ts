import type { AlertResource } from '@eyenet/shared/api'
import type { DeviceReach } from '@eyenet/shared/wire'

const RANK: Readonly<Record<AlertResource['severity'], number>> = { critical: 0, warning: 1, info: 2 }

type Findings = {
  /** Of the device; those that only wait to fire say nothing yet. */
  readonly alerts: readonly AlertResource[]
  readonly reach: Pick<DeviceReach, 'snmp' | 'icmp'> | undefined
}

/** Why a device needs a look, in a few words: its worst alert, else what it does not answer. Empty where neither tells. */
export function troubleWords({ alerts, reach }: Findings): string {
  const told = alerts
    .filter(({ state, severity }) => state !== 'pending' && severity !== 'info')
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.startedAt - a.startedAt)
  const [worst] = told
  if (worst !== undefined) {
    const what = worst.interface === undefined ? worst.rule : `${worst.rule} on ${worst.interface}`
    return told.length === 1 ? what : `${what}, ${told.length - 1} more`
  }
  if (reach?.snmp !== 'down') return reach?.icmp === 'down' ? 'does not answer ping' : ''
  return reach.icmp === 'down' ? 'does not answer' : 'does not answer SNMP'
}

/** Alerts by the device that they are of; those of none are left out. */
export function alertsByDevice(alerts: Iterable<AlertResource>): ReadonlyMap<string, readonly AlertResource[]> {
  const found = new Map<string, AlertResource[]>()
  for (const alert of alerts) {
    if (alert.device === undefined) continue
    const before = found.get(alert.device)
    if (before === undefined) found.set(alert.device, [alert])
    else before.push(alert)
  }
  return found
}
