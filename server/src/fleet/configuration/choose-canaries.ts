import type { CanaryChoice } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId } from '@eyenet/shared/identity'
import type { AgentRow } from '../../db/db.ts'

export type CanaryAgent = Pick<AgentRow, 'id' | 'site' | 'group_name' | 'state'>

/**
 * Who gets something new first, of those that are able to take it. A number of them is spread over the sites and taken
 * from those that are connected. EyeNetError `invalid` when the choice names nobody who could show anything; `what` says
 * in its message what they are able to: `takes settings`.
 */
export function chooseCanaries(choice: CanaryChoice, able: readonly CanaryAgent[], what: string): AgentId[] {
  switch (choice.kind) {
    case 'none':
      return []
    case 'count':
      return spread(able, choice.count, what)
    case 'group': {
      const members = able.filter((one) => one.group_name === choice.group).map(({ id }) => id)
      if (members.length > 0) return members
      throw new EyeNetError('invalid', `no agent of the scope that ${what} is in the group ${choice.group}`)
    }
    default: {
      const foreign = choice.agents.find((agent) => !able.some(({ id }) => id === agent))
      if (foreign === undefined) return [...new Set(choice.agents)]
      throw new EyeNetError('invalid', `the agent ${foreign} is not of the scope, or none that ${what}`)
    }
  }
}

function spread(able: readonly CanaryAgent[], count: number, what: string): AgentId[] {
  const connected = able.filter(({ state }) => state === 'connected')
  if (connected.length === 0) {
    const message = `no agent of the scope that ${what} is connected, so that none can go first: wait for one, or choose no canaries`
    throw new EyeNetError('invalid', message)
  }
  const bySite = new Map<string, CanaryAgent[]>()
  for (const agent of connected) bySite.set(agent.site, [...(bySite.get(agent.site) ?? []), agent])
  const chosen: AgentId[] = []
  for (let turn = 0; chosen.length < Math.min(count, connected.length); turn++) {
    for (const agents of bySite.values()) {
      const next = agents[turn]
      if (next !== undefined && chosen.length < count) chosen.push(next.id)
    }
  }
  return chosen
}
