import type { SensorResource } from '@eyenet/shared/api'
import { formatQuantity, type Quantity, quantity, type Unit, unitNamed } from '../../../format/quantity.ts'
import type { MarkKind } from '../../../parts/state-mark.tsx'

/** Metrics whose unit is none of the base units that the catalogue has. */
const OWN_UNIT: Readonly<Record<string, Unit>> = {
  sensor_airflow_cfm: 'cubic_feet_per_minute',
  sensor_waterflow_lpm: 'litres_per_minute',
  sensor_chromatic_dispersion: 'picoseconds_per_nanometre',
}

/** Names a sensor within its device. */
export const sensorKey = (one: Pick<SensorResource, 'metric' | 'sensor'>): string => `${one.metric}/${one.sensor}`

export const sensorUnit = (one: Pick<SensorResource, 'metric' | 'unit'>): Unit =>
  OWN_UNIT[one.metric] ?? unitNamed(one.unit)

export const isWrong = (one: SensorResource): boolean => one.status === 'bad' || one.status === 'warning'

/** What somebody chose and the agent has not followed yet. */
export function pendingChoice(one: SensorResource): 'starts' | 'stops' | undefined {
  if (one.chosen === undefined || one.chosen === one.enabled) return undefined
  return one.chosen ? 'starts' : 'stops'
}

/** Without limits and words nobody says that it is fine: it is only measured. */
export function sensorMark(one: SensorResource): { readonly kind: MarkKind; readonly word: string } {
  switch (one.status) {
    case 'bad':
      return { kind: 'critical', word: wrongWord(one) ?? 'in a bad state' }
    case 'warning':
      return { kind: 'warning', word: wrongWord(one) ?? 'in a state to look at' }
    case 'ok':
      return { kind: 'ok', word: 'fine' }
    case 'unknown':
      return { kind: 'info', word: 'no limits known' }
  }
}

function wrongWord({ reading, low, high }: SensorResource): string | undefined {
  if (reading === undefined) return undefined
  if (high !== undefined && reading > high) return 'above its limit'
  if (low !== undefined && reading < low) return 'below its limit'
  return undefined
}

/** The reading in words: the state's word, or the number with its unit. */
export function readingText(one: SensorResource): string {
  if (one.word !== undefined && one.word !== '') return one.word
  const value = one.reading ?? (one.enabled ? undefined : one.value)
  if (value === undefined) return 'not measured'
  return one.states?.[String(value)] ?? formatQuantity(value, sensorUnit(one))
}

/** "−5 to 70 °C", "up to 40 °C"; empty where the device tells none. */
export function limitsText(one: SensorResource): string {
  const unit = sensorUnit(one)
  const low = one.low === undefined ? undefined : quantity(one.low, unit)
  const high = one.high === undefined ? undefined : formatQuantity(one.high, unit)
  if (low === undefined) return high === undefined ? '' : `up to ${high}`
  if (high === undefined) return `from ${withUnit(low)}`
  // A unit that both have is said once.
  const same = one.high !== undefined && quantity(one.high, unit).unit === low.unit
  return `${same ? low.text : withUnit(low)} to ${high}`
}

const withUnit = ({ text, unit }: Quantity): string => (unit === '' ? text : `${text}\u00a0${unit}`)

/** What is said about a sensor when it is pointed at. */
export function sensorHint(one: SensorResource): string {
  const limits = limitsText(one)
  return [
    `Known by: ${one.evidence}`,
    ...(limits === '' ? [] : [`Limits: ${limits}`]),
    ...(one.chosen === undefined ? [] : [one.chosen ? 'Accepted for its family' : 'Switched off for its family']),
  ].join(' · ')
}

/** A reading this old is said to be: several polls were missed. */
const STALE_POLLS = 4
const STALE_AT_LEAST_MS = 5 * 60_000

export function isStale(at: number | undefined, now: number, intervalSeconds = 60): boolean {
  return at !== undefined && now - at > Math.max(STALE_AT_LEAST_MS, intervalSeconds * 1000 * STALE_POLLS)
}
