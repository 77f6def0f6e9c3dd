// Series without an anomaly, drawn with a seed: what the budget of false alarms is measured on.
import { normalWeeks } from '../../agent/dist/simulate/normal-weeks.js'
import { RateMeter } from '../../shared/dist/judge/judge.js'
import { randomNumbers } from './settings-space.mjs'

const START_MS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000

/** How each kind makes its values: `(gauss, uniform) => (timeMs) => value`. */
const KINDS = {
  even: (gauss) => () => gauss(),
  heavy: (gauss) => () => gauss() / Math.sqrt((gauss() ** 2 + gauss() ** 2 + gauss() ** 2) / 3),
  skewed: (gauss) => () => Math.exp(gauss()),
  slow: (gauss) => {
    let level = 0
    return () => {
      level = 0.95 * level + gauss()
      return level
    }
  },
  busy: (gauss) => (time) => 10 + 8 * workload(time) + gauss() * (0.5 + 0.5 * workload(time)),
  traffic: (gauss) => {
    let level = 0
    return (time) => {
      level = 0.8 * level + 0.3 * gauss()
      return 1e6 * Math.exp(level) * (1 + 6 * workload(time))
    }
  },
  counts: (_gauss, uniform) => () => {
    let [count, left] = [0, uniform()]
    for (let share = Math.exp(-2); left > share && count < 50; share *= 2 / count) {
      left -= share
      count++
    }
    return count
  },
}

/** Highest at two in the afternoon; a third of it at weekends. */
function workload(time) {
  const hour = (time % DAY_MS) / 3_600_000
  const isWeekend = [0, 6].includes(new Date(time).getUTCDay())
  return (isWeekend ? 0.3 : 1) * Math.exp(-((hour - 14) ** 2) / 18)
}

/** `[{ name, times, values }]`: `each` series of every kind, `days` long. */
export function normalSeries({ seed = 1, each = 2, days = 35, intervalMs = 300_000 } = {}) {
  const uniform = randomNumbers(seed)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const rows = Math.floor((days * DAY_MS) / intervalMs)
  return Object.entries(KINDS).flatMap(([name, kind]) =>
    Array.from({ length: each }, () => {
      const next = kind(gauss, uniform)
      const times = Float64Array.from({ length: rows }, (_, i) => START_MS + i * intervalMs)
      return { name, times, values: times.map((time) => next(time)) }
    }),
  )
}

/** `[{ name, times, values }]` of the simulator's normal weeks, of as many kinds as there are; counters as rates. */
export function simulatedSeries({ seed = 3, count = 16, weeks = 6, intervalMs = 300_000 } = {}) {
  const rows = (weeks * 7 * DAY_MS) / intervalMs
  return spread(normalWeeks({ seed, startedAt: START_MS, others: 40 }), count).map((one) => {
    const meter = new RateMeter(1)
    const times = Float64Array.from({ length: rows }, (_, i) => START_MS + i * intervalMs)
    const values = times.map((time) =>
      one.reading === 'counter' ? meter.rate(0, time, one.valueAt(time)) : one.valueAt(time),
    )
    return { name: one.kind, times, values }
  })
}

/** One of every kind, then the next of every kind, until there are enough. */
function spread(series, count) {
  const names = [...new Set(series.map(({ kind }) => kind))]
  const kinds = names.map((name) => series.filter(({ kind }) => kind === name))
  const chosen = []
  for (let turn = 0; chosen.length < count && kinds.some((kind) => kind.length > turn); turn++) {
    for (const kind of kinds) if (kind.length > turn && chosen.length < count) chosen.push(kind[turn])
  }
  return chosen
}
