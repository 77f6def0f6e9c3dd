import { z } from 'zod'
import { DEFAULT_JUDGE_SETTINGS } from '../judge/judge.ts'

/** 200 MB of state. */
const MOST_SERIES = 100_000
/** Metrics whose bands are published: each makes three series of one. */
const MAX_BANDS = 50

const enabled = z.boolean()
const alarms = z.number().min(0.01).max(1_000)
const bands = z.array(z.string().min(1).max(100)).max(MAX_BANDS)
const maxSeries = z.number().int().min(1).max(MOST_SERIES)

const WORDS = {
  enabled: 'Whether samples are judged.',
  alarmsPerMonth: 'False alarms that people accept, per series and 30 days.',
  deviceAlarmsPerWeek: 'The same for the verdict on a device as a whole, per device and week.',
  bands: 'Metrics whose score and usual range are published as metrics too.',
  maxSeries: 'Series that are judged at most; each takes 2 KB of memory.',
} as const

/** How an agent judges, as far as a scope says. */
export const AnomalySettings = z.strictObject({
  enabled: enabled.optional().describe(WORDS.enabled),
  alarmsPerMonth: alarms.optional().describe(WORDS.alarmsPerMonth),
  deviceAlarmsPerWeek: alarms.optional().describe(WORDS.deviceAlarmsPerWeek),
  bands: bands.optional().describe(WORDS.bands),
  maxSeries: maxSeries.optional().describe(WORDS.maxSeries),
})
export type AnomalySettings = z.infer<typeof AnomalySettings>

/** How an agent judges. */
export const AnomalyConfig = z.strictObject({
  enabled: enabled.default(true).describe(WORDS.enabled),
  alarmsPerMonth: alarms.default(DEFAULT_JUDGE_SETTINGS.alarmsPerMonth).describe(WORDS.alarmsPerMonth),
  deviceAlarmsPerWeek: alarms.default(DEFAULT_JUDGE_SETTINGS.deviceAlarmsPerWeek).describe(WORDS.deviceAlarmsPerWeek),
  bands: bands.default([]).describe(WORDS.bands),
  maxSeries: maxSeries.default(10_000).describe(WORDS.maxSeries),
})
export type AnomalyConfig = z.infer<typeof AnomalyConfig>
