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
    week: 5.25,
    short: 3.09,
    range: 1.24,
    season: 6.08,
    level: 0,
    flat: 1,
    log: 0,
    band: 0,
    unusual: 0,
  },
  baseShare: 0.00176,
  intervalPower: 0.149,
  needSlope: 0.748,
  needShape: -0.139,
  needCap: 4.27,
  needWeight: 334,
  blockHours: 2.29,
  youngNeed: 1,
  youngDays: 2,
  tailStart: 0.557,
  tailIndex: 0.202,
  tailIndexWeight: 54.5,
  shareWeight: 17.3,
  second: 0.0196,
  fastRows: 8.59,
  weekRows: 2850,
  profileRate: 0.25,
  weekRate: 0.0783,
  levelRows: 12.6,
  floor: 0.0541,
  seasonFloor: 0,
  logFloor: 0.0602,
  shortByHour: 0.292,
  shortOfLate: 0.163,
  shortWeight: 0.576,
  rangeRate: 0.00000467,
  holdHours: 12.5,
  holdFactor: 1.59,
  holdExtend: 0,
  warmRows: 66.9,
}
