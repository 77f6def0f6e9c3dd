import { bursts, type DayShape, dayCurve, type Making, SHAPES, spikes, wander, weekday } from './made-parts.ts'

type Maker = (making: Making) => Float64Array

/** A value for each sample. */
function each({ times }: Making, valueAt: (at: number, time: number) => number): Float64Array {
  return times.map((time, at) => valueAt(at, time))
}

/** Traffic in bits per second: what people do by day and week, times what wanders, plus what never sleeps and bursts. */
function traffic(shape: DayShape, wildness: number): Maker {
  return (making) => {
    const { random } = making
    const top = random.spread(1e5, 5e9)
    const idle = random.between(0.01, 0.3)
    const curve = dayCurve(shape, random)
    const slow = wander(making, { hours: random.between(0.5, 6), size: wildness * random.between(0.1, 0.4) })
    const grain = wildness * random.spread(0.02, 0.4)
    const burst = bursts(making, { perDay: wildness * random.spread(0.05, 6), minutes: random.spread(1, 40) })
    return each(making, (at, time) => {
      const level = idle + (1 - idle) * curve(time)
      const noise = Math.exp((slow[at] ?? 0) + grain * random.normal())
      return top * level * noise + top * (burst[at] ?? 0)
    })
  }
}

/** A share of a hundred that follows load and never leaves 0 to 100. */
const load: Maker = (making) => {
  const { random } = making
  const base = random.spread(1, 40)
  const swing = random.spread(1, 40)
  const curve = dayCurve(random.unit() < 0.5 ? SHAPES.office : SHAPES.centre, random)
  const slow = wander(making, { hours: random.between(0.2, 4), size: random.spread(0.5, 6) })
  const grain = random.spread(0.3, 6)
  const jobs = bursts(making, { perDay: random.spread(0.1, 8), minutes: random.spread(1, 20) })
  return each(making, (at, time) =>
    bounded(base + swing * curve(time) + (slow[at] ?? 0) + grain * random.normal() + 30 * (jobs[at] ?? 0), 0, 100),
  )
}

/** Work that runs at the same minute every hour or day. */
const schedule: Maker = (making) => {
  const { random } = making
  const every = (random.unit() < 0.5 ? 1 : random.unit() < 0.5 ? 6 : 24) * 3_600_000
  const from = random.unit() * every
  const lasts = Math.max(making.intervalMs * 2, every * random.spread(0.02, 0.3))
  const [quiet, busy] = [random.spread(1, 100), random.spread(50, 5_000)]
  const grain = random.spread(0.01, 0.2)
  return each(making, (_, time) => {
    const isBusy = (((time - from) % every) + every) % every < lasts
    return (isBusy ? quiet + busy : quiet) * (1 + grain * random.normal())
  })
}

/** Memory or disk in use: it fills up in steps or slowly, and falls when something is cleared. */
const filling: Maker = (making) => {
  const { random } = making
  const top = random.spread(1e8, 1e13)
  const perDay = random.spread(0.002, 0.15)
  const clears = random.unit() < 0.7 ? random.between(0.3, 6) : 0
  const grain = random.spread(1e-5, 5e-3)
  let share = random.between(0.1, 0.7)
  return each(making, () => {
    share += ((perDay * making.intervalMs) / 86_400_000) * (0.5 + random.unit())
    if (share > 0.92 || (clears > 0 && random.unit() < (clears * making.intervalMs) / 86_400_000)) {
      share *= random.between(0.4, 0.95)
    }
    return top * (share + grain * random.normal())
  })
}

/** Degrees: the room's day, the load, sluggish, in small steps. */
const temperature: Maker = (making) => {
  const { random } = making
  const base = random.between(18, 65)
  const curve = dayCurve(SHAPES.sun, random)
  const swing = random.spread(0.3, 8)
  const slow = wander(making, { hours: random.between(2, 24), size: random.spread(0.2, 2) })
  const grain = random.spread(0.02, 0.5)
  return each(making, (at, time) => base + swing * curve(time) + (slow[at] ?? 0) + grain * random.normal())
}

