/** Samples as parallel columns; times are whole milliseconds since 1970. */
export type PushedBatch = { readonly refs: Int32Array; readonly times: Float64Array; readonly values: Float64Array }

/** Samples of one append: 1.3 MB, and some milliseconds of the store's time. */
const BATCH_SAMPLES = 65_536
/** Columns that wait to be used again; more bodies at once make new ones. */
const MAX_KEPT = 6

const kept: PushColumns[] = []

/** Samples on their way to the store. Made once and used again and again: each body would leave a megabyte of garbage. */
export class PushColumns {
  readonly refs = new Int32Array(BATCH_SAMPLES)
  readonly times = new Float64Array(BATCH_SAMPLES)
  readonly values = new Float64Array(BATCH_SAMPLES)
  /** The values' bits, low words first. */
  readonly words = new Uint32Array(this.values.buffer)
  count = 0

  get isFull(): boolean {
    return this.count === BATCH_SAMPLES
  }

  /** One more sample; its value is the caller's to write. */
  add(ref: number, time: number): void {
    this.refs[this.count] = ref
    this.times[this.count] = time
    this.count += 1
  }

  batch(): PushedBatch {
    const { refs, times, values, count } = this
    return { refs: refs.subarray(0, count), times: times.subarray(0, count), values: values.subarray(0, count) }
  }

  /** Nobody looks at its batch any more. */
  giveBack(): void {
    this.count = 0
    if (kept.length < MAX_KEPT) kept.push(this)
  }
}

/** Empty columns, to be given back. */
export function takeColumns(): PushColumns {
  return kept.pop() ?? new PushColumns()
}
