// The figures of labelled series: NAB's score (arXiv:1510.03336) and F1 of events. The rules are those of the scorer that lies
// with the data (score.mjs); this file serves the search, which scores hundreds of settings in one process.
const NAB_PROFILE = { fn: 1, fp: 0.11 }
const [SLACK_BEFORE, SLACK_AFTER, FALSE_ALARM_ROWS] = [3, 7, 13]

const sigmoid = (x) => (x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1)
const FULL = sigmoid(-1)

/** What the rules need of a series and does not depend on scores: first scored row, weights, rows near an event. */
export function judgedRows(series) {
  const n = series.times.length
  const first = Math.floor(Math.min(0.15 * n, 750))
  const slack = series.set === 'nab' ? [0, 0] : [SLACK_BEFORE, SLACK_AFTER]
  const near = new Uint8Array(n)
  for (const [a, b] of series.windows) near.fill(1, Math.max(0, a - slack[0]), Math.min(n - 1, b + slack[1]) + 1)
  const weeks = (series.times[n - 1] - series.times[first]) / 6048e5
  return { n, first, slack, near, weeks, ...positions(series.windows, n) }
}

function positions(windows, n) {
  const weight = new Float64Array(n)
  const inWindow = new Int32Array(n).fill(-1)
  let [next, current, lastEnd, lastWidth] = [0, -1, -1, 0]
  for (let i = 0; i < n; i++) {
    if (current < 0 && next < windows.length && i === windows[next][0]) current = next++
    if (current >= 0) {
      const [a, b] = windows[current]
      weight[i] = sigmoid(-(b - i + 1) / (b - a + 1)) / FULL
      inWindow[i] = current
      if (i === b) [lastEnd, lastWidth, current] = [i, b - a + 1, -1]
    } else weight[i] = lastEnd < 0 ? -1 : sigmoid(Math.abs(lastEnd - i) / Math.max(1, lastWidth - 1))
  }
  return { weight, inWindow }
}

/** Parts that add up over series: `{ series, rows, scores }` each. */
export function eventParts({ series, rows, scores }, threshold) {
  let [events, found, falseAlarms] = [0, 0, 0]
  for (const [a, b] of series.windows) {
    if (b < rows.first) continue
    events++
    const to = Math.min(rows.n - 1, b + rows.slack[1])
    for (let i = Math.max(rows.first, a - rows.slack[0]); i <= to; i++) {
      if (scores[i] >= threshold) {
        found++
        break
      }
    }
  }
  for (let i = rows.first, last = Number.NEGATIVE_INFINITY; i < rows.n; i++) {
    if (scores[i] < threshold || rows.near[i] === 1 || i - last < FALSE_ALARM_ROWS) continue
    falseAlarms++
    last = i
  }
  return { events, found, falseAlarms, weeks: rows.weeks }
}

/** `{ f1, recall, precision, faPerWeek }` of summed parts. */
export function eventFigures(parts) {
  const [events, found, falseAlarms, weeks] = ['events', 'found', 'falseAlarms', 'weeks'].map((key) =>
    parts.reduce((sum, part) => sum + part[key], 0),
  )
  const recall = events ? found / events : 0
  const precision = found + falseAlarms ? found / (found + falseAlarms) : 0
  const f1 = recall + precision ? (2 * recall * precision) / (recall + precision) : 0
  return { f1, recall, precision, faPerWeek: falseAlarms / weeks }
}

/** F1 of events at the best single threshold of a set. */
export function bestF1(judged) {
  const values = Float64Array.from(judged.flatMap(({ scores }) => [...scores].filter((x) => x > 0))).sort()
  let best = 0
  for (let q = 0; q < 80 && values.length > 0; q++) {
    const at = Math.floor(values.length * (1 - 10 ** (-0.2 - q * 0.06)))
    const threshold = values[Math.min(values.length - 1, at)]
    best = Math.max(best, eventFigures(judged.map((one) => eventParts(one, threshold))).f1)
  }
  return best
}

/** NAB's standard score of a set: threshold optimised over the set, and at 0.5. Scores below `least` are not looked at. */
export function nabScores(judged, least = 0) {
  const points = []
  let [base, scorable, labelled] = [0, 0, 0]
  for (const { series, rows, scores } of judged) {
    const seen = new Set()
    for (let i = rows.first; i < rows.n; i++) {
      const window = rows.inWindow[i]
      if (window >= 0) seen.add(window)
      if (scores[i] > least) points.push([scores[i], rows.weight[i], window < 0 ? -1 : base + window])
    }
    base += series.windows.length
    labelled += series.windows.length
    scorable += seen.size
  }
  points.sort((a, b) => b[0] - a[0])
  return sweep(points, scorable, labelled)
}

function sweep(points, scorable, labelled) {
  const { fn, fp } = NAB_PROFILE
  const best = new Map()
  let raw = -fn * scorable
  let [top, fixed, previous] = [raw, raw, Number.POSITIVE_INFINITY]
  for (const [score, weight, window] of points) {
    if (score !== previous) {
      top = Math.max(top, raw)
      if (previous >= 0.5) fixed = raw
      previous = score
    }
    if (window < 0) raw += fp * weight
    else {
      const gain = Math.max(-fn, weight)
      const had = best.get(window) ?? -fn
      if (gain > had) raw += gain - had
      if (gain > had || !best.has(window)) best.set(window, Math.max(gain, had))
    }
  }
  top = Math.max(top, raw)
  if (previous >= 0.5) fixed = raw
  const norm = (x) => (100 * (x + fn * scorable)) / (labelled + fn * scorable)
  return { standard: norm(top), standardFixed: norm(fixed) }
}

/** What one series adds to NAB's raw standard score at threshold 0.5, its windows in scored rows, and its windows. */
export function nabShare({ series, rows, scores }) {
  if (series.set !== 'nab') return { raw: 0, scorable: 0, labelled: 0 }
  const best = new Map()
  let raw = 0
  for (let i = rows.first; i < rows.n; i++) {
    const window = rows.inWindow[i]
    const weight = rows.weight[i]
    if (window >= 0 && !best.has(window)) best.set(window, -NAB_PROFILE.fn)
    if (scores[i] < 0.5) continue
    if (window < 0) raw += NAB_PROFILE.fp * weight
    else best.set(window, Math.max(best.get(window), weight))
  }
  for (const gain of best.values()) raw += gain
  return { raw, scorable: best.size, labelled: series.windows.length }
}
