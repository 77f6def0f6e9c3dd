import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelId } from '@eyenet/shared/wire'
import {
  isObserved,
  isWatched,
  type LiveStage,
  liveOf,
  type ModelState,
  type RolloutPlan,
  type Standing,
  trialOf,
} from './model-state.ts'
import { formerOf } from './models-for-agent.ts'

/** What becomes of models: all of it, or nothing, is written. */
export type Change = { readonly id: ModelId; readonly state: ModelState; readonly by: string }

export const BY_SERVER = 'server'

export type Entering = {
  readonly id: ModelId
  readonly stage: LiveStage
  readonly plan: RolloutPlan
  /** Who gets it first; needed in the stage canary. */
  readonly canaries: readonly AgentId[]
  readonly by: string
  readonly reason: string
  readonly now: EpochMs
}

/**
 * A model enters a stage. EyeNetError `conflict` where another one is on trial, where it was not better, or where it is
 * there already.
 */
export function enterStage(models: readonly Standing[], entering: Entering): readonly Change[] {
  const { id, stage, by, reason, now, plan } = entering
  const own = standing(models, id)
  assertMayEnter(own, stage)
  const others = [...makeWay(models, entering)]
  const begun = { since: now, reason, plan }
  if (stage !== 'all') {
    const state: ModelState =
      stage === 'shadow' ? { kind: 'shadow', ...begun } : { kind: 'canary', ...begun, canaries: [...entering.canaries] }
    return [...others, { id, state, by }]
  }
  const live = liveOf(models)
  if (live === undefined) return [...others, { id, state: { kind: 'all', ...begun }, by }]
  const replaced: ModelState = { kind: 'former', since: now, reason: `${id} took its place` }
  const state: ModelState = { kind: 'all', ...begun, former: live.id }
  return [...others, { id: live.id, state: replaced, by }, { id, state, by }]
}

function assertMayEnter({ id, state }: Standing, stage: LiveStage): void {
  if (state.kind === stage) throw new EyeNetError('conflict', `${id} is in the stage ${stage} already`)
  if (state.kind === 'rejected') {
    throw new EyeNetError('conflict', `${id} was not better than what runs, and is not shipped: ${state.reason}`)
  }
  if (state.kind === 'all') {
    throw new EyeNetError('conflict', `${id} counts at all agents: return or withdraw it to take it from there`)
  }
}

/** Another one on trial stands in the way, unless the server began it and it waits in the shadow for a person. */
function makeWay(models: readonly Standing[], { id, plan, now, by }: Entering): readonly Change[] {
  const trial = trialOf(models)
  if (trial === undefined || trial.id === id) return []
  if (!plan.byItself || !waitsInShadow(trial.state, now)) {
    throw new EyeNetError('conflict', `${trial.id} is in the stage ${trial.state.kind}: return or withdraw it first`)
  }
  return [
    { id: trial.id, state: { kind: 'candidate', since: now, reason: `${id}, which is newer, took its place` }, by },
  ]
}

/** Whether it has been watched in the shadow, by the server's own will, and does not go further by itself. */
export function waitsInShadow(state: ModelState, now: EpochMs): boolean {
  return state.kind === 'shadow' && state.plan.byItself && state.plan.upTo === 'shadow' && isObserved(state, now)
}

export type Leaving = {
  readonly id: ModelId
  readonly to: 'candidate' | 'withdrawn'
  readonly by: string
  readonly reason: string
  readonly now: EpochMs
}

/** A model leaves its stage; where it counted at all agents, the former one counts again. */
export function leaveStage(models: readonly Standing[], { id, to, by, reason, now }: Leaving): readonly Change[] {
  const own = standing(models, id)
  const { state } = own
  if (state.kind === to)
    throw new EyeNetError('conflict', `${id} is ${to === 'candidate' ? 'a candidate' : to} already`)
  if (to === 'candidate' && !isWatched(state)) {
    throw new EyeNetError('conflict', `${id} is in no stage from which it could return: ${state.kind}`)
  }
  const left: Change = { id, state: { kind: to, since: now, reason }, by }
  if (state.kind !== 'all') return [left]
  const former = formerOf(models, own)
  if (former === undefined) return [left]
  // It is known, and needs no control beside it.
  const plan: RolloutPlan = { ...state.plan, observeSeconds: 0 }
  const back: ModelState = { kind: 'all', since: now, reason: `${id} went back`, plan }
  return [left, { id: former.id, state: back, by }]
}

function standing(models: readonly Standing[], id: ModelId): Standing {
  const found = models.find((one) => one.id === id)
  if (found === undefined) {
    throw new EyeNetError('not_found', `there is no model ${id}; eyenet-server models list names them`)
  }
  return found
}
