import type { CanaryChoice } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId } from '@eyenet/shared/identity'
import { chooseCanaries } from '../../fleet/fleet.ts'
import type { KnownAgent } from './agent-models.ts'

/** Who gets a model of this contract first. EyeNetError `invalid` where nobody of them could show anything. */
export function canariesOf(choice: CanaryChoice, contract: string, agents: readonly KnownAgent[]): readonly AgentId[] {
  const able = agents.filter(({ contracts }) => contracts.includes(contract)).map(({ row }) => row)
  const canaries = chooseCanaries(choice, able, 'runs models of this contract')
  if (canaries.length === 0) throw new EyeNetError('invalid', 'the stage canary needs canaries; roll it out to all')
  return canaries
}
