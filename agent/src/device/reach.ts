import type { DeviceReach } from '@eyenet/shared/wire'
import { describePing, type PingOutcome } from '../probe/probe.ts'
import { describeOutcome, type SnmpOutcome, type SnmpTarget } from '../snmp/snmp.ts'

export type Contact = {
  readonly address: string
  readonly snmp?: { readonly target: SnmpTarget; readonly outcome: SnmpOutcome<unknown> }
  /** Undefined where the device is not pinged. */
  readonly ping?: PingOutcome
}

/** How a device answers now, with a sentence for people where it does not. */
export function reachOf({ address, snmp, ping }: Contact): DeviceReach {
  const problems: string[] = []
  if (snmp !== undefined && snmp.outcome.kind !== 'ok') problems.push(describeOutcome(snmp.outcome, snmp.target))
  if (ping !== undefined && ping.kind !== 'reply') problems.push(describePing(ping, address))
  return {
    snmp: snmp === undefined ? 'off' : snmp.outcome.kind === 'ok' ? 'up' : 'down',
    // Where this machine cannot ping, that says nothing about the device.
    icmp: ping === undefined || ping.kind === 'unavailable' ? 'off' : ping.kind === 'reply' ? 'up' : 'down',
    problem: problems.join(' ').slice(0, 1000),
  }
}

export function isSameReach(a: DeviceReach, b: DeviceReach): boolean {
  return a.snmp === b.snmp && a.icmp === b.icmp && a.problem === b.problem
}
