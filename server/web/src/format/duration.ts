const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** A length of time in at most two units: "3 d 4 h", "12 min", "40 s". Takes milliseconds; less than a second is "0 s". */
export function formatDuration(milliseconds: number): string {
  let rest = Math.max(0, Math.floor(milliseconds / 1000))
  const parts: string[] = []
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}\u00a0${unit}`)
    else if (parts.length > 0) break
    // Seconds beside hours are noise, and minutes beside days.
    if (parts.length === 2 || (parts.length === 1 && unit === 'min')) break
  }
  return parts.length === 0 ? '0\u00a0s' : parts.join(' ')
}

/** "3 min ago", "just now"; a time that is still to come is "in 2 h". */
export function formatAgo(at: number, now: number): string {
  const age = now - at
  if (Math.abs(age) < 5_000) return 'just now'
  return age < 0 ? `in ${formatDuration(-age)}` : `${formatDuration(age)} ago`
}
