import type { AgentId, EpochMs } from '@eyenet/shared/identity'

/** One process that spoke with the identity of an agent. */
export type Speaker = {
  /** Random for each start of the process. */
  readonly instance: string
  /** Hash of machine and data folder; agents of older versions tell none. */
  readonly machine: string | undefined
  readonly address: string | undefined
  readonly at: EpochMs
}

export type Conflict = { readonly returned: Speaker; readonly other: Speaker }

/** Who comes back within this time after another one spoke is still there: it was not replaced. */
const RETURNS_WITHIN_MS = 15 * 60_000
/** More that take turns are told of two by two. */
const MAX_SPEAKERS = 4

/**
 * Whether this speaker is a second one beside another. A process that is started again never returns under its old
 * instance, and a machine that took over another one's disk is alone: only two that live at once take turns, A, B, A.
 * Answers what to remember, oldest first, too.
 */
export function nextSpeakers(
  before: readonly Speaker[],
  speaker: Speaker,
): { readonly speakers: readonly Speaker[]; readonly conflict: Conflict | undefined } {
  const last = before.at(-1)
  const isLast = last?.instance === speaker.instance
  const known = before.find((one) => one.instance === speaker.instance)
  const returns = !isLast && known !== undefined && Math.abs(speaker.at - known.at) <= RETURNS_WITHIN_MS
  const others = before.filter((one) => one.instance !== speaker.instance)
  const speakers = [...others, speaker].slice(-MAX_SPEAKERS)
  return { speakers, conflict: returns && last !== undefined ? { returned: speaker, other: last } : undefined }
}

/** The sentence for people. */
export function conflictSentence({ returned, other }: Conflict): string {
  const places = [...new Set([other.address, returned.address])].filter((one) => one !== undefined)
  const where = places.length === 0 ? '' : `, from ${places.join(' and ')}`
  const isCopy = returned.machine !== other.machine
  const who = isCopy ? 'Two machines' : 'Two processes'
  const why = isCopy ? 'its data folder was copied' : 'it runs twice'
  return `${who} speak with the identity of this agent in turns${where}: ${why}. Stop one of them, and enrol it anew if it is needed; revoke the agent if one is not yours.`
}

/** Who spoke as which agent lately. At most one entry per agent. */
export class IdentityConflicts {
  readonly #speakers = new Map<AgentId, readonly Speaker[]>()
  readonly #addresses = new Map<AgentId, string>()
  readonly #counts = new Map<AgentId, number>()

  /** A connection of this agent comes from there. */
  comesFrom(agent: AgentId, address: string | undefined): void {
    if (address === undefined) this.#addresses.delete(agent)
    else this.#addresses.set(agent, address)
  }

  spoke(agent: AgentId, speaker: Omit<Speaker, 'address'>): Conflict | undefined {
    const before = this.#speakers.get(agent) ?? []
    const { speakers, conflict } = nextSpeakers(before, { ...speaker, address: this.#addresses.get(agent) })
    this.#speakers.set(agent, speakers)
    if (conflict !== undefined) this.#counts.set(agent, this.countOf(agent) + 1)
    return conflict
  }

  /** How often since the start of this server. */
  countOf(agent: AgentId): number {
    return this.#counts.get(agent) ?? 0
  }

  forget(agent: AgentId): void {
    for (const map of [this.#speakers, this.#addresses, this.#counts]) map.delete(agent)
  }
}
