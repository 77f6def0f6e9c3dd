import { hash32, smoothNoise, unitNoise } from './noise.ts'
import { busyness } from './week-curve.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

/** The value of a gauge at a time (milliseconds since 1970), of a series that this seed makes. */
export type NormalGauge = (seed: number) => (now: number) => number

/** About a normal distribution's: mean 0, standard deviation 1, from a new minute's hash. */
export function gaussian(seed: number, now: number): number {
  const minute = Math.floor(now / MINUTE_MS)
  let sum = 0
  for (let at = 0; at < 4; at++) sum += unitNoise(seed + 101 * at, minute)
  return (sum - 2) * 1.732
}

/** At least 1, and beyond x with probability x^-shape (Pareto): what queues and waits do. */
function heavy(seed: number, now: number, shape: number): number {
  return (1 - unitNoise(seed, Math.floor(now / MINUTE_MS))) ** (-1 / shape)
}

/** A number for the series between two bounds. */
const choice = (seed: number, which: number, [low, high]: readonly [number, number]) =>
  low + (high - low) * unitNoise(seed, which)

const weekOf = (seed: number) => ({
  peakHour: choice(seed, 1, [9, 16]),
  weekend: choice(seed, 2, [0.1, 0.8]),
})

/** Round-trip time to a host: a base, busier in the day, lognormal jitter, and one in a hundred with a queue. */
const latency: NormalGauge = (seed) => {
  const week = weekOf(seed)
  const base = 0.001 * choice(seed, 3, [0.3, 1]) * 60 ** unitNoise(seed, 4)
  const queues = choice(seed, 5, [0.002, 0.015])
  return (now) => {
    const usual = base * (1 + 0.35 * busyness(week, now)) * Math.exp(0.06 * gaussian(seed, now))
    const isQueued = unitNoise(seed + 5, Math.floor(now / MINUTE_MS)) < queues
    return isQueued ? usual * Math.min(30, heavy(seed + 6, now, 1.6)) : usual
  }
}

/** Requests per second of a service: Poisson-like noise on a curve of the week. */
const requests: NormalGauge = (seed) => {
  const week = weekOf(seed)
  const peak = 3 * 100 ** unitNoise(seed, 3)
  return (now) => {
    const mean = peak * (0.08 + 0.92 * busyness(week, now)) * (0.9 + 0.2 * smoothNoise(seed, now, 5 * HOUR_MS))
    return Math.max(0, mean + Math.sqrt(mean / 60) * 2 * gaussian(seed + 7, now))
  }
}

/** Clients of an access point, sessions of a firewall: whole numbers, 0 at night. */
const clients: NormalGauge = (seed) => {
  const week = weekOf(seed)
  const peak = choice(seed, 3, [4, 90])
  return (now) => {
    const mean = peak * busyness(week, now) * (0.8 + 0.4 * smoothNoise(seed, now, 2 * HOUR_MS))
    return Math.max(
      0,
      Math.round(mean + 0.5 * Math.sqrt(mean) * gaussian(seed + 7, Math.floor(now / 900_000) * 900_000)),
    )
  }
}

/** A value in coarse steps that rarely moves: the charge of a battery, the signal of a transceiver. */
const coarse: NormalGauge = (seed) => {
  const middle = choice(seed, 3, [20, 99])
  return (now) => Math.round(middle + 0.7 * gaussian(seed, Math.floor(now / HOUR_MS) * HOUR_MS) * unitNoise(seed, 4))
}

/** What never changes: a nominal voltage, a memory's size, a port without a cable. */
const constant: NormalGauge = (seed) => {
  const value = unitNoise(seed, 3) < 0.5 ? 0 : Math.round(choice(seed, 4, [1, 5_000]))
  return () => value
}

/** Memory of a process: it grows for some days, is cut back, and grows again. */
const sawtooth: NormalGauge = (seed) => {
  const period = choice(seed, 3, [0.4, 4]) * DAY_MS
  const base = choice(seed, 4, [1, 8]) * 2 ** 30
  const rise = choice(seed, 5, [0.1, 0.6])
  return (now) => {
    const tooth = Math.floor(now / period)
    const part = now / period - tooth
    return base * (1 + rise * part * (0.9 + 0.2 * unitNoise(seed + 9, tooth)) + 0.004 * gaussian(seed, now))
  }
}

/** A disk: what a day writes is rotated away each night, what a week adds is cleaned up on Sunday; a little stays. */
const disk: NormalGauge = (seed) => {
  const size = choice(seed, 3, [0.1, 4]) * 1e12
  const used = choice(seed, 4, [0.3, 0.7])
  const ofDay = choice(seed, 5, [0.0005, 0.006])
  const ofWeek = choice(seed, 6, [0.0005, 0.004])
  const perYear = choice(seed, 7, [0, 0.08])
  const nightly = choice(seed, 8, [1, 4]) * HOUR_MS
  return (now) => {
    const day = (now - nightly) / DAY_MS
    const week = (now - nightly - 3 * DAY_MS) / WEEK_MS
    const grown = ofDay * (day - Math.floor(day)) + ofWeek * (week - Math.floor(week))
    const years = (now - Date.UTC(2026, 0, 1)) / (365 * DAY_MS)
    return size * Math.min(1, used + grown + perYear * years + 0.00005 * gaussian(seed, now))
  }
}

