/** Constants of the detector. One setting serves all series; `bench/anomaly/search.mjs` compares others. */
export type Tuning = {
  /** Rows that the fast and the slow mean remember. */
  readonly fastRows: number
  readonly slowRows: number
  /** Days that the profiles of day and week remember. */
  readonly profileDays: number
  readonly weekWeeks: number
  /** Rows that the level of what the profile leaves over remembers. */
  readonly levelRows: number
  /** Share of the usual spread that every distance is measured with at least. */
  readonly floor: number
  /** Share of the samples above the quantile from which a tail is fitted, and the rows it remembers. */
  readonly tailShare: number
  readonly tailRows: number
  /** An excess counts this many mean excesses at most, so that an anomaly does not teach that anomalies are usual. */
  readonly tailCap: number
  /** Least mean excess, in units of the members' scores. */
  readonly tailFloor: number
  /** Shape of the tail: 0 is exponential, above 0 heavier. */
  readonly tailShape: number
  /** 1: the most surprised member speaks; 0: the weighted mean. */
  readonly mix: number
  /** Weight of each member, in the order of MEMBERS. */
  readonly weights: readonly number[]
  /** Rows after an alarm in which only something clearly worse raises another. */
  readonly holdRows: number
  /** How much worse, as a factor on the surprise. */
  readonly holdFactor: number
  /** What an alarm adds to the surprise that the next one needs, and at most, in nats. */
  readonly loopStep: number
  readonly loopMost: number
  /** Rows before the first verdict. */
  readonly warmRows: number
}

export const SHIPPED_TUNING: Tuning = {
  fastRows: 30,
  slowRows: 2000,
  profileDays: 7,
  weekWeeks: 4,
  levelRows: 12,
  floor: 0.1,
  tailShare: 0.05,
  tailRows: 4000,
  tailCap: 4,
  tailFloor: 0.1,
  tailShape: 0.1,
  mix: 0.5,
  weights: [1, 1, 1, 1, 1, 1, 1, 1, 0],
  holdRows: 60,
  holdFactor: 1.5,
  loopStep: 0.3,
  loopMost: 3,
  warmRows: 24,
}
