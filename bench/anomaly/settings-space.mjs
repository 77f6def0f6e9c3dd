// Settings of the detector drawn at random, with the seeded generator of the search.
import { SHIPPED_TUNING } from '../../shared/dist/judge/judge.js'

/** Numbers from 0 to 1, the same for the same seed (a linear congruential generator, Numerical Recipes). */
export function randomNumbers(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Least and largest value of every number that is tried; `log`: drawn evenly on a logarithmic scale. */
const RANGES = {
  baseShare: [3e-4, 6e-3, 'log'],
  intervalPower: [0, 0.8],
  alarmsPerMonth: [4, 4],
  needSlope: [0.8, 2],
  needSlopeAbove: [0.9, 0.9],
  needShape: [-0.2, 0.15],
  needCap: [1.5, 5],
  needWeight: [50, 1500, 'log'],
  blockHours: [1, 4, 'log'],
  youngNeed: [0, 4],
  youngDays: [1, 7, 'log'],
  tailStart: [0.35, 0.85],
  tailIndex: [0.1, 0.35],
  tailIndexWeight: [5, 200, 'log'],
  shareWeight: [3, 100, 'log'],
  second: [0, 0.6],
  fastRows: [6, 24],
  weekRows: [700, 4000, 'log'],
  profileRate: [0.03, 0.3, 'log'],
  weekRate: [0.05, 0.3, 'log'],
  levelRows: [4, 48, 'log'],
  floor: [0.02, 0.2, 'log'],
  seasonFloor: [0, 0.3],
  logFloor: [0.03, 0.3, 'log'],
  shortByHour: [0.1, 0.6],
  shortOfLate: [0.02, 0.4],
  shortWeight: [0.3, 1.5, 'log'],
  rangeRate: [1e-6, 1e-3, 'log'],
  holdHours: [2, 24, 'log'],
  holdFactor: [1.05, 2],
  holdExtend: [0, 1],
  warmRows: [24, 100],
}
/** The same for the members' bounds, and how often a member is silent. */
const BOUNDS = {
  day: [3, 6, 0.1],
  week: [3, 6.5, 0.1],
  short: [3, 7, 0.1],
  range: [1.02, 1.7, 0.1],
  season: [4, 10, 0.1],
  level: [2.5, 8, 0.2],
  flat: [1, 1, 0],
  log: [3, 7, 0.2],
}

/** A setting from anywhere in the space. */
export function drawnSetting(random) {
  const setting = { ...SHIPPED_TUNING, alarmsPerMonth: 1, bounds: {} }
  for (const [name, [least, most, scale]] of Object.entries(RANGES)) setting[name] = drawn(random, [least, most, scale])
  for (const [name, [least, most, silent]] of Object.entries(BOUNDS)) {
    setting.bounds[name] = random() < silent ? 0 : drawn(random, [least, most])
  }
  setting.holdExtend = Math.round(setting.holdExtend)
  return setting
}

/** What decides how a sample is observed; the other numbers decide how that is judged. */
const OBSERVING = [
  'fastRows',
  'weekRows',
  'middleHours',
  'profileRate',
  'weekRate',
  'levelRows',
  'floor',
  'logFloor',
  'rangeRate',
]

/** `judging`, observing as `observing` does. */
export function observedAs(judging, observing) {
  const same = Object.fromEntries(OBSERVING.map((name) => [name, observing[name]]))
  return { ...judging, ...same }
}

/** A setting near another: each number moves by a share of its range, seldom a member falls silent or speaks. */
export function nearSetting(random, setting, width = 0.1) {
  const near = { ...SHIPPED_TUNING, ...setting, bounds: { ...SHIPPED_TUNING.bounds, ...setting.bounds, flat: 1 } }
  for (const [name, [least, most, scale]] of Object.entries(RANGES)) {
    if (random() < 0.5) near[name] = moved(random, near[name], [least, most, scale, width])
  }
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    if (least === most) continue
    if (random() < 0.05) near.bounds[name] = setting.bounds[name] === 0 ? drawn(random, [least, most]) : 0
    else if (random() < 0.5 && setting.bounds[name] > 0) {
      near.bounds[name] = moved(random, setting.bounds[name], [least, most, 'even', width])
    }
  }
  near.holdExtend = Math.round(near.holdExtend)
  return near
}

function drawn(random, [least, most, scale]) {
  return scale === 'log' ? least * (most / least) ** random() : least + (most - least) * random()
}

function moved(random, value, [least, most, scale, width]) {
  const step = (random() + random() - 1) * width * 2
  const next = scale === 'log' ? value * (most / least) ** step : value + (most - least) * step
  return Math.min(most, Math.max(least, next))
}

/** The setting as one flat record of rounded numbers, for a table. */
export function settingColumns({ bounds, ...numbers }) {
  const round = (record) =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => [key, value === null ? '' : Number(value.toPrecision(4))]),
    )
  return { ...round(numbers), ...round(bounds) }
}
