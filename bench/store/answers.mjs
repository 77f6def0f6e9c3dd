// Whether two answers in Prometheus' JSON say the same.

/** One sentence: how the answer of `name` differs from EyeNet's. Values are compared relatively. */
export function answersDiffer(ours, theirs, name) {
  const [left, right] = [seriesOf(ours), seriesOf(theirs)]
  const missing = [...left.keys()].filter((key) => !right.has(key)).length
  const extra = [...right.keys()].filter((key) => !left.has(key)).length
  let [times, largest, points] = [0, 0, 0]
  for (const [key, values] of left) {
    const others = right.get(key)
    if (others === undefined) continue
    for (const [time, text] of values) {
      points += 1
      const other = others.get(time)
      if (other === undefined) times += 1
      else largest = Math.max(largest, difference(Number(text), Number(other)))
    }
    for (const time of others.keys()) if (!values.has(time)) times += 1
  }
  const bytes = ours.equals(theirs) ? ', byte for byte the same' : ''
  return `${name} against EyeNet: ${points} points, ${missing + extra} series and ${times} points in one alone, largest relative difference ${largest.toExponential(1)}${bytes}`
}

function seriesOf(body) {
  const { data } = JSON.parse(body.toString())
  return new Map(
    data.result.map(({ metric, values }) => [JSON.stringify(Object.entries(metric).sort()), new Map(values)]),
  )
}

function difference(left, right) {
  if (Object.is(left, right) || left === right) return 0
  return Math.abs(left - right) / Math.max(Math.abs(left), Math.abs(right))
}
