import type { MetricUnit } from '@eyenet/shared/catalogue'

/** Units as people read them; those of the catalogue, and what the page derives from them. */
export type Unit = MetricUnit | 'packets_per_second' | 'per_second' | 'volts' | 'amperes' | 'watts' | 'rpm'

/** A number for people: `text` is scaled and rounded, `unit` goes behind it and may be empty. */
export type Quantity = { readonly text: string; readonly unit: string }

type Scale = { readonly base: number; readonly units: readonly string[] }

const SI: readonly string[] = ['', 'k', 'M', 'G', 'T', 'P']
const si = (unit: string): Scale => ({ base: 1000, units: SI.map((prefix) => prefix + unit) })
const BYTES: Scale = { base: 1024, units: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] }

const SCALES: Partial<Record<Unit, Scale>> = {
  bits_per_second: si('bit/s'),
  bytes: BYTES,
  octets: BYTES,
  packets: si(''),
  count: si(''),
  none: si(''),
  state: si(''),
  packets_per_second: si('pkt/s'),
  per_second: si('/s'),
}

const PLAIN: Partial<Record<Unit, string>> = { celsius: '°C', volts: 'V', amperes: 'A', watts: 'W', rpm: 'rpm' }

/** Bits count in 1000s, bytes in 1024s, a ratio is a percentage, durations get the unit that fits. */
export function quantity(value: number, unit: Unit): Quantity {
  if (Number.isNaN(value)) return { text: 'not a number', unit: '' }
  if (!Number.isFinite(value)) return { text: value > 0 ? '∞' : '−∞', unit: '' }
  if (unit === 'megabits_per_second') return quantity(value * 1e6, 'bits_per_second')
  if (unit === 'ratio') return { text: digits(value * 100), unit: '%' }
  const seconds = inSeconds(value, unit)
  if (seconds !== undefined) return shortTime(seconds)
  const plain = PLAIN[unit]
  if (plain !== undefined) return { text: digits(value), unit: plain }
  return scaled(value, SCALES[unit] ?? si(''))
}

/** Number and unit in one string, apart by a no-break space (a percent sign too, ISO 80000-1). */
export function formatQuantity(value: number, unit: Unit): string {
  const { text, unit: shown } = quantity(value, unit)
  return shown === '' ? text : `${text}\u00a0${shown}`
}

function scaled(value: number, { base, units }: Scale): Quantity {
  let rest = Math.abs(value)
  let at = 0
  // 999.95 would round to "1000": the next unit takes it.
  while (rest >= base * 0.99995 && at < units.length - 1) {
    rest /= base
    at += 1
  }
  return { text: (value < 0 && rest !== 0 ? '−' : '') + digits(rest), unit: units[at] ?? '' }
}

function inSeconds(value: number, unit: Unit): number | undefined {
  if (unit === 'seconds') return value
  if (unit === 'milliseconds') return value / 1000
  if (unit === 'centiseconds') return value / 100
  return undefined
}

function shortTime(seconds: number): Quantity {
  const size = Math.abs(seconds)
  if (size === 0) return { text: '0', unit: 's' }
  if (size < 0.000_999_5) return { text: digits(seconds * 1e6), unit: 'µs' }
  if (size < 0.999_5) return { text: digits(seconds * 1e3), unit: 'ms' }
  if (size < 120) return { text: digits(seconds), unit: 's' }
  if (size < 7200) return { text: digits(seconds / 60), unit: 'min' }
  if (size < 172_800) return { text: digits(seconds / 3600), unit: 'h' }
  return { text: digits(seconds / 86_400), unit: 'd' }
}

/** Three significant digits, whole numbers whole, and a true minus sign. What is not zero never reads as zero. */
function digits(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.001) return `${value < 0 ? '−' : ''}<0.001`
  const places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  const text = size < 0.01 ? size.toFixed(3) : size.toFixed(places)
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return (value < 0 ? '−' : '') + trimmed
}
