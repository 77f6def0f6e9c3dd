import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelMode, ModelReport } from '@eyenet/shared/wire'
import { type AlarmEvidence, judgeAlarms } from './alarm-evidence.ts'
import { BY_SERVER, type Change, enterStage, leaveStage } from './change-models.ts'
import { isObserved, isWatched, type LiveStage, type Standing, trialOf, type WatchedState } from './model-state.ts'
import { type AbleAgent, formerOf, modelsForAgent } from './models-for-agent.ts'

/** What is known of an agent. */
export type AgentStand = AbleAgent & {
  readonly name: string
  readonly connected: boolean
  /** What it says of its models. */
  readonly reports: readonly ModelReport[]
}

export type Facts = {
  readonly now: EpochMs
  readonly agents: readonly AgentStand[]
  /** Who of them would go first, by the plan of the model. */
  readonly canaries: (standing: Standing<WatchedState>) => readonly AgentId[]
  /** Alarms of watched models by `evidenceKey`; absent while they are not looked at. */
  readonly evidence: ReadonlyMap<string, readonly AlarmEvidence[]>
}

/** What was gathered of a model in one stage says nothing of it in another. */
export const evidenceKey = ({ id, state }: Standing): string => `${id} ${state.kind} ${state.since}`

/** An agent that is there and has not said that it runs a model by then will not. */
export const RUNS_WITHIN_MS = 15 * 60_000
/** Of all agents so many may refuse a model by a fault of their own: one, or this share. */
const TOLERATED_SHARE = 0.05
const ORDER: readonly LiveStage[] = ['shadow', 'canary', 'all']

/** What becomes of the models that are watched: nothing, or what is to be written. One step at a time. */
export function nextModels(models: readonly Standing[], facts: Facts): readonly Change[] {
  for (const one of models) {
    if (!isWatched(one.state)) continue
    const changes = nextOf(models, { ...one, state: one.state }, facts)
    if (changes.length > 0) return changes
  }
  return []
}

function nextOf(models: readonly Standing[], one: Standing<WatchedState>, facts: Facts): readonly Change[] {
  const { now } = facts
  const { id, state } = one
  // Agents have the base model in their package: nothing else would come in its place.
  const isLast = one.source === 'base' && state.kind === 'all' && formerOf(models, one) === undefined
  const trouble = isLast ? undefined : troubleOf(models, one, facts)
  if (trouble !== undefined) {
    return leaveStage(models, { id, to: 'withdrawn', by: BY_SERVER, reason: trouble, now })
  }
  if (state.observedSince === undefined) {
    return isRunning(models, one, facts) ? [{ id, state: { ...state, observedSince: now }, by: BY_SERVER }] : []
  }
  // A clock that was set back would prolong the observation without end.
  if (now < state.observedSince) return [{ id, state: { ...state, observedSince: now }, by: BY_SERVER }]
  const stage = ORDER[ORDER.indexOf(state.kind) + 1]
  if (stage === undefined || ORDER.indexOf(state.plan.upTo) < ORDER.indexOf(stage)) return []
  if (!isObserved(state, now) || trialOf(models)?.id !== id) return []
  const canaries = stage === 'canary' ? facts.canaries(one) : []
  // Nobody is there who could go first: it waits.
  if (stage === 'canary' && canaries.length === 0) return []
  const reason = `it was watched for ${spanOf(now - state.observedSince)} in the stage ${state.kind}`
  return enterStage(models, { id, stage, plan: state.plan, canaries, by: BY_SERVER, reason, now })
}

export const modeIn = ({ kind }: WatchedState): ModelMode => (kind === 'shadow' ? 'shadow' : 'live')

/** Agents at which the model is in the mode of its stage. */
export function concerned<A extends AbleAgent>(
  models: readonly Standing[],
  { id, state }: Standing<WatchedState>,
  { agents, now }: { readonly agents: readonly A[]; readonly now: EpochMs },
): readonly A[] {
  return agents.filter((agent) =>
    modelsForAgent(models, agent, now).some((one) => one.id === id && one.mode === modeIn(state)),
  )
}

/** What is wrong with a model, as a sentence; undefined while nothing is. */
function troubleOf(models: readonly Standing[], one: Standing<WatchedState>, facts: Facts): string | undefined {
  const { id, state } = one
  const agents = concerned(models, one, facts)
  const refusing = agents.flatMap((agent) => refusalOf(agent, id) ?? [])
  const tolerated = state.kind === 'canary' || agents.length <= 2 ? 0 : Math.max(1, agents.length * TOLERATED_SHARE)
  if (refusing.length > tolerated) return refusing[0]
  const late =
    state.kind === 'canary' && state.observedSince === undefined
      ? agents.find((agent) => isLate(agent, one, facts))
      : undefined
  if (late !== undefined) return `${late.name} has not run it within ${spanOf(RUNS_WITHIN_MS)}`
  const verdict = judgeAlarms(facts.evidence.get(evidenceKey(one)) ?? [])
  if (verdict.kind !== 'over') return undefined
  const expected = verdict.expected.toFixed(verdict.expected < 10 ? 1 : 0)
  return `${verdict.alarms} alarms where the budget asks for ${expected}`
}

/** An agent that refuses every model has a fault of its own: no runtime, for example. */
function refusalOf({ name, reports }: AgentStand, id: string): string | undefined {
  const own = reports.find((one) => one.id === id && one.state === 'refused')
  if (own === undefined) return undefined
  const refusesOthers = reports.length > 1 && reports.every(({ state }) => state === 'refused')
  return refusesOthers ? undefined : `${name} refused it: ${own.reason ?? 'it did not say why'}`
}

function isLate({ connected, reports }: AgentStand, { id, state }: Standing<WatchedState>, { now }: Facts): boolean {
  return (
    connected &&
    now - state.since >= RUNS_WITHIN_MS &&
    !reports.some((one) => one.id === id && one.mode === modeIn(state))
  )
}

/** Whether all agents that are there run it, one at least; those of all agents that do not are waited for only so long. */
function isRunning(models: readonly Standing[], one: Standing<WatchedState>, facts: Facts): boolean {
  const { id, state } = one
  const there = concerned(models, one, facts).filter(({ connected }) => connected)
  const running = there.filter(({ reports }) =>
    reports.some((report) => report.id === id && report.mode === modeIn(state) && report.state === 'running'),
  )
  if (running.length === 0) return false
  return running.length === there.length || (state.kind !== 'canary' && facts.now - state.since >= RUNS_WITHIN_MS)
}

/** A span of time for people, in its largest whole unit. */
function spanOf(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 2) return `${Math.round(ms / 1_000)} seconds`
  if (minutes < 120) return `${Math.round(minutes)} minutes`
  return minutes < 2_880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`
}
