import type { EpochMs } from '@eyenet/shared/identity'

/** The samples of one poll: series ids and their values at one time. A NaN becomes Prometheus' staleness marker. */
export type SamplePoll = {
  readonly time: EpochMs
  readonly ids: ArrayLike<number>
  readonly values: ArrayLike<number>
}

/** Parallel columns ordered by series id, then time; one sample per series and time. */
export type SampleColumns = {
  readonly ids: Int32Array
  readonly times: Float64Array
  readonly values: Float64Array
}

/** Prometheus' staleness marker as two 32-bit words, low first (model/value/value.go). */
const STALE_LOW = 2
const STALE_HIGH = 0x7ff0_0000

/** Puts polls into ordered columns. */
export function columnsOf(polls: readonly SamplePoll[]): SampleColumns {
  const count = polls.reduce((sum, poll) => sum + poll.ids.length, 0)
  const columns = emptyColumns(count)
  let at = 0
  for (const { time, ids, values } of polls) {
    for (let one = 0; one < ids.length; one++) {
      columns.ids[at] = ids[one] ?? 0
      columns.times[at] = time
      columns.values[at++] = values[one] ?? Number.NaN
    }
  }
  markStale(columns.values)
  return ordered(columns)
}

/** Puts ordered columns together; where a series has two samples at one time the later part's is kept. */
export function mergeColumns(parts: readonly SampleColumns[]): SampleColumns {
  const count = parts.reduce((sum, part) => sum + part.ids.length, 0)
  const columns = emptyColumns(count)
  let at = 0
  for (const part of parts) {
    columns.ids.set(part.ids, at)
    columns.times.set(part.times, at)
    copyValues(part.values, columns.values, at)
    at += part.ids.length
  }
  return ordered(columns)
}

/** Cuts columns into parts of `most` samples at most, between two series where that is possible. */
export function cutColumns(columns: SampleColumns, most: number): SampleColumns[] {
  const parts: SampleColumns[] = []
  const { ids } = columns
  for (let from = 0; from < ids.length; ) {
    let to = Math.min(from + most, ids.length)
    if (to < ids.length) {
      let edge = to
      while (edge > from && ids[edge] === ids[edge - 1]) edge--
      if (edge > from) to = edge
    }
    parts.push({
      ids: ids.subarray(from, to),
      times: columns.times.subarray(from, to),
      values: columns.values.subarray(from, to),
    })
    from = to
  }
  return parts
}

function emptyColumns(count: number): SampleColumns {
  return { ids: new Int32Array(count), times: new Float64Array(count), values: new Float64Array(count) }
}

function markStale(values: Float64Array): void {
  const words = new Uint32Array(values.buffer)
  for (let at = 0; at < values.length; at++) {
    if (!Number.isNaN(values[at])) continue
    words[2 * at] = STALE_LOW
    words[2 * at + 1] = STALE_HIGH
  }
}

/** By bytes, since a float64 that passes through a register may lose the bits of a NaN. */
function copyValues(from: Float64Array, into: Float64Array, at: number): void {
  new Uint8Array(into.buffer, into.byteOffset).set(
    new Uint8Array(from.buffer, from.byteOffset, from.byteLength),
    at * 8,
  )
}

function isOrdered({ ids, times }: SampleColumns): boolean {
  for (let at = 1; at < ids.length; at++) {
    const id = ids[at] ?? 0
    const before = ids[at - 1] ?? 0
    if (id < before || (id === before && (times[at] ?? 0) <= (times[at - 1] ?? 0))) return false
  }
  return true
}

/** A stable order by series id and time; of equal pairs the last stays. */
function ordered(columns: SampleColumns): SampleColumns {
  if (isOrdered(columns)) return columns
  const { ids, times } = columns
  const order = orderById(ids)
  orderTimes(order, columns)
  const words = new Uint32Array(columns.values.buffer, columns.values.byteOffset, columns.values.length * 2)
  const sorted = emptyColumns(ids.length)
  const sortedWords = new Uint32Array(sorted.values.buffer)
  let count = 0
  for (let at = 0; at < order.length; at++) {
    const from = order[at] ?? 0
    const next = order[at + 1]
    if (next !== undefined && ids[next] === ids[from] && times[next] === times[from]) continue
    sorted.ids[count] = ids[from] ?? 0
    sorted.times[count] = times[from] ?? 0
    sortedWords[2 * count] = words[2 * from] ?? 0
    sortedWords[2 * count + 1] = words[2 * from + 1] ?? 0
    count++
  }
  return {
    ids: sorted.ids.subarray(0, count),
    times: sorted.times.subarray(0, count),
    values: sorted.values.subarray(0, count),
  }
}

/** Counting sort: the ids of an outbox are dense. */
function orderById(ids: Int32Array): Uint32Array {
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (const id of ids) {
    if (id < least) least = id
    if (id > most) most = id
  }
  const places = new Uint32Array(most - least + 2)
  for (const id of ids) places[id - least + 1] = (places[id - least + 1] ?? 0) + 1
  for (let at = 1; at < places.length; at++) places[at] = (places[at] ?? 0) + (places[at - 1] ?? 0)
  const order = new Uint32Array(ids.length)
  for (let at = 0; at < ids.length; at++) {
    const slot = (ids[at] ?? 0) - least
    const place = places[slot] ?? 0
    order[place] = at
    places[slot] = place + 1
  }
  return order
}

/** Insertion within each series: polls come in order of time, save when somebody set the clock back. */
function orderTimes(order: Uint32Array, { ids, times }: SampleColumns): void {
  for (let at = 1; at < order.length; at++) {
    const one = order[at] ?? 0
    let place = at
    while (place > 0) {
      const before = order[place - 1] ?? 0
      if (ids[before] !== ids[one] || (times[before] ?? 0) <= (times[one] ?? 0)) break
      order[place] = before
      place--
    }
    order[place] = one
  }
}
