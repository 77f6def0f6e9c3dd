export type DrainResult = {
  readonly samples: number
  readonly dropped: number
  readonly timesRealTime: number
  /** Seconds until samples of the present were acknowledged. */
  readonly live: { readonly count: number; readonly most: number }
  /** Polls that went to the backlog. */
  readonly late: number
}

export function measureDrain(options: {
  readonly folder: string
  readonly agents: number
  readonly minutes: number
  readonly series: number
}): Promise<DrainResult>
