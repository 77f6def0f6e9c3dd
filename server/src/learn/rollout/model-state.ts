import { CanaryChoice, type ModelSource } from '@eyenet/shared/api'
import { AgentId, EpochMs } from '@eyenet/shared/identity'
import { ModelId } from '@eyenet/shared/wire'
import { z } from 'zod'

export const LiveStage = z.enum(['shadow', 'canary', 'all'])
export type LiveStage = z.infer<typeof LiveStage>

/** How far a model goes by itself, and how it is watched on its way. */
export const RolloutPlan = z.object({
  upTo: LiveStage,
  choice: CanaryChoice,
  observeSeconds: z.number().int().nonnegative(),
  /** The server began it: another one that the server makes may take its place while it is in the shadow. */
  byItself: z.boolean(),
})
export type RolloutPlan = z.infer<typeof RolloutPlan>

const since = { since: EpochMs, reason: z.string() }
const watched = {
  ...since,
  plan: RolloutPlan,
  /** Since when the agents that it is for run it; absent until then. */
  observedSince: EpochMs.optional(),
}

/** Where a model is; the stages are told in the shape of the API. */
export const ModelState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('candidate'), ...since }),
  z.object({ kind: z.literal('shadow'), ...watched }),
  z.object({ kind: z.literal('canary'), ...watched, canaries: z.array(AgentId).min(1).max(1_000) }),
  /** `former` ran before it, and comes back when this one goes. */
  z.object({ kind: z.literal('all'), ...watched, former: ModelId.optional() }),
  z.object({ kind: z.literal('former'), ...since }),
  z.object({ kind: z.literal('withdrawn'), ...since }),
  z.object({ kind: z.literal('rejected'), ...since }),
])
export type ModelState = z.infer<typeof ModelState>
export type WatchedState = Extract<ModelState, { kind: LiveStage }>
export type LiveState = Extract<ModelState, { kind: 'all' }>
export type TrialState = Extract<ModelState, { kind: 'shadow' | 'canary' }>

/** One model and where it is. */
export type Standing<S extends ModelState = ModelState> = {
  readonly id: ModelId
  /** Agents that do not name it do not get the model. */
  readonly contract: string
  readonly source: ModelSource
  readonly state: S
}

/** The one that counts at all agents; one at most. */
export const liveOf = (models: readonly Standing[]): Standing<LiveState> | undefined =>
  models.find((one): one is Standing<LiveState> => one.state.kind === 'all')

/** The one that is being tried; one at most. */
export const trialOf = (models: readonly Standing[]): Standing<TrialState> | undefined =>
  models.find((one): one is Standing<TrialState> => one.state.kind === 'shadow' || one.state.kind === 'canary')

export const isWatched = (state: ModelState): state is WatchedState => 'plan' in state

/** Whether it has been watched for as long as its plan says. */
export function isObserved({ observedSince, plan }: WatchedState, now: EpochMs): boolean {
  return observedSince !== undefined && now - observedSince >= plan.observeSeconds * 1_000
}
