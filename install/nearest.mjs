/** The candidate with the fewest edits to `word`, or undefined where none is near (at most a third of its letters, at least 2). */
export function nearest(word, candidates) {
  const most = Math.max(2, Math.floor(word.length / 3))
  let best
  for (const candidate of candidates) {
    const edits = editDistance(word, candidate)
    if (edits <= most && (best === undefined || edits < best.edits)) best = { candidate, edits }
  }
  return best?.candidate
}

/** Levenshtein distance. */
function editDistance(left, right) {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, change))
    }
    row = next
  }
  return row[right.length]
}
