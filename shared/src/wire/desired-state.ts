import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'
import { MAX_SENT_PROFILES, ProfileDocument } from './agent-configuration.ts'
import { AgentSettings } from './agent-settings.ts'
import { CustomMetric, MAX_CUSTOM_METRICS, PollIntervals } from './custom-metric.ts'
import { MAX_SENSOR_CHOICES, SensorChoice } from './sensor-choice.ts'
import { MAX_SENT_MODELS, SentModel } from './sent-model.ts'

/** Bounds one agent's work and the size of its desired state. */
export const MAX_TARGETS = 5_000

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
export const PRIV_PROTOCOLS = ['des', 'aes128', 'aes256', 'aes256r'] as const

const secret = z.string().min(1).max(255)
const CommunityCredential = z.strictObject({ version: z.enum(['1', '2c']), community: secret })
const UserCredential = z
  .strictObject({
    version: z.literal('3'),
    user: z.string().min(1).max(32),
    authProtocol: z.enum(AUTH_PROTOCOLS).optional(),
    authKey: secret.min(8).optional(),
    privProtocol: z.enum(PRIV_PROTOCOLS).optional(),
    privKey: secret.min(8).optional(),
    context: z.string().max(255).optional(),
  })
  .refine((one) => (one.authProtocol === undefined) === (one.authKey === undefined), {
    message: 'authProtocol and authKey belong together',
  })
  .refine((one) => (one.privProtocol === undefined) === (one.privKey === undefined), {
    message: 'privProtocol and privKey belong together',
  })
  .refine((one) => one.privProtocol === undefined || one.authProtocol !== undefined, {
    message: 'privacy needs authentication (RFC 3414): set authProtocol and authKey too',
  })

/** How to speak SNMP with a device (RFC 1157, 1901, 3414). Secret: never logged, sent in the clear or shown. */
export const SnmpCredential = z.discriminatedUnion('version', [CommunityCredential, UserCredential])
export type SnmpCredential = z.infer<typeof SnmpCredential>

export const SnmpAccess = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(161),
  credential: SnmpCredential,
  timeoutMs: z.number().int().min(100).max(60_000).default(2_000),
  retries: z.number().int().min(0).max(10).default(2),
  transport: z.enum(['udp', 'tcp']).optional(),
  /** The device is asked no faster than this. */
  maxRequestsPerSecond: z.number().int().min(1).max(10_000).optional(),
})
export type SnmpAccess = z.infer<typeof SnmpAccess>

/** One device that an agent watches. */
export const Target = z.strictObject({
  /** The identity, where the server has already chosen it. */
  device: DeviceId.optional(),
  name: z.string().max(255).optional(),
  address: z.string().min(1).max(255),
  snmp: SnmpAccess.optional(),
  ping: z.boolean().default(true),
  intervalSeconds: z.number().int().min(1).max(86_400).optional(),
  intervals: PollIntervals.optional(),
  metrics: z.array(CustomMetric).max(MAX_CUSTOM_METRICS).optional(),
})
export type Target = z.infer<typeof Target>

/**
 * What the server wants an agent to run: beside what its own YAML file names. Signed, retained. Members that an agent does
 * not know are passed over; the server sends those that came later only to agents whose birth says that they know them.
 */
export const DesiredState = z.object({
  agent: AgentId,
  site: SiteName,
  revision: z.number().int().positive(),
  at: EpochMs,
  targets: z.array(Target).max(MAX_TARGETS),
  /** Left out where there are none: an agent that does not know it must not refuse the rest. */
  sensorChoices: z.array(SensorChoice).max(MAX_SENSOR_CHOICES).optional(),
  settings: AgentSettings.optional(),
  /** Of all scopes of the agent; each scope has its own bound. */
  profiles: z
    .array(ProfileDocument)
    .max(3 * MAX_SENT_PROFILES)
    .optional(),
  /** Anomaly models, one of them live at most; without a live one the agent runs the one of its package. */
  models: z.array(SentModel).max(MAX_SENT_MODELS).optional(),
})
export type DesiredState = z.infer<typeof DesiredState>

/** The same without how often links are read: agents whose birth names no ability `links` would refuse all of it. */
export function withoutLinks(state: DesiredState): DesiredState {
  const { settings } = state
  return {
    ...state,
    targets: state.targets.map(withoutLinksInterval),
    ...(settings !== undefined && { settings: withoutLinksInterval(settings) }),
  }
}

function withoutLinksInterval<T extends { intervals?: PollIntervals | undefined }>(one: T): T {
  if (one.intervals?.linksSeconds === undefined) return one
  const { linksSeconds: _unknown, ...intervals } = one.intervals
  return { ...one, intervals }
}
