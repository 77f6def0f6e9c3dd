import type { EpochMs, Labels, OutboxEpoch } from '@eyenet/shared/identity'
import { type Acknowledgement, LANES, type Lane } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Clock, TimeCorrection } from '../schedule/schedule.ts'
import { mergeBacklog, WINDOW_SAMPLES } from './backlog.ts'
import { type BufferStatus, statusOf } from './buffer-status.ts'
import { CarriedDefinitions } from './carried-definitions.ts'
import { coveredRanges } from './covered-ranges.ts'
import type { HeldSamples } from './damaged-outbox.ts'
import { Losses } from './losses.ts'
import { epochOf, hasOlderEpochs, succeedEpoch } from './outbox-epoch.ts'
import { cutLog, isDiskTrouble, type OutboxDatabase, type OutboxFileOptions, suspect, tryDisk } from './outbox-file.ts'
import type { LiveQueue, OutboxMessage } from './outbox-message.ts'
import { type OutboxRow, OutboxRows } from './outbox-rows.ts'
import { type Additions, PendingGroup } from './pending-group.ts'
import { sentReport } from './report-body.ts'
import { ReportRows } from './report-rows.ts'
import { columnsOf, cutColumns } from './sample-columns.ts'
import { SampleTimes } from './sample-times.ts'
import { SeriesTable } from './series-table.ts'
import { giveBackSpace } from './spare-pages.ts'
import { packed, storedSamples, unpacked } from './stored-samples.ts'

export type OutboxOptions = OutboxFileOptions & {
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** The time that ages go by; undefined while that is in doubt. */
  readonly ageNow?: () => EpochMs | undefined
}

/** What arrives within this time shares one transaction and one sync of the disk. */
const GROUP_MS = 200
/** One message's samples while live: some 3.5 KB, half a second of a line with 64 kbit/s. */
const ROW_SAMPLES = 1_000
/** One transaction's samples; more wait for the next. */
const GROUP_SAMPLES = 20_000
const RETRY_DISK_MS = 1_000
/** With more than this waiting in the live lane, the server is behind: what follows is backlog. The uplink has a finer rule. */
const MAX_LIVE_MESSAGES = 256
/** Numbers that are marked on disk as perhaps sent, ahead of sending: one write for so many messages. */
const RESERVE_AHEAD = 64
/** Between two steps of making room. */
const SHED_PAUSE_MS = 20
/** Steps within one commit that finds no room: some make enough for it. */
const STEPS_WHEN_FULL = 8
export class Outbox {
  readonly #database: OutboxDatabase
  readonly #options: OutboxOptions
  readonly #rows: OutboxRows
  readonly #series: SeriesTable
  #epoch: OutboxEpoch
  /** Whether rows may carry an older epoch in their body. */
  #mixedEpochs: boolean
  readonly #reports: ReportRows
  readonly #losses: Losses
  readonly #times: SampleTimes
  readonly #pending: PendingGroup
  #cancelTimer: (() => void) | undefined
  #stuck = false
  #connected = false
  /** Samples of the backlog that may lie in small rows; after a start that is not known. */
  #looseSamples = 1
  /** Per lane the number from which on nothing was sent over this connection. */
  #cursor: Record<Lane, number> = { events: 0, facts: 0, samples: 0, backfill: 0 }
  /** Numbers that were sent though the disk did not take the mark. */
  readonly #sentOnly: Record<Lane, number> = { events: 0, facts: 0, samples: 0, backfill: 0 }
  readonly #carried = new CarriedDefinitions()
  #onChange: () => void = () => {}
  #isLive = ({ messages }: LiveQueue): boolean => messages < MAX_LIVE_MESSAGES

