import type { DeviceIdentity, DeviceMerge, DuplicateSuggestion } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { DeviceId } from '@eyenet/shared/identity'
import type { FactsReport, Peer } from '@eyenet/shared/wire'
import type { DeviceRow } from '../db/db.ts'
import type { Merging } from './merging/merging.ts'

/** `from` is known as `into` from now on; `undone`: it is a device of its own again. */
export type MergeChange = { readonly from: DeviceId; readonly into: DeviceId; readonly undone: boolean }

/** One device however it is seen. */
export interface DeviceIdentities {
  /** The device that an id stands for since it was merged; itself where it was not. */
  resolve(id: DeviceId): DeviceId
  /** Other ids under which agents tell of it. */
  aliasesOf(id: DeviceId): readonly DeviceId[]
  /** EyeNetError `not_found`. */
  of(id: DeviceId): Promise<DeviceIdentity>
  merges(): Promise<readonly DeviceMerge[]>
  /** Devices that may be one, for people to look at. */
  duplicates(): readonly DuplicateSuggestion[]
  /** Makes two devices one; the older stays. EyeNetError `not_found`, `invalid`, `conflict`. */
  merge(one: DeviceId, other: DeviceId, about: { readonly by: string; readonly comment: string }): Promise<DeviceMerge>
  /** EyeNetError `not_found`, `conflict`. */
  undo(merge: string, by: string): Promise<DeviceMerge>
  /** Told after two devices became one, and after they were parted again. Answers a function that ends the listening. */
  onMerge(listener: (change: MergeChange) => void): () => void
}

/** What the inventory does where devices become one, or two. */
export type MergedDevices = {
  readonly rows: ReadonlyMap<DeviceId, DeviceRow>
  /** Work on devices is done one after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** They are as their rows say now: in memory, in lists, for listeners. */
  readonly put: (row: DeviceRow) => void
  readonly drop: (id: DeviceId) => void
}

export class Identities implements DeviceIdentities {
  readonly #merging: Merging
  readonly #devices: MergedDevices
  readonly #listeners = new Set<(change: MergeChange) => void>()

  constructor(merging: Merging, devices: MergedDevices) {
    this.#merging = merging
    this.#devices = devices
  }

  resolve(id: DeviceId): DeviceId {
    return this.#merging.resolve(id)
  }

  aliasesOf(id: DeviceId): readonly DeviceId[] {
    return this.#merging.aliasesOf(id)
  }

  async of(id: DeviceId): Promise<DeviceIdentity> {
    const row = this.#row(id)
    return {
      rank: row.identity_rank,
      aliases: [...this.#merging.aliasesOf(row.id)],
      sightings: await this.#merging.sightings(row.id),
      merges: [...(await this.#merging.merges(row.id))],
    }
  }

  merges(): Promise<readonly DeviceMerge[]> {
    return this.#merging.merges()
  }

  duplicates(): readonly DuplicateSuggestion[] {
    return this.#merging.suggestions()
  }

  merge(one: DeviceId, other: DeviceId, { by, comment }: { by: string; comment: string }): Promise<DeviceMerge> {
    return this.#devices.inTurn(async () => {
      const pair = [this.#row(one), this.#row(other)] as const
      if (pair[0].id === pair[1].id) throw new EyeNetError('invalid', 'a device cannot be merged with itself')
      if (pair[0].site !== pair[1].site) {
        throw new EyeNetError('conflict', 'the two are at different sites: remove one of them there first')
      }
      const evidence = [`${by} says so${comment === '' ? '' : `: ${comment}`}`]
      return this.#merge(pair, { evidence, by })
    })
  }

  undo(id: string, by: string): Promise<DeviceMerge> {
    return this.#devices.inTurn(async () => {
      const { into, from, merge } = await this.#merging.undo(id, by)
      this.#devices.put(into)
      this.#devices.put(from)
      this.#tell({ from: from.id, into: into.id, undone: true })
      return merge
    })
  }

  onMerge(listener: (change: MergeChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether a report says less than what is known of its device: then it was seen, and that is all. */
  async isOnlySeen(peer: Peer, report: FactsReport, known: DeviceRow | undefined): Promise<boolean> {
    if (known === undefined || !this.#merging.isLesser(report, known)) return false
    await this.#merging.sighted(known.id, peer, report)
    return true
  }

  /** Within a turn: what facts have just told of a device may show that it is another one too. */
  async facts(peer: Peer, row: DeviceRow, report: FactsReport): Promise<void> {
    await this.#merging.sighted(row.id, peer, report)
    const found = this.#merging.consider(row, report)
    const twin = found && this.#devices.rows.get(found.twin)
    if (found !== undefined && twin !== undefined && twin.site === row.site) {
      await this.#merge([row, twin], { evidence: found.evidence, by: '' })
    }
  }

  async forget(id: DeviceId): Promise<void> {
    for (const from of await this.#merging.forget(id)) this.#tell({ from, into: id, undone: true })
  }

  async #merge(pair: readonly [DeviceRow, DeviceRow], about: { evidence: readonly string[]; by: string }) {
    const { merge, into, from } = await this.#merging.merge(pair, about)
    this.#devices.drop(from.id)
    this.#devices.put(into)
    this.#tell({ from: from.id, into: into.id, undone: false })
    return merge
  }

  #row(id: DeviceId): DeviceRow {
    const row = this.#devices.rows.get(this.#merging.resolve(id))
    if (row === undefined) throw new EyeNetError('not_found', `there is no device ${id}`)
    return row
  }

  #tell(change: MergeChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
