import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { DeviceReach, EventReport } from '@eyenet/shared/wire'

type Early = { readonly agent: AgentId; readonly reach: DeviceReach; readonly at: EpochMs }

/** Devices of which an event came and no facts yet; beyond it the oldest word is given up, and facts alone tell. */
const MAX_DEVICES = 1_000

/** How devices answered by events that overtook their first facts: agents send events first, so facts may be of before. */
export class EarlyReach {
  readonly #told = new Map<DeviceId, Early>()

  tell(device: DeviceId, agent: AgentId, { report, at }: { readonly report: EventReport; readonly at: EpochMs }): void {
    if (report.kind !== 'reach-changed' || at < (this.#told.get(device)?.at ?? 0)) return
    const { snmp, icmp, problem } = report
    this.#told.delete(device)
    this.#told.set(device, { agent, reach: { snmp, icmp, problem }, at })
    const [oldest] = this.#told.keys()
    if (this.#told.size > MAX_DEVICES && oldest !== undefined) this.#told.delete(oldest)
  }

  /** The newer of what facts say and of what the same agent's event said before; asked for once. */
  newest(device: DeviceId, facts: Early): Early {
    const early = this.#told.get(device)
    this.#told.delete(device)
    return early !== undefined && early.agent === facts.agent && early.at > facts.at ? early : facts
  }
}
