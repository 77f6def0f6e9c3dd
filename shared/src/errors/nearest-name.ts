// More changes than this are another word, not a slip of the finger.
const MAX_DISTANCE = 3
// Longer names are not compared: the work grows with the product of the lengths.
const MAX_LENGTH = 100

/** The known name with the fewest changes from what was written, when it is near enough to be meant. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (written.length > MAX_LENGTH) return undefined
  let best: string | undefined
  let bestDistance = Math.min(MAX_DISTANCE, Math.ceil(written.length / 2)) + 1
  for (const name of known) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase())
    if (distance >= bestDistance) continue
    best = name
    bestDistance = distance
  }
  return best
}

/** Levenshtein 1966: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
