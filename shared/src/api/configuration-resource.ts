import { z } from 'zod'
import { AgentId, EpochMs } from '../identity/identity.ts'
import { AgentConfiguration, AppliedRevision, RejectedRevision, SettingPath } from '../wire/wire.ts'

/** A named set of agents; an agent is in one at most. */
export const GroupName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes')
export type GroupName = z.infer<typeof GroupName>

/** Whom a configuration is for: `all`, `group:NAME` or `agent:ID`. The narrower one stands where both speak. */
export const ConfigScope = z.union([
  z.literal('all'),
  z.templateLiteral(['group:', GroupName]),
  z.templateLiteral(['agent:', z.uuid()]),
])
export type ConfigScope = z.infer<typeof ConfigScope>

/** /api/v1/fleet/groups */
export const NewAgentGroup = z.strictObject({
  name: GroupName,
  /** Agents that are in it from now on, and in no other group. */
  agents: z.array(AgentId).max(10_000).default([]),
})
export const AgentGroup = z.object({
  name: GroupName,
  agents: z.array(AgentId),
  by: z.string(),
  at: EpochMs,
})
export type AgentGroup = z.infer<typeof AgentGroup>

/** One setting or profile that differs; `before` or `after` is absent where there was or is none. */
export const ConfigChange = z.object({
  /** A path such as intervals.sensorsSeconds, or profiles.NAME. */
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})
export type ConfigChange = z.infer<typeof ConfigChange>

/** GET /api/v1/fleet/config/{scope}/revisions */
export const ConfigRevision = z.object({
  scope: ConfigScope,
  revision: z.number().int().positive(),
  author: z.string(),
  at: EpochMs,
  comment: z.string(),
  configuration: AgentConfiguration,
  /** What it changed against the revision before. */
  changes: z.array(ConfigChange),
  /** Whether agents of the scope run it; while it is rolled out, the one before is. */
  active: z.boolean(),
})
export type ConfigRevision = z.infer<typeof ConfigRevision>

export const NewConfigRevision = z.strictObject({
  configuration: AgentConfiguration,
  comment: z.string().max(500).default(''),
  /** The revision that was edited: refused when somebody has made another since. */
  base: z.number().int().nonnegative().optional(),
  /** Makes nothing: answers what it would change, and for how many agents. */
  dryRun: z.boolean().default(false),
})
export type NewConfigRevision = z.infer<typeof NewConfigRevision>

export const ConfigRevisionAnswer = z.object({
  scope: ConfigScope,
  /** The number it has, or would get. */
  revision: z.number().int().positive(),
  /** Against what agents of the scope run now. */
  changes: z.array(ConfigChange),
  agents: z.number().int().nonnegative(),
  /** Of them, those too old to take settings. */
  tooOld: z.number().int().nonnegative(),
  made: z.boolean(),
})
export type ConfigRevisionAnswer = z.infer<typeof ConfigRevisionAnswer>

/** Who gets a revision first. */
export const CanaryChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), count: z.number().int().min(1).max(1_000) }),
  z.strictObject({ kind: z.literal('group'), group: GroupName }),
  z.strictObject({ kind: z.literal('agents'), agents: z.array(AgentId).min(1).max(1_000) }),
  z.strictObject({ kind: z.literal('none') }),
])
export type CanaryChoice = z.infer<typeof CanaryChoice>

/** POST /api/v1/fleet/rollouts */
export const NewRollout = z.strictObject({
  scope: ConfigScope,
  revision: z.number().int().positive(),
  canaries: CanaryChoice.default({ kind: 'count', count: 1 }),
  /** How long the canaries are watched once all of them run it. */
  observeSeconds: z.number().int().min(10).max(604_800).default(600),
})
export type NewRollout = z.infer<typeof NewRollout>

export const RolloutStage = z.enum(['canary', 'everyone', 'halted', 'completed', 'aborted'])

export const RolloutAgent = z.object({
  agent: AgentId,
  name: z.string(),
  canary: z.boolean(),
  /** waiting: not told yet or not connected; on-trial: runs it, not confirmed; runs: confirmed. */
  progress: z.enum(['waiting', 'on-trial', 'runs', 'rejected', 'too-old']),
  /** Why it was rejected; empty otherwise. */
  problem: z.string(),
})
export type RolloutAgent = z.infer<typeof RolloutAgent>

/** /api/v1/fleet/rollouts */
export const Rollout = z.object({
  id: z.uuid(),
  scope: ConfigScope,
  revision: z.number().int().positive(),
  /** What the others run meanwhile, and all again when it is halted; 0 for nothing. */
  former: z.number().int().nonnegative(),
  by: z.string(),
  startedAt: EpochMs,
  stage: RolloutStage,
  /** Since when it is in this stage. */
  since: EpochMs,
  /** Why it halted, or who aborted it; empty otherwise. */
  reason: z.string(),
  /** Since when all canaries run it; absent before and after. */
  observedSince: EpochMs.optional(),
  observeSeconds: z.number().int(),
  agents: z.array(RolloutAgent),
})
export type Rollout = z.infer<typeof Rollout>

/** GET /api/v1/fleet/agents/{id}/configuration */
export const AgentConfigurationView = z.object({
  agent: AgentId,
  group: GroupName.optional(),
  /** False for an agent too old to take settings. */
  takesSettings: z.boolean(),
  /** From the widest scope to the narrowest. */
  layers: z.array(z.object({ scope: ConfigScope, revision: z.number().int().positive() })),
  /** What the server tells it, all scopes together. */
  configuration: AgentConfiguration,
  settings: z.array(
    z.object({
      path: SettingPath,
      /** Absent where the server sets nothing. */
      value: z.unknown().optional(),
      /** file: the agent's own file names it, and stands. */
      ruledBy: z.union([z.literal('file'), z.literal('default'), ConfigScope]),
    }),
  ),
  applied: AppliedRevision.optional(),
  rejected: RejectedRevision.optional(),
})
export type AgentConfigurationView = z.infer<typeof AgentConfigurationView>
