import type { Forecast } from '@eyenet/shared/api'

const HOUR = 3_600
const DAY = 86_400

/** "within the hour", "31 h", "12 days", "5 months": no forecast is more exact than that. */
export function untilText(seconds: number): string {
  if (seconds < HOUR) return 'within the hour'
  if (seconds < 2 * DAY) return `${Math.round(seconds / HOUR)} h`
  if (seconds < 60 * DAY) return `${Math.round(seconds / DAY)} days`
  return seconds < 330 * DAY ? `${Math.round(seconds / DAY / 30.4)} months` : 'about a year'
}

/** "9 to 16 days": where it lies in nine of ten cases. */
export function rangeText({ lower, upper }: Pick<Forecast, 'lower' | 'upper'>): string {
  if (lower === undefined) return ''
  if (upper === undefined) return `${untilText(lower)} or later`
  const [from, to] = [untilText(lower), untilText(upper)]
  if (from === to) return `${from} in any case`
  const [, unit] = from.split(' ')
  return unit !== undefined && to.endsWith(` ${unit}`)
    ? `${from.slice(0, -unit.length - 1)} to ${to}`
    : `${from} to ${to}`
}

/** How soon it is full, by shape and word; quiet where there is time. */
export function forecastState(seconds: number | undefined): 'critical' | 'warning' | 'quiet' {
  if (seconds === undefined || seconds >= 14 * DAY) return 'quiet'
  return seconds < 2 * DAY ? 'critical' : 'warning'
}

export function forecastName({ kind, name, direction }: Pick<Forecast, 'kind' | 'name' | 'direction'>): string {
  if (kind === 'interface') return `${name} ${direction ?? ''}`.trim()
  return name === '' ? 'Memory' : name
}

export const KIND_WORDS: Readonly<Record<Forecast['kind'], string>> = {
  storage: 'storage',
  memory: 'memory',
  interface: 'interface, busy hours',
}

/** "+0.8 % a day". */
export function growthText(perDay: number): string {
  const percent = perDay * 100
  const size = Math.abs(percent)
  const text = size < 0.05 ? '<0.1' : size.toFixed(size >= 9.95 ? 0 : 1).replace(/\.0$/, '')
  return `${percent < 0 ? '−' : '+'}${text}\u00a0% a day`
}
