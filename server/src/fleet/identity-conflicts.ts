import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'

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
/** Two that were seen are taken to be there for so long after the last sign of it. */
const LASTS_MS = 15 * 60_000
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
  /** Where those come from that are connected; an empty text where that is not seen. */
  readonly #present = new Map<AgentId, string>()
  /** Until when two are taken to be there. */
  readonly #until = new Map<AgentId, EpochMs>()
  readonly #counts = new Map<AgentId, number>()

  /** It is connected, from there. */
  came(agent: AgentId, address: string | undefined): void {
    this.#present.set(agent, address ?? '')
  }

  isPresent(agent: AgentId): boolean {
    return this.#present.has(agent)
  }

  left(agent: AgentId): void {
    this.#present.delete(agent)
  }

  /**
   * Whether a connection must wait because another one of the same agent is there: else two would throw each other out
   * for ever. Only where two were seen lately; an agent that lost its line takes over from itself.
   */
  mustWait(agent: AgentId, now: EpochMs): boolean {
    if (!this.#present.has(agent) || now >= (this.#until.get(agent) ?? 0)) return false
    this.#count(agent, now)
    return true
  }

  spoke(agent: AgentId, speaker: Omit<Speaker, 'address'>): Conflict | undefined {
    const before = this.#speakers.get(agent) ?? []
    const { speakers, conflict } = nextSpeakers(before, {
      ...speaker,
      address: this.#present.get(agent) || undefined,
    })
    this.#speakers.set(agent, speakers)
    if (conflict !== undefined) this.#count(agent, speaker.at)
    return conflict
  }

  /** How often since the start of this server. */
  countOf(agent: AgentId): number {
    return this.#counts.get(agent) ?? 0
  }

  forget(agent: AgentId): void {
    for (const map of [this.#speakers, this.#present, this.#until, this.#counts]) map.delete(agent)
  }

  #count(agent: AgentId, now: EpochMs): void {
    this.#counts.set(agent, this.countOf(agent) + 1)
    this.#until.set(agent, epochMs(now + LASTS_MS))
  }
}
