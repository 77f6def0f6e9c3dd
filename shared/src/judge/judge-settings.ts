/** What people decide about the verdicts. */
export type JudgeSettings = {
  /** False alarms that people accept, per series and 30 days. */
  readonly alarmsPerMonth: number
  /** False alarms of the device's own verdict that people accept, per device and week. */
  readonly deviceAlarmsPerWeek: number
}

/**
 * Four a month and series is where detection is worth its noise (docs/anomaly.md has the figures of other budgets); who has
 * many series asks for less, and finds less.
 */
export const DEFAULT_JUDGE_SETTINGS: JudgeSettings = { alarmsPerMonth: 4, deviceAlarmsPerWeek: 1 }
