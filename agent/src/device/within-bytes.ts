/**
 * How many items each list may keep so that all together stay within a number of bytes of JSON: short lists whole, the
 * longest are cut.
 */
export function keptWithin(lists: readonly (readonly unknown[])[], maxBytes: number): number[] {
  const sizes = lists.map((list) => list.map(bytesOf))
  const sums = sizes.map((list) => list.reduce((sum, size) => sum + size, 0))
  const kept = lists.map((list) => list.length)
  const order = [...lists.keys()].sort((a, b) => (sums[a] ?? 0) - (sums[b] ?? 0))
  let left = maxBytes
  for (const [place, at] of order.entries()) {
    const share = Math.floor(left / (order.length - place))
    let used = 0
    let count = 0
    for (const size of sizes[at] ?? []) {
      if (used + size > share) break
      used += size
      count++
    }
    kept[at] = count
    left -= used
  }
  return kept
}

/** With the comma that follows. */
const bytesOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item) ?? '') + 1
