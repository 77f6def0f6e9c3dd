import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'
import { DEVICE_ROLES, DeviceRole } from '../roles/roles.ts'
import {
  DISCOVERY_DEFAULTS,
  DISCOVERY_LIMITS,
  DISCOVERY_PORTS,
  Discovered,
  DiscoveryEverySeconds,
  DiscoveryExclusions,
  DiscoveryNetworks,
  DiscoveryPorts,
  DiscoveryProgress,
  PacketsPerSecond,
  SnmpCredential,
} from '../wire/wire.ts'
import { PageQuery } from './page-of.ts'

/** Credentials for discovery, over all agents; an agent has 20 of them at most. */
export const MAX_DISCOVERY_CREDENTIALS = 200
export const MAX_DISCOVERY_RULES = 100
/** Entries of the inbox in one request. */
export const MAX_INBOX_IDS = 1_000

/** PUT /api/v1/discovery/agents/{agent}: where an agent looks for devices, and how. Without networks it looks nowhere. */
export const DiscoveryPlan = z.strictObject({
  networks: DiscoveryNetworks.default([]),
  exclude: DiscoveryExclusions.default([]),
  /** Ids of credentials, tried in this order. */
  credentials: z.array(z.uuid()).max(DISCOVERY_LIMITS.credentials).default([]),
  packetsPerSecond: PacketsPerSecond.default(DISCOVERY_DEFAULTS.packetsPerSecond),
  /** Between two sweeps; 0: only on demand. */
  everySeconds: DiscoveryEverySeconds.default(DISCOVERY_DEFAULTS.everySeconds),
  ports: DiscoveryPorts.default([...DISCOVERY_PORTS]),
  /** Ask the addresses that watched devices tell of. */
  crawl: z.boolean().default(true),
  /** Read frames that pass by; sends nothing. */
  passive: z.boolean().default(false),
  /** Ask hosts that answer no ping by SNMP and TCP all the same: takes many times as long. */
  silentHosts: z.boolean().default(false),
})
export type DiscoveryPlan = z.infer<typeof DiscoveryPlan>

/** One search for devices, as far as its agent has told. */
export const DiscoveryRun = DiscoveryProgress.extend({
  agent: AgentId,
  toldAt: EpochMs,
  /** Who asked for it; absent where the schedule did. */
  by: z.string().optional(),
})
export type DiscoveryRun = z.infer<typeof DiscoveryRun>

/** new: nobody has decided; known: watched already; accepted: watched because of this entry. */
export const INBOX_STATES = ['new', 'known', 'accepted', 'ignored'] as const
export const InboxState = z.enum(INBOX_STATES)
export type InboxState = z.infer<typeof InboxState>

export const InboxCounts = z.record(InboxState, z.number().int().nonnegative())
export type InboxCounts = z.infer<typeof InboxCounts>

/** An agent as discovery has it. */
export const DiscoveryAgent = z.object({
  agent: AgentId,
  name: z.string(),
  site: SiteName,
  connected: z.boolean(),
  /** false: its version cannot find devices; what is planned waits until it is updated. */
  able: z.boolean(),
  /** Its own networks, for people to permit. */
  offered: z.array(z.string()),
  /** Its own file confines it to these; absent: it does not. */
  within: z.array(z.string()).optional(),
  plan: DiscoveryPlan,
  /** When and by whom the plan was set; absent where it never was. */
  plannedAt: EpochMs.optional(),
  plannedBy: z.string().optional(),
  /** Newest first. */
  runs: z.array(DiscoveryRun),
  inbox: InboxCounts,
})
export type DiscoveryAgent = z.infer<typeof DiscoveryAgent>

/** GET /api/v1/discovery */
export const DiscoveryOverview = z.object({
  agents: z.array(DiscoveryAgent),
  inbox: InboxCounts,
  /** Entries that left a full inbox since the server started. */
  dropped: z.number().int().nonnegative(),
})
export type DiscoveryOverview = z.infer<typeof DiscoveryOverview>

/** POST /api/v1/discovery/agents/{agent}/run; without networks everywhere that is permitted. */
export const NewDiscoveryRun = z.strictObject({ networks: DiscoveryNetworks.min(1).optional() })
export type NewDiscoveryRun = z.infer<typeof NewDiscoveryRun>

const credentialName = z.string().trim().min(1).max(64)
const port = z.number().int().min(1).max(65_535)

/** POST /api/v1/discovery/credentials */
export const NewDiscoveryCredential = z.strictObject({
  name: credentialName,
  credential: SnmpCredential,
  port: port.optional(),
})
export type NewDiscoveryCredential = z.infer<typeof NewDiscoveryCredential>

/** PUT /api/v1/discovery/credentials/{id}; without `credential` the secret stays, without `port` it is 161. */
export const ChangedDiscoveryCredential = NewDiscoveryCredential.partial({ credential: true })
export type ChangedDiscoveryCredential = z.infer<typeof ChangedDiscoveryCredential>

/** A credential without its secrets: those go in and never come out. */
export const DiscoveryCredential = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.enum(['1', '2c', '3']),
  /** SNMPv3. */
  user: z.string().optional(),
  port: z.number().int().optional(),
  createdAt: EpochMs,
  changedAt: EpochMs,
  changedBy: z.string(),
  /** Agents whose plan has it. */
  agents: z.array(AgentId),
})
export type DiscoveryCredential = z.infer<typeof DiscoveryCredential>

const HOW = Discovered.shape.how

