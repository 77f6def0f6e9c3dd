import type { AgentId, EpochMs, OutboxEpoch } from '@eyenet/shared/identity'

/** An outbox gets another epoch when its file is made anew or was restored: more in a day is a fault, or an attack. */
const MAX_EPOCHS = 64
const WINDOW_MS = 24 * 3_600_000

type Seen = { readonly since: EpochMs; readonly epochs: Set<OutboxEpoch> }

/** Marks of each epoch are kept for good: an agent that makes up epochs would fill memory and disk. */
export class EpochLimit {
  /** One entry per agent, of MAX_EPOCHS at most. */
  readonly #seen = new Map<AgentId, Seen>()

  /** Whether a message of this epoch may be stored. One that was let in stays in for a day at least. */
  admits(agent: AgentId, epoch: OutboxEpoch, now: EpochMs): boolean {
    const kept = this.#seen.get(agent)
    // A clock that was set back begins anew too.
    const isCurrent = kept !== undefined && now >= kept.since && now - kept.since < WINDOW_MS
    const seen: Seen = isCurrent ? kept : { since: now, epochs: new Set() }
    this.#seen.set(agent, seen)
    if (!seen.epochs.has(epoch) && seen.epochs.size >= MAX_EPOCHS) return false
    seen.epochs.add(epoch)
    return true
  }

  forget(agent: AgentId): void {
    this.#seen.delete(agent)
  }
}
