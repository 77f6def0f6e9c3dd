import { z } from 'zod'
import { AnomalySettings } from './anomaly-settings.ts'
import { CustomMetric, MAX_CUSTOM_METRICS, PollIntervals } from './custom-metric.ts'

/**
 * What may be set of an agent from the server. What is left out is as the next wider scope has it, at last the agent's
 * own default. Nothing here is secret. The quota of the buffer is not among it: who owns the machine owns its disk.
 */
export const AgentSettings = z.strictObject({
  intervalSeconds: z.number().int().min(1).max(86_400).optional().describe('How often each device is polled.'),
  intervals: PollIntervals.optional().describe('How often what is read, by its nature.'),
  metrics: z.array(CustomMetric).max(MAX_CUSTOM_METRICS).optional().describe('Objects to poll on every device.'),
  host: z
    .strictObject({
      enabled: z.boolean().optional().describe('Whether the agent watches its own machine.'),
      intervalSeconds: z.number().int().min(1).max(3_600).optional().describe('How often.'),
    })
    .optional(),
  neighbours: z
    .strictObject({
      gateway: z.boolean().optional().describe('Ping the default gateway.'),
      resolver: z.boolean().optional().describe('Ping the name servers of /etc/resolv.conf.'),
    })
    .optional()
    .describe('What the agent watches around it unasked.'),
  anomaly: AnomalySettings.optional().describe(
    'How samples are judged. Agents whose birth names no ability `models` do not know it.',
  ),
})
export type AgentSettings = z.infer<typeof AgentSettings>

/** The settings one by one, as paths: each is ruled as a whole by one scope or by the agent's file. */
export const SETTING_PATHS = [
  'intervalSeconds',
  'intervals.sensorsSeconds',
  'intervals.inventorySeconds',
  'intervals.linksSeconds',
  'intervals.metrics',
  'metrics',
  'host.enabled',
  'host.intervalSeconds',
  'neighbours.gateway',
  'neighbours.resolver',
  'anomaly.enabled',
  'anomaly.alarmsPerMonth',
  'anomaly.deviceAlarmsPerWeek',
  'anomaly.bands',
  'anomaly.maxSeries',
] as const
export const SettingPath = z.enum(SETTING_PATHS)
export type SettingPath = z.infer<typeof SettingPath>

/** The settings that agents have taken since there are any: a server of then refuses a birth that names others. */
export const FIRST_SETTING_PATHS: readonly SettingPath[] = SETTING_PATHS.filter(
  (path) => !path.startsWith('anomaly.') && path !== 'intervals.linksSeconds',
)

/** The same without what agents do not know whose birth names no ability `models`: they would refuse all of it. */
export function settingsWithoutAnomaly({ anomaly: _unknown, ...known }: AgentSettings): AgentSettings {
  return known
}

/** What stands at a path of settings; undefined where they do not name it. */
export function settingAt(settings: unknown, path: SettingPath): unknown {
  let found: unknown = settings
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = Object.entries(found).find(([key]) => key === part)?.[1]
  }
  return found
}

/** Which settings an object names, whatever else it holds: the agent's part of a YAML file, for example. */
export function namedSettings(settings: unknown): SettingPath[] {
  return SETTING_PATHS.filter((path) => settingAt(settings, path) !== undefined)
}

/** Two layers of settings: what the narrower one names stands, setting by setting; the rest is as the wider one has it. */
export function overlaidSettings(wider: AgentSettings, narrower: AgentSettings): AgentSettings {
  const intervals = { ...wider.intervals, ...narrower.intervals }
  const host = { ...wider.host, ...narrower.host }
  const neighbours = { ...wider.neighbours, ...narrower.neighbours }
  const anomaly = { ...wider.anomaly, ...narrower.anomaly }
  return {
    ...wider,
    ...narrower,
    ...(Object.keys(intervals).length > 0 && { intervals }),
    ...(Object.keys(host).length > 0 && { host }),
    ...(Object.keys(neighbours).length > 0 && { neighbours }),
    ...(Object.keys(anomaly).length > 0 && { anomaly }),
  }
}
