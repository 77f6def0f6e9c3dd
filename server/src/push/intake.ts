import { EyeNetError } from '@eyenet/shared/errors'
import { faultOfLabels, type Labels } from '@eyenet/shared/identity'
import type { KnownSeries, LabelPair, SampleSink } from './sample-sink.ts'

/** Samples as parallel columns; times are whole milliseconds since 1970. */
export type PushedBatch = { readonly refs: Int32Array; readonly times: Float64Array; readonly values: Float64Array }

/** Where samples go. */
export type SampleStore = {
  /** Resolves when the batch is on disk, with `unknown` when a series has ended since its number was given. */
  append(batch: PushedBatch): Promise<{ readonly kind: string }>
  /** The number of the series with these labels. EyeNetError `limit_exceeded` when there are too many. */
  seriesIndex(labels: Labels): number
}
/** A line that was not stored, or not wholly, numbered from 1. */
export type LineFault = { readonly line: number; readonly reason: string }

/** A sender with more bad lines sees the sort of fault in the first ones. */
const MAX_FAULTS = 100
/** Samples of one append: 1.3 MB, and some milliseconds of the store's time. */
const BATCH_SAMPLES = 65_536
/** Appends on their way to the disk of one body. */
const MAX_PENDING = 4
/** Series kept by their text, some 300 bytes each: room for 100,000 that are active and as many that were. */
const MAX_KNOWN = 200_000
const DAY_MS = 86_400_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

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
  #columns = new Columns()
  readonly #pending: Promise<{ readonly kind: string }>[] = []

  constructor(store: SampleStore, { now, ownsAll, known }: { now: number; ownsAll: boolean; known: KnownSeries }) {
    this.now = now
    this.known = known
    this.#store = store
    this.#ownsAll = ownsAll
  }

  series(pairs: readonly LabelPair[]): number | { readonly refused: string } {
    const labels: Record<string, string> = Object.create(null)
    for (const [name, value] of pairs) {
      if (labels[name] !== undefined) return { refused: 'it has two labels of one name' }
      if (name.includes('\ufffd') || value.includes('\ufffd')) return { refused: 'a label is not UTF-8' }
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
    if (!this.#admits(line, time)) return
    const at = this.#next(ref, time)
    this.#columns.values[at] = value
  }

  sampleBits(line: number, ref: number, { time, low, high }: { time: number; low: number; high: number }): void {
    if (!this.#admits(line, time)) return
    const at = this.#next(ref, time)
    this.#columns.words[2 * at] = low
    this.#columns.words[2 * at + 1] = high
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

  #admits(line: number, time: number): boolean {
    if (time >= 0 && time <= this.now + DAY_MS && Number.isInteger(time)) return true
    this.refuse(line, 'its time is not between 1970 and a day ahead: check its unit and the clock')
    return false
  }

  #next(ref: number, time: number): number {
    if (this.#columns.count >= BATCH_SAMPLES) this.#send()
    const at = this.#columns.next()
    this.#columns.refs[at] = ref
    this.#columns.times[at] = time
    this.samples += 1
    return at
  }

  #send(): void {
    const { refs, times, values, count } = this.#columns
    if (count === 0) return
    this.#columns = new Columns()
    const batch = { refs: refs.subarray(0, count), times: times.subarray(0, count), values: values.subarray(0, count) }
    const done = this.#store.append(batch)
    // Whoever waits gets the failure from the list; until then it is not an unhandled one.
    done.catch(() => undefined)
    this.#pending.push(done)
  }

  async #settle(): Promise<void> {
    const outcomes = await Promise.all(this.#pending)
    this.#pending.length = 0
    if (!outcomes.some(({ kind }) => kind === 'unknown')) return
    // A series that was kept by its text has aged out of the store.
    this.known.clear()
    throw new EyeNetError('unavailable', 'a series ended while it was written: send the same again')
  }
}

/** Columns that grow with what comes: most bodies are small. */
class Columns {
  refs = new Int32Array(1_024)
  times = new Float64Array(1_024)
  values = new Float64Array(1_024)
  words = new Uint32Array(this.values.buffer)
  count = 0

  /** The place of one more sample. */
  next(): number {
    if (this.count === this.refs.length) this.#grow()
    this.count += 1
    return this.count - 1
  }

  #grow(): void {
    const length = this.refs.length * 4
    const [refs, times, words] = [new Int32Array(length), new Float64Array(length), new Uint32Array(length * 2)]
    refs.set(this.refs)
    times.set(this.times)
    words.set(this.words)
    this.refs = refs
    this.times = times
    this.words = words
    this.values = new Float64Array(words.buffer)
  }
}

/** Whether a series is one that an agent or the server writes of an agent or device. */
function isOfAgent({ agent, device }: Labels): boolean {
  return UUID.test(agent ?? '') || UUID.test(device ?? '')
}
