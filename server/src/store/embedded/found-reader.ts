import { EyeNetError } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import type { Selection, SeriesReader, SeriesSamples } from '@eyenet/shared/promql'
import { ChunkReader } from './chunks/chunk-reader.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'
import { type FoundSeries, headOf } from './found-series.ts'
import { SELECT_SAMPLES_MAX } from './store-options.ts'
import { readForUse } from './tiers/tier-reading.ts'

/** What the thread that writes knows and a thread that reads asks for. */
export type FinderCalls = {
  find(selection: Selection): FoundSeries
  /** Undefined for a series that has ended meanwhile. */
  labelsOf(refs: Int32Array): readonly (Labels | undefined)[]
  /** Chunks of these series could not be read. */
  damaged(refs: readonly number[]): void
}
type Asked = {
  readonly [K in keyof FinderCalls]: (...args: Parameters<FinderCalls[K]>) => Promise<ReturnType<FinderCalls[K]>>
}

/** Labels kept by number, which never come to mean another series: about 300 bytes each. */
const MAX_KEPT_LABELS = 200_000
/** Series between two looks whether the answer is still wanted. */
const SERIES_PER_LOOK = 16

/** Reads samples in a thread of its own: what is in memory is asked for, what is on disk it reads itself. */
export class FoundReader implements SeriesReader {
  readonly #finder: Asked
  readonly #reader: ChunkReader
  readonly #labels = new Map<number, Labels>()
  /** Whether nobody waits for the answer any more. */
  stopped: () => boolean = () => false
  /** What was looked at since it was set to undefined, and the count of the store's changes when that began. */
  basis: { readonly from: number; readonly to: number; readonly changes: number } | undefined

  constructor(folder: string, finder: Asked) {
    this.#finder = finder
    this.#reader = ChunkReader.open(chunksFileOf(folder))
  }

  async select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const found = await this.#finder.find(selection)
    this.#widen(selection, found.changes)
    await this.#learn(found.refs)
    const damaged = new Set<number>()
    const samples = this.#reader.snapshot(() => this.#read(found, selection, damaged))
    if (damaged.size > 0) await this.#finder.damaged([...damaged])
    return samples
  }

  #widen({ from, to }: Selection, changes: number): void {
    const before = this.basis ?? { from, to, changes }
    this.basis = {
      from: Math.min(before.from, from),
      to: Math.max(before.to, to),
      changes: Math.min(before.changes, changes),
    }
  }

  close(): void {
    this.#reader.close()
  }

  #read(found: FoundSeries, { from, to, use }: Selection, damaged: Set<number>): readonly SeriesSamples[] {
    const all: SeriesSamples[] = []
    let valuesAt = 0
    let total = 0
    for (const [at, ref] of found.refs.entries()) {
      if (at % SERIES_PER_LOOK === 0 && this.stopped()) throw new EyeNetError('limit_exceeded', 'nobody waits any more')
      const head = headOf(found, at, valuesAt)
      valuesAt += head.values.length
      const labels = this.#labels.get(ref)
      if (labels === undefined) continue
      const columns = readForUse({ reader: this.#reader, ref, head, from, to, use, damaged: () => damaged.add(ref) })
      if (columns.times.length === 0) continue
      all.push({ labels, ...columns })
      total += columns.times.length
      if (total <= SELECT_SAMPLES_MAX) continue
      const sentence = `the selection has more than ${SELECT_SAMPLES_MAX} samples; ask for fewer series or less time`
      throw new EyeNetError('limit_exceeded', sentence)
    }
    return all
  }

  async #learn(refs: Int32Array): Promise<void> {
    const fresh = refs.filter((ref) => !this.#labels.has(ref))
    if (fresh.length === 0) return
    if (this.#labels.size + fresh.length > MAX_KEPT_LABELS) {
      this.#labels.clear()
      if (fresh.length < refs.length) return this.#learn(refs)
    }
    const labels = await this.#finder.labelsOf(fresh)
    for (const [at, ref] of fresh.entries()) {
      const one = labels[at]
      if (one !== undefined) this.#labels.set(ref, one)
    }
  }
}
