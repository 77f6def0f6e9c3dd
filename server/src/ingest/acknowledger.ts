import { messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs, OutboxEpoch } from '@eyenet/shared/identity'
import { type Acknowledgement, type BackfillPace, LANES, type Lane, MAX_HOLES, type Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { MetricStore } from '../store/store.ts'
import { sourceOf } from './lane-source.ts'

/** Acknowledgements of one agent are gathered that long: one answers a burst. */
const GATHER_MS = 50

type Refusal = Acknowledgement['refused'][number]

type Due = {
  readonly peer: Peer
  readonly epoch: OutboxEpoch
  readonly lanes: Set<Lane>
  readonly refused: Refusal[]
  resendDefinitions: boolean
  listensAnew: boolean
  timer: NodeJS.Timeout
}

export type AcknowledgerOptions = {
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly acknowledge: (peer: Peer, acknowledgement: Acknowledgement) => Promise<void>
  /** How fast the backlog of an agent may come; undefined without a limit. */
  readonly paceOf?: (agent: AgentId) => BackfillPace | undefined
}

/** Gathers what is to be said to each agent, and says it. What it says is read from the store's marks at that moment. */
export class Acknowledger {
  readonly #options: AcknowledgerOptions
  /** At most one per agent and epoch. */
  readonly #due = new Map<string, Due>()

  constructor(options: AcknowledgerOptions) {
    this.#options = options
  }

  stored(peer: Peer, lane: Lane, epoch: OutboxEpoch): void {
    this.#of(peer, epoch).lanes.add(lane)
  }

  askForDefinitions(peer: Peer, epoch: OutboxEpoch): void {
    this.#of(peer, epoch).resendDefinitions = true
  }

  /** Tells an outbox all that is stored of it, and that what it sent besides was not heard. */
  greet(peer: Peer, epoch: OutboxEpoch): void {
    const due = this.#of(peer, epoch)
    for (const lane of LANES) due.lanes.add(lane)
    due.listensAnew = true
  }

  refuse(peer: Peer, { epoch, ...refusal }: Refusal & { readonly epoch: OutboxEpoch }): void {
    const due = this.#of(peer, epoch)
    // What does not fit is refused again when it is sent again.
    if (due.refused.length < MAX_HOLES) due.refused.push(refusal)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#due.keys()].map((key) => this.#send(key)))
  }

  #of(peer: Peer, epoch: OutboxEpoch): Due {
    const key = `${peer.agent}/${epoch}`
    const waiting = this.#due.get(key)
    if (waiting !== undefined) return waiting
    const timer = setTimeout(() => void this.#send(key), GATHER_MS)
    const due: Due = { peer, epoch, lanes: new Set(), refused: [], resendDefinitions: false, listensAnew: false, timer }
    this.#due.set(key, due)
    return due
  }

  async #send(key: string): Promise<void> {
    const due = this.#due.get(key)
    if (due === undefined) return
    this.#due.delete(key)
    clearTimeout(due.timer)
    try {
      await this.#options.acknowledge(due.peer, await this.#acknowledgementOf(due))
      await Promise.all(due.refused.map((refusal) => this.#markRefused(due, refusal)))
    } catch (thrown) {
      // The agent sends again what it is not told about.
      this.#options.logger.warn({ agent: due.peer.agent, error: messageOf(thrown) }, 'could not acknowledge')
    }
  }

  /** What was refused never comes: unmarked, it would be a hole for ever, and an acknowledgement tells few holes. */
  async #markRefused({ peer, epoch }: Due, { lane, first, last }: Refusal): Promise<void> {
    const source = sourceOf(peer, epoch, lane)
    for (const gap of gapsWithin(await this.#options.store.marks(source), { first, last })) {
      const nothing = { refs: new Int32Array(0), times: new Float64Array(0), values: new Float64Array(0) }
      await this.#options.store.append({ mark: { source, ...gap }, ...nothing })
    }
  }

  async #acknowledgementOf({ peer, epoch, lanes, ...said }: Due): Promise<Acknowledgement> {
    const told: Acknowledgement['lanes'] = {}
    for (const lane of LANES) {
      if (!lanes.has(lane)) continue
      const ranges = await this.#options.store.marks(sourceOf(peer, epoch, lane))
      const upTo = ranges.at(-1)?.last
      if (upTo !== undefined) told[lane] = boundedHoles(ranges, upTo)
    }
    const { refused, resendDefinitions, listensAnew } = said
    const pace = this.#options.paceOf?.(peer.agent)
    const more = { ...(listensAnew && { listensAnew }), ...(pace && { pace }) }
    return { epoch, lanes: told, refused, resendDefinitions, ...more, at: this.#options.now() }
  }
}

type Range = { readonly first: number; readonly last: number }

/** The numbers of `wanted` that are in none of the ranges, which ascend. */
export function gapsWithin(ranges: readonly Range[], wanted: Range): readonly Range[] {
  const gaps: Range[] = []
  let next = wanted.first
  for (const { first, last } of ranges) {
    if (last < next) continue
    if (first > wanted.last) break
    if (first > next) gaps.push({ first: next, last: first - 1 })
    next = last + 1
  }
  if (next <= wanted.last) gaps.push({ first: next, last: wanted.last })
  return gaps
}

/**
 * The high water and the holes below it. Where there are more holes than one message holds, the high water is taken back
 * to before the first that does not fit, so that nothing is forgotten which is not stored.
 */
export function boundedHoles(ranges: readonly Range[], upTo: number): { upTo: number; holes: [number, number][] } {
  const holes: [number, number][] = []
  let next = 1
  for (const range of ranges) {
    if (range.first > next) {
      if (holes.length === MAX_HOLES) return { upTo: next - 1, holes }
      holes.push([next, range.first - 1])
    }
    next = range.last + 1
  }
  return { upTo, holes }
}
