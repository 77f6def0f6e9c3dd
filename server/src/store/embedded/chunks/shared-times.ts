/** Longer columns of times are not compared with the next one's: they would be held for nothing. */
const MAX_SHARED = 100_000

let room = new Float64Array(4_096)
let last = new Float64Array(0)

/** Room for the times of one series, until the next one is read. */
export function timesRoom(count: number): Float64Array {
  if (room.length < count) room = new Float64Array(count * 2)
  return room
}

/** These times in a column of their own, or the column of the series before where that has the same ones: most have. */
export function keptTimes(times: Float64Array): Float64Array {
  // Without a time, or handed to another thread, the one before is of no use.
  if (times.length > 0 && isSame(times, last)) return last
  const own = times.slice()
  if (own.length <= MAX_SHARED) last = own
  return own
}

function isSame(one: Float64Array, other: Float64Array): boolean {
  const count = one.length
  if (count !== other.length) return false
  // The ends differ first.
  for (let i = count - 1; i >= 0; i--) if (one[i] !== other[i]) return false
  return true
}
