import type { Peer } from '@eyenet/shared/wire'

/** How long an answer is used again: an agent that was removed or revoked is not heard any more after that. */
const FRESH_MS = 3_000
const MAX_PEERS = 20_000

type Answer = { readonly known: Promise<boolean>; readonly until: number }

/** Answers of the database about who is an agent, kept for moments: a message is not worth a query. */
export class KnownPeers {
  readonly #ask: (peer: Peer) => Promise<boolean>
  readonly #monotonicMs: () => number
  readonly #answers = new Map<string, Answer>()

  constructor(ask: (peer: Peer) => Promise<boolean>, monotonicMs: () => number = () => performance.now()) {
    this.#ask = ask
    this.#monotonicMs = monotonicMs
  }

  has(peer: Peer): Promise<boolean> {
    const key = `${peer.site}/${peer.agent}`
    const now = this.#monotonicMs()
    const answer = this.#answers.get(key)
    if (answer !== undefined && answer.until > now) return answer.known
    // Strangers may name as many agents as they like.
    if (this.#answers.size >= MAX_PEERS) this.#answers.clear()
    const known = this.#ask(peer)
    this.#answers.set(key, { known, until: now + FRESH_MS })
    known.catch(() => this.#answers.delete(key))
    return known
  }
}
