import { EyeNetError } from '@eyenet/shared/errors'
import type { SeriesIndex } from '../embedded/heads/series-index.ts'
import type { AppendBatch } from '../metric-store.ts'

export type Admitted =
  | { readonly kind: 'some'; readonly accepted: AppendBatch; readonly rejected: number }
  | { readonly kind: 'unknown'; readonly refs: readonly number[] }

/** The part of a batch that can be stored: whole milliseconds from 1970 to `latest`. The batch itself when all can. */
export function admit(batch: AppendBatch, index: SeriesIndex, latest: number): Admitted {
  const { mark, refs, times, values } = batch
  const count = refs.length
  if (values.length !== count || (typeof times !== 'number' && times.length !== count)) {
    throw new EyeNetError(
      'invalid',
      `a batch has ${count} refs and ${values.length} values; give one of each per sample`,
    )
  }
  if (mark !== undefined && !(Number.isSafeInteger(mark.first) && mark.first >= 0 && isAfter(mark.last, mark.first))) {
    throw new EyeNetError('invalid', `the mark ${mark.first} to ${mark.last} is no range of sequence numbers`)
  }
  const unknown = new Set<number>()
  for (let i = 0; i < count; i++) {
    const ref = refs[i] ?? 0
    if (index.get(ref) === undefined) unknown.add(ref)
  }
  if (unknown.size > 0) return { kind: 'unknown', refs: [...unknown] }
  if (typeof times === 'number') {
    if (isStorable(times, latest)) return { kind: 'some', accepted: batch, rejected: 0 }
    const none = { refs: new Int32Array(0), times, values: new Float64Array(0) }
    return { kind: 'some', accepted: { ...(mark && { mark }), ...none }, rejected: count }
  }
  if (isAllStorable(times, latest)) return { kind: 'some', accepted: batch, rejected: 0 }
  const kept = Uint32Array.from(times.keys()).filter((at) => isStorable(times[at] ?? -1, latest))
  const accepted = {
    ...(mark && { mark }),
    refs: Int32Array.from(kept, (at) => refs[at] ?? 0),
    times: Float64Array.from(kept, (at) => times[at] ?? 0),
    values: Float64Array.from(kept, (at) => values[at] ?? 0),
  }
  return { kind: 'some', accepted, rejected: count - kept.length }
}

function isAllStorable(times: Float64Array, latest: number): boolean {
  for (let i = 0; i < times.length; i++) if (!isStorable(times[i] ?? -1, latest)) return false
  return true
}

function isStorable(time: number, latest: number): boolean {
  return time >= 0 && time <= latest && Number.isInteger(time)
}

function isAfter(last: number, first: number): boolean {
  return Number.isSafeInteger(last) && last >= first
}
