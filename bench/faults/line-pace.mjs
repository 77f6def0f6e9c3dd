// The arithmetic of a slow line: when what is sent now is through. Pure: the present is an argument.

/** A line that stood still may make good so much, else each late timer would make it slower than it is. */
const CATCH_UP_MS = 20
/** What passes at once: short enough that a change of the rate, and other connections, are soon noticed. */
const SLICE_MS = 20
const MIN_SLICE_BYTES = 64
const MAX_SLICE_BYTES = 65_536

/** One direction of a line, shared by all connections that cross it. `bps` is in bits per second; undefined has no limit. */
export class LinePace {
  bps
  #busyUntil = Number.NEGATIVE_INFINITY

  constructor(bps) {
    this.bps = bps
  }

  /** Takes the line for so many bytes after what it has to carry already; the time at which they are through. */
  take(bytes, nowMs) {
    if (this.bps === undefined) return nowMs
    this.#busyUntil = Math.max(this.#busyUntil, nowMs - CATCH_UP_MS) + (bytes * 8_000) / this.bps
    return this.#busyUntil
  }

  /** How many bytes to hand over at a time. */
  sliceBytes() {
    if (this.bps === undefined) return MAX_SLICE_BYTES
    const bytes = Math.floor((this.bps * SLICE_MS) / 8_000)
    return Math.min(MAX_SLICE_BYTES, Math.max(MIN_SLICE_BYTES, bytes))
  }
}
