import { z } from 'zod'
import { AgentId, EpochMs, OutboxEpoch } from '../identity/identity.ts'
import { SETTING_PATHS, SettingPath } from './agent-settings.ts'
import { DISCOVERY_LIMITS, DiscoveryNetworks } from './discovery-settings.ts'
import { MAX_MODEL_REPORTS, ModelReport } from './sent-model.ts'
import { MAX_KEY_ANNOUNCEMENTS } from './signing-keys.ts'

/** The revision that an agent runs: since when, and whether it has reached the server with it. */
export const AppliedRevision = z.object({
  revision: z.number().int().positive(),
  at: EpochMs,
  confirmed: z.boolean(),
})
export type AppliedRevision = z.infer<typeof AppliedRevision>

/** The last revision that an agent would not run, or has left again by itself; it runs the one before. */
export const RejectedRevision = z.object({
  revision: z.number().int().positive(),
  how: z.enum(['refused', 'rolled-back']),
  reason: z.string().max(1_000),
  at: EpochMs,
})
export type RejectedRevision = z.infer<typeof RejectedRevision>

/** How an agent says that it is there (retained on its status topic). */
export const Birth = z.object({
  kind: z.literal('birth'),
  agent: AgentId,
  epoch: OutboxEpoch,
  version: z.string().max(64),
  hostname: z.string().max(255),
  startedAt: EpochMs,
  /** The agent's clock when it sent this. */
  at: EpochMs,
  /** What it can do here; `ping` says how ICMP is done, `settings` whether it takes settings and profiles. */
  abilities: z.object({
    ping: z.enum(['raw-socket', 'ping-program', 'none']),
    platform: z.string().max(64),
    settings: z.boolean().optional(),
    /** Kinds of tasks that it does; absent: test-target, poll-now and add-mibs. */
    tasks: z.array(z.string().max(32)).max(32).optional(),
    /** Contracts of the anomaly models that it runs, `none` where it has no runtime. Absent: it knows of no anomalies. */
    models: z.array(z.string().max(64)).max(8).optional(),
    /** It finds devices: it takes `discovery` in its desired state, and the task `discover`. */
    discovery: z.boolean().optional(),
    /** Networks that it stands in, for people to permit: private ones of 4,096 addresses at most. */
    networks: z.array(z.string().max(64)).max(DISCOVERY_LIMITS.offered).optional(),
    /** Its own file confines discovery to these, whatever the server permits. Absent: it does not. */
    discoveryWithin: DiscoveryNetworks.optional(),
    /** Whether it reads links, and knows how often it shall. */
    links: z.boolean().optional(),
  }),
  /** Revision of the desired state it runs; 0 before the first. */
  revision: z.number().int().nonnegative(),
  /** Ids of the signing keys that it trusts; absent where it does not follow announcements. */
  signingKeys: z.array(z.string().max(64)).max(MAX_KEY_ANNOUNCEMENTS).optional(),
  /** Random for each start of the process; a second process of the same identity has another one. */
  instance: z.string().max(64).optional(),
  /** Hash of the machine and the data folder, which tells a copied folder from its original. */
  machine: z.string().max(64).optional(),
  applied: AppliedRevision.optional(),
  rejected: RejectedRevision.optional(),
  /** Settings that its own file names, and that the server therefore does not rule. */
  fileRules: z.array(SettingPath).max(SETTING_PATHS.length).optional(),
  /** Those of them that came later than FIRST_SETTING_PATHS; a name that is not known is passed over. */
  laterFileRules: z.array(z.string().max(64)).max(64).optional(),
  models: z.array(ModelReport).max(MAX_MODEL_REPORTS).optional(),
})

/** The will: what the broker says in its name when the line is cut, or the agent itself when it stops. */
export const Death = z.object({
  kind: z.literal('death'),
  agent: AgentId,
  epoch: OutboxEpoch,
  reason: z.enum(['lost', 'stopped']),
})

export const Presence = z.discriminatedUnion('kind', [Birth, Death])
export type Presence = z.infer<typeof Presence>
export type Birth = z.infer<typeof Birth>
