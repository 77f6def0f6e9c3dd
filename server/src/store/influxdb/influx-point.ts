import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { isStaleMarker, setStaleMarker } from '@eyenet/shared/promql'
import type { IPoint } from 'influx'
import { encodeMeasurement, encodeName, encodeText } from './influx-text.ts'

/** InfluxDB has no such numbers: they stand in a field of their own, `special`. */
const SPECIAL = { nan: 1, stale: 2, inf: 3, minusInf: 4, minusZero: 5 } as const

type Named = Pick<IPoint, 'measurement' | 'tags'>

/** One sample as `influx` writes it: the metric is the measurement, labels are tags, the number is the field `value`. */
export function pointOf(labels: Labels, time: number, value: number): IPoint {
  const special = specialOf(value)
  const fields = special === undefined ? { value } : { special }
  // As text, for the number 0 would be taken for no time.
  return { ...named(labels), fields, timestamp: String(time) }
}

/** The number of a row; undefined when it has neither field. */
export function setValue(values: Float64Array, at: number, row: { value: unknown; special: unknown }): void {
  const { value, special } = row
  if (special === SPECIAL.stale) setStaleMarker(values, at)
  else if (special === SPECIAL.nan) values[at] = Number.NaN
  else if (special === SPECIAL.inf) values[at] = Number.POSITIVE_INFINITY
  else if (special === SPECIAL.minusInf) values[at] = Number.NEGATIVE_INFINITY
  else if (special === SPECIAL.minusZero) values[at] = -0
  else values[at] = Number(value)
}

function specialOf(value: number): number | undefined {
  if (Number.isNaN(value)) return isStaleMarker(value) ? SPECIAL.stale : SPECIAL.nan
  if (value === Number.POSITIVE_INFINITY) return SPECIAL.inf
  if (value === Number.NEGATIVE_INFINITY) return SPECIAL.minusInf
  return Object.is(value, -0) ? SPECIAL.minusZero : undefined
}

/** Lives as long as the labels do. */
const known = new WeakMap<Labels, Named>()

function named(labels: Labels): Named {
  const found = known.get(labels)
  if (found !== undefined) return found
  const tags: Record<string, string> = {}
  for (const [name, value] of Object.entries(labels)) {
    if (name !== METRIC_NAME && value !== '') tags[encodeName(name)] = encodeText(value)
  }
  const made = { measurement: encodeMeasurement(labels[METRIC_NAME] ?? ''), tags }
  known.set(labels, made)
  return made
}