/** What was found once or many times: one entry for one thing, at all its addresses. Texts come from the network. */
export const InboxItem = z.object({
  id: z.uuid(),
  site: SiteName,
  /** That would watch it. */
  agent: AgentId,
  state: InboxState,
  /** The device that it is watched as. */
  device: DeviceId.optional(),
  deviceName: z.string().optional(),
  /** What it calls itself, else what the resolver says; may be empty. */
  name: z.string(),
  /** Newest first. */
  addresses: z.array(z.object({ address: z.string(), lastSeenAt: EpochMs })),
  macs: z.array(z.string()),
  role: DeviceRole,
  roleEvidence: z.string(),
  vendor: z.string(),
  model: z.string(),
  serial: z.string(),
  hostname: z.string(),
  sysName: z.string(),
  sysDescr: z.string(),
  sysObjectId: z.string(),
  /** TCP ports that accepted a connection. */
  ports: z.array(z.number().int()),
  rttSeconds: z.number().optional(),
  /** It answered SNMP: at which address and with which credential; `known: false`: one of the agent's own file. */
  snmp: z
    .object({
      address: z.string(),
      port: z.number().int(),
      credential: z.string(),
      credentialName: z.string(),
      known: z.boolean(),
    })
    .optional(),
  how: z.array(HOW),
  /** Who told of it. */
  via: z.object({ device: DeviceId, deviceName: z.string().optional(), port: z.string().optional() }).optional(),
  seenBy: z.array(z.object({ agent: AgentId, agentName: z.string().optional(), lastSeenAt: EpochMs })),
  firstSeenAt: EpochMs,
  lastSeenAt: EpochMs,
  /** Who or which rule accepted, ignored or put it back, and when. */
  decidedAt: EpochMs.optional(),
  decidedBy: z.string().optional(),
})
export type InboxItem = z.infer<typeof InboxItem>

/** GET /api/v1/discovery/inbox; newest found first. */
export const InboxQuery = PageQuery.extend({
  state: InboxState.optional(),
  agent: AgentId.optional(),
  site: SiteName.optional(),
  role: DeviceRole.optional(),
  /** A part of a name, address, MAC, vendor or model. */
  q: z.string().trim().min(1).max(100).optional(),
  /** Whether it answered SNMP. */
  snmp: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})
export type InboxQuery = z.infer<typeof InboxQuery>

/** POST /api/v1/discovery/inbox/ignore, /undo */
export const InboxIds = z.strictObject({ ids: z.array(z.uuid()).min(1).max(MAX_INBOX_IDS) })
/** POST /api/v1/discovery/inbox/accept */
export const InboxAcceptance = InboxIds.extend({
  /** Instead of the one that worked. */
  credential: z.uuid().optional(),
  intervalSeconds: z.number().int().min(5).max(86_400).optional(),
})
export type InboxAcceptance = z.infer<typeof InboxAcceptance>

/** What became of each, in the order in which they were given. */
export const InboxResults = z.object({
  results: z.array(
    z.object({
      id: z.uuid(),
      ok: z.boolean(),
      device: DeviceId.optional(),
      /** A sentence where it was not done. */
      problem: z.string().optional(),
    }),
  ),
})
export type InboxResults = z.infer<typeof InboxResults>
export type InboxResult = InboxResults['results'][number]

/** A text in which * stands for any characters and ? for one; upper and lower case are the same. */
const Glob = z.string().min(1).max(128)

/** What is done with a new entry for which all that is named in `when` holds; the first rule that holds decides. */
export const DiscoveryRule = z.strictObject({
  name: z.string().trim().min(1).max(64),
  enabled: z.boolean().default(true),
  action: z.enum(['accept', 'ignore']),
  when: z
    .strictObject({
      agents: z.array(AgentId).min(1).max(100).optional(),
      /** One of its addresses lies in one of these. */
      networks: DiscoveryNetworks.min(1).optional(),
      roles: z.array(DeviceRole).min(1).max(DEVICE_ROLES.length).optional(),
      sysName: Glob.optional(),
      vendor: Glob.optional(),
      /** Whether it answered SNMP. */
      snmp: z.boolean().optional(),
    })
    .refine((when) => Object.values(when).some((one) => one !== undefined), 'name at least one condition'),
})
export type DiscoveryRule = z.infer<typeof DiscoveryRule>

const Rules = z
  .array(DiscoveryRule)
  .max(MAX_DISCOVERY_RULES)
  .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'two rules have one name')

/** GET /api/v1/discovery/rules */
export const DiscoveryRules = z.object({
  rules: z.array(DiscoveryRule),
  changedAt: EpochMs.optional(),
  changedBy: z.string().optional(),
})
export type DiscoveryRules = z.infer<typeof DiscoveryRules>

/** PUT /api/v1/discovery/rules: all of them, in their order. `apply`: to what is in the inbox now too. */
export const NewDiscoveryRules = z.strictObject({ rules: Rules, apply: z.boolean().default(false) })
export type NewDiscoveryRules = z.infer<typeof NewDiscoveryRules>

/** POST /api/v1/discovery/rules/try: nothing is changed. */
export const TriedDiscoveryRules = z.strictObject({ rules: Rules })

/** What rules would do with the entries that are new now. */
export const DiscoveryRuleTrial = z.object({
  /** New entries that were looked at, and those that no rule is about. */
  looked: z.number().int().nonnegative(),
  untouched: z.number().int().nonnegative(),
  rules: z.array(
    z.object({
      name: z.string(),
      action: z.enum(['accept', 'ignore']),
      count: z.number().int().nonnegative(),
      /** The first of them. */
      examples: z.array(z.object({ id: z.uuid(), name: z.string(), address: z.string() })),
    }),
  ),
})
export type DiscoveryRuleTrial = z.infer<typeof DiscoveryRuleTrial>
