/** What was forwarded to an engine beside the server, since the store was opened. */
export type ForwardingCounts = {
  /** Samples that the engine took. */
  sent: number
  /** Samples that the engine refused for good, or that had lost their series. */
  dropped: number
  /** Samples for which the engine has no form. */
  unstorable: number
  /** Bytes of the log that could not be read again. */
  damagedBytes: number
  failures: number
}

/** How far the engine is. */
export type ForwardingStats = Readonly<ForwardingCounts> & {
  readonly engine: string
  /** Why the engine does not take samples now; undefined while it does. */
  readonly trouble: string | undefined
  /** Bytes of log that the engine has still to get. */
  readonly owedBytes: number
}
