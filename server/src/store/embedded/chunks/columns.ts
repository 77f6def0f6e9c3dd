/** Samples of one series: times ascending without duplicates, values beside them. */
export type Columns = { readonly times: Float64Array; readonly values: Float64Array }

export const NO_SAMPLES: Columns = { times: new Float64Array(0), values: new Float64Array(0) }

/** Both, ascending; at equal times `newer` wins. */
export function mergeColumns(older: Columns, newer: Columns): Columns {
  const a = older.times.length
  const b = newer.times.length
  if (a === 0) return newer
  if (b === 0) return older
  if ((older.times[a - 1] ?? 0) < (newer.times[0] ?? 0)) return concatColumns([older, newer])
  if ((newer.times[b - 1] ?? 0) < (older.times[0] ?? 0)) return concatColumns([newer, older])
  const times = new Float64Array(a + b)
  const values = new Float64Array(a + b)
  let [i, j, length] = [0, 0, 0]
  while (i < a || j < b) {
    const left = i < a ? (older.times[i] ?? 0) : Number.POSITIVE_INFINITY
    const right = j < b ? (newer.times[j] ?? 0) : Number.POSITIVE_INFINITY
    if (right <= left) {
      times[length] = right
      values[length++] = newer.values[j++] ?? 0
      if (right === left) i++
    } else {
      times[length] = left
      values[length++] = older.values[i++] ?? 0
    }
  }
  return { times: times.slice(0, length), values: values.slice(0, length) }
}

/** One after the other; each must end before the next begins. */
export function concatColumns(parts: readonly Columns[]): Columns {
  let length = 0
  for (const part of parts) length += part.times.length
  const times = new Float64Array(length)
  const values = new Float64Array(length)
  let at = 0
  for (const part of parts) {
    times.set(part.times, at)
    values.set(part.values, at)
    at += part.times.length
  }
  return { times, values }
}

/** Pieces in the order they were written, ranges overlapping or not; at equal times the later piece wins. */
export function mergePieces(pieces: readonly Columns[]): Columns {
  const filled = pieces.filter((piece) => piece.times.length > 0)
  const byTime = [...filled].sort((a, b) => (a.times[0] ?? 0) - (b.times[0] ?? 0))
  const apart = byTime.every((piece, i) => i === 0 || lastTime(byTime[i - 1]) < (piece.times[0] ?? 0))
  if (apart) return concatColumns(byTime)
  // Halving keeps the work at n log k for k pieces.
  const half = filled.length >> 1
  return mergeColumns(mergePieces(filled.slice(0, half)), mergePieces(filled.slice(half)))
}

/** Samples in any order, the later entry winning at equal times. */
export function sortColumns(times: Float64Array, values: Float64Array): Columns {
  const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  const outTimes = new Float64Array(times.length)
  const outValues = new Float64Array(times.length)
  let length = 0
  for (const at of order) {
    const time = times[at] ?? 0
    if (length > 0 && outTimes[length - 1] === time) length--
    outTimes[length] = time
    outValues[length++] = values[at] ?? 0
  }
  return { times: outTimes.slice(0, length), values: outValues.slice(0, length) }
}

/** The samples with from <= time <= to, without copying. */
export function clipColumns(columns: Columns, from: number, to: number): Columns {
  const start = firstAtOrAfter(columns.times, from)
  const end = firstAtOrAfter(columns.times, to + 1)
  if (start === 0 && end === columns.times.length) return columns
  return sliceColumns(columns, start, end)
}

/** The samples at positions start to end, end excluded, without copying. */
export function sliceColumns({ times, values }: Columns, start: number, end: number): Columns {
  return { times: times.subarray(start, end), values: values.subarray(start, end) }
}

/** Position of the first time that is not before `time` (whole milliseconds). */
export function firstAtOrAfter(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

function lastTime(columns: Columns | undefined): number {
  return columns?.times[columns.times.length - 1] ?? Number.NEGATIVE_INFINITY
}
