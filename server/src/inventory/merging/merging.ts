/**
 * One device however it is seen: which ids are the same device, the evidence for it, and how it is undone. This room decides
 * and keeps the merges; the inventory carries them out on what it holds in memory.
 */
import type { DeviceMerge, DuplicateSuggestion } from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import { type DeviceId, type EpochMs, IDENTITY_RANKS } from '@eyenet/shared/identity'
import type { FactsReport, Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb, DeviceMergeRow, DeviceRow } from '../../db/db.ts'
import type { MetricStore } from '../../store/store.ts'
import { copyHistory } from './copy-history.ts'
import { MergeRecords } from './merge-records.ts'
import { compareDevices } from './same-device.ts'
import { traitsOf } from './traits-of.ts'
import { Twins } from './twins.ts'

export type MergingOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
}

/** Suggestions of one answer. */
const MAX_SUGGESTIONS = 200
/** An id of which nothing was told for so long gives way to a weaker one. */
const STRONGER_FOR_MS = 2 * 86_400_000

export type Merged = { readonly merge: DeviceMerge; readonly into: DeviceRow; readonly from: DeviceRow }

export class Merging {
  readonly #options: MergingOptions
  readonly #records: MergeRecords
  readonly #twins = new Twins()
  #copying: Promise<void> | undefined
  #isClosed = false

  constructor(options: MergingOptions) {
    this.#options = options
    this.#records = new MergeRecords(options.db)
  }

  async load(rows: readonly DeviceRow[]): Promise<void> {
    await this.#records.load()
    for (const row of rows) await this.#know(row)
    this.#copySoon()
  }

  /** The device that an id stands for; itself where it was not merged. */
  resolve(id: DeviceId): DeviceId {
    return this.#records.resolve(id)
  }

  aliasesOf(id: DeviceId): readonly DeviceId[] {
    return this.#records.aliasesOf(id)
  }

  /**
   * Whether a report of a merged device says less than what is known: a ping of an address, say, beside SNMP. It shows that the
   * device was seen, and changes nothing of it.
   */
  isLesser(report: FactsReport, known: DeviceRow | undefined): boolean {
    if (known === undefined || report.at - known.facts_at > STRONGER_FOR_MS) return false
    // Under one id alone nobody knows it better.
    if (this.aliasesOf(known.id).length === 0) return false
    const rank = (name: string): number => (IDENTITY_RANKS as readonly string[]).indexOf(name)
    return rank(report.identityRank) > rank(known.identity_rank)
  }

  /** Takes in what a device is now; answers the one that it turns out to be too, where the facts leave no doubt. */
  consider(row: DeviceRow, report: FactsReport): { twin: DeviceId; evidence: readonly string[] } | undefined {
    const before = this.#twins.get(row.id)
    const traits = traitsOf(row, report.interfaces, report.details)
    // A report without a survey leaves what the last one told.
    const kept = report.details === undefined && before !== undefined
    const { memberSerials, addresses } = kept ? before : traits
    this.#twins.set({ ...traits, memberSerials, addresses })
    const found = this.#compared(row.id).find(({ sameness }) => sameness.kind === 'same')
    return found && { twin: found.other, evidence: found.sameness.evidence }
  }

  sighted(device: DeviceId, { agent }: Peer, { address, at }: Pick<FactsReport, 'address' | 'at'>): Promise<void> {
    return this.#records.sighted(device, { agent, address, at })
  }

  /**
   * The older of two stays, so that its history and its place in links stay; it takes over what is told of the one with the
   * stronger identity. Answers how it is now.
   */
  async merge(
    pair: readonly [DeviceRow, DeviceRow],
    about: { evidence: readonly string[]; by: string },
  ): Promise<Merged> {
    const [a, b] = pair
    const into = a.first_seen_at <= b.first_seen_at ? a : b
    const from = into === a ? b : a
    const takesOver = isStronger(from, into)
    const { id, first_seen_at } = into
    const next = takesOver ? { ...from, id, first_seen_at } : into
    const row = await this.#records.save({ into: next, from, takesOver, ...about, at: this.#options.now() })
    const traits = this.#twins.get(from.id)
    this.#twins.remove(from.id)
    if (takesOver && traits !== undefined) this.#twins.set({ ...traits, id })
    this.#copySoon()
    return { merge: resourceOf(row), into: next, from }
  }

