/** Numbers that agents write where there is nothing to read, in any column. */
const SENTINELS: ReadonlySet<number> = new Set([
  -2147483648, -2147483647, 2147483647, 2147483646, 4294967295, 4294967294, -1000000000, 1000000000, 65535, -65535,
  -32768, 32767, -32767, 65534, 9999999, -99999999, 99999999, -9999999, 0x7fffffff,
])

/** What a reading of the kind can be in the real world, in its unit. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  temperature: [-60, 250],
  voltage: [-1_200, 60_000],
  current: [-2_000, 5_000],
  power: [-100_000, 5_000_000],
  fanspeed: [0, 60_000],
  dbm: [-70, 40],
  humidity: [0, 100],
  charge: [0, 100],
  load: [0, 300],
  percent: [0, 200],
  power_factor: [-1.01, 1.01],
  runtime: [0, 100_000],
  snr: [-30, 100],
}

/** The same for recipes. */
export const NO_READINGS: readonly number[] = [...SENTINELS]

export function isSentinel(raw: number): boolean {
  return SENTINELS.has(raw)
}

export function isPlausible(kind: string, value: number): boolean {
  if (!Number.isFinite(value)) return false
  const range = RANGES[kind]
  return range === undefined || (value >= range[0] && value <= range[1])
}

const ABSENT_AT_ZERO: ReadonlySet<string> = new Set([
  'temperature',
  'voltage',
  'dbm',
  'frequency',
  'humidity',
  'charge',
  'snr',
  'runtime',
  'current',
  'power',
  'load',
])

/** Exactly zero in a row of a table mostly means an empty cage, an absent sensor, a phase that is not wired. */
export function isAbsentAtZero(kind: string): boolean {
  return ABSENT_AT_ZERO.has(kind)
}

/** The usual size of a reading of each kind: what the larger values of a column are at most. */
const USUAL_MOST: Readonly<Record<string, number>> = {
  temperature: 130,
  voltage: 700,
  humidity: 100,
  charge: 100,
  load: 150,
  power_factor: 1.01,
  dbm: 60,
  frequency: 75,
  percent: 100,
}
const OPTICAL = /optic|sfp|ddm|dom|dmi|diag|transceiver|xcvr|laser|pluggable|bias/i
const DIRECT_CURRENT = /batt|rectifier|_dc|DC|poe/
const MOST_STEPS = 4
/** A carrier of a radio or laser, not mains. */
const RADIO_HERTZ = 8_000
const ROOM_TEMPERATURE = { low: 12, high: 95 }
const MODULE_VOLTS = { low: 2.6, high: 5.6 }
/** A laser draws milliamperes. */
const MOST_BIAS_AMPERES = 1
/** A device that draws more tells it in milliwatts. */
const MOST_DEVICE_WATTS = 30_000

export type ScaleGuess = {
  readonly kind: string
  readonly name: string
  readonly scale: number
  /** Whether the MIB's description speaks of the scale: right mostly, and doubted where values say otherwise. */
  readonly isDescribed: boolean
}

/** The scale of a column whose MIB does not state it, such that its values are usual for the kind. */
export function scaleByValues(guess: ScaleGuess, values: readonly number[]): number {
  const { kind, name, scale, isDescribed } = guess
  const isPositiveKind = kind === 'temperature' || kind === 'voltage'
  const sizes = values
    .filter((value) => value !== 0 && value !== -1 && !isSentinel(value) && (!isPositiveKind || value > 0))
    .map(Math.abs)
    .sort((a, b) => a - b)
  const large = sizes[Math.floor(sizes.length * 0.9)]
  if (large === undefined) return scale
  if (kind === 'voltage' && OPTICAL.test(name)) return moduleVoltageScale(large, scale)
  if (kind === 'current' && OPTICAL.test(name)) return large * scale > MOST_BIAS_AMPERES ? scale / 1000 : scale
  if (kind === 'temperature' && isDescribed && scale < 1 && large * scale < ROOM_TEMPERATURE.low) {
    return large >= ROOM_TEMPERATURE.low && large <= ROOM_TEMPERATURE.high ? 1 : scale
  }
  if (isDescribed && scale !== 1) return scale
  if (kind === 'power' && Number.isInteger(large) && large * scale > MOST_DEVICE_WATTS) return scale / 1000
  if (kind === 'current') return currentScale(sizes, large, scale)
  const most = kind === 'voltage' && DIRECT_CURRENT.test(name) ? 300 : USUAL_MOST[kind]
  let fitted = scale
  for (let step = 0; most !== undefined && step < MOST_STEPS && large * fitted > most; step++) {
    if (kind === 'frequency' && large * fitted >= RADIO_HERTZ) break
    fitted /= 10
  }
  return fitted
}

/** A module runs from 3.3 or 5 volts: the power of ten that makes it so. */
function moduleVoltageScale(large: number, scale: number): number {
  for (let power = 0; power >= -6; power--) {
    const volts = large * 10 ** power
    if (volts >= MODULE_VOLTS.low && volts <= MODULE_VOLTS.high) return 10 ** power
  }
  return scale
}

function currentScale(sizes: readonly number[], large: number, scale: number): number {
  const fitted = Number.isInteger(sizes[0]) && large * scale > 200 ? scale / 10 : scale
  return large * fitted > 200 ? fitted / 100 : fitted
}
