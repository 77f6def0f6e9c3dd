export type MetricKind = 'gauge' | 'counter' | 'info'

export type MetricUnit =
  | 'seconds'
  | 'milliseconds'
  | 'centiseconds'
  | 'bytes'
  | 'octets'
  | 'bits_per_second'
  | 'megabits_per_second'
  | 'ratio'
  | 'celsius'
  | 'volts'
  | 'amperes'
  | 'watts'
  | 'joules'
  | 'hertz'
  | 'rpm'
  | 'dbm'
  | 'decibels'
  | 'pascals'
  | 'meters'
  | 'packets'
  | 'count'
  | 'state'
  | 'none'

export type MetricSpec = {
  readonly name: string
  readonly kind: MetricKind
  readonly unit: MetricUnit
  readonly help: string
  /** The labels beside `site` and `device`. */
  readonly labels: readonly string[]
}

type Row = readonly [name: string, kind: MetricKind, unit: MetricUnit, help: string]

/** Rows of one family that share their labels. */
export function metrics(labels: readonly string[], rows: readonly Row[]): readonly MetricSpec[] {
  return rows.map(([name, kind, unit, help]) => ({ name, kind, unit, help, labels }))
}
