import { inflateRawSync } from 'node:zlib'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs, OutboxEpoch, type SiteName } from '@eyenet/shared/identity'
import {
  type Acknowledgement,
  DiscoveredReport,
  decodeSamples,
  EventReport,
  FactsReport,
  type Lane,
  LinksReport,
  type Peer,
  parseBoundedJson,
  type SamplesBatch,
  unframe,
} from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { ControlDb } from '../db/db.ts'
import type { AppendOutcome, MetricStore } from '../store/store.ts'
import { Acknowledger } from './acknowledger.ts'
import { EpochLimit } from './epoch-limit.ts'
import { sourceOf } from './lane-source.ts'
import { type LateSamples, lateSamplesOf } from './late-samples.ts'
import { Pace, type PaceStats } from './pace.ts'
import { type Dictionary, devicesOf, resolveRefs, SeriesDictionaries } from './series-dictionary.ts'

/** What has just become readable. */
export type Stored = {
  readonly agent: AgentId
  readonly site: SiteName
  readonly devices: readonly DeviceId[]
  readonly samples: number
  /** Time of the newest sample of the message. */
  readonly newest: EpochMs
  readonly late: readonly LateSamples[]
}

/** Samples of a message that the store did not take, though it took the others. */
export type Rejected = {
  readonly lane: Lane
  readonly epoch: OutboxEpoch
  readonly first: number
  readonly samples: number
  readonly devices: readonly DeviceId[]
}

export type IngestOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  /** The device that an id stands for, where two ids turned out to be one device; without it each stands for itself. */
  readonly deviceOf?: (id: DeviceId) => DeviceId
  /** Must be idempotent: after a crash the same report may come again. */
  readonly onFacts: (peer: Peer, report: FactsReport) => Promise<void>
  readonly onLinks: (peer: Peer, report: LinksReport) => Promise<void>
  readonly onDiscovered: (peer: Peer, report: DiscoveredReport) => Promise<void>
  readonly onEvent: (peer: Peer, report: EventReport) => Promise<void>
  readonly onStored: (stored: Stored) => void
  /** Before the acknowledgement. */
  readonly onRejected?: (peer: Peer, rejected: Rejected) => Promise<void>
  /** A message that can never be stored; the agent is told too. */
  readonly onRefused: (peer: Peer, reason: string) => void
  readonly acknowledge: (peer: Peer, acknowledgement: Acknowledgement) => Promise<void>
  /** Milliseconds since some moment; they never jump. */
  readonly monotonicMs?: () => number
}

export type IngestStats = {
  readonly messages: number
  readonly samples: number
  readonly duplicates: number
  readonly refused: number
  readonly undecodable: number
  readonly pace: PaceStats
}

export interface Ingest {
  /** Stores one message of a lane. Resolves when it is on disk or refused; rejects when the disk refuses. */
  receive(peer: Peer, lane: Lane, payload: Uint8Array): Promise<void>
  /** The server has begun to listen to this outbox anew: it is told what is stored, and sends the rest again. */
  greet(peer: Peer, epoch: OutboxEpoch): void
  /** Forgets what is kept in memory of an agent that was removed. */
  forget(agent: AgentId): void
  /** `deviceOf` answers otherwise from now on. */
  devicesChanged(): void
  stats(): IngestStats
  close(): Promise<void>
}

type Numbered = { readonly epoch: OutboxEpoch; readonly first: number; readonly last: number }

class LaneIntake implements Ingest {
  readonly #options: IngestOptions
  readonly #dictionaries: SeriesDictionaries
  readonly #acknowledger: Acknowledger
  readonly #pace = new Pace()
  readonly #monotonicMs: () => number
  readonly #lookTimer: NodeJS.Timeout
  readonly #epochs = new EpochLimit()
  #messages = 0
  #samples = 0
  #duplicates = 0
  #refused = 0
  #undecodable = 0

