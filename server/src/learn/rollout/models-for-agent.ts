import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelId, ModelMode } from '@eyenet/shared/wire'
import { isObserved, liveOf, type Standing, trialOf } from './model-state.ts'

export type Assignment = { readonly id: ModelId; readonly mode: ModelMode }

/**
 * What one agent runs: one live model at most, those that score beside it after it. While a model is new somewhere, the one
 * before it goes on in its shadow there: what both find is no fault of the new one.
 */
export function modelsForAgent(models: readonly Standing[], agent: AgentId, now: EpochMs): readonly Assignment[] {
  const [live, trial] = [liveOf(models), trialOf(models)]
  const found: Assignment[] = []
  if (trial?.state.kind === 'canary' && trial.state.canaries.includes(agent)) {
    found.push({ id: trial.id, mode: 'live' })
    if (live !== undefined) found.push({ id: live.id, mode: 'shadow' })
    return found
  }
  if (live !== undefined) {
    found.push({ id: live.id, mode: 'live' })
    const { former } = live.state
    const isThere = models.some(({ id, state }) => id === former && state.kind === 'former')
    if (former !== undefined && isThere && !isObserved(live.state, now)) found.push({ id: former, mode: 'shadow' })
  }
  if (trial?.state.kind === 'shadow') found.push({ id: trial.id, mode: 'shadow' })
  return found
}
