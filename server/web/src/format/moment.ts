const two = (value: number): string => String(value).padStart(2, '0')

/** Local date and time as ISO 8601 writes them, without the zone: "2031-05-04 17:03:09". */
export function formatMoment(at: number): string {
  const date = new Date(at)
  return `${formatDay(at)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export function formatDay(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** "17:03" today, "4 May 17:03" in this year, "2030-05-04 17:03" else. */
export function formatShortMoment(at: number, now: number): string {
  const date = new Date(at)
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (formatDay(at) === formatDay(now)) return clock
  if (date.getFullYear() !== new Date(now).getFullYear()) return `${formatDay(at)} ${clock}`
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${clock}`
}

/** "17:03" today, "4 May" before: where room is scarce. */
export function formatBrief(at: number, now: number): string {
  if (formatDay(at) === formatDay(now)) return formatShortMoment(at, now)
  const date = new Date(at)
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`
}

export function formatClock(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