  constructor(options: IngestOptions) {
    this.#options = options
    this.#dictionaries = new SeriesDictionaries(options.db, options.store, options.deviceOf ?? ((id) => id))
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
    this.#acknowledger = new Acknowledger({
      ...options,
      paceOf: (agent) => this.#pace.paceOf(agent, this.#monotonicMs()),
    })
    this.#lookTimer = this.#lookAtLoop()
  }

  async receive(peer: Peer, lane: Lane, payload: Uint8Array): Promise<void> {
    const began = this.#monotonicMs()
    await this.#receive(peer, lane, payload)
    const now = this.#monotonicMs()
    this.#pace.waited(now - began, now)
  }

  async #receive(peer: Peer, lane: Lane, payload: Uint8Array): Promise<void> {
    this.#messages += 1
    let message: Decoded
    try {
      message = decode(lane, payload)
    } catch (thrown) {
      // Without its numbers it cannot be refused by name: count it, and let people see it.
      this.#undecodable += 1
      this.#options.onRefused(peer, `a message in lane ${lane} cannot be read: ${messageOf(thrown)}`)
      return
    }
    try {
      if (message.kind === 'unreadable') throw new EyeNetError('invalid', message.reason)
      await this.#take(peer, lane, message)
    } catch (thrown) {
      if (!(thrown instanceof EyeNetError) || !PERMANENT.has(thrown.code)) throw thrown
      this.#refused += 1
      this.#options.onRefused(peer, thrown.message)
      const { epoch, first, last } = numbersOf(message)
      this.#acknowledger.refuse(peer, { epoch, lane, first, last, reason: thrown.message.slice(0, 300) })
    }
  }

  greet(peer: Peer, epoch: OutboxEpoch): void {
    this.#acknowledger.greet(peer, epoch)
  }

  forget(agent: AgentId): void {
    this.#dictionaries.forget(agent)
    this.#epochs.forget(agent)
  }

  devicesChanged(): void {
    this.#dictionaries.forgetAll()
  }

  stats(): IngestStats {
    return {
      messages: this.#messages,
      samples: this.#samples,
      duplicates: this.#duplicates,
      refused: this.#refused,
      undecodable: this.#undecodable,
      pace: this.#pace.stats(),
    }
  }

  close(): Promise<void> {
    clearInterval(this.#lookTimer)
    return this.#acknowledger.close()
  }

  async #take(peer: Peer, lane: Lane, message: Readable): Promise<void> {
    if (!this.#epochs.admits(peer.agent, numbersOf(message).epoch, this.#options.now())) {
      // Not refused by number: an agent that means no ill keeps the message, and a day later it is taken.
      throw new EyeNetError(
        'too_many',
        `agent ${peer.agent} began too many outboxes today; see whether its disk is sound`,
      )
    }
    if (message.kind === 'samples') return this.#takeSamples(peer, lane, message.batch)
    const { epoch, seq } = message.report
    const numbers = { epoch, first: seq, last: seq }
    if (await this.#isStored(peer, lane, numbers)) return this.#duplicate(peer, lane, epoch)
    await this.#tell(peer, message)
    await this.#options.store.append({
      mark: markOf(peer, lane, numbers),
      refs: NO_REFS,
      times: NO_NUMBERS,
      values: NO_NUMBERS,
    })
    this.#acknowledger.stored(peer, lane, epoch)
  }

  #tell(peer: Peer, message: Exclude<Readable, { kind: 'samples' }>): Promise<void> {
    if (message.kind === 'event') return this.#options.onEvent(peer, message.report)
    switch (message.report.kind) {
      case 'facts':
        return this.#options.onFacts(peer, message.report)
      case 'links':
        return this.#options.onLinks(peer, message.report)
      case 'discovered':
        return this.#options.onDiscovered(peer, message.report)
    }
  }

  async #takeSamples(peer: Peer, lane: Lane, batch: SamplesBatch): Promise<void> {
    const mark = markOf(peer, lane, batch)
    let dictionary: Dictionary
    let outcome: AppendOutcome | undefined
    for (let tries = 1; ; tries += 1) {
      dictionary = await this.#dictionaries.with(peer, batch.epoch, batch.definitions)
      const refs = resolveRefs(dictionary, batch.ids)
      if (refs === undefined) {
        this.#acknowledger.askForDefinitions(peer, batch.epoch)
        return
      }
      outcome = await this.#options.store.append({ mark, refs, times: batch.times, values: batch.values })
      if (outcome.kind !== 'unknown') break
      // Series had ended that now have samples again: the dictionary is read anew, and they begin again.
      this.#dictionaries.forget(peer.agent)
      if (tries === TRIES) throw new EyeNetError('unavailable', 'series end as fast as they are made; send later')
    }
    if (outcome.kind === 'duplicate') return this.#duplicate(peer, lane, batch.epoch)
    if (outcome.kind === 'overlap') {
      throw new EyeNetError('conflict', `messages ${batch.first} to ${batch.last} were cut in another way before`)
    }
    this.#samples += outcome.samples
    const devices = devicesOf(dictionary, batch.ids)
    if (outcome.rejected > 0) await this.#rejected(peer, lane, { batch, devices, samples: outcome.rejected })
    if (lane === 'backfill') this.#pace.backfilled(peer.agent, outcome.samples, this.#monotonicMs())
    this.#acknowledger.stored(peer, lane, batch.epoch)
    if (outcome.samples === 0) return
    const now = this.#options.now()
    this.#options.onStored({
      ...{ agent: peer.agent, site: peer.site, devices },
      samples: outcome.samples,
      // A clock that is ahead must not make its device look alive for as long.
      newest: epochMs(Math.min(now, newestOf(batch.times))),
      late: lateSamplesOf(dictionary, batch, now),
    })
  }

  async #rejected(
    peer: Peer,
    lane: Lane,
    { batch, devices, samples }: { batch: SamplesBatch; devices: readonly DeviceId[]; samples: number },
  ): Promise<void> {
    const { epoch, first } = batch
    await this.#options.onRejected?.(peer, { lane, epoch, first, samples, devices })
    this.#options.onRefused(peer, `${samples} samples have a time before 1970 or over a day ahead: check the clock`)
  }

  /** What lies in a socket while the event loop is busy waits too, though nobody has taken it yet. */
  #lookAtLoop(): NodeJS.Timeout {
    let last = this.#monotonicMs()
    return setInterval(() => {
      const now = this.#monotonicMs()
      this.#pace.waited(Math.max(0, now - last - LOOK_MS), now)
      last = now
    }, LOOK_MS).unref()
  }

  #duplicate(peer: Peer, lane: Lane, epoch: OutboxEpoch): void {
    this.#duplicates += 1
    this.#acknowledger.stored(peer, lane, epoch)
  }

  async #isStored(peer: Peer, lane: Lane, { epoch, first, last }: Numbered): Promise<boolean> {
    const ranges = await this.#options.store.marks(sourceOf(peer, epoch, lane))
    return ranges.some((range) => range.first <= first && last <= range.last)
  }
}

