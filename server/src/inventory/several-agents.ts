import { SILENT_AFTER_MS } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { DeviceReach } from '@eyenet/shared/wire'

type Seen = { readonly agent: AgentId; readonly reach: DeviceReach; heardAt: EpochMs }

/** More do not watch one device. */
const MAX_AGENTS = 8

/**
 * How a device answers where several agents ask it: it answers when it answers one of them. What an agent said counts as long
 * as samples of the device come from it.
 */
export class SeveralAgents {
  readonly #seen = new Map<DeviceId, Seen[]>()

  /** Takes in what an agent says now, and answers what holds of the device. */
  reachOf(
    device: DeviceId,
    said: { readonly agent: AgentId; readonly reach: DeviceReach; readonly at: EpochMs },
  ): DeviceReach {
    const { agent, reach, at } = said
    const others = (this.#seen.get(device) ?? []).filter((one) => one.agent !== agent)
    const last = others.slice(-(MAX_AGENTS - 1))
    this.#seen.set(device, [...last, { agent, reach, heardAt: at }])
    if (answers(reach)) return reach
    const other = last.find((one) => answers(one.reach) && at - one.heardAt <= SILENT_AFTER_MS)
    return other?.reach ?? reach
  }

  /** Samples of the device came from this agent. */
  heard(device: DeviceId, agent: AgentId, at: EpochMs): void {
    const seen = this.#seen.get(device)?.find((one) => one.agent === agent)
    if (seen !== undefined && seen.heardAt < at) seen.heardAt = at
  }

  forget(device: DeviceId): void {
    this.#seen.delete(device)
  }
}

function answers({ snmp, icmp }: DeviceReach): boolean {
  return snmp === 'up' || icmp === 'up'
}
