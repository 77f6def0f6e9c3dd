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
  /** What an alarm needs more on a series' first day, in nats; it falls to nothing within `youngDays`. */
  readonly youngNeed: number
  readonly youngDays: number
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
  /** Rate of the profile per hour of data. */
  readonly profileRate: number
  readonly weekRate: number
  readonly levelRows: number
  /** Share of the long-term deviation that every distance is measured with at least. */
  readonly floor: number
  /** The same of the week's deviation, for the distance from the hour's mean. */
  readonly seasonFloor: number
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
    day: 0,
    week: 3.98,
    short: 3.1,
    range: 1.05,
    season: 7.61,
    level: 0,
    flat: 1,
    log: 0,
    band: 0,
    unusual: 0,
  },
  baseShare: 0.00161,
  intervalPower: 0.401,
  needSlope: 1.43,
  needShape: -0.0864,
  needCap: 5,
  needWeight: 1160,
  blockHours: 1.57,
  youngNeed: 0.105,
  youngDays: 2.55,
  tailStart: 0.571,
  tailIndex: 0.348,
  tailIndexWeight: 29.5,
  shareWeight: 22.5,
  second: 0.066,
  fastRows: 7.37,
  weekRows: 1490,
  profileRate: 0.159,
  weekRate: 0.0683,
  levelRows: 6.97,
  floor: 0.0378,
  seasonFloor: 0.0103,
  logFloor: 0.0737,
  shortByHour: 0.423,
  shortOfLate: 0.119,
  shortWeight: 0.406,
  rangeRate: 0.00000711,
  holdHours: 19.3,
  holdFactor: 1.6,
  holdExtend: 0,
  warmRows: 51.4,
}