export function createIngest(options: IngestOptions): Ingest {
  return new LaneIntake(options)
}

/** How often the event loop is looked at. */
const LOOK_MS = 250
/** Times that a batch whose series have ended meanwhile is tried. */
const TRIES = 3
/** Failures that the same message would meet again. */
const PERMANENT: ReadonlySet<string> = new Set(['invalid', 'conflict', 'limit_exceeded', 'too_large'])
const NO_REFS = new Int32Array(0)
const NO_NUMBERS = new Float64Array(0)

type Readable =
  | { readonly kind: 'samples'; readonly batch: SamplesBatch }
  | { readonly kind: 'facts'; readonly report: Finding }
  | { readonly kind: 'event'; readonly report: EventReport }

/** A report of a shape that this server does not know, from a newer agent say: it is refused by its number. */
type Unreadable = { readonly kind: 'unreadable'; readonly report: Head; readonly reason: string }
type Decoded = Readable | Unreadable

/** What travels in the lane of facts. */
const Finding = z.discriminatedUnion('kind', [FactsReport, LinksReport, DiscoveredReport])
type Finding = z.infer<typeof Finding>

const Head = z.object({ epoch: OutboxEpoch, seq: z.number().int().nonnegative() })
type Head = z.infer<typeof Head>

function decode(lane: Lane, payload: Uint8Array): Decoded {
  const body = unframe(payload, (packed, maxOutputLength) => inflateRawSync(packed, { maxOutputLength }))
  switch (lane) {
    case 'samples':
    case 'backfill':
      return { kind: 'samples', batch: decodeSamples(body) }
    case 'facts':
      return parseReport(Finding, body, (report) => ({ kind: 'facts', report }))
    case 'events':
      return parseReport(EventReport, body, (report) => ({ kind: 'event', report }))
  }
}

function parseReport<T>(schema: z.ZodType<T>, body: Uint8Array, read: (report: T) => Readable): Decoded {
  const value = parseBoundedJson(body)
  const parsed = schema.safeParse(value)
  if (parsed.success) return read(parsed.data)
  const [first] = parsed.error.issues
  const reason = `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not of the agreed shape'}`
  const head = Head.safeParse(value)
  if (head.success) return { kind: 'unreadable', report: head.data, reason }
  throw new EyeNetError('invalid', reason)
}

function numbersOf(message: Decoded): Numbered {
  if (message.kind === 'samples') return message.batch
  const { epoch, seq } = message.report
  return { epoch, first: seq, last: seq }
}

function markOf(peer: Peer, lane: Lane, { epoch, first, last }: Numbered) {
  return { source: sourceOf(peer, epoch, lane), first, last }
}

function newestOf(times: Float64Array): EpochMs {
  let newest = 0
  for (const time of times) if (time > newest) newest = time
  return epochMs(newest)
}