/** Round-trip time in seconds: a floor that routes change, queueing by the hour, a long tail. */
const latency: Maker = (making) => {
  const { random } = making
  const floor = random.spread(0.0005, 0.2)
  const curve = dayCurve(random.unit() < 0.6 ? SHAPES.evening : SHAPES.office, random)
  const queueing = random.spread(0.02, 1)
  const tail = random.spread(0.02, 0.5)
  const routes = bursts(making, { perDay: random.spread(0.05, 1), minutes: random.spread(60, 600) })
  return each(making, (at, time) => {
    const wait = queueing * curve(time) * -Math.log(1 - random.unit()) * 0.3
    return floor * (1 + wait + tail * -Math.log(1 - random.unit()) + 0.3 * (routes[at] ?? 0))
  })
}

/** Errors per second: nothing most of the time, then some. */
const errors: Maker = (making) => {
  const { random } = making
  const rate = random.spread(0.01, 1)
  const wave = bursts(making, { perDay: random.spread(0.1, 3), minutes: random.spread(3, 60) })
  return each(making, (at) => {
    const chance = rate * (0.05 + 3 * (wave[at] ?? 0))
    return random.unit() < chance ? Math.ceil(-Math.log(1 - random.unit()) * 5) / 60 : 0
  })
}

/** Waiting messages, connections, clients: whole numbers that come and go. */
const queue: Maker = (making) => {
  const { random } = making
  const curve = dayCurve(random.unit() < 0.5 ? SHAPES.office : SHAPES.evening, random)
  const many = random.spread(2, 2_000)
  const slow = wander(making, { hours: random.between(0.5, 4), size: random.between(0.05, 0.3) })
  return each(making, (at, time) => {
    const mean = many * (0.05 + curve(time)) * Math.exp(slow[at] ?? 0)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  })
}

/** Voltages, fan speeds, uptimes of links: almost still. */
const steady: Maker = (making) => {
  const { random } = making
  const value = random.spread(0.5, 20_000)
  const grain = random.unit() < 0.4 ? 0 : random.spread(1e-5, 0.02)
  const step = random.spread(0.001, 0.02) * value
  const rare = random.unit() < 0.5 ? 0 : random.spread(0.001, 0.05)
  return each(making, () => {
    const off = random.unit() < rare ? step * (random.unit() < 0.5 ? -1 : 1) : 0
    return value * (1 + grain * random.normal()) + off
  })
}

/** Something with two states of its own, such as a heater or a backup link. */
const switching: Maker = (making) => {
  const { random } = making
  const [low, high] = [random.spread(1, 50), random.spread(60, 500)]
  const hours = random.spread(0.5, 12)
  const grain = random.spread(0.002, 0.1)
  let isHigh = random.unit() < 0.5
  return each(making, () => {
    if (random.unit() < making.intervalMs / (hours * 3_600_000)) isHigh = !isHigh
    return (isHigh ? high : low) * (1 + grain * random.normal())
  })
}

/** A value that goes where it likes, such as a signal's level. */
const roaming: Maker = (making) => {
  const { random } = making
  const middle = random.between(-90, -40)
  const slow = wander(making, { hours: random.spread(0.5, 48), size: random.spread(0.5, 6) })
  const grain = random.spread(0.05, 3)
  return each(making, (at) => middle + (slow[at] ?? 0) + grain * random.normal())
}

/** Requests per second of a service: days, and single peaks that belong to it. */
const requests: Maker = (making) => {
  const { random } = making
  const curve = dayCurve(weekday(random), random)
  const many = random.spread(1, 5_000)
  const peak = spikes(making, { perDay: random.spread(0.05, 4), size: random.spread(0.3, 2) })
  const grain = random.spread(0.03, 0.3)
  return each(
    making,
    (at, time) => many * Math.max(0, 0.1 + curve(time) * (1 + grain * random.normal()) + (peak[at] ?? 0)),
  )
}

export const MAKERS = {
  'office-traffic': traffic(SHAPES.office, 1),
  'centre-traffic': traffic(SHAPES.centre, 0.5),
  'home-traffic': traffic(SHAPES.evening, 2.5),
  load,
  schedule,
  latency,
  requests,
  filling,
  temperature,
  errors,
  queue,
  steady,
  switching,
  roaming,
} as const satisfies Readonly<Record<string, Maker>>

export type MadeKind = keyof typeof MAKERS

function bounded(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