  async undo(id: string, by: string): Promise<Merged> {
    const { row, ...devices } = await this.#records.undo(id, by, this.#options.now())
    for (const device of [devices.into, devices.from]) await this.#know(device)
    return { merge: resourceOf(row), ...devices }
  }

  /** The device is removed, and its merges with it; answers the ids that stand for it no more. */
  forget(device: DeviceId): Promise<readonly DeviceId[]> {
    this.#twins.remove(device)
    return this.#records.forget(device)
  }

  async merges(device?: DeviceId): Promise<readonly DeviceMerge[]> {
    return (await this.#records.list(device)).map(resourceOf)
  }

  async sightings(device: DeviceId) {
    return (await this.#records.sightings(device)).map((row) => ({
      agent: row.agent,
      address: row.address,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
    }))
  }

  /** Pairs that may be one device, and that a person should look at. */
  suggestions(): readonly DuplicateSuggestion[] {
    const found = new Map<string, DuplicateSuggestion>()
    for (const id of this.#twins.ids()) {
      for (const { other, sameness } of this.#compared(id)) {
        if (sameness.kind === 'different' || found.size >= MAX_SUGGESTIONS) continue
        const devices: [DeviceId, DeviceId] = id < other ? [id, other] : [other, id]
        found.set(devices.join(' '), { devices, evidence: [...sameness.evidence], against: [...sameness.against] })
      }
    }
    return [...found.values()]
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#copying
  }

  /** By what is stored of it. */
  async #know(row: DeviceRow): Promise<void> {
    const { db } = this.#options
    const interfaces = await db.selectFrom('interfaces').select('facts').where('device', '=', row.id).execute()
    const details = await db
      .selectFrom('device_details')
      .select(['hardware', 'network'])
      .where('device', '=', row.id)
      .executeTakeFirst()
    const { parts = [] } = details === undefined ? {} : JSON.parse(details.hardware)
    const { addresses = [] } = details === undefined ? {} : JSON.parse(details.network)
    const ports = interfaces.map(({ facts }) => JSON.parse(facts))
    this.#twins.set(traitsOf(row, ports, { parts, addresses }))
  }

  #compared(id: DeviceId) {
    const traits = this.#twins.get(id)
    if (traits === undefined) return []
    return this.#twins
      .of(id)
      .filter((other) => !this.#records.isParted(id, other.id))
      .map((other) => ({ other: other.id, sameness: compareDevices(traits, other) }))
  }

  /** One merge after the other, beside everything else; what a restart interrupts is done again. */
  #copySoon(): void {
    this.#copying ??= this.#copy()
      .catch((thrown: unknown) => {
        this.#options.logger.error({ error: messageOf(thrown) }, 'could not copy the history of a merged device')
      })
      .finally(() => {
        this.#copying = undefined
      })
  }

  async #copy(): Promise<void> {
    const { store, now } = this.#options
    for (;;) {
      const merge = await this.#records.waiting()
      if (merge === undefined || this.#isClosed) return
      const { id, merged: from, device: into } = merge
      const isStopped = (): boolean => this.#isClosed
      const copied = await copyHistory({ store, from, into, now: now(), isStopped })
      if (this.#isClosed) return
      await this.#records.copied(id, copied)
    }
  }
}

function isStronger(a: DeviceRow, b: DeviceRow): boolean {
  const rank = ({ identity_rank }: DeviceRow): number => (IDENTITY_RANKS as readonly string[]).indexOf(identity_rank)
  return rank(a) === rank(b) ? a.facts_at > b.facts_at : rank(a) < rank(b)
}

function resourceOf(row: DeviceMergeRow): DeviceMerge {
  return {
    id: row.id,
    device: row.device,
    merged: { id: row.merged, name: row.merged_name, address: row.merged_address },
    evidence: JSON.parse(row.evidence),
    by: row.by,
    at: row.at,
    ...(row.undone_at !== null && { undoneAt: row.undone_at, undoneBy: row.undone_by ?? '' }),
    history: row.history,
    copiedSamples: row.copied_samples,
  }
}
