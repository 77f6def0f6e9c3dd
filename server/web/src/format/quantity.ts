import type { MetricUnit } from '@eyenet/shared/catalogue'

/** Units as people read them; those of the catalogue, and what the page derives from them. */
export type Unit =
  | MetricUnit
  | 'packets_per_second'
  | 'per_second'
  | 'cubic_feet_per_minute'
  | 'litres_per_minute'
  | 'picoseconds_per_nanometre'

const KNOWN: ReadonlySet<string> = new Set(
  Object.keys({
    seconds: 1,
    milliseconds: 1,
    centiseconds: 1,
    bytes: 1,
    octets: 1,
    bits_per_second: 1,
    megabits_per_second: 1,
    ratio: 1,
    celsius: 1,
    volts: 1,
    amperes: 1,
    watts: 1,
    joules: 1,
    hertz: 1,
    rpm: 1,
    dbm: 1,
    decibels: 1,
    pascals: 1,
    meters: 1,
    packets: 1,
    count: 1,
    state: 1,
    none: 1,
  } satisfies Record<MetricUnit, 1>),
)
const isUnit = (text: string): text is MetricUnit => KNOWN.has(text)

/** A unit as the server writes it; one that this page does not know yet is a plain number. */
export const unitNamed = (text: string): Unit => (isUnit(text) ? text : 'none')

/** A number for people: `text` is scaled and rounded, `unit` goes behind it and may be empty. */
export type Quantity = { readonly text: string; readonly unit: string }

type Scale = {
  readonly base: number
  readonly units: readonly string[]
  /** Thousandths and millionths, where people use them. */
  readonly small?: readonly string[]
}

const SI: readonly string[] = ['', 'k', 'M', 'G', 'T', 'P']
const si = (unit: string, small: readonly string[] = []): Scale => ({
  base: 1000,
  units: SI.map((prefix) => prefix + unit),
  small: small.map((prefix) => prefix + unit),
})
const MILLI: readonly string[] = ['m', 'µ']
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
  volts: si('V', MILLI),
  amperes: si('A', MILLI),
  watts: si('W', MILLI),
  hertz: si('Hz'),
  pascals: si('Pa'),
  meters: { base: 1000, units: ['m', 'km'], small: ['mm'] },
}

const PLAIN: Partial<Record<Unit, string>> = {
  celsius: '°C',
  rpm: 'rpm',
  dbm: 'dBm',
  decibels: 'dB',
  cubic_feet_per_minute: 'ft³/min',
  litres_per_minute: 'l/min',
  picoseconds_per_nanometre: 'ps/nm',
}

const JOULES_PER_KWH = 3_600_000
/** A tenth of a volt is still said in volts; less is said in millivolts. */
const SMALL_BELOW = 0.1

/**
 * Bits count in 1000s, bytes in 1024s, a ratio is a percentage, energy is in kilowatt hours as meters have it, durations
 * get the unit that fits.
 */
export function quantity(value: number, unit: Unit): Quantity {
  if (Number.isNaN(value)) return { text: 'not a number', unit: '' }
  if (!Number.isFinite(value)) return { text: value > 0 ? '∞' : '−∞', unit: '' }
  if (unit === 'megabits_per_second') return quantity(value * 1e6, 'bits_per_second')
  if (unit === 'ratio') return { text: digits(value * 100), unit: '%' }
  if (unit === 'joules') return energy(value / JOULES_PER_KWH)
  const seconds = inSeconds(value, unit)
  if (seconds !== undefined) return shortTime(seconds)
  const plain = PLAIN[unit]
  if (plain !== undefined) return { text: digits(value), unit: plain }
  return scaled(value, SCALES[unit] ?? si(''), unit === 'hertz' ? fineDigits : digits)
}

/** Number and unit in one string, apart by a no-break space (a percent sign too, ISO 80000-1). */
export function formatQuantity(value: number, unit: Unit): string {
  const { text, unit: shown } = quantity(value, unit)
  return shown === '' ? text : `${text}\u00a0${shown}`
}

function scaled(value: number, { base, units, small = [] }: Scale, write: (rest: number) => string): Quantity {
  let rest = Math.abs(value)
  const sign = value < 0 && rest !== 0 ? '−' : ''
  if (rest !== 0 && rest < SMALL_BELOW && small.length > 0) {
    const step = rest * base >= 0.999_5 || small.length === 1 ? 0 : 1
    return { text: sign + write(rest * base ** (step + 1)), unit: small[step] ?? '' }
  }
  let at = 0
  // 999.95 would round to "1000": the next unit takes it.
  while (rest >= base * 0.99995 && at < units.length - 1) {
    rest /= base
    at += 1
  }
  return { text: sign + write(rest), unit: units[at] ?? '' }
}

function energy(kilowattHours: number): Quantity {
  const size = Math.abs(kilowattHours)
  if (size !== 0 && size < SMALL_BELOW) return { text: digits(kilowattHours * 1000), unit: 'Wh' }
  if (size >= 9999.5) return { text: digits(kilowattHours / 1000), unit: 'MWh' }
  return { text: digits(kilowattHours), unit: 'kWh' }
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

/** Frequencies differ in what three digits would hide: 49.98 Hz of the mains, 2.437 GHz of a channel. */
function fineDigits(size: number): string {
  const text = size < 10 ? size.toFixed(3) : size.toFixed(2)
  return Number(text) === 0 ? digits(size) : text.replace(/\.?0+$/, '')
}
