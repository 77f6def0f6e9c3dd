/** A new revision is left again when the server is not reached with it for so long. */
export const TRIAL_MS = 300_000
/** What the server says this soon may answer what was sent before the revision was applied. */
export const SETTLE_MS = 10_000

/** How long a new revision has run, and when the server was last heard with it. Monotonic milliseconds go in. */
export class RevisionTrial {
  #begun: number | undefined
  #heard = 0

  begin(now: number): void {
    this.#begun = now
    this.#heard = now
  }

  end(): void {
    this.#begun = undefined
  }

  /** The server acknowledged something: true when that passes the trial. */
  heard(now: number): boolean {
    if (this.#begun === undefined) return false
    this.#heard = now
    return now - this.#begun >= SETTLE_MS
  }

  /** True when the server was not reached for too long. */
  isFailed(now: number): boolean {
    return this.#begun !== undefined && now - this.#heard >= TRIAL_MS
  }
}
