/** One mark of a row: its width with the gap beside it, and where its middle would like to be. */
export type RowMember = { readonly id: string; readonly width: number; readonly wish: number }

/**
 * Middles of a row, in its order and without overlap, as near to the wishes as can be (least squares, by pooling of
 * neighbours that are in each other's way).
 */
export function spreadRow(row: readonly RowMember[]): ReadonlyMap<string, number> {
  // With the widths before it taken off, each wish must only not be less than the one before it.
  const offsets: number[] = []
  let before = 0
  for (const [at, one] of row.entries()) {
    if (at > 0) before += ((row[at - 1]?.width ?? 0) + one.width) / 2
    offsets.push(before)
  }
  const pools: { sum: number; count: number }[] = []
  for (const [at, one] of row.entries()) {
    let pool = { sum: one.wish - (offsets[at] ?? 0), count: 1 }
    let last = pools.at(-1)
    while (last !== undefined && last.sum / last.count >= pool.sum / pool.count) {
      pools.pop()
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count }
      last = pools.at(-1)
    }
    pools.push(pool)
  }
  const middles = new Map<string, number>()
  let at = 0
  for (const pool of pools) {
    for (let count = 0; count < pool.count; count += 1) {
      const one = row[at]
      if (one !== undefined) middles.set(one.id, pool.sum / pool.count + (offsets[at] ?? 0))
      at += 1
    }
  }
  return middles
}
