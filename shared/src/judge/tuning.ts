import type { MEMBERS } from './state-layout.ts'

/** Constants of the detector. One setting serves all series; `bench/anomaly/search.mjs` compares others. */
export type Tuning = {
  /** Distance of each member that is worth the base share before the series has taught its own; 0: the member is silent. */
  readonly bounds: { readonly [member in (typeof MEMBERS)[number]]: number }
  /** Share of samples at a member's bound, 5 minutes apart; other intervals: times (interval / 5 minutes) ^ intervalPower. */
  readonly baseShare: number
  readonly intervalPower: number
  /** How many nats more an e-th of the alarms needs, for budgets below and above the reference, before the series has taught it. */
  readonly needSlope: number
  readonly needSlopeAbove: number
  /** Shape of the tail of blocks, before the series has taught it. */
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
    week: 4.23,
    short: 3.08,
    range: 1.07,
    season: 7.61,
    level: 3.37,
    flat: 1,
    log: 0,
    band: 6,
    unusual: 0,
  },
  baseShare: 0.00146,
  intervalPower: 0.383,
  needSlope: 1.9,
  needSlopeAbove: 0.9,
  needShape: -0.0865,
  needCap: 4.79,
  needWeight: 990,
  blockHours: 1.56,
  youngNeed: 0.0287,
  youngDays: 3.12,
  tailStart: 0.575,
  tailIndex: 0.348,
  tailIndexWeight: 29.5,
  shareWeight: 21.9,
  second: 0.0894,
  fastRows: 10.7,
  weekRows: 1390,
  profileRate: 0.118,
  weekRate: 0.0628,
  levelRows: 6.97,
  floor: 0.0311,
  seasonFloor: 0,
  logFloor: 0.06,
  shortByHour: 0.447,
  shortOfLate: 0.104,
  shortWeight: 0.482,
  rangeRate: 0.0000248,
  holdHours: 16.1,
  holdFactor: 1.65,
  holdExtend: 0,
  warmRows: 55.2,
}
