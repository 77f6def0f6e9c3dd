import { formatGeneral } from './go-format.ts'

/** Numbers for people, as Prometheus' template functions write them (template/template.go). */

const LARGE = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const LARGE_1024 = ['', 'ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']
const SMALL = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const DIGITS = 4

const short = (value: number): string => formatGeneral(value, DIGITS)

/** 1234567 is `1.235M`, 0.00012 is `120u`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value)
  return Math.abs(value) >= 1 ? scaled(value, 1000, LARGE) : scaledDown(value)
}

/** 1048576 is `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value)
  return scaled(value, 1024, LARGE_1024)
}

/** Seconds: 3725 is `1h 2m 5s`, 0.012 is `12ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds)
  if (seconds === 0) return '0s'
  if (Math.abs(seconds) < 1) return `${scaledDown(seconds)}s`
  const whole = Math.trunc(Math.abs(seconds))
  const parts: readonly [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  const sign = seconds < 0 ? '-' : ''
  if (first === parts.length - 1) return `${short(seconds)}s`
  return (
    sign +
    parts
      .slice(first)
      .map(([count, unit]) => `${count}${unit}`)
      .join(' ')
  )
}

/** A ratio: 0.1234 is `12.34%`. */
export function humanizePercentage(ratio: number): string {
  return `${short(ratio * 100)}%`
}

/** Seconds since 1970 as a date in UTC. */
export function humanizeTimestamp(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return short(seconds)
  const [day = '', time = ''] = date.toISOString().split('T')
  return `${day} ${time.replace(/\.?0*Z$/, '')} +0000 UTC`
}

function scaled(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value
  let power = 0
  while (Math.abs(rest) >= base && power < prefixes.length - 1) {
    rest /= base
    power++
  }
  return `${short(rest)}${prefixes[power]}`
}

function scaledDown(value: number): string {
  let rest = value
  let power = 0
  while (Math.abs(rest) < 1 && power < SMALL.length - 1) {
    rest *= 1000
    power++
  }
  return `${short(rest)}${SMALL[power]}`
}
