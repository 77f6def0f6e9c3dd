const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const WEEK_DAYS = 7
const TURN = (2 * Math.PI) / DAY_MS
/** 1 January 1970 was a Thursday: the days since then, from Monday on. */
const MONDAY = 3
/** Mean of the bell over a day. */
const BELL_MEAN = 3 / 8
const WORKDAYS = [0.96, 1, 0.98, 0.97, 0.88] as const
/** Sunday is a little quieter than Saturday. */
const SUNDAY = 0.85

/** When a week is busy: the hour of the day's crest (UTC), and how much of a workday's rise Saturday has. */
export type WeekCurve = { readonly peakHour: number; readonly weekend: number }

/** The share of a full day's rise on the day that has its crest now; 0 is Monday. */
function shareOf(day: number, weekend: number): number {
  return WORKDAYS[day] ?? (day === 5 ? weekend : weekend * SUNDAY)
}

/** The day from one trough to the next, as a number since 1970, and the time in it. */
function dayAt(now: number, peakHour: number): { readonly day: number; readonly inside: number } {
  const shifted = now - (peakHour - 12) * HOUR_MS
  const day = Math.floor(shifted / DAY_MS)
  return { day, inside: shifted - day * DAY_MS }
}

const mondayBased = (day: number) => (((day + MONDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS

/** How busy it is, 0 to 1: 0 at night, 1 at the crest of the busiest day, a morning's rise between. */
export function busyness({ peakHour, weekend }: WeekCurve, now: number): number {
  const { day, inside } = dayAt(now, peakHour)
  const half = (1 - Math.cos(inside * TURN)) / 2
  return shareOf(mondayBased(day), weekend) * half * half
}

/** The integral of `busyness` over time since 1970, in milliseconds: a closed form, so that its cost does not grow. */
export function busyMs({ peakHour, weekend }: WeekCurve, now: number): number {
  const { day, inside } = dayAt(now, peakHour)
  const weeks = Math.floor((day + MONDAY) / WEEK_DAYS)
  const today = day + MONDAY - weeks * WEEK_DAYS
  let days = 0
  let week = 0
  for (let each = 0; each < WEEK_DAYS; each++) {
    const share = shareOf(each, weekend)
    week += share
    if (each < today) days += share
  }
  // ((1 - cos x) / 2)^2 = 3/8 - cos(x) / 2 + cos(2x) / 8
  const sine = Math.sin(inside * TURN) / (2 * TURN)
  const part = BELL_MEAN * inside - sine + Math.sin(2 * inside * TURN) / (16 * TURN)
  return (weeks * week + days) * BELL_MEAN * DAY_MS + shareOf(today, weekend) * part
}
