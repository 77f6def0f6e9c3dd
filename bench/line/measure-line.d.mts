export type Spread = { readonly count: number; readonly median: number; readonly p99: number; readonly most: number }

export type LineResult = {
  /** Seconds until the server's acknowledgement was back. */
  readonly events: Spread
  readonly live: Spread
  /** Polls that went to the backlog. */
  readonly late: number
  /** Samples of the backlog that went beside them. */
  readonly backfillSamples: number
  readonly measuredBytesPerSecond: number
}

export function measureLine(options: {
  readonly folder: string
  readonly bps: number
  readonly delayMs: number
  readonly megabytes: number
  readonly seconds: number
  readonly series: number
}): Promise<LineResult>
