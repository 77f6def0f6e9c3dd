/** A connection that has not logged in yet. */
export type Stranger = {
  /** Names the connection: address and port of the other end. */
  readonly id: string
  readonly address: string
  readonly cut: () => void
}

export type StrangerLimits = {
  readonly perAddress: number
  readonly total: number
  /** How long one may take to log in, a handshake of TLS included. */
  readonly loginWithinMs: number
}

/**
 * A site of a thousand agents behind one address logs in within a minute after a restart of the server: some seventeen
 * a second, each for milliseconds. Who holds more than this many silent connections is no site.
 */
export const STRANGER_LIMITS: StrangerLimits = { perAddress: 256, total: 2_048, loginWithinMs: 15_000 }

/** Calls back once after so many milliseconds; the function it gives takes that back. */
export type After = (ms: number, run: () => void) => () => void

type Waiting = Stranger & { readonly source: string; readonly cancel: () => void }

/**
 * Those who have connected and not logged in. They have a bound of their own, so that they take no place of those who
 * have: over it the longest silent one is cut, and never the newest, who may be an agent that logs in at once.
 */
export class Strangers {
  readonly #limits: StrangerLimits
  readonly #after: After
  /** Oldest first, in both. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #bySource = new Map<string, Set<string>>()
  #cut = 0

  constructor(limits: StrangerLimits = STRANGER_LIMITS, after: After = afterTimeout) {
    this.#limits = limits
    this.#after = after
  }

  get size(): number {
    return this.#waiting.size
  }

  /** How many were cut, for their number or their age. */
  get cut(): number {
    return this.#cut
  }

  add(stranger: Stranger): void {
    const { id } = stranger
    const source = sourceOf(stranger.address)
    const ofSource = this.#bySource.get(source) ?? new Set()
    if (ofSource.size >= this.#limits.perAddress) this.#cutOldestOf(ofSource)
    else if (this.#waiting.size >= this.#limits.total) this.#cutOldestOf(this.#largest())
    this.#bySource.set(source, ofSource.add(id))
    const cancel = this.#after(this.#limits.loginWithinMs, () => this.#cutOff(id))
    this.#waiting.set(id, { ...stranger, source, cancel })
  }

  /** It has logged in, or is gone. */
  remove(id: string): void {
    const one = this.#waiting.get(id)
    if (one === undefined) return
    one.cancel()
    this.#waiting.delete(id)
    const ofSource = this.#bySource.get(one.source)
    ofSource?.delete(id)
    if (ofSource?.size === 0) this.#bySource.delete(one.source)
  }

  #cutOldestOf(ids: ReadonlySet<string>): void {
    const [oldest] = ids
    if (oldest !== undefined) this.#cutOff(oldest)
  }

  #cutOff(id: string): void {
    const one = this.#waiting.get(id)
    this.remove(id)
    this.#cut += 1
    one?.cut()
  }

  #largest(): ReadonlySet<string> {
    let largest: ReadonlySet<string> = new Set()
    for (const ids of this.#bySource.values()) if (ids.size > largest.size) largest = ids
    return largest
  }
}

/** An IPv6 customer has a network of 64 bits: its addresses count as one. */
function sourceOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const missing = 8 - groups.length - tail.split(':').length
  return [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0')].slice(0, 4).join(':')
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
