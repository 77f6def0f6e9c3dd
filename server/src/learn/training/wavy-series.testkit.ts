import { Random } from './random.ts'
import type { TrainingSeries } from './training-job.ts'

const STEP_MS = 300_000
const DAY_MS = 86_400_000
/** A Monday. */
const FIRST_MS = Date.UTC(2026, 0, 5)

/** A series of days with noise, a sample each five minutes; `gaps`: one in two hundred did not come. */
export function wavySeries({
  days,
  seed,
  gaps = false,
}: {
  days: number
  seed: number
  gaps?: boolean
}): TrainingSeries {
  const random = new Random(seed)
  const rows = (days * DAY_MS) / STEP_MS
  const times = Float64Array.from({ length: rows }, (_, at) => FIRST_MS + at * STEP_MS)
  const [height, noise] = [random.spread(10, 1_000), random.between(0.05, 0.2)]
  const values = times.map((time) => {
    if (gaps && random.unit() < 0.005) return Number.NaN
    return height * (2 + Math.sin((2 * Math.PI * (time % DAY_MS)) / DAY_MS) + noise * random.normal())
  })
  return { key: `wavy-${seed}`, times, values, incidents: [], feedback: [] }
}
