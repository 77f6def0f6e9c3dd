import { runInThread } from '../run-in-thread.ts'
import { TrainedModel, type TrainingOrder } from './training-order.ts'
import type { TrainHow } from './training-runner.ts'

/** A thousand series take minutes; a slow machine with many more is given the night. */
const TRAINING_TIMEOUT_MS = 4 * 3_600_000
/** What the thread needs beside its typed arrays. */
const HEAP_MEGABYTES = 1_024

/** Trains in a thread of its own; the numbers of the series are its own from then on. */
export function trainInThread(order: TrainingOrder, { onProgress, signal }: TrainHow): Promise<TrainedModel> {
  return runInThread(new URL('./training-worker.js', import.meta.url), {
    data: order,
    transfer: order.series.flatMap(({ times, values }) => [times.buffer, values.buffer]).filter(isOwn),
    heapMegabytes: HEAP_MEGABYTES,
    timeoutMs: TRAINING_TIMEOUT_MS,
    onProgress,
    signal,
    result: TrainedModel,
  })
}

const isOwn = (buffer: ArrayBufferLike): buffer is ArrayBuffer => buffer instanceof ArrayBuffer
