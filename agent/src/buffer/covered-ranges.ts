/** What lies in 1..upTo outside the holes. */
export function coveredRanges(
  upTo: number,
  holes: readonly (readonly [number, number])[],
): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = []
  let first = 1
  for (const [from, to] of [...holes].sort((a, b) => a[0] - b[0])) {
    if (from > first) ranges.push({ first, last: Math.min(from - 1, upTo) })
    first = Math.max(first, to + 1)
  }
  if (first <= upTo) ranges.push({ first, last: upTo })
  return ranges
}
