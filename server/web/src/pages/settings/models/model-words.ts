import type { Model, ModelAgent, ModelSource, ModelStage, TrainingRun } from '@eyenet/shared/api'
import type { MarkKind } from '../../../parts/state-mark.tsx'

type Told = { readonly kind: MarkKind; readonly word: string }

/** Where a model is on its way, by shape and word. */
export const STAGE_MARKS: Readonly<Record<ModelStage, Told>> = {
  candidate: { kind: 'pending', word: 'Waits for a roll-out' },
  shadow: { kind: 'pending', word: 'On trial, alerts nobody' },
  canary: { kind: 'pending', word: 'Counts at its canaries' },
  all: { kind: 'ok', word: 'Counts at all agents' },
  former: { kind: 'info', word: 'Former' },
  withdrawn: { kind: 'info', word: 'Withdrawn' },
  rejected: { kind: 'info', word: 'Rejected: not better' },
}

export const SOURCE_WORDS: Readonly<Record<ModelSource, string>> = {
  base: 'comes with EyeNet',
  trained: 'trained on this site’s history',
  imported: 'imported',
}

export const AGENT_MARKS: Readonly<Record<ModelAgent['state'], Told>> = {
  running: { kind: 'ok', word: 'runs it' },
  pending: { kind: 'pending', word: 'gets it' },
  refused: { kind: 'critical', word: 'refused it' },
  'too-old': { kind: 'warning', word: 'too old for models: update it' },
}

export const TRAINING_MARKS: Readonly<Record<TrainingRun['state'], Told>> = {
  queued: { kind: 'pending', word: 'Waits' },
  running: { kind: 'pending', word: 'Runs' },
  done: { kind: 'ok', word: 'Done' },
  failed: { kind: 'critical', word: 'Failed' },
  cancelled: { kind: 'unknown', word: 'Cancelled' },
}

/** The model that counts at all agents, where there is one. */
export const runningOf = (models: readonly Model[]): Model | undefined => models.find(({ stage }) => stage === 'all')

/** The one that agents go back to: what counted at all before, the newest of them. */
export function formerOf(models: readonly Model[]): Model | undefined {
  return [...models].filter(({ stage }) => stage === 'former').sort((a, b) => b.since - a.since)[0]
}

const RANK: Readonly<Record<ModelStage, number>> = {
  all: 0,
  canary: 1,
  shadow: 2,
  candidate: 3,
  former: 4,
  withdrawn: 5,
  rejected: 6,
}

/** What is on its way first, the newest of equal ones; rejected ones last. */
export function compareModels(a: Model, b: Model): number {
  return RANK[a.stage] - RANK[b.stage] || b.createdAt - a.createdAt || b.id.localeCompare(a.id)
}

export const ROLLOUT_STAGES = ['shadow', 'canary', 'all'] as const
export type RolloutStage = (typeof ROLLOUT_STAGES)[number]

/** Where a model can be sent from where it is; nowhere when its training showed that it is not better. */
export function stagesFor({ stage }: Pick<Model, 'stage'>): readonly RolloutStage[] {
  if (stage === 'rejected' || stage === 'all') return []
  return ROLLOUT_STAGES.filter((one) => one !== stage)
}

/** What a roll-out will do, said before it is done. */
export function rolloutWords(stage: RolloutStage, running: Model | undefined): string {
  const before = running === undefined ? 'the detectors without a model' : running.id
  if (stage === 'shadow') return `All agents run it beside ${before}. It scores and alerts nobody.`
  if (stage === 'canary')
    return `At the canaries it counts instead of ${before}; all others go on with ${before}. They return by themselves if alarms leave the budget.`
  return `It counts at all agents instead of ${before}. They return by themselves if alarms leave the budget.`
}

/** What taking a model from its stage will do. */
export function returnWords({ stage, id }: Pick<Model, 'stage' | 'id'>, former: Model | undefined): string {
  if (stage === 'shadow') return `No agent runs ${id} any more; nothing changes in what is alerted.`
  const back = former === undefined ? 'the detectors without a model' : former.id
  return `Agents that run ${id} return to ${back}.`
}

/** "3 agents run it, 1 refused it". */
export function countsText({ counts }: Pick<Model, 'counts'>): string {
  const told = [
    [counts.running, 'run it', 'runs it'],
    [counts.pending, 'get it', 'gets it'],
    [counts.refused, 'refused it', 'refused it'],
    [counts.tooOld, 'are too old', 'is too old'],
  ] as const
  const parts = told
    .filter(([count]) => count > 0)
    .map(([count, many, one]) => [count, count === 1 ? one : many] as const)
  const [first, ...rest] = parts
  if (first === undefined) return 'no agent has it'
  const head = `${first[0]} ${first[0] === 1 ? 'agent' : 'agents'} ${first[1]}`
  return [head, ...rest.map(([count, words]) => `${count} ${words}`)].join(', ')
}
