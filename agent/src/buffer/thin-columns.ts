import { LossTally } from './loss-tally.ts'
import type { SampleColumns } from './sample-columns.ts'

/** Samples from `before` on stay as they are. */
export type Thinning = { readonly everyMs: number; readonly before: number }

/**
 * Ordered columns with one sample of each series and span of time, the last; markers of staleness all stay, since without
 * them a series would seem to go on. `lost` tells what was left out, by device.
 */
export function thinColumns(
  columns: SampleColumns,
  thinning: Thinning,
  deviceOf: (id: number) => string,
): { kept: SampleColumns; lost: LossTally } {
  const { ids, times } = columns
  const isKept = keptSamples(columns, thinning)
  const count = isKept.reduce((sum, one) => sum + one, 0)
  const kept = { ids: new Int32Array(count), times: new Float64Array(count), values: new Float64Array(count) }
  // By words, since a float64 that passes through a register may lose the bits of a NaN.
  const from = new Uint32Array(columns.values.slice().buffer)
  const into = new Uint32Array(kept.values.buffer)
  const lost = new LossTally()
  let place = 0
  for (let at = 0; at < ids.length; at++) {
    const time = times[at] ?? 0
    const id = ids[at] ?? 0
    if (isKept[at] === 0) {
      lost.add(deviceOf(id), { samples: 1, from: time, to: time })
      continue
    }
    kept.ids[place] = id
    kept.times[place] = time
    into[2 * place] = from[2 * at] ?? 0
    into[2 * place + 1] = from[2 * at + 1] ?? 0
    place++
  }
  return { kept, lost }
}

/** 1 for each sample that stays. */
function keptSamples({ ids, times, values }: SampleColumns, { everyMs, before }: Thinning): Uint8Array {
  const isKept = new Uint8Array(ids.length)
  let nextId = -1
  let nextSpan = Number.NaN
  // From the end: the first one met of a span is its last.
  for (let at = ids.length - 1; at >= 0; at--) {
    if (Number.isNaN(values[at]) || (times[at] ?? 0) >= before) {
      isKept[at] = 1
      continue
    }
    const id = ids[at] ?? 0
    const span = Math.floor((times[at] ?? 0) / everyMs)
    if (id === nextId && span === nextSpan) continue
    isKept[at] = 1
    nextId = id
    nextSpan = span
  }
  return isKept
}
