import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'
import { MAX_SENT_PROFILES, ProfileDocument } from './agent-configuration.ts'
import { AgentSettings } from './agent-settings.ts'
import { CustomMetric, MAX_CUSTOM_METRICS, PollIntervals } from './custom-metric.ts'
import { DiscoverySettings } from './discovery-settings.ts'
import { MAX_SENSOR_CHOICES, SensorChoice } from './sensor-choice.ts'
import { MAX_SENT_MODELS, SentModel } from './sent-model.ts'
import { SnmpAccess } from './snmp-access.ts'

/** Bounds one agent's work and the size of its desired state. */
export const MAX_TARGETS = 5_000

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
  /** Where it may look for devices. Only for agents whose birth names the ability `discovery`. */
  discovery: DiscoverySettings.optional(),
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
