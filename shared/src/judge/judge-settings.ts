/** What people decide about the verdicts. */
export type JudgeSettings = {
  /** False alarms that people accept, per series and 30 days. */
  readonly alarmsPerMonth: number
  /** False alarms of the device's own verdict that people accept, per device and week. */
  readonly deviceAlarmsPerWeek: number
}

export const DEFAULT_JUDGE_SETTINGS: JudgeSettings = { alarmsPerMonth: 1, deviceAlarmsPerWeek: 1 }
