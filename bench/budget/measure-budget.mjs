// Alarms on normal weeks against the budget asked for, and how soon faults are seen that are put into them.
import { againstBudget, DAY_MS, judgeSeries, WEEK_MS } from './judge-series.mjs'

/** A Monday, so that a week learnt from here ends with a Sunday. */
export const MONDAY = Date.UTC(2026, 1, 2)
const EVERY_MS = 300_000
const HOUR_MS = 3_600_000

/**
 * Normal weeks at one budget. Gives per kind of series `{ series, alarms, factor, worst }`, per week the alarms, all
 * together, and the Monday morning after the first week.
 */
export function measureBudget({ judge, series, weeks, perMonth, everyMs = EVERY_MS, startedAt = MONDAY }) {
  const kinds = new Map()
  for (const { kind } of series) {
    const row = kinds.get(kind) ?? { series: 0, alarms: 0, reasons: {} }
    row.series++
    kinds.set(kind, row)
  }
  const perWeek = Array.from({ length: weeks }, () => 0)
  const perSeries = new Map()
  const monday = { alarms: 0, keys: [] }
  let raises = 0
  const settings = { ...judge.DEFAULT_JUDGE_SETTINGS, alarmsPerMonth: perMonth }
  judgeSeries({
    ...{ judge, series, startedAt, everyMs, settings, ticks: (weeks * WEEK_MS) / everyMs },
    onRow({ at, tick, score, change, reason }) {
      if (score >= 0.5) raises++
      if (change !== 1) return
      const { kind, key } = series[at]
      const row = kinds.get(kind)
      row.alarms++
      const word = judge.REASONS[reason]
      row.reasons[word] = (row.reasons[word] ?? 0) + 1
      const since = tick * everyMs
      perWeek[Math.floor(since / WEEK_MS)]++
      perSeries.set(key, (perSeries.get(key) ?? 0) + 1)
      if (since >= WEEK_MS + 5 * HOUR_MS && since < WEEK_MS + 13 * HOUR_MS) {
        monday.alarms++
        monday.keys.push(`${key}: ${word}`)
      }
    },
  })
  const days = weeks * 7
  const of = (count, alarms) => againstBudget({ alarms, series: count, days, perMonth })
  const alarms = perWeek.reduce((sum, count) => sum + count, 0)
  const later = perWeek.slice(1).reduce((sum, count) => sum + count, 0)
  return {
    perMonth,
    all: of(series.length, alarms),
    /** Without the first week, in which everything is new. */
    learnt: againstBudget({ alarms: later, series: series.length, days: days - 7, perMonth }),
    raises,
    perWeek,
    monday: { ...monday, usual: (perMonth * series.length * 8 * HOUR_MS) / (30 * DAY_MS) },
    kinds: [...kinds].map(([kind, row]) => ({ kind, ...row, ...of(row.series, row.alarms) })),
    most: [...perSeries].sort((left, right) => right[1] - left[1]).slice(0, 8),
  }
}

/** Faults by name: what a sample becomes, from what is usual at most and from the last sample before. */
const FAULTS = {
  "surge to 1.5 x the week's most": ({ most }, value) => Math.max(value, 1.5 * most),
  "surge to 2 x the week's most": ({ most }, value) => Math.max(value, 2 * most),
  "surge to 3 x the week's most": ({ most }, value) => Math.max(value, 3 * most),
  "surge to 5 x the week's most": ({ most }, value) => Math.max(value, 5 * most),
  'flat line at 0': () => 0,
  'flat line at the last value': ({ last }) => last,
}
const FAULT_TICKS = 12
const WITHIN_TICKS = 3

/**
 * Puts each fault into each series that moves at one random time after `weeks` normal weeks, and counts what is flagged
 * within three ticks. Gives `[{ fault, found, of }]`, and the same by kind of series.
 */
export function measureFaults({ judge, series, weeks, perMonth, everyMs = EVERY_MS, seed = 1, startedAt = MONDAY }) {
  const ticks = Math.ceil(((weeks + 1) * WEEK_MS) / everyMs)
  const learnt = Math.floor((weeks * WEEK_MS) / everyMs)
  const random = randomOf(seed)
  const moving = series.filter((one) => movementOf(one, { startedAt, everyMs }) > 0)
  const settings = { ...judge.DEFAULT_JUDGE_SETTINGS, alarmsPerMonth: perMonth }
  return Object.entries(FAULTS).map(([fault, become]) => {
    const begins = moving.map(() => learnt + Math.floor(random() * (ticks - learnt - FAULT_TICKS)))
    const seen = moving.map(() => ({ most: 0, last: 0, isFound: false, isHidden: false }))
    judgeSeries({
      ...{ judge, series: moving, startedAt, everyMs, ticks, settings },
      changed(at, tick, value) {
        const past = seen[at]
        const into = tick - begins[at]
        if (into < 0) {
          if (Number.isNaN(value)) return value
          // The most of a usual week: seldom peaks are no measure of it.
          past.most = Math.max(past.most * 0.9995, value)
          past.last = value
          return value
        }
        return into < FAULT_TICKS ? become(past, value) : value
      },
      onRow({ at, tick, change, score }) {
        const into = tick - begins[at]
        if (into >= 0 && into < WITHIN_TICKS && (change === 1 || score >= 0.5)) seen[at].isFound = true
        // A verdict that lasts already when the fault begins cannot begin again.
        if (into === -1) seen[at].isHidden = true
      },
    })
    const kinds = {}
    moving.forEach(({ kind }, at) => {
      kinds[kind] ??= { found: 0, of: 0 }
      kinds[kind].of++
      if (seen[at].isFound) kinds[kind].found++
    })
    return { fault, found: seen.filter((one) => one.isFound).length, of: moving.length, kinds }
  })
}

/** Whether a series moves at all in its first day. */
function movementOf(one, { startedAt, everyMs }) {
  const isCounter = one.reading === 'counter'
  const values = new Set()
  let former = Number.NaN
  for (let tick = 0; tick < DAY_MS / everyMs; tick++) {
    const reading = one.valueAt(startedAt + tick * everyMs)
    const value = isCounter ? reading - former : reading
    former = reading
    if (!Number.isNaN(value)) values.add(value)
  }
  return values.size > 3 ? values.size : 0
}

/** mulberry32. */
function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
