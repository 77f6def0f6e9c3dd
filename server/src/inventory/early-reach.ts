import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { DeviceReach, EventReport } from '@eyenet/shared/wire'

type Reached = { readonly reach: DeviceReach; readonly at: EpochMs }
type Early = Reached & { readonly agent: AgentId }

/** Words of agents on devices of which no facts came yet; beyond it the oldest is given up, and facts alone tell. */
const MAX_WORDS = 1_000

/** How devices answered by events that overtook their first facts: agents send events first, so facts may be of before. */
export class EarlyReach {
  /** By device and agent: of two that watch a device, neither speaks for the other. */
  readonly #told = new Map<string, Reached>()

  tell(device: DeviceId, agent: AgentId, { report, at }: { readonly report: EventReport; readonly at: EpochMs }): void {
    const key = keyOf(device, agent)
    if (report.kind !== 'reach-changed' || at < (this.#told.get(key)?.at ?? 0)) return
    const { snmp, icmp, problem } = report
    this.#told.delete(key)
    this.#told.set(key, { reach: { snmp, icmp, problem }, at })
    const [oldest] = this.#told.keys()
    if (this.#told.size > MAX_WORDS && oldest !== undefined) this.#told.delete(oldest)
  }

  /** The newer of what facts say and of what the same agent's event said before; asked for once. */
  newest(device: DeviceId, facts: Early): Early {
    const key = keyOf(device, facts.agent)
    const early = this.#told.get(key)
    this.#told.delete(key)
    return early !== undefined && early.at > facts.at ? { agent: facts.agent, ...early } : facts
  }
}

const keyOf = (device: DeviceId, agent: AgentId): string => `${device} ${agent}`
