import type { Notification } from '../snmp/snmp.ts'

/**
 * What became of what was heard. `used`: a device is looked at, `later`: it is when its half minute is over, `held-back`: too
 * many in this minute, `other`: it tells nothing of links, `unreadable`: no notification, or encrypted, `stranger`: not from
 * an address of a watched device.
 */
export const TRAP_OUTCOMES = ['used', 'later', 'held-back', 'other', 'unreadable', 'stranger'] as const
export type TrapOutcome = (typeof TRAP_OUTCOMES)[number]
export type TrapCounts = Readonly<Record<TrapOutcome, number>>
export const NO_TRAPS: TrapCounts = { used: 0, later: 0, 'held-back': 0, other: 0, unreadable: 0, stranger: 0 }

/** A watched device, by the name of its target, and the addresses that it may send from. */
export type TrapSender = { readonly key: string; readonly addresses: readonly string[] }

export type TrapHint =
  | {
      readonly kind: 'used' | 'later'
      readonly keys: readonly string[]
      /** From now on; 0 where it is used at once. */
      readonly afterMs: number
    }
  | { readonly kind: Exclude<TrapOutcome, 'used' | 'later'> }

/** A device is looked at because of its traps no more often: what flaps sends one a second. */
export const HINT_EVERY_MS = 30_000
/** Of all devices together: the power of a building comes back at once, and polls go on meanwhile. */
const MAX_HINTS_A_MINUTE = 120
const MINUTE_MS = 60_000
/** Devices behind one address: a simulator, or a gateway that hides them. */
const MAX_AT_ONE_ADDRESS = 16

/** Decides which notification is a hint, and when it is used. */
export class TrapHints {
  #senders = new Map<string, readonly string[]>()
  /** When each device is, or will be, looked at because of a trap: at most one entry for each. */
  readonly #usedAt = new Map<string, number>()
  #minuteAtMs = Number.NEGATIVE_INFINITY
  #inMinute = 0

  /** From now on these may send. */
  setSenders(senders: readonly TrapSender[]): void {
    const found = new Map<string, string[]>()
    for (const { key, addresses } of senders) {
      for (const address of new Set(addresses)) {
        const keys = found.get(address) ?? []
        if (keys.length < MAX_AT_ONE_ADDRESS) keys.push(key)
        found.set(address, keys)
      }
    }
    this.#senders = found
    const known = new Set(senders.map(({ key }) => key))
    for (const key of this.#usedAt.keys()) if (!known.has(key)) this.#usedAt.delete(key)
  }

  /** `read` is called for those only that may send. */
  take(address: string, read: () => Notification | string, nowMs: number): TrapHint {
    const keys = this.#senders.get(address)
    if (keys === undefined) return { kind: 'stranger' }
    const notification = read()
    if (typeof notification === 'string') return { kind: 'unreadable' }
    // That a device began anew is seen at the poll.
    if (notification.kind === 'other') return { kind: 'other' }
    const waits = keys.map((key) => (this.#usedAt.get(key) ?? Number.NEGATIVE_INFINITY) + HINT_EVERY_MS - nowMs)
    const afterMs = Math.max(0, ...waits)
    // One waits already for the end of the half minute: it is for this one too.
    if (afterMs > HINT_EVERY_MS) return { kind: 'later', keys: [], afterMs: 0 }
    if (!this.#hasRoom(nowMs)) return { kind: 'held-back' }
    for (const key of keys) this.#usedAt.set(key, nowMs + afterMs)
    return { kind: afterMs === 0 ? 'used' : 'later', keys, afterMs }
  }

  #hasRoom(nowMs: number): boolean {
    if (nowMs - this.#minuteAtMs >= MINUTE_MS) {
      this.#minuteAtMs = nowMs
      this.#inMinute = 0
    }
    return ++this.#inMinute <= MAX_HINTS_A_MINUTE
  }
}
