import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelId, ModelMode } from '@eyenet/shared/wire'
import { isObserved, liveOf, type Standing, trialOf } from './model-state.ts'

export type Assignment = { readonly id: ModelId; readonly mode: ModelMode }

/** An agent, with the contracts of the models that it can run. */
export type AbleAgent = { readonly agent: AgentId; readonly contracts: readonly string[] }

/**
 * What one agent runs: one live model at most, and those that score beside it. While a model is new somewhere, the one
 * before it goes on in its shadow there: what both find is no fault of the new one.
 */
export function modelsForAgent(
  all: readonly Standing[],
  { agent, contracts }: AbleAgent,
  now: EpochMs,
): readonly Assignment[] {
  const models = all.filter(({ contract }) => contracts.includes(contract))
  const [live, trial] = [liveOf(models), trialOf(models)]
  if (trial?.state.kind === 'canary' && trial.state.canaries.includes(agent)) {
    const control: Assignment[] = live === undefined ? [] : [{ id: live.id, mode: 'shadow' }]
    return [{ id: trial.id, mode: 'live' }, ...control]
  }
  const found: Assignment[] = []
  if (live !== undefined) {
    found.push({ id: live.id, mode: 'live' })
    const former = formerOf(models, live)
    if (former !== undefined && !isObserved(live.state, now)) found.push({ id: former.id, mode: 'shadow' })
  }
  if (trial?.state.kind === 'shadow') found.push({ id: trial.id, mode: 'shadow' })
  return found
}

/** The model that comes back when this one goes; undefined where there is none. */
export function formerOf(models: readonly Standing[], live: Standing): Standing | undefined {
  const { state } = live
  if (state.kind !== 'all') return undefined
  return models.find((one) => one.id === state.former && one.state.kind === 'former')
}
