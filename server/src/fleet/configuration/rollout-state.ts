import { assertNever } from '@eyenet/shared/errors'
import { AgentId, EpochMs } from '@eyenet/shared/identity'
import { z } from 'zod'
import { type AgentFact, Baseline, troubleOf } from './agent-fact.ts'

export const RolloutPlan = z.object({
  canaries: z.array(AgentId).max(1_000),
  observeSeconds: z.number().int().nonnegative(),
})
export type RolloutPlan = z.infer<typeof RolloutPlan>

const baselines = z.array(Baseline)

export const RolloutState = z.discriminatedUnion('kind', [
  /** Canaries have it, or get it when they connect; `observedSince` once all of them have confirmed it. */
  z.object({
    kind: z.literal('canary'),
    since: EpochMs,
    observedSince: EpochMs.optional(),
    baselines,
  }),
  /** All have it, or get it when they connect. */
  z.object({ kind: z.literal('everyone'), since: EpochMs, baselines }),
  /** Nobody has it. */
  z.object({
    kind: z.literal('halted'),
    since: EpochMs,
    reason: z.string(),
    during: z.enum(['canary', 'everyone']),
  }),
  z.object({ kind: z.literal('completed'), since: EpochMs }),
  z.object({ kind: z.literal('aborted'), since: EpochMs, reason: z.string() }),
])
export type RolloutState = z.infer<typeof RolloutState>
type RunningState = Extract<RolloutState, { kind: 'canary' | 'everyone' }>

/** A canary that is there and has not confirmed by then will not: its own trial takes five minutes. */
export const CONFIRM_WITHIN_MS = 15 * 60_000
/** Agents that are away by then get it when they come back; the roll-out is over without them. */
export const EVERYONE_WITHIN_MS = 15 * 60_000
/** Of those that get it after the canaries, so many may fare badly by chance: one, or this share. */
const TOLERATED_SHARE = 0.05

/**
 * The next state of a roll-out. Pure: what is known of its agents and the time come in. `facts` are those of the canaries
 * in the canary stage and of all agents of the scope after it; agents too old to take settings are not among them.
 */
export function nextRollout(
  state: RolloutState,
  { plan, facts, now }: { plan: RolloutPlan; facts: readonly AgentFact[]; now: EpochMs },
): RolloutState {
  switch (state.kind) {
    case 'canary':
      return nextCanary(state, { plan, facts, now })
    case 'everyone':
      return nextEveryone(state, facts, now)
    case 'halted':
    case 'completed':
    case 'aborted':
      return state
    default:
      return assertNever(state)
  }
}

function nextCanary(
  state: Extract<RolloutState, { kind: 'canary' }>,
  { plan, facts, now }: { plan: RolloutPlan; facts: readonly AgentFact[]; now: EpochMs },
): RolloutState {
  const troubles = troublesOf(state, facts, now)
  const [first] = troubles
  if (first !== undefined) return halted(state, first, now)
  if (plan.canaries.some((agent) => !facts.some((fact) => fact.agent === agent))) {
    return halted(state, 'a canary was removed, or left the scope', now)
  }
  if (state.observedSince === undefined) {
    if (facts.every(({ progress }) => progress.kind === 'runs')) return { ...state, observedSince: now }
    const late = facts.find(({ progress }) => progress.kind !== 'runs')
    if (late === undefined || now - state.since < CONFIRM_WITHIN_MS) return state
    return halted(state, `${late.name} has not confirmed it within ${CONFIRM_WITHIN_MS / 60_000} minutes`, now)
  }
  // A clock that was set back must not shorten the time.
  if (now < state.observedSince) return { ...state, observedSince: now }
  if (now - state.observedSince < plan.observeSeconds * 1000) return state
  return { kind: 'everyone', since: now, baselines: [] }
}

function nextEveryone(
  state: Extract<RolloutState, { kind: 'everyone' }>,
  facts: readonly AgentFact[],
  now: EpochMs,
): RolloutState {
  const troubles = troublesOf(state, facts, now)
  const tolerated = Math.max(1, Math.floor(facts.length * TOLERATED_SHARE))
  // With one or two agents each of them counts.
  if (troubles.length > (facts.length <= 2 ? 0 : tolerated)) {
    return halted(state, `${troubles.length} of ${facts.length} agents fare badly: ${troubles[0]}`, now)
  }
  const isThrough = facts.every(({ progress, connected }) => progress.kind !== 'waiting' || !connected)
  const isSettled = facts.every(({ progress }) => progress.kind !== 'on-trial')
  const isLate = now - state.since >= EVERYONE_WITHIN_MS
  return (isThrough && isSettled) || isLate ? { kind: 'completed', since: now } : state
}

function troublesOf(state: RunningState, facts: readonly AgentFact[], now: EpochMs): readonly string[] {
  const before = new Map(state.baselines.map((one) => [one.agent, one]))
  return facts.flatMap((fact) => troubleOf(fact, before.get(fact.agent), now) ?? [])
}

function halted(state: RunningState, reason: string, now: EpochMs): RolloutState {
  return { kind: 'halted', since: now, reason, during: state.kind }
}
