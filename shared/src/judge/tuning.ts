import type { MEMBERS } from './state-layout.ts'

/** Constants of the detector. One setting serves all series; `bench/anomaly/search.mjs` compares others. */
export type Tuning = {
  /** Distance of each member that is worth the base share before the series has taught its own; 0: the member is silent. */
  readonly bounds: { readonly [member in (typeof MEMBERS)[number]]: number }
  /** Share of samples at a member's bound, 5 minutes apart; other intervals: times (interval / 5 minutes) ^ intervalPower. */
  readonly baseShare: number
  readonly intervalPower: number
  /** How many nats more an e-th of the alarms needs, before the series has taught it; its tail's shape. */
  readonly needSlope: number
  readonly needShape: number
  /** An excess of a block counts this many mean excesses at most, so that anomalies do not teach that they are usual. */
  readonly needCap: number
  /** After so many blocks the series' own past weighs as much as the prior; and the blocks' length. */
  readonly needWeight: number
  readonly blockHours: number
  /** A member's tail is learnt above this share of its bound. */
  readonly tailStart: number
  /** Prior of the tail's index (1 / power), and how many samples above the start it weighs as much as. */
  readonly tailIndex: number
  readonly tailIndexWeight: number
  /** How many samples above the start the prior of their share weighs as much as. */
  readonly shareWeight: number
  /** What the second most surprised member adds to the first. */
  readonly second: number
  /** Rows that the fast mean remembers, and at most the week's. */
  readonly fastRows: number
  readonly weekRows: number
  /** Hours that the middle mean remembers. */
  readonly middleHours: number
  /** Rate of the profile per hour of data. */
  readonly profileRate: number
  readonly weekRate: number
  readonly levelRows: number
  /** Share of the long-term deviation that every distance is measured with at least. */
  readonly floor: number
  /** The same for the logarithmic distance, in its own unit. */
  readonly logFloor: number
  /** Parts of the short distance's scale: the hour of day's, that of late; the rest is the long one's. */
  readonly shortByHour: number
  readonly shortOfLate: number
  /** How much less the short member's prior weighs. */
  readonly shortWeight: number
  /** How fast the range forgets, a row. */
  readonly rangeRate: number
  /** Hours after an alarm in which only something worse raises another, and how much worse at their beginning. */
  readonly holdHours: number
  readonly holdFactor: number
  /** 1: a sample that would raise while held prolongs the hold. */
  readonly holdExtend: number
  /** Rows before the first verdict. */
  readonly warmRows: number
}

export const SHIPPED_TUNING: Tuning = {
  bounds: {
    day: 4.25,
    week: 3.41,
    fast: 0,
    short: 3.56,
    range: 1.33,
    season: 8.18,
    level: 0,
    longLevel: 0,
    flat: 0,
    forecast: 0,
    log: 0,
  },
  baseShare: 0.00062,
  intervalPower: 0.25,
  needSlope: 1,
  needShape: -0.05,
  needCap: 4,
  needWeight: 100,
  blockHours: 2,
  tailStart: 0.456,
  tailIndex: 0.275,
  tailIndexWeight: 86.8,
  shareWeight: 33.2,
  second: 0,
  fastRows: 12,
  weekRows: 1000,
  middleHours: 6,
  profileRate: 0.05,
  weekRate: 0.1,
  levelRows: 12,
  floor: 0.05,
  logFloor: 0.1,
  shortByHour: 0.3,
  shortOfLate: 0.1,
  shortWeight: 1,
  rangeRate: 0,
  holdHours: 12,
  holdFactor: 1.29,
  holdExtend: 0,
  warmRows: 30,
}
