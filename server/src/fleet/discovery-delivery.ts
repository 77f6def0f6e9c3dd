import type { AgentId } from '@eyenet/shared/identity'
import type { Birth, DesiredState, DiscoverySettings } from '@eyenet/shared/wire'

/** Who decides where agents look for devices, and with which credentials. */
export type DiscoverySupply = {
  /** undefined for an agent that would not know what to do with it, or for which nobody has planned. */
  readonly settingsFor: (agent: AgentId) => Promise<DiscoverySettings | undefined>
  readonly receiveBirth: (agent: AgentId, birth: Birth) => Promise<void>
}

/** What the desired state of an agent holds of discovery. */
export async function deliveredDiscovery(
  { settingsFor }: Pick<DiscoverySupply, 'settingsFor'>,
  agent: AgentId,
): Promise<Pick<DesiredState, 'discovery'>> {
  const discovery = await settingsFor(agent)
  return discovery === undefined ? {} : { discovery }
}