/** Errors, drops, retries per second: none for hours, then a few. */
const sparse: NormalGauge = (seed) => {
  const often = choice(seed, 3, [0.002, 0.06])
  return (now) => {
    const minute = Math.floor(now / MINUTE_MS)
    const isBad = smoothNoise(seed, now, 3 * HOUR_MS) > 0.8
    if (unitNoise(seed + 3, minute) > often * (isBad ? 5 : 1)) return 0
    return Math.ceil(Math.min(40, heavy(seed + 4, now, 1.8))) / 60
  }
}

/** Traffic of a nightly job: at the same time give or take minutes, about as long, about as fast; little else. */
const nightly: NormalGauge = (seed) => {
  const begins = choice(seed, 3, [0, 5]) * HOUR_MS
  const lasts = choice(seed, 4, [15, 150]) * MINUTE_MS
  const speed = 1e6 * choice(seed, 5, [1, 80])
  return (now) => {
    const day = Math.floor(now / DAY_MS)
    const start = begins + 4 * MINUTE_MS * unitNoise(seed + 1, day)
    const end = start + lasts * (0.9 + 0.2 * unitNoise(seed + 2, day))
    const at = now - day * DAY_MS
    const idle = speed * 0.002 * Math.exp(0.4 * gaussian(seed, now))
    return at >= start && at < end ? speed * (0.85 + 0.1 * unitNoise(seed + 3, day) + 0.03 * gaussian(seed, now)) : idle
  }
}

/** A temperature: a room's day, a processor's noise, and weather that wanders over weeks; to half a degree. */
const temperature: NormalGauge = (seed) => {
  const middle = choice(seed, 3, [18, 60])
  const swing = choice(seed, 4, [0.5, 5])
  return (now) => {
    const daily = swing * busyness({ peakHour: 15, weekend: 0.7 }, now)
    const weather = 4 * smoothNoise(seed, now, 9 * DAY_MS) + 1.5 * smoothNoise(seed + 1, now, 29 * HOUR_MS)
    return Math.round(2 * (middle + daily + weather + 0.4 * gaussian(seed, now))) / 2
  }
}

/** Wanders without a day or a week, and comes back. */
const wandering: NormalGauge = (seed) => {
  const middle = choice(seed, 3, [10, 1_000])
  const hours = choice(seed, 4, [1, 20]) * HOUR_MS
  return (now) => {
    const slow = smoothNoise(seed, now, hours) + 0.5 * smoothNoise(seed + 1, now, hours / 7)
    return middle * (0.6 + 0.4 * slow + 0.02 * gaussian(seed, now))
  }
}

/** A desk's port: near silence, and downloads of all sizes in working hours (lognormal, on and off). */
const desk: NormalGauge = (seed) => {
  const week = { peakHour: choice(seed, 1, [10, 15]), weekend: choice(seed, 2, [0, 0.15]) }
  const scale = 2e4 * 10 ** unitNoise(seed, 3)
  return (now) => {
    const share = busyness(week, now)
    const block = Math.floor(now / (10 * MINUTE_MS))
    const isOn = unitNoise(seed + 3, block) < 0.1 + 0.8 * share
    const idle = 300 * Math.exp(0.3 * gaussian(seed, now))
    return isOn ? idle + scale * (0.05 + share) * Math.exp(1.1 * gaussian(seed + 4, now)) : idle
  }
}

/** A processor: a curve of the week, noise, and jobs that take it for a while. */
const processor: NormalGauge = (seed) => {
  const week = weekOf(seed)
  const base = choice(seed, 3, [0.02, 0.3])
  const rise = choice(seed, 4, [0.05, 0.4])
  const jobs = choice(seed, 5, [0.01, 0.06])
  return (now) => {
    const isJob = hash32(seed + 8, Math.floor(now / (7 * MINUTE_MS))) / 2 ** 32 < jobs
    const job = isJob ? 0.25 * unitNoise(seed + 9, Math.floor(now / (7 * MINUTE_MS))) : 0
    const noise = 0.02 * gaussian(seed, now) + 0.04 * smoothNoise(seed, now, HOUR_MS)
    return Math.min(1, Math.max(0, base + rise * busyness(week, now) + job + noise))
  }
}

/** What a monitored site has besides the simulated devices' own objects, by kind. */
export const NORMAL_FAMILIES: Readonly<Record<string, NormalGauge>> = {
  ...{ latency, requests, clients, coarse, constant, sawtooth, disk, sparse, nightly },
  ...{ temperature, wandering, desk, processor },
}
