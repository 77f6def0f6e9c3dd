import { EyeNetError } from '@eyenet/shared/errors'
import { faultOfLabels, type Labels } from '@eyenet/shared/identity'
import { type PushColumns, type PushedBatch, takeColumns } from './push-columns.ts'
import type { KnownSeries, LabelPair, SampleSink } from './sample-sink.ts'

/** Where samples go. */
export type SampleStore = {
  /** Resolves when the batch is on disk, with `unknown` when a series has ended since its number was given. */
  append(batch: PushedBatch): Promise<{ readonly kind: string }>
  /** The number of the series with these labels. EyeNetError `limit_exceeded` when there are too many. */
  seriesIndex(labels: Labels): number
}
/** A line that was not stored, or not wholly, numbered from 1. */
export type LineFault = { readonly line: number; readonly reason: string }

/** What bytes that are not UTF-8 were read as, and halves of characters, which JSON may hold. */
const NOT_UTF8 = /[\ufffd\p{Surrogate}]/u
/** A sender with more bad lines sees the sort of fault in the first ones. */
const MAX_FAULTS = 100
/** Appends on their way to the disk of one body. */
const MAX_PENDING = 4
/** Series kept by their text, some 300 bytes each: room for 100,000 that are active and as many that were. */
const MAX_KNOWN = 200_000
const DAY_MS = 86_400_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export type IntakeOptions = {
  readonly now: number
  readonly ownsAll: boolean
  readonly known: KnownSeries
  /** Forgets which text names which series. */
  readonly forget: () => void
}

/** Takes the samples of one body to the store. Nothing is durable before `finish` answers. */
export class Intake implements SampleSink {
  readonly now: number
  readonly known: KnownSeries
  readonly faults: LineFault[] = []
  samples = 0
  refused = 0
  skipped = 0
  readonly #store: SampleStore
  readonly #ownsAll: boolean
  readonly #forget: () => void
  #columns: PushColumns | undefined
  readonly #pending: Promise<{ readonly kind: string }>[] = []

  constructor(store: SampleStore, { now, ownsAll, known, forget }: IntakeOptions) {
    this.now = now
    this.known = known
    this.#store = store
    this.#ownsAll = ownsAll
    this.#forget = forget
  }

  series(pairs: readonly LabelPair[]): number | { readonly refused: string } {
    const labels: Record<string, string> = Object.create(null)
    for (const [name, value] of pairs) {
      if (labels[name] !== undefined) return { refused: 'it has two labels of one name' }
      if (NOT_UTF8.test(name) || NOT_UTF8.test(value)) return { refused: 'a label is not UTF-8' }
      labels[name] = value
    }
    const fault = faultOfLabels(labels)
    if (fault !== undefined) return { refused: fault }
    if (!this.#ownsAll && isOfAgent(labels)) {
      return { refused: 'its label agent or device names one of EyeNet: only an administrator writes such series' }
    }
    try {
      return this.#store.seriesIndex({ ...labels })
    } catch (thrown) {
      if (thrown instanceof EyeNetError && thrown.code === 'limit_exceeded') return { refused: thrown.message }
      throw thrown
    }
  }

  remember(text: string, field: string, ref: number): void {
    if (this.known.size >= MAX_KNOWN) this.known.clear()
    const fields = this.known.get(text)
    if (fields === undefined) this.known.set(text, new Map([[field, ref]]))
    else if (fields.size < MAX_KNOWN / 100) fields.set(field, ref)
  }

  sample(line: number, ref: number, { time, value }: { time: number; value: number }): void {
    if (!this.#accepts(line, time)) return
    const columns = this.#next(ref, time)
    columns.values[columns.count - 1] = value
  }

  admits(time: number): boolean {
    return time >= 0 && time <= this.now + DAY_MS && Number.isInteger(time)
  }

  add(ref: number, time: number, value: number): void {
    const columns = this.#next(ref, time)
    columns.values[columns.count - 1] = value
  }

  sampleBits(line: number, ref: number, { time, low, high }: { time: number; low: number; high: number }): void {
    if (!this.#accepts(line, time)) return
    const columns = this.#next(ref, time)
    columns.words[2 * columns.count - 2] = low
    columns.words[2 * columns.count - 1] = high
  }

  refuse(line: number, reason: string): void {
    this.refused += 1
    if (this.faults.length < MAX_FAULTS) this.faults.push({ line, reason })
  }

  skip(): void {
    this.skipped += 1
  }

  /** Waits while too much is on its way. */
  async drain(): Promise<void> {
    if (this.#pending.length >= MAX_PENDING) await this.#settle()
  }

  async finish(): Promise<void> {
    this.#send()
    await this.#settle()
  }

  #accepts(line: number, time: number): boolean {
    if (this.admits(time)) return true
    this.refuse(line, 'its time is not between 1970 and a day ahead: check its unit and the clock')
    return false
  }

  #next(ref: number, time: number): PushColumns {
    if (this.#columns?.isFull === true) this.#send()
    const columns = this.#columns ?? takeColumns()
    this.#columns = columns
    columns.add(ref, time)
    this.samples += 1
    return columns
  }

  #send(): void {
    const columns = this.#columns
    if (columns === undefined) return
    this.#columns = undefined
    const done = this.#store.append(columns.batch())
    // Whoever waits gets the failure from the list; until then it is not an unhandled one.
    const back = (): void => columns.giveBack()
    done.then(back, back)
    this.#pending.push(done)
  }

  async #settle(): Promise<void> {
    const outcomes = await Promise.all(this.#pending)
    this.#pending.length = 0
    if (!outcomes.some(({ kind }) => kind === 'unknown')) return
    // A series that was kept by its text has aged out of the store.
    this.#forget()
    throw new EyeNetError('unavailable', 'a series ended while it was written: send the same again')
  }
}

/** Whether a series is one that an agent or the server writes of an agent or device. */
function isOfAgent({ agent, device }: Labels): boolean {
  return UUID.test(agent ?? '') || UUID.test(device ?? '')
}
