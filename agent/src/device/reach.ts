import type { DeviceReach } from '@eyenet/shared/wire'
import { describePing, type PingOutcome } from '../probe/probe.ts'
import { describeOutcome, type SnmpOutcome, type SnmpTarget } from '../snmp/snmp.ts'

export type Contact = {
  readonly address: string
  /** Nobody asked for it, and it has never answered. */
  readonly isStranger?: boolean
  readonly snmp?: { readonly target: SnmpTarget; readonly outcome: SnmpOutcome<unknown> }
  /** Undefined where the device is not pinged. */
  readonly ping?: PingOutcome
}

/** How a device answers now, with a sentence for people where it does not. */
export function reachOf({ address, isStranger, snmp, ping }: Contact): DeviceReach {
  if (isStranger === true) return { snmp: 'off', icmp: 'off', problem: STRANGER }
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

const STRANGER =
  'It has not answered a ping yet; many gateways and resolvers never do. It is watched from its first answer on.'

/** How often it was asked in vain is no news: what is silent is asked less often with each poll. */
export function isSameReach(a: DeviceReach, b: DeviceReach): boolean {
  return a.snmp === b.snmp && a.icmp === b.icmp && withoutTries(a) === withoutTries(b)
}

const withoutTries = ({ problem }: DeviceReach): string => problem.replace(/ after \d{1,6} (?:try|tries)\b/g, '')
