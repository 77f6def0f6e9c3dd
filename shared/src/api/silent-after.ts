/** A device of which nothing was heard for that long is unknown: five of the usual intervals, or of its own longer ones. */
export const SILENT_AFTER_MS = 5 * 60_000

const SILENT_INTERVALS = 5

/** How long nothing may be heard of a device that is polled so often, milliseconds; the same for now and for the past. */
export const silentAfterMs = (intervalSeconds: number): number =>
  Math.max(SILENT_AFTER_MS, SILENT_INTERVALS * intervalSeconds * 1000)