  constructor(database: OutboxDatabase, options: OutboxOptions) {
    this.#database = database
    this.#options = options
    this.#rows = new OutboxRows(database, () => suspect(options.file))
    this.#series = new SeriesTable(database)
    this.#pending = new PendingGroup((id) => this.#series.deviceOf(id))
    this.#reports = new ReportRows(this.#rows, options.logger)
    this.#losses = new Losses({
      ...options,
      ...{ database, rows: this.#rows, series: this.#series },
      insertEvent: (event) => this.#reports.insert('events', event),
      sentUpTo: (lane) => this.#sentUpTo(lane),
    })
    this.#times = new SampleTimes(database, this.#rows, options.clock)
    this.#epoch = epochOf(database)
    this.#mixedEpochs = hasOlderEpochs(database)
  }

  get epoch(): OutboxEpoch {
    return this.#epoch
  }

  /** The id of a series; the same for equal labels, for as long as the file lives. */
  seriesId(labels: Labels): number {
    return this.#series.idOf(labels)
  }

  /** The labels of a series; undefined until they are on disk. */
  labelsOf(id: number): Labels | undefined {
    return this.#series.labelsOf(id)
  }

  /** Time of the newest sample there ever was; 0 before the first. */
  get newest(): EpochMs {
    return this.#times.newest
  }

  /** The true time is known: moves what is here, and what comes yet of polls that are under way. */
  restamp(corrections: readonly TimeCorrection[]): void {
    // What waits in memory is moved on disk like the rest.
    if (this.flush()) this.#tried(() => this.#times.begin(corrections, this.#epoch))
    this.#later(SHED_PAUSE_MS)
  }

  /** Calls back after each change of what there is to send. One listener. */
  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  /** Decides, while connected, whether samples that are about to be written go live or to the backlog. */
  setLiveRule(isLive: (queue: LiveQueue) => boolean): void {
    this.#isLive = isLive
  }

  /** Takes samples and reports; they are on disk within GROUP_MS, or at once with `flush`. */
  append(additions: Additions): void {
    if (!this.#database.open) return
    this.#pending.add(this.#times.corrected(additions))
    if (this.#pending.samples >= GROUP_SAMPLES && !this.#stuck) this.flush()
    else this.#later(GROUP_MS)
  }

  notice(code: string, message: string): void {
    const at = this.#options.clock.now()
    this.append({ events: [{ kind: 'notice', at, code, message: message.slice(0, 1000) }] })
  }

  /** Writes what waits. False when the disk takes nothing now; it is tried again by itself. */
  flush(): boolean {
    if (!this.#database.open) return true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    while (!this.#pending.isEmpty) {
      if (this.#commitGroup()) continue
      this.#later(RETRY_DISK_MS)
      return false
    }
    this.#tidy()
    return true
  }

  /** While connected, samples go to the live lane, else to the backlog. */
  setConnected(connected: boolean): void {
    this.#connected = connected
    this.rewind()
    if (connected) this.#tried(() => this.#losses.tell(true))
  }

  /** Whether a lane has something to send. */
  waits(lane: Lane): boolean {
    return this.#rows.has(lane, this.#cursor[lane]) && !this.#times.blocks(lane)
  }

  /** The next message to send, of one lane or by their priority; undefined when there is none. Each comes once until `rewind`. */
  take(only?: Lane): OutboxMessage | undefined {
    for (const lane of only === undefined ? LANES : [only]) {
      if (!this.waits(lane)) continue
      if (lane === 'backfill') this.#merge()
      const row = this.#readSound(lane)
      if (row === undefined || !this.#reserve(row)) continue
      this.#cursor[lane] = row.last + 1
      return this.#message(row)
    }
    return undefined
  }

  /** A message again, with what definitions it needs now; undefined when it is gone. */
  read(lane: Lane, first: number): OutboxMessage | undefined {
    const row = this.#rows.read(lane, first, 1)[0]
    return row?.first === first ? this.#message(row) : undefined
  }

  /** Whether a message is still kept. */
  holds(lane: Lane, first: number): boolean {
    return this.#rows.holds(lane, first)
  }

  /** Everything that is not acknowledged will be taken again. */
  rewind(): void {
    this.#cursor = { events: 0, facts: 0, samples: 0, backfill: 0 }
  }

  /** Forgets what the server has. Returns false for an acknowledgement that is not for this outbox. */
  acknowledge(ack: Acknowledgement): boolean {
    if (ack.epoch !== this.#epoch) return false
    const isForeign = LANES.some((lane) => (ack.lanes[lane]?.upTo ?? 0) > this.#sentUpTo(lane))
    const apply = (): void => (isForeign ? this.#renewEpoch() : this.#rows.transaction(() => this.#apply(ack)))
    if (!this.#tried(apply)) {
      cutLog(this.#database)
      // Where it fails again, the server's next acknowledgement says the same and more.
      if (!this.#tried(apply)) return true
    }
    giveBackSpace(this.#database)
    this.#onChange()
    return true
  }

  /** Gives up a message that cannot be sent: it is counted, and a notice says why. */
  discard({ lane, first, last }: Pick<OutboxMessage, 'lane' | 'first' | 'last'>, reason: string): void {
    const message = `Dropped ${first} to ${last} of lane ${lane}: ${reason}`
    this.#tried(() => this.#rows.transaction(() => this.#drop(lane, { first, last }, message)))
  }

  /** Tells what was lost with a file that was damaged. */
  recordLost(held: readonly HeldSamples[]): void {
    this.#tried(() => this.#losses.recordHeld(held))
  }

  status(): BufferStatus & { readonly pendingSamples: number; readonly diskTrouble: boolean } {
    const status = statusOf(this.#database, this.#rows, this.#epoch)
    return {
      ...status,
      droppedSamples: status.droppedSamples + this.#pending.lost.samples.total.samples,
      pendingSamples: this.#pending.samples,
      diskTrouble: this.#stuck,
    }
  }

  close(): void {
    this.flush()
    this.#cancelTimer?.()
    this.#database.close()
  }

  #later(delayMs: number): void {
    this.#cancelTimer ??= this.#options.clock.after(this.#stuck ? RETRY_DISK_MS : delayMs, () => {
      this.#cancelTimer = undefined
      this.flush()
    })
  }

  #commitGroup(): boolean {
    if (this.#stuck && !this.#tried(() => tryDisk(this.#database))) return false
    try {
      this.#commit()
      return true
    } catch (thrown) {
      if (!isDiskTrouble(thrown)) throw thrown
      if (thrown.code === 'SQLITE_FULL' && this.#shedAndCommit()) return true
      if (!this.#stuck) {
        this.#options.logger.error(
          { code: thrown.code, file: this.#options.file, maxBytes: this.#options.maxBytes },
          'the outbox takes no writes: samples wait in memory, the oldest are dropped when that is full; free some space, or raise buffer.maxBytes where it is too small for the names of all series',
        )
      }
      this.#stuck = true
      return false
    }
  }

  #shedAndCommit(): boolean {
    return this.#tried(() => {
      cutLog(this.#database)
      if (this.#losses.isOverQuota())
        for (let step = 0; step < STEPS_WHEN_FULL && this.#losses.shed(this.#epoch); step++);
      this.#commit()
    })
  }

  /** Whether the disk took it. */
  #tried(change: () => void): boolean {
    try {
      change()
      return true
    } catch (thrown) {
      if (!isDiskTrouble(thrown)) throw thrown
      this.#options.logger.debug({ code: thrown.code }, 'the disk did not take a change of the outbox')
      return false
    }
  }

  #commit(): void {
    const group = this.#pending.peek(GROUP_SAMPLES)
    const { messages, samples } = this.#rows.lanes.samples
    const live = this.#connected && this.#isLive({ messages, samples })
    const parts = cutColumns(columnsOf(group.polls), ROW_SAMPLES)
    this.#rows.transaction(() => {
      this.#series.save()
      const lane = live ? 'samples' : 'backfill'
      for (const part of parts) {
        const seq = this.#rows.claim(lane)
        this.#rows.insert(storedSamples(part, { lane, epoch: this.#epoch, first: seq, last: seq }, false))
      }
      for (const event of group.events) this.#reports.insert('events', event)
      for (const facts of group.facts) this.#reports.insert('facts', { kind: 'facts', ...facts })
      this.#losses.recordUnwritten(this.#pending.lost)
      this.#times.saw(group.polls)
    })
    this.#series.saved()
    this.#pending.done(group)
    if (!live) this.#looseSamples += group.samples
    if (this.#stuck) this.#options.logger.info('the disk takes writes again')
    this.#stuck = false
  }

  /** After a commit: quota, age, merging of the backlog. The disk may refuse; then the next commit tries again. */
  #tidy(): void {
    this.#tried(() => {
      // More goes in steps, so that polls and answers are not kept waiting.
      if (this.#times.step(this.#epoch) || this.#losses.shed(this.#epoch)) this.#later(SHED_PAUSE_MS)
      if (this.#connected) this.#losses.tell()
    })
    if (this.#looseSamples >= WINDOW_SAMPLES) this.#merge()
    this.#onChange()
  }

  /** The next row of a lane that is as it was written. */
  #readSound(lane: Lane): OutboxRow | undefined {
    const found: { row?: OutboxRow | undefined } = {}
    this.#tried(() => Object.assign(found, { row: this.#losses.readSound(lane, this.#cursor[lane]) }))
    return found.row
  }

  #merge(): void {
    if (this.#looseSamples === 0) return
    const from = Math.max(this.#rows.lanes.backfill.reserved + 1, this.#cursor.backfill)
    this.#looseSamples = 0
    this.#tried(() => {
      do {
        while (mergeBacklog(this.#rows, this.#epoch, from) > 0);
      } while (this.#losses.dropBroken())
    })
  }

  /** Marks a row, and some after it, as perhaps sent. False when the disk does not take that. */
  #reserve(row: OutboxRow): boolean {
    const { reserved, next } = this.#rows.lanes[row.lane]
    if (row.last <= reserved) return true
    const ahead = row.last + RESERVE_AHEAD
    // What is still loose in the backlog shall stay free to be merged.
    const upTo = row.lane === 'backfill' ? Math.max(row.last, Math.min(ahead, next - 1)) : ahead
    if (this.#tried(() => this.#rows.transaction(() => this.#rows.reserve(row.lane, upTo)))) return true
    // A full disk empties only by sending. What is loose must wait: it could be cut otherwise after a restart.
    if (row.lane === 'backfill' && !row.merged) return false
    this.#sentOnly[row.lane] = Math.max(this.#sentOnly[row.lane], row.last)
    return true
  }

  #sentUpTo(lane: Lane): number {
    return Math.max(this.#rows.lanes[lane].reserved, this.#sentOnly[lane])
  }

  #message(row: OutboxRow): OutboxMessage {
    const { lane, first, last, samples } = row
    if (lane === 'events' || lane === 'facts') {
      return { lane, first, last, samples, payload: sentReport(row.body, { epoch: this.#epoch, seq: first }) }
    }
    if (this.#series.allKnown && !this.#mixedEpochs) return { lane, first, last, samples, payload: row.body }
    const batch = unpacked(row.body)
    const definitions = this.#series.definitionsFor(batch.ids)
    const ids = definitions.map((one) => one.id)
    if (ids.length > 0) this.#carried.add(lane, row, ids)
    return { lane, first, last, samples, payload: packed({ ...batch, epoch: this.#epoch, first, last, definitions }) }
  }

  #apply(ack: Acknowledgement): void {
    for (const lane of LANES) {
      const said = ack.lanes[lane]
      if (said === undefined) continue
      for (const range of coveredRanges(said.upTo, said.holes)) {
        this.#rows.remove(lane, range)
        for (const ids of this.#carried.take(lane, range)) this.#series.markKnown(ids)
      }
    }
    for (const { lane, first, last, reason } of ack.refused) {
      this.#drop(lane, { first, last }, `The server refused ${first} to ${last} of lane ${lane}: ${reason}`)
    }
    if (ack.resendDefinitions) this.#series.forgetKnown()
  }

  #drop(lane: Lane, range: { first: number; last: number }, why: string): void {
    if (this.#losses.dropRefused(lane, range, why)) this.#carried.take(lane, range)
  }

  /** The server has numbers that this file never gave out: it is an old copy. New numbers, so that nothing is taken for seen. */
  #renewEpoch(): void {
    this.#epoch = succeedEpoch(this.#database)
    this.#mixedEpochs = true
    this.#series.forgetKnown()
    this.#carried.clear()
    this.rewind()
    this.#options.logger.warn('the server knows numbers this outbox never gave out: a new epoch begins')
    this.notice('outbox-restored', 'The outbox is an older copy of itself; it goes on under a new epoch.')
  }
}
